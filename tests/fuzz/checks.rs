//! What every reader of strangers' bytes must hold, one function a fuzz target. The same functions run over the corpus
//! as ordinary tests (`tests/corpus.rs`).
//!
//! Whatever the [oracle](crate::oracle) has an opinion on, the product must share it; what is read is written and read
//! again as the same.

#[path = "checks/asking.rs"]
mod asking;
#[path = "checks/passkeys.rs"]
mod passkeys;
#[path = "checks/request.rs"]
mod request;

use browserid::{
    Answer, DiscoveryRules, Domain, Email, HostRule, Json, MAX_DELEGATIONS, Origin, Path, Policy,
    PublicKey, SupportDocument, Timestamp, Verification, audience, base64url,
    bundle::BackedAssertion, json,
};
use rsa::pkcs8::EncodePublicKey;

use crate::oracle::documents::{Document, meaning};
use crate::oracle::keys::Key;
use crate::oracle::{self, Asked, Decisions, Objection, Said, World};

pub use passkeys::{passkeys, taken};
pub use request::{answered, request};

const RULES: [HostRule; 3] = [HostRule::Public, HostRule::Recorded, HostRule::Insecure];

/// The recorded cases' clock; the corpus holds a bundle that is good then.
const NOW: u64 = 1_400_000_000_000;

/// The key of the issuer of the corpus' good bundle.
const ISSUER_KEY: &str = include_str!("corpus/key/rs256.json");

/// A backed assertion: whoever is asked has the issuer's key. Whatever is accepted is accepted again, not after its
/// time, only from the issuer, and by the oracle too; its parts are what was sent.
pub fn bundle(data: &[u8]) {
    let text = String::from_utf8_lossy(data).into_owned();
    let sent = Json::from(text.as_str());
    if let Ok(parts) = BackedAssertion::parse(&sent, HostRule::Public) {
        check_parts(&text, &parts);
    }
    for strong_keys in [false, true] {
        let accepted = verify(&sent, NOW, strong_keys, ISSUER_KEY);
        assert_eq!(accepted, verify(&sent, NOW, strong_keys, ISSUER_KEY));
        if accepted {
            let later = NOW + 2 * 24 * 60 * 60 * 1000;
            let other_key = include_str!("corpus/key/rs128.json");
            assert!(!verify(&sent, later, strong_keys, ISSUER_KEY));
            assert!(!verify(&sent, NOW, strong_keys, other_key));
        }
    }
}

/// The segments of a part that is a signed object are the only spelling of their bytes.
fn check_parts(text: &str, parts: &BackedAssertion) {
    let texts: Vec<_> = text.split('~').collect();
    let certificates = [&parts.first_certificate]
        .into_iter()
        .chain(&parts.further_certificates);
    let are_signed = certificates
        .map(Result::is_ok)
        .chain([parts.assertion.is_ok()]);
    assert_eq!(texts.len(), parts.further_certificates.len() + 2);
    for (text, _) in texts
        .iter()
        .zip(are_signed)
        .filter(|(_, is_signed)| *is_signed)
    {
        let segments: Vec<_> = text.split('.').collect();
        assert_eq!(segments.len(), 3);
        for segment in segments {
            let bytes = base64url::decode(segment).expect("a segment");
            assert_eq!(base64url::encode(&bytes), segment);
        }
    }
}

fn verify(assertion: &Json, now_ms: u64, strong_keys: bool, issuer_key: &str) -> bool {
    let policy = Policy {
        discovery: rules(None),
        federation: None,
        trusted_issuers: vec!["trusted.example".to_owned()],
        strong_keys,
    };
    let body =
        format!(r#"{{"public-key":{issuer_key},"authentication":"/a","provisioning":"/b"}}"#);
    let audience = Json::from("http://rp.example");
    let now = Timestamp::from_millis(now_ms);
    let mut world = World::new();
    let mut verification = Verification::start(assertion, &audience, &policy, now);
    let mut questions = 0;
    while let Some(question) = verification.question() {
        questions += 1;
        let said = Said::Response {
            body: body.clone().into_bytes().into(),
            content_type: Some("application/json".to_owned()),
            status: 200,
        };
        world.insert(question.host.to_string(), said);
        verification.answer(Answer::Response {
            status: 200,
            content_type: Some("application/json".to_owned()),
            body: body.clone().into_bytes(),
        });
    }
    assert!(questions <= 1);
    let verdict = oracle::judge(&Asked {
        assertion,
        audience: &audience,
        decisions: &Decisions {
            fallback: None,
            strict_content_type: false,
            strong_keys,
            trusted: policy.trusted_issuers.clone(),
        },
        now_ms,
        world: &world,
    });
    match (
        verification.outcome().expect("no question, so an outcome"),
        verdict,
    ) {
        (outcome, Err(Objection::Undecided)) => outcome.is_ok(),
        (Ok(identity), Ok(accepted)) => {
            assert!(identity.expires() >= now);
            assert_eq!(
                identity.email().map(Email::as_str),
                accepted.email.as_deref()
            );
            assert_eq!(identity.issuer(), accepted.issuer);
            assert_eq!(identity.idp_claims(), &accepted.idp_claims);
            assert_eq!(identity.user_claims(), &accepted.user_claims);
            true
        }
        (Err(refusal), Err(_)) => {
            assert!(!refusal.reason().is_empty() && !refusal.code().as_str().is_empty());
            false
        }
        (outcome, verdict) => panic!("{outcome:?}, and the oracle says {verdict:?}"),
    }
}

fn rules(fallback: Option<&str>) -> DiscoveryRules {
    DiscoveryRules {
        fallback: fallback.map(|host| Domain::parse(host, HostRule::Public).expect("a host")),
        max_delegations: MAX_DELEGATIONS,
        hosts: HostRule::Public,
        strict_content_type: false,
    }
}

/// base64url has one spelling; JSON is what the oracle reads.
pub fn encoding(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let bytes = base64url::decode(&text).ok();
    assert_eq!(bytes, oracle::encoding::base64url(&text));
    if let Some(bytes) = bytes {
        assert_eq!(base64url::encode(&bytes), text);
    }
    assert_eq!(
        base64url::decode(&base64url::encode(data)).as_deref(),
        Ok(data)
    );
    let value = json::parse(data).ok();
    assert_eq!(value, oracle::encoding::json(data));
    if let Some(value) = value {
        assert_eq!(json::parse(value.to_string().as_bytes()), Ok(value));
    }
}

/// A key is written as it was read, in JSON and in DER, under the same thumbprint; the oracle takes it too; and no bytes
/// are its signature.
pub fn key(data: &[u8]) {
    let read = PublicKey::from_slice(data).ok();
    let theirs = oracle::encoding::json(data).as_ref().and_then(Key::read);
    let label = read.as_ref().map(|key| key.algorithm().label());
    assert_eq!(label, theirs.as_ref().map(Key::label));
    let certified = PublicKey::from_slice_to_certify(data).ok();
    for key in [read, PublicKey::from_spki(data).ok()]
        .into_iter()
        .flatten()
    {
        let written = key.to_json();
        let again = PublicKey::from_json(&written).expect("a key");
        assert_eq!(again, key);
        assert_eq!(again.thumbprint(), key.thumbprint());
        assert!(
            key.verify(b"message", data.get(..64).unwrap_or(data))
                .is_err()
        );
        let theirs = Key::read(&written).expect("a key");
        if let Key::Rsa([n, e]) = theirs {
            let der = rsa::RsaPublicKey::new(n, e)
                .expect("a key")
                .to_public_key_der();
            assert_eq!(PublicKey::from_spki(der.expect("DER").as_bytes()), Ok(key));
        }
    }
    if let Some(key) = certified {
        let is_labelled = key.bits() <= 2049;
        assert!(key.bits() >= 1024 && PublicKey::from_json(&key.to_json()).is_ok() == is_labelled);
    }
}

/// Names are their own spelling; normalising twice changes nothing; an origin is its own audience; the oracle agrees.
pub fn names(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let is_host = Domain::parse(&text, HostRule::Public).is_ok();
    assert_eq!(is_host, oracle::names::is_public_host(&text));
    let is_address = Email::parse(&text, HostRule::Public).is_ok();
    assert_eq!(is_address, oracle::names::is_address(&text));
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
    if let Ok(path) = Path::parse(&text) {
        assert_eq!(path.as_str(), text);
    }
    // Two audiences in one input: the first line and the rest.
    let (one, other) = text
        .split_once('\n')
        .unwrap_or((&text, "https://rp.example"));
    for (signed, given) in [
        (one, other),
        (other, one),
        (one, one),
        ("http://rp.example", one),
    ] {
        let (signed, given) = (Json::from(signed), Json::from(given));
        let ours = audience::compare(Some(&signed), &given);
        match oracle::names::same_site(Some(&signed), &given) {
            Err(Objection::Undecided) => {}
            theirs => assert_eq!(
                ours.is_ok(),
                theirs.is_ok(),
                "{signed} for {given}: {ours:?}"
            ),
        }
    }
}

/// A support document is written as it was read, and means to the oracle what it means here.
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
    let read = oracle::encoding::json(data);
    let theirs = read.as_ref().and_then(Json::as_object).and_then(meaning);
    match (SupportDocument::parse(data, HostRule::Public), theirs) {
        (Ok(SupportDocument::Supported(support)), Some(Document::Keys(keys, not_before))) => {
            let ours: Vec<_> = support
                .keys()
                .map(|key| Key::read(&key.to_json()))
                .collect();
            assert_eq!(ours, keys.into_iter().map(Some).collect::<Vec<_>>());
            assert_eq!(
                support.not_before.map(|moment| moment.as_millis()),
                not_before
            );
        }
        (Ok(SupportDocument::Delegated { authority }), Some(Document::Elsewhere(host))) => {
            assert_eq!(authority.as_str(), host);
        }
        (Ok(SupportDocument::Disabled) | Err(_), None) => {}
        (ours, theirs) => panic!("{ours:?}, and the oracle says {theirs:?}"),
    }
}
