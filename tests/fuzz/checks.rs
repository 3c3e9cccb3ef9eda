//! What every reader of strangers' bytes must hold, one function a fuzz target. The same functions run over the corpus
//! as ordinary tests (`tests/corpus.rs`).

use browserid::{
    Answer, DiscoveryRules, Domain, Email, HostRule, Json, MAX_DELEGATIONS, Origin, Path, Policy,
    PublicKey, SupportDocument, Timestamp, Verification, audience, base64url, json,
};

const RULES: [HostRule; 3] = [HostRule::Public, HostRule::Recorded, HostRule::Insecure];

/// The recorded cases' clock; the corpus holds a bundle that is good then.
const NOW: u64 = 1_400_000_000_000;

/// The key of the issuer of the corpus' good bundle.
const ISSUER_KEY: &str = include_str!("corpus/key/rs256.json");

/// A backed assertion: whoever is asked has the issuer's key. Whatever is accepted is accepted again, not after its
/// time, and only from the issuer.
pub fn bundle(data: &[u8]) {
    let text = Json::from(String::from_utf8_lossy(data).into_owned());
    for strong_keys in [false, true] {
        let accepted = verify(&text, NOW, strong_keys, ISSUER_KEY);
        assert_eq!(accepted, verify(&text, NOW, strong_keys, ISSUER_KEY));
        if accepted {
            assert!(!verify(
                &text,
                NOW + 2 * 24 * 60 * 60 * 1000,
                strong_keys,
                ISSUER_KEY
            ));
            assert!(!verify(
                &text,
                NOW,
                strong_keys,
                include_str!("corpus/key/rs128.json")
            ));
        }
    }
}

fn verify(assertion: &Json, now: u64, strong_keys: bool, issuer_key: &str) -> bool {
    let policy = Policy {
        discovery: DiscoveryRules {
            fallback: None,
            max_delegations: MAX_DELEGATIONS,
            hosts: HostRule::Public,
            strict_content_type: false,
        },
        trusted_issuers: vec!["trusted.example".to_owned()],
        strong_keys,
    };
    let body =
        format!(r#"{{"public-key":{issuer_key},"authentication":"/a","provisioning":"/b"}}"#);
    let audience = Json::from("http://rp.example");
    let now = Timestamp::from_millis(now);
    let mut verification = Verification::start(assertion, &audience, &policy, now);
    let mut questions = 0;
    while verification.question().is_some() {
        questions += 1;
        verification.answer(Answer::Response {
            status: 200,
            content_type: Some("application/json".to_owned()),
            body: body.clone().into_bytes(),
        });
    }
    assert!(questions <= 1);
    assert!(!verification.steps().is_empty());
    match verification.outcome().expect("no question, so an outcome") {
        Ok(identity) => {
            assert!(identity.expires() >= now);
            true
        }
        Err(refusal) => {
            assert!(!refusal.reason().is_empty() && !refusal.code().as_str().is_empty());
            false
        }
    }
}

/// base64url has one spelling; JSON is what serde reads, or refused.
pub fn encoding(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(bytes) = base64url::decode(&text) {
        assert_eq!(base64url::encode(&bytes), text);
    }
    assert_eq!(
        base64url::decode(&base64url::encode(data)).as_deref(),
        Ok(data)
    );
    if let Ok(value) = json::parse(data) {
        assert_eq!(
            serde_json::from_slice::<Json>(data).ok().as_ref(),
            Some(&value)
        );
    }
}

/// A key is written as it was read, and no bytes are its signature.
pub fn key(data: &[u8]) {
    let _ = PublicKey::from_spki(data);
    if let Ok(key) = PublicKey::from_slice(data) {
        assert_eq!(PublicKey::from_json(&key.to_json()).as_ref(), Ok(&key));
        assert!(
            key.verify(b"message", data.get(..64).unwrap_or(data))
                .is_err()
        );
    }
}

/// Names are their own spelling; normalising twice changes nothing; an origin is its own audience.
pub fn names(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for rule in RULES {
        if let Ok(domain) = Domain::parse(&text, rule) {
            assert_eq!(domain.as_str(), text);
            assert!(Domain::parse(domain.host(), rule).is_ok());
        }
        if let Ok(email) = Email::parse(&text, rule) {
            assert_eq!(format!("{}@{}", email.local_part(), email.domain()), text);
        }
        if let Ok(email) = Email::from_typed(&text, rule) {
            assert_eq!(Email::parse(email.as_str(), rule).as_ref(), Ok(&email));
        }
    }
    if let Ok(origin) = Origin::parse(&text) {
        assert_eq!(Origin::parse(origin.as_str()).as_ref(), Ok(&origin));
        let origin = Json::from(origin.as_str());
        assert_eq!(audience::compare(Some(&origin), &origin), Ok(()));
    }
    let _ = Path::parse(&text);
    let text = Json::from(text.into_owned());
    let site = Json::from("https://rp.example");
    let _ = audience::compare(Some(&text), &text);
    let _ = audience::compare(Some(&text), &site);
    let _ = audience::compare(Some(&site), &text);
}

/// A support document is written as it was read.
pub fn support_document(data: &[u8]) {
    for rule in RULES {
        match SupportDocument::parse(data, rule) {
            Ok(document) => {
                let written = document.to_json().to_string();
                assert_eq!(
                    SupportDocument::parse(written.as_bytes(), rule),
                    Ok(document)
                );
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}
