//! The fallback: every path, every refusal.

#[path = "fallback/asking.rs"]
mod asking;
#[path = "fallback/attacks.rs"]
mod attacks;
#[path = "fallback/confirming.rs"]
mod confirming;
#[path = "fallback/passwords.rs"]
mod passwords;
#[path = "fallback/signing.rs"]
mod signing;
#[path = "fallback/standing.rs"]
mod standing;

use serde_json::json;
use service::ports::Said;
use tests::clock::START_MS;
use tests::fallback::{
    ANNA, FallbackIdp, ORIGIN, PROOF, SESSION, ask, confirm, cookie_of, cookies, from_page, wrong,
};
use tests::http::{Call, Heard};
use tests::idp::PASSWORD;

const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

fn check_refused(heard: &Heard, status: u16, code: &str) {
    assert_eq!(
        (heard.status, heard.code().as_str()),
        (status, code),
        "{heard:?}"
    );
}

/// The first password of whoever is signed in with `cookie`.
fn set_password(cookie: &str, new: &str) -> Call {
    from_page("POST", "/persona/password")
        .header("cookie", cookie)
        .json(&json!({"new": new}))
}

fn sign_in(email: &str, password: &str) -> Call {
    from_page("POST", "/persona/session").json(&json!({"email": email, "password": password}))
}
