//! A browser's answer to a challenge → what the relying party makes of it.
//!
//! The input is one of three:
//! - `{…`: the JSON that a page sends,
//! - `r`, the client data, a line end, an attestation object: the answer of a registration is made of them,
//! - `a`, the client data, a line end, authenticator data: that of a sign-in, signed by a passkey that is known.
//!
//! Where the client data says [`PLACE`], the challenge that was given stands; a signature that is empty is made. So the
//! corpus holds answers that are right.

use std::sync::OnceLock;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use browserid::{Email, HostRule, Origin, Timestamp};
use p256::ecdsa::{Signature, SigningKey, signature::Signer, signature::Verifier};
use serde_json::{Value, json};
use service::ports::{Begun, Registered, Webauthn};
use service::ways::{Handle, Passkey};
use sha2::{Digest, Sha256};
use webauthn::RelyingParty;

const ORIGIN: &str = "https://idp.example";
const HANDLE: Handle = Handle([7; 32]);
/// Stands for the challenge: 128 bits of base64url.
const PLACE: &str = "AAAAAAAAAAAAAAAAAAAAAA";
const PRESENT_AND_VERIFIED: u8 = 0x05;

/// Nothing that arrives ends the process. What is taken answers this challenge, for this purpose, at our origin, by the person
/// themselves, signed by the key that is kept; said twice it is taken twice; for another purpose or person it is not taken.
pub fn passkeys(data: &[u8]) {
    for asked in [&known().making, &known().using] {
        let answer = filled(data, asked);
        check_making(&answer);
        check_using(&answer);
    }
}

/// Says whether the relying party takes it: as a new passkey, as one that is used.
pub fn taken(data: &[u8]) -> (bool, bool) {
    let Known { making, using, .. } = known();
    let made = made(&filled(data, making)).is_some();
    (made, used(&filled(data, using), &HANDLE).is_some())
}

struct Known {
    key: SigningKey,
    making: Begun,
    party: RelyingParty,
    passkey: Passkey,
    using: Begun,
}

fn known() -> &'static Known {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let party = RelyingParty::new(Origin::parse(ORIGIN).expect("an origin"));
        let email = Email::parse("you@idp.example", HostRule::Public).expect("an address");
        let making = party.registration(&HANDLE, &email, &[]).expect("works");
        let key = SigningKey::from_slice(&[1; 32]).expect("a key");
        let seed = include_bytes!("../corpus/passkeys/made_es256");
        let answer = filled_by(seed, &making, &key);
        let registered = party.register(&making.state, &answer).expect("it is right");
        let passkey = Passkey {
            created: Timestamp::from_millis(0),
            credential: registered.credential,
            id: registered.id,
            is_backed_up: registered.is_backed_up,
            last_used: None,
            name: String::new(),
        };
        Known {
            key,
            making,
            using: party.authentication().expect("works"),
            party,
            passkey,
        }
    })
}

fn made(answer: &[u8]) -> Option<Registered> {
    let Known { making, party, .. } = known();
    party.register(&making.state, answer).ok()
}

fn used(answer: &[u8], handle: &Handle) -> Option<Passkey> {
    let known = known();
    let state = &known.using.state;
    let used = known
        .party
        .authenticate(state, answer, handle, &known.passkey);
    used.ok()
}

fn check_making(answer: &[u8]) {
    let Known {
        party,
        using,
        making,
        ..
    } = known();
    // A challenge for the one is none for the other.
    assert!(party.register(&using.state, answer).is_err());
    let Some(registered) = made(answer) else {
        return;
    };
    assert!(made(answer).is_some_and(|again| again.id == registered.id));
    let answer = json_of(answer);
    check_client_data(&answer, "webauthn.create", making);
    assert_eq!(bytes(&answer["rawId"]), registered.id);
    assert!((1..=1023).contains(&registered.id.len()));
    // The parts that count stand in the object as bytes, whatever is around them.
    let object = bytes(&answer["response"]["attestationObject"]);
    let host = Sha256::digest("idp.example");
    let mut places = object.windows(33).filter(|at| at[..32] == host[..]);
    assert!(places.any(|at| at[32] & PRESENT_AND_VERIFIED == PRESENT_AND_VERIFIED));
    // What is kept can be read again: the next use fails only because nobody signed for it.
    let passkey = Passkey {
        credential: registered.credential,
        id: registered.id,
        ..known().passkey.clone()
    };
    let empty = party.authenticate(&using.state, b"{}", &HANDLE, &passkey);
    assert!(empty.is_err());
}

fn check_using(answer: &[u8]) {
    let known = known();
    let claimed = known.party.claimed(answer);
    let used = used(answer, &HANDLE);
    assert!(self::used(answer, &Handle([8; 32])).is_none());
    let crossed = known
        .party
        .authenticate(&known.making.state, answer, &HANDLE, &known.passkey);
    assert!(crossed.is_err());
    let Some(after) = used else {
        return;
    };
    assert_eq!(claimed, Some((HANDLE, known.passkey.id.clone())));
    assert_eq!(after.id, known.passkey.id);
    let answer = json_of(answer);
    let client_data = check_client_data(&answer, "webauthn.get", &known.using);
    let data = bytes(&answer["response"]["authenticatorData"]);
    assert_eq!(data[..32], Sha256::digest("idp.example")[..]);
    assert_eq!(data[32] & PRESENT_AND_VERIFIED, PRESENT_AND_VERIFIED);
    let signature = Signature::from_der(&bytes(&answer["response"]["signature"]));
    let message = [&data[..], &Sha256::digest(&client_data)].concat();
    let signature = signature.expect("a signature");
    let verified = known.key.verifying_key().verify(&message, &signature);
    assert!(verified.is_ok());
}

/// It says this type, the challenge that was given, and our origin, and no other page around it. Inside: its bytes.
///
/// The library reads names and texts that nothing depends on as bytes, so that there may be in them what JSON has not:
/// control characters, and halves of pairs. What says the wrong thing beside such is not to be found either.
fn check_client_data(answer: &Value, kind: &str, begun: &Begun) -> Vec<u8> {
    assert_eq!(answer["id"], answer["rawId"]);
    assert_eq!(answer["type"], "public-key");
    let client_data = bytes(&answer["response"]["clientDataJSON"]);
    let text = String::from_utf8_lossy(&client_data).replace(char::is_control, " ");
    match serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')) {
        Ok(said) => {
            assert_eq!(said["type"], kind);
            assert_eq!(said["challenge"], challenge(begun));
            assert_eq!(said["origin"], ORIGIN);
            let cross = &said["crossOrigin"];
            assert!(matches!(cross, Value::Null | Value::Bool(false)));
        }
        Err(error) => assert!(text.contains("\\u"), "{error}: {text}"),
    }
    client_data
}

fn challenge(begun: &Begun) -> String {
    let options: Value = serde_json::from_str(&begun.options).expect("JSON");
    options["challenge"].as_str().expect("a text").to_owned()
}

fn filled(data: &[u8], begun: &Begun) -> Vec<u8> {
    filled_by(data, begun, &known().key)
}

/// What a page sends for this challenge; what cannot be filled in, as it is.
fn filled_by(data: &[u8], begun: &Begun, key: &SigningKey) -> Vec<u8> {
    let answer = match data.split_first() {
        Some((b'r', rest)) => built(
            rest,
            |client_data, object| json!({"clientDataJSON": text(client_data), "attestationObject": text(object)}),
        ),
        Some((b'a', rest)) => built(rest, |client_data, data| {
            json!({
                "clientDataJSON": text(client_data),
                "authenticatorData": text(data),
                "signature": "",
                "userHandle": text(&HANDLE.0),
            })
        }),
        _ => serde_json::from_slice(data).ok(),
    };
    let Some(mut answer) = answer.filter(Value::is_object) else {
        return data.to_vec();
    };
    let response = &mut answer["response"];
    if let Some(client_data) = decoded(&response["clientDataJSON"]) {
        let said = String::from_utf8_lossy(&client_data).replace(PLACE, &challenge(begun));
        let hash = Sha256::digest(&said);
        response["clientDataJSON"] = text(said.as_bytes()).into();
        if response["signature"] == ""
            && let Some(data) = decoded(&response["authenticatorData"])
        {
            let signature: Signature = key.sign(&[&data[..], &hash].concat());
            response["signature"] = text(signature.to_der().as_bytes()).into();
        }
    }
    answer.to_string().into_bytes()
}

/// The answer of the passkey whose id is 16 times 9.
fn built(rest: &[u8], response: impl FnOnce(&[u8], &[u8]) -> Value) -> Option<Value> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let id = text(&[9; 16]);
    Some(json!({
        "id": id,
        "rawId": id,
        "type": "public-key",
        "response": response(&rest[..end], &rest[end + 1..]),
    }))
}

fn json_of(answer: &[u8]) -> Value {
    serde_json::from_slice(answer).expect("JSON")
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decoded(text: &Value) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.as_str()?).ok()
}

fn bytes(text: &Value) -> Vec<u8> {
    decoded(text).expect("base64url")
}
