//! What is sent: a bundle of RS256 and RS256 that is valid now, as a POST to `/v2`.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tests::keys::USER;
use tests::tokens::bundle;

/// The site that asks.
pub const AUDIENCE: &str = "https://rp.example";

/// Now, in milliseconds.
pub fn now_ms() -> u64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH);
    elapsed.expect("after 1970").as_millis() as u64
}

/// The body for a person of `domain`, who is certified by it.
pub fn body(domain: &str) -> String {
    let now = now_ms();
    let certificate = json!({
        "iss": domain,
        "iat": now - 10_000,
        "exp": now + 3_600_000,
        "public-key": USER.to_json(),
        "principal": {"email": format!("alice@{domain}")},
    });
    let assertion = json!({"aud": AUDIENCE, "exp": now + 3_600_000});
    json!({"assertion": bundle(&certificate, &assertion), "audience": AUDIENCE}).to_string()
}

/// The request as it goes over the wire.
pub fn request(domain: &str) -> Vec<u8> {
    let body = body(domain);
    format!(
        "POST /v2 HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// True if an answer says okay.
pub fn is_okay(answer: &[u8]) -> bool {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n");
    let body = end.map(|end| &answer[end + 4..]).unwrap_or_default();
    serde_json::from_slice::<Value>(body).is_ok_and(|answer| answer["status"] == "okay")
}
