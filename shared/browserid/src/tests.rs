//! What the crate promises in numbers and words.

use crate::*;

#[test]
fn the_limits_are_the_documented_numbers() {
    const MINUTE: u64 = 60_000;
    const DAY: u64 = 86_400_000;
    assert_eq!(assertion::MAX_ASSERTION_MS, DAY);
    assert_eq!(MAX_CERTIFICATE_MS, DAY);
    assert_eq!(MIN_CERTIFICATE_MS, MINUTE);
    assert_eq!(issue::BACKDATING_MS, 10_000);
    assert_eq!(certificate::LIFETIME_TOLERANCE_MS, 5 * MINUTE);
    assert_eq!(bundle::MAX_BYTES, 65_536);
    assert_eq!(bundle::MAX_CERTIFICATES, 4);
    assert_eq!(json::MAX_BYTES, 65_536);
    assert_eq!(json::MAX_DEPTH, 32);
    assert_eq!(MAX_DELEGATIONS, 5);
    assert_eq!(MAX_KEYS, 8);
}

#[test]
fn what_went_wrong_can_be_printed() {
    let origin = Origin::parse("https://RP.example:8443").expect("an origin");
    let printed: Vec<(String, &str)> = vec![
        (
            base64url::InvalidBase64Url.to_string(),
            "Illegal base64url string!",
        ),
        (
            bundle::MalformedBundle::NotAText.to_string(),
            "malformed backed assertion",
        ),
        (Code::IssuerUntrusted.to_string(), "issuer_untrusted"),
        (
            IssueError::KeyIsIssuers.to_string(),
            "the key is the issuer's own",
        ),
        (
            InvalidDomain {
                text: "a b".to_owned(),
            }
            .to_string(),
            "invalid domain: a b",
        ),
        (InvalidEmail.to_string(), "invalid email"),
        (InvalidOrigin.to_string(), "invalid origin"),
        (
            KeyError::Spki.to_string(),
            "not a SubjectPublicKeyInfo of an RSA key",
        ),
        (origin.to_string(), "https://rp.example:8443"),
        (origin.as_str().to_owned(), "https://rp.example:8443"),
        (Part::Assertion.to_string(), "assertion"),
        (Part::Certificate.to_string(), "certificate"),
        (SignatureError::Invalid.to_string(), "invalid signature"),
        (SignatureError::Malformed.to_string(), "malformed signature"),
        (Timestamp::from_millis(5).to_string(), "5 ms"),
        (
            token::VerifyError::AlgorithmMismatch.to_string(),
            "algorithms do not match",
        ),
        (
            token::VerifyError::Signature(SignatureError::Malformed).to_string(),
            "malformed signature",
        ),
    ];
    for (text, expected) in printed {
        assert_eq!(text, expected);
    }
}

#[test]
fn a_thumbprint_is_the_digest_of_the_published_key() {
    use sha2::Digest as _;
    for name in ["RS128a", "RS256a", "DS128a", "DS256a"] {
        let key = test_kit::key(name);
        let published: std::collections::BTreeMap<String, String> =
            serde_json::from_value(key.to_json()).expect("texts");
        let text = serde_json::to_string(&published).expect("JSON");
        let digest = base64url::encode(&sha2::Sha256::digest(text));
        assert_eq!(key.thumbprint(), digest, "{name}");
    }
}
