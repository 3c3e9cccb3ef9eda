//! People, issuers and their keys for this crate's own tests. The keys are throw-away ones of the recorded cases.

use num_bigint_dig::BigUint;
use rsa::pkcs1v15::Pkcs1v15Sign;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{Answer, Domain, HostRule, Json, PublicKey, Timestamp, base64url};

/// The moment of all these tests.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_400_000_000_000);

pub(crate) fn domain(name: &str) -> Domain {
    Domain::parse(name, HostRule::Public).expect("a domain")
}

pub(crate) fn key_json(name: &str) -> Json {
    keys()[name]["public"].clone()
}

pub(crate) fn key(name: &str) -> PublicKey {
    PublicKey::from_json(&key_json(name)).expect("a key")
}

/// PKCS#1 v1.5 with SHA-256.
pub(crate) fn sign(name: &str, message: &str) -> Vec<u8> {
    let secret = &keys()[name]["secret"];
    let number = |member: &str| {
        let digits = secret[member].as_str().expect("digits");
        BigUint::parse_bytes(digits.as_bytes(), 10).expect("digits")
    };
    rsa::RsaPrivateKey::from_components(number("n"), number("e"), number("d"), vec![])
        .expect("a secret key")
        .sign(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(message))
        .expect("a signature")
}

/// A signed object as `name` makes it.
pub(crate) fn token(name: &str, payload: &Json) -> String {
    let header = json!({"alg": key(name).algorithm().label()});
    let input = format!(
        "{}.{}",
        base64url::encode(header.to_string().as_bytes()),
        base64url::encode(payload.to_string().as_bytes())
    );
    let signature = base64url::encode(&sign(name, &input));
    format!("{input}.{signature}")
}

/// What an ordinary certificate says: `bob@idp.example` has the key RS256b.
pub(crate) fn certificate() -> Json {
    json!({
        "iss": "idp.example",
        "iat": NOW.as_millis() - 10_000,
        "exp": NOW.as_millis() + 3_600_000,
        "public-key": key_json("RS256b"),
        "principal": {"email": "bob@idp.example"},
    })
}

/// What an ordinary assertion says.
pub(crate) fn assertion() -> Json {
    json!({"exp": NOW.as_millis() + 120_000, "aud": "https://rp.example"})
}

/// `certificate` by the key RS256a and `assertion` by RS256b.
pub(crate) fn bundle(certificate: &Json, assertion: &Json) -> Json {
    format!(
        "{}~{}",
        token("RS256a", certificate),
        token("RS256b", assertion)
    )
    .into()
}

/// `json` with the members of `changes` put in their place.
pub(crate) fn with(mut json: Json, changes: Json) -> Json {
    let members = json.as_object_mut().expect("an object");
    members.extend(changes.as_object().expect("an object").clone());
    json
}

/// `json` without one member.
pub(crate) fn without(mut json: Json, name: &str) -> Json {
    let members = json.as_object_mut().expect("an object");
    members.remove(name).expect("the member");
    json
}

pub(crate) fn support_document(key: &str) -> Json {
    json!({"public-key": key_json(key), "authentication": "/auth", "provisioning": "/prov"})
}

pub(crate) fn json_answer(document: &Json) -> Answer {
    answer(200, "application/json", &document.to_string())
}

pub(crate) fn answer(status: u16, content_type: &str, body: &str) -> Answer {
    Answer::Response {
        status,
        content_type: Some(content_type.to_owned()),
        body: body.as_bytes().to_vec(),
    }
}

pub(crate) fn not_found() -> Answer {
    answer(404, "text/html", "")
}

fn keys() -> Value {
    serde_json::from_str(include_str!("../tests/keys.json")).expect("JSON")
}
