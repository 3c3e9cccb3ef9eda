//! `POST /persona/sign/`.

use std::sync::Arc;

use async_trait::async_trait;
use browserid::{MIN_CERTIFICATE_MS, PublicKey};
use serde_json::{Value, json};
use service::ports::{PortError, Signed, Signer};
use service::session::{ABSOLUTE_MS, IDLE_MS};
use service::sign::{Sign, Speaks};
use tests::absent::{NoSigner, NoStore};
use tests::clock::{START_MS, SetClock};
use tests::http::{Call, Heard, send};
use tests::idp::{ALWAYS, Idp, MAYBE, ORIGIN, from_page, profile, sign_router};
use tests::keys::{FixedSigner, ISSUER, OTHER, USER, WEAK};
use tests::tokens::{ALICE, IDP, payload};

fn target(email: &str, duration: &str) -> String {
    let email = email.replace('@', "%40");
    format!("/persona/sign/?email={email}&duration={duration}")
}

/// Alice's request, right in everything.
fn right(cookie: &str) -> Call {
    from_page("POST", &target(ALICE, "3600"))
        .header("cookie", cookie)
        .json(&USER.to_json())
}

fn check_refused(heard: &Heard, status: u16, code: &str) {
    assert_eq!(
        (heard.status, heard.code().as_str()),
        (status, code),
        "{heard:?}"
    );
}

#[tokio::test]
async fn session_and_key_become_a_certificate_and_nothing_else() {
    let idp = Idp::new().await;
    let cookie = idp.sign_alice_in().await;
    let heard = idp.send_to_sign(right(&cookie)).await;
    assert_eq!(heard.status, 200, "{heard:?}");
    assert_eq!(
        heard.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    assert_eq!(
        payload(&heard.body),
        json!({
            "iss": IDP,
            "iat": START_MS - 10_000,
            "exp": START_MS + 3_600_000,
            "principal": {"email": ALICE},
            "public-key": USER.to_json(),
        })
    );
    let parts: Vec<_> = heard.body.split('.').collect();
    assert_eq!(parts.len(), 3);
    let signature = ISSUER.sign(format!("{}.{}", parts[0], parts[1]).as_bytes());
    assert_eq!(
        heard.body,
        tests::tokens::signed(parts[0], parts[1], &signature)
    );
    assert_eq!(idp.sessions.reads(), 1, "one read of the store");
    assert_eq!(idp.signer.signatures(), 1, "one use of the key");
}

#[tokio::test]
async fn path_may_come_without_its_final_slash() {
    let idp = Idp::new().await;
    let cookie = idp.sign_alice_in().await;
    let call = from_page("POST", &target(ALICE, "60").replace("sign/", "sign"));
    let call = call.header("cookie", &cookie).json(&USER.to_json());
    assert_eq!(idp.send_to_sign(call).await.status, 200);
}

#[tokio::test]
async fn key_may_be_a_text_that_holds_one() {
    let idp = Idp::new().await;
    let cookie = idp.sign_alice_in().await;
    let text = Value::String(USER.to_json().to_string());
    let call = from_page("POST", &target(ALICE, "3600"))
        .header("cookie", &cookie)
        .body("application/json; charset=utf-8", format!(" {text}\n"));
    let heard = idp.send_to_sign(call).await;
    assert_eq!(heard.status, 200);
    assert_eq!(payload(&heard.body)["public-key"], USER.to_json());
}

#[tokio::test]
async fn rsa_keys_are_certified_up_to_4096_bits() {
    let idp = Idp::new().await;
    let cookie = idp.sign_alice_in().await;
    // An odd number of so many bits: all that an issuer can tell of a modulus.
    let of_bits = |bits: usize| {
        let n = (rsa::BigUint::from(1u8) << (bits - 1)) + rsa::BigUint::from(1u8);
        json!({"algorithm": "RS", "n": n.to_string(), "e": "65537"})
    };
    for (bits, status) in [
        (2048, 200),
        (3072, 200),
        (4096, 200),
        (4097, 400),
        (1024, 400),
    ] {
        let key = of_bits(bits);
        let call = from_page("POST", &target(ALICE, "3600"))
            .header("cookie", &cookie)
            .body("application/json", key.to_string());
        let heard = idp.send_to_sign(call).await;
        assert_eq!(heard.status, status, "{bits}");
        if status == 200 {
            assert_eq!(payload(&heard.body)["public-key"], key);
        } else {
            assert_eq!(heard.json()["code"], "key_refused");
        }
    }
}

#[tokio::test]
async fn methods_other_than_post_are_refused_first() {
    let idp = Idp::new().await;
    for method in ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"] {
        for path in ["/persona/sign/", "/persona/sign", "/persona/sign/?email=x"] {
            let heard = send(&idp.sign_router(), Call::new(method, path)).await;
            heard.assert_headers(&ALWAYS, &MAYBE);
            assert_eq!(heard.status, 405, "{method} {path}");
            assert_eq!(heard.header("allow"), Some("POST"));
        }
    }
}

#[tokio::test]
async fn checks_come_in_the_order_of_the_contract() {
    let idp = Idp::new().await;
    let cookie = idp.sign_alice_in().await;
    let wrong_key = || "x".repeat(10_241);
    // Each line is wrong in everything that is checked later.
    let base = Call::post("/persona/sign/?email=bob%40idp.example&duration=soon");
    let heard = idp
        .send_to_sign(base.clone().body("text/plain", wrong_key()))
        .await;
    check_refused(&heard, 403, "wrong_origin");
    let base = base.header("origin", ORIGIN);
    let heard = idp
        .send_to_sign(base.clone().body("text/plain", wrong_key()))
        .await;
    check_refused(&heard, 403, "no_session");
    let base = base.header("cookie", &cookie);
    let heard = idp.send_to_sign(base.body("text/plain", wrong_key())).await;
    check_refused(&heard, 400, "not_your_address");
    let ours = |target: &str| from_page("POST", target).header("cookie", &cookie);
    let call = ours(&target(ALICE, "soon")).body("text/plain", wrong_key());
    check_refused(&idp.send_to_sign(call).await, 400, "duration_invalid");
    let call = ours(&target(ALICE, "60")).body("text/plain", wrong_key());
    check_refused(&idp.send_to_sign(call).await, 415, "type_unsupported");
    let call = ours(&target(ALICE, "60")).body("application/json", wrong_key());
    check_refused(&idp.send_to_sign(call).await, 413, "body_too_large");
    let call = ours(&target(ALICE, "60")).body("application/json", "x");
    check_refused(&idp.send_to_sign(call).await, 400, "key_malformed");
    assert_eq!(idp.signer.signatures(), 0);
}

#[tokio::test]
async fn nobody_gets_a_certificate_without_a_live_session() {
    let idp = Idp::new().await;
    let cookie = idp.sign_alice_in().await;
    let unknown = format!("__Host-selfsame={}", "A".repeat(43));
    let twice = format!("{cookie}; {cookie}");
    for other in ["a=b", "__Host-selfsame=", &unknown, &twice] {
        let heard = idp.send_to_sign(right(other)).await;
        check_refused(&heard, 403, "no_session");
    }
    // Also when the parameters are missing.
    let heard = idp.send_to_sign(from_page("POST", "/persona/sign/")).await;
    check_refused(&heard, 403, "no_session");
    idp.clock.forward(IDLE_MS);
    check_refused(&idp.send_to_sign(right(&cookie)).await, 403, "no_session");
    assert_eq!(idp.signer.signatures(), 0);
}

#[tokio::test]
async fn certificate_does_not_outlive_the_session() {
    let idp = Idp::new().await;
    let cookie = idp.sign_alice_in().await;
    // Used every week, so that only the absolute end is near.
    for _ in 0..4 {
        idp.clock.forward(7 * 24 * 3_600_000);
        idp.who(&cookie).await;
    }
    idp.clock.forward(2 * 24 * 3_600_000 - MIN_CERTIFICATE_MS);
    let end = START_MS + ABSOLUTE_MS;
    let heard = idp.send_to_sign(right(&cookie)).await;
    assert_eq!(heard.status, 200, "{heard:?}");
    assert_eq!(payload(&heard.body)["exp"], end);
    idp.clock.forward(1);
    check_refused(&idp.send_to_sign(right(&cookie)).await, 403, "no_session");
}

#[tokio::test]
async fn only_the_sessions_own_address_is_certified_as_it_is_stored() {
    let idp = Idp::new().await;
    let cookie = idp.sign_alice_in().await;
    for query in [
        "",
        "duration=3600",
        "email=&duration=3600",
        "email=bob%40idp.example&duration=3600",
        "email=Alice%40idp.example&duration=3600",
        "email=alice%40other.example&duration=3600",
        "email=alice%40idp.example%20&duration=3600",
        "email=alice%40idp.example%00&duration=3600",
        "email=alice%40idp.example&email=alice%40idp.example&duration=3600",
        "email[]=alice%40idp.example&duration=3600",
    ] {
        let call = from_page("POST", &format!("/persona/sign/?{query}"));
        let call = call.header("cookie", &cookie).json(&USER.to_json());
        let heard = idp.send_to_sign(call).await;
        check_refused(&heard, 400, "not_your_address");
    }
    assert_eq!(idp.signer.signatures(), 0);

    let call = from_page("POST", &target("alice@IDP.example", "3600"));
    let heard = idp
        .send_to_sign(call.header("cookie", &cookie).json(&USER.to_json()))
        .await;
    assert_eq!(heard.status, 200);
    assert_eq!(payload(&heard.body)["principal"]["email"], ALICE);
}

#[tokio::test]
async fn duration_is_clamped_to_what_a_certificate_may_live() {
    const SIX_HOURS_MS: u64 = 6 * 60 * 60 * 1000;
    let idp = Idp::new().await;
    let cookie = idp.sign_alice_in().await;
    for (duration, lifetime_ms) in [
        ("21600", 21_600_000),
        ("3600", 3_600_000),
        ("3600.5", 3_600_500),
        ("1e3", 1_000_000),
        ("0.001", MIN_CERTIFICATE_MS),
        ("59.999", MIN_CERTIFICATE_MS),
        ("86400", SIX_HOURS_MS),
        ("86401", SIX_HOURS_MS),
        ("1e300", SIX_HOURS_MS),
    ] {
        let call = from_page("POST", &target(ALICE, duration));
        let call = call.header("cookie", &cookie).json(&USER.to_json());
        let heard = idp.send_to_sign(call).await;
        assert_eq!(heard.status, 200, "{duration}");
        assert_eq!(
            payload(&heard.body)["exp"],
            START_MS + lifetime_ms,
            "{duration}"
        );
    }
}

#[tokio::test]
async fn duration_that_is_no_positive_number_is_refused() {
    let idp = Idp::new().await;
    let cookie = idp.sign_alice_in().await;
    for query in [
        "",
        "&duration=",
        "&duration=0",
        "&duration=-0",
        "&duration=-1",
        "&duration=abc",
        "&duration=3600abc",
        "&duration=1e400",
        "&duration=NaN",
        "&duration=nan",
        "&duration=inf",
        "&duration=Infinity",
        "&duration=%203600",
        "&duration=3600&duration=3600",
        "&duration=0x10",
    ] {
        let call = from_page(
            "POST",
            &format!("/persona/sign/?email=alice%40idp.example{query}"),
        );
        let call = call.header("cookie", &cookie).json(&USER.to_json());
        let heard = idp.send_to_sign(call).await;
        check_refused(&heard, 400, "duration_invalid");
    }
    assert_eq!(idp.signer.signatures(), 0);
}

#[tokio::test]
async fn body_that_is_no_key_or_a_bad_one_is_refused() {
    let idp = Idp::new().await;
    let cookie = idp.sign_alice_in().await;
    let with = |name: &str, value: Value| {
        let mut key = USER.to_json();
        key[name] = value;
        key.to_string()
    };
    let mut without_n = USER.to_json();
    without_n.as_object_mut().expect("an object").remove("n");
    let key = USER.to_json().to_string();
    let twice = key.replacen('{', r#"{"algorithm":"RS","#, 1);
    let large = format!("1{}", "0".repeat(1300));
    for (body, code) in [
        ("", "key_missing"),
        (" \n", "key_missing"),
        ("x", "key_malformed"),
        ("null", "key_malformed"),
        ("[]", "key_malformed"),
        ("{", "key_malformed"),
        (r#""""#, "key_malformed"),
        (r#""{""#, "key_malformed"),
        (&without_n.to_string(), "key_malformed"),
        (&twice, "key_malformed"),
        (&with("n", json!(12345)), "key_malformed"),
        (&with("n", json!("12x45")), "key_malformed"),
        (&with("n", json!("12345")), "key_refused"),
        (&with("n", json!(large)), "key_refused"),
        (&with("e", json!("2")), "key_refused"),
        (&with("e", json!("1")), "key_refused"),
        (&with("algorithm", json!("ES")), "key_refused"),
        (&WEAK.to_json().to_string(), "key_refused"),
        (&ISSUER.to_json().to_string(), "key_refused"),
    ] {
        let call = from_page("POST", &target(ALICE, "3600"))
            .header("cookie", &cookie)
            .body("application/json", body);
        let heard = idp.send_to_sign(call).await;
        check_refused(&heard, 400, code);
    }
    assert_eq!(idp.signer.signatures(), 0);
}

#[tokio::test]
async fn body_may_be_10240_bytes_long_and_no_longer() {
    let idp = Idp::new().await;
    let cookie = idp.sign_alice_in().await;
    let key = USER.to_json().to_string();
    for (length, status) in [(10_240, 200), (10_241, 413)] {
        let call = from_page("POST", &target(ALICE, "3600"))
            .header("cookie", &cookie)
            .body("application/json", format!("{key:length$}"));
        for call in [call.clone(), call.streamed()] {
            assert_eq!(idp.send_to_sign(call).await.status, status, "{length}");
        }
    }
}

/// Signs with a key that is not the published one.
struct StrangeSigner(PublicKey);

#[async_trait]
impl Signer for StrangeSigner {
    fn public_key(&self) -> &PublicKey {
        &self.0
    }

    async fn sign(&self, message: &[u8]) -> Result<Signed, PortError> {
        Ok(Signed {
            request_id: None,
            signature: OTHER.sign(message),
        })
    }
}

#[tokio::test]
async fn signer_that_is_broken_is_our_fault_and_no_certificate_leaves() {
    let broken: [Arc<dyn Signer>; 2] = [
        Arc::new(NoSigner {
            public_key: ISSUER.public(),
        }),
        Arc::new(StrangeSigner(ISSUER.public())),
    ];
    for signer in broken {
        let idp = Idp::with_signer(signer).await;
        let cookie = idp.sign_alice_in().await;
        let heard = idp.send_to_sign(right(&cookie)).await;
        check_refused(&heard, 503, "unavailable");
        assert_eq!(heard.header("retry-after"), Some("5"));
    }
}

#[tokio::test]
async fn store_that_is_broken_is_our_fault_and_nobody_is_let_in() {
    let signer = Arc::new(FixedSigner::new());
    let router = sign_router(Sign {
        addresses: None,
        audit: Arc::new(NoStore),
        clock: Arc::new(SetClock::new()),
        profile: profile(),
        sessions: Arc::new(NoStore),
        signer: signer.clone(),
        speaks: Speaks::For(vec![]),
    });
    let cookie = format!("__Host-selfsame={}", "A".repeat(43));
    let heard = send(&router, right(&cookie)).await;
    check_refused(&heard, 503, "unavailable");
    assert!(!heard.body.contains("store"), "what broke stays in the log");
    assert_eq!(signer.signatures(), 0);
}
