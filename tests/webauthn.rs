//! Passkeys: the relying party against an authenticator in software, which does as it should, and attacks.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails loudly"
)]

#[path = "webauthn/attacks.rs"]
mod attacks;
#[path = "webauthn/forms.rs"]
mod forms;
#[path = "webauthn/making.rs"]
mod making;
#[path = "webauthn/using.rs"]
mod using;

use browserid::{Email, HostRule, Origin, Timestamp};
use serde_json::Value;
use service::ports::{Begun, NotProved, Registered, Webauthn};
use service::ways::{Handle, Passkey as Kept};
use tests::authenticator::{Algorithm, Passkey};
use webauthn::RelyingParty;

const ORIGIN: &str = "http://me.localhost:8080";
const HANDLE: Handle = Handle([7; 32]);

fn party() -> RelyingParty {
    RelyingParty::new(Origin::parse(ORIGIN).expect("an origin"))
}

fn email() -> Email {
    Email::parse("you@me.localhost", HostRule::Insecure).expect("an address")
}

fn options(begun: &Begun) -> Value {
    serde_json::from_str(&begun.options).expect("JSON")
}

/// Makes it, and says what came of that.
fn register(passkey: &mut Passkey) -> Result<Registered, NotProved> {
    let begun = party().registration(&HANDLE, &email(), &[]);
    let begun = begun.expect("a challenge");
    let answer = passkey.make(&options(&begun));
    party().register(&begun.state, &json(&answer))
}

/// What is kept of a passkey that was made well.
fn kept(passkey: &mut Passkey) -> Kept {
    let registered = register(passkey).expect("it is made well");
    assert_eq!(registered.id, passkey.id);
    Kept {
        created: Timestamp::from_millis(1_000),
        credential: registered.credential,
        id: registered.id,
        is_backed_up: registered.is_backed_up,
        last_used: None,
        name: "Phone".to_owned(),
    }
}

/// A passkey with the key that is kept of it.
fn made(algorithm: Algorithm) -> (Passkey, Kept) {
    let mut passkey = Passkey::new(algorithm, ORIGIN);
    let kept = kept(&mut passkey);
    (passkey, kept)
}

/// Uses it, with an answer that `change` got hold of.
fn answered(
    passkey: &mut Passkey,
    kept: &Kept,
    change: impl FnOnce(&mut Value),
) -> Result<Kept, NotProved> {
    let begun = party().authentication().expect("a challenge");
    let mut answer = passkey.answer(&options(&begun));
    change(&mut answer);
    party().authenticate(&begun.state, &json(&answer), &HANDLE, kept)
}

fn uses(passkey: &mut Passkey, kept: &Kept) -> Result<Kept, NotProved> {
    answered(passkey, kept, |_| ())
}

fn json(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

/// Why it was refused; empty if it was not.
fn why<T>(result: Result<T, NotProved>) -> String {
    match result {
        Ok(_) => String::new(),
        Err(NotProved::Copied) => "copied".to_owned(),
        Err(NotProved::Wrong(why)) => why,
    }
}
