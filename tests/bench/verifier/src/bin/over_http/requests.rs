//! What is sent: a bundle of RS256 and RS256 that is valid now, as a POST to `/v2`.

use std::time::{SystemTime, UNIX_EPOCH};

use verifier_bench::{Bundle, Key};

/// Now, in milliseconds.
fn now_ms() -> u64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH);
    elapsed.expect("after 1970").as_millis() as u64
}

/// Somebody of `domain`, for the next two minutes.
pub fn bundle(domain: &str) -> Bundle {
    let [issuer, user] = ["RS256a", "RS256b"].map(Key::named);
    Bundle::new(&issuer, &user, domain, now_ms())
}

/// The request as it goes over the wire.
pub fn request(domain: &str) -> Vec<u8> {
    let body = bundle(domain).request();
    let head = format!(
        "POST /v2 HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.into_bytes(), body].concat()
}

/// True if an answer says okay.
pub fn is_okay(answer: &[u8]) -> bool {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n");
    end.is_some_and(|end| verifier_bench::is_okay(&answer[end + 4..]))
}
