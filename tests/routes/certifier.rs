//! The certificate service of Persona's days, in its form (PROTOCOL §7, C1 to C7).

use std::sync::Arc;

use axum::Router;
use browserid::{Domain, HostRule};
use local::store::Store;
use serde_json::{Value, json};
use service::certifier::Certifier;
use service::ports::{Audit, Signer};
use tests::absent::{NoSigner, NoStore};
use tests::clock::{START_MS, SetClock};
use tests::http::{Call, Heard, send};
use tests::idp::{ALWAYS, profile};
use tests::keys::{FixedSigner, ISSUER, USER, WEAK};
use tests::tokens::{ALICE, IDP, payload};
use web::certifier::{Callers, Deps};

use crate::log::{keep_the_log, lines, text};

const DAY_MS: u64 = 86_400_000;

struct Service {
    router: Router,
    signer: Arc<FixedSigner>,
}

impl Service {
    fn new() -> Self {
        Self::for_callers(Callers::Reaching)
    }

    fn for_callers(callers: Callers) -> Self {
        let store = Arc::new(Store::in_memory().expect("memory"));
        let signer = Arc::new(FixedSigner::new());
        Self {
            router: router(store, Arc::clone(&signer) as _, callers),
            signer,
        }
    }

    /// Sends it, and checks what holds for every answer.
    async fn send(&self, call: Call) -> Heard {
        let before = self.signer.signatures();
        let heard = send(&self.router, call).await;
        heard.assert_headers(&ALWAYS, &["content-length", "content-type"]);
        if heard.status != 200 {
            assert_eq!(heard.json()["success"], false, "{heard:?}");
            assert!(!heard.code().is_empty(), "{heard:?}");
            assert_eq!(self.signer.signatures(), before, "nothing was signed");
        }
        heard
    }

    async fn refuses(&self, call: Call, status: u16, code: &str, reason: &str) {
        let heard = self.send(call).await;
        assert_eq!(heard.status, status, "{heard:?}");
        let expected = json!({"success": false, "code": code, "reason": reason});
        assert_eq!(heard.json(), expected);
    }
}

fn router(audit: Arc<dyn Audit>, signer: Arc<dyn Signer>, callers: Callers) -> Router {
    let other = Domain::parse("other.example", HostRule::Public).expect("a domain");
    web::certifier::router(Deps {
        callers,
        certifier: Arc::new(Certifier {
            audit,
            clock: Arc::new(SetClock::new()),
            domains: vec![profile().issuer().clone(), other],
            profile: profile(),
            signer,
        }),
    })
}

/// Right in everything.
fn asked() -> Value {
    json!({"email": ALICE, "pubkey": USER.to_json().to_string(), "duration": 3600})
}

fn with(name: &str, value: Value) -> Value {
    let mut asked = asked();
    asked[name] = value;
    asked
}

fn without(name: &str) -> Value {
    let mut asked = asked();
    asked.as_object_mut().expect("an object").remove(name);
    asked
}

fn post(body: &Value) -> Call {
    Call::post("/cert_key").json(body)
}

const NO_NUMBER: &str = "duration argument must be a number when present";
const NO_KEY: &str = "pubkey argument is required and must be a string";
const NO_EMAIL: &str = "email argument is required and must be a string";

#[tokio::test]
async fn c1_a_right_request_is_a_certificate_in_the_old_form() {
    let service = Service::new();
    let heard = service.send(post(&asked())).await;
    assert_eq!(heard.status, 200, "{heard:?}");
    assert_eq!(
        heard.header("content-type"),
        Some("application/json; charset=utf-8")
    );
    let certificate = heard.json()["certificate"].clone();
    let certificate = certificate.as_str().expect("a text");
    assert_eq!(
        heard.body,
        format!(r#"{{"success":true,"certificate":"{certificate}"}}"#)
    );
    assert_eq!(
        payload(certificate),
        json!({
            "iss": IDP,
            "iat": START_MS - 10_000,
            "exp": START_MS + 3_600_000,
            "principal": {"email": ALICE},
            "public-key": USER.to_json(),
        })
    );
    let (input, signature) = certificate.rsplit_once('.').expect("three parts");
    let signature = browserid::base64url::decode(signature).expect("base64url");
    assert_eq!(ISSUER.public().verify(input.as_bytes(), &signature), Ok(()));
    assert_eq!(service.signer.signatures(), 1);
}

#[tokio::test]
async fn c2_c6_durations_are_clamped_and_every_certificate_ends() {
    let service = Service::new();
    for (duration, lives_ms) in [
        (json!("3600"), 3_600_000),
        (json!(3600.5), 3_600_500),
        (json!(1), 60_000),
        (json!(60), 60_000),
        (json!(86_400), DAY_MS),
        (json!(86_401), DAY_MS),
        (json!(1e9), DAY_MS),
        (json!(null), DAY_MS),
    ] {
        let heard = service
            .send(post(&with("duration", duration.clone())))
            .await;
        assert_eq!(heard.status, 200, "{duration}: {heard:?}");
        let claims = payload(heard.json()["certificate"].as_str().expect("a text"));
        assert_eq!(claims["exp"], START_MS + lives_ms, "{duration}");
    }
    let heard = service.send(post(&without("duration"))).await;
    let claims = payload(heard.json()["certificate"].as_str().expect("a text"));
    assert_eq!(claims["exp"], START_MS + DAY_MS, "the default is a day");
}

#[tokio::test]
async fn c3_c6_what_is_no_number_above_zero_is_refused_in_the_old_words() {
    let service = Service::new();
    for duration in [
        json!("duration"),
        json!("3600abc"),
        json!("NaN"),
        json!("Infinity"),
        json!("1e400"),
        json!(""),
        json!(0),
        json!(-1),
        json!("-3600"),
        json!(true),
        json!([3600]),
        json!({}),
    ] {
        let call = post(&with("duration", duration));
        service
            .refuses(call, 400, "duration_invalid", NO_NUMBER)
            .await;
    }
}

#[tokio::test]
async fn c4_c5_the_first_that_is_wrong_of_duration_key_and_address_is_the_answer() {
    let service = Service::new();
    for (body, code, reason) in [
        (json!({"duration": "x"}), "duration_invalid", NO_NUMBER),
        (json!({}), "key_missing", NO_KEY),
        (json!({"email": ALICE}), "key_missing", NO_KEY),
        (with("pubkey", USER.to_json()), "key_missing", NO_KEY),
        (with("pubkey", json!(null)), "key_missing", NO_KEY),
        (without("email"), "address_malformed", NO_EMAIL),
        (with("email", json!(7)), "address_malformed", NO_EMAIL),
        (
            json!({"pubkey": "junk", "email": 7}),
            "address_malformed",
            NO_EMAIL,
        ),
    ] {
        service.refuses(post(&body), 400, code, reason).await;
    }
}

#[tokio::test]
async fn c5_a_bad_key_is_refused_and_the_next_request_is_answered() {
    let service = Service::new();
    let of = |mut key: Value, name: &str, value: Value| {
        key[name] = value;
        json!(key.to_string())
    };
    let key = || USER.to_json();
    for (pubkey, code) in [
        (json!("junk"), "key_malformed"),
        (json!(""), "key_malformed"),
        (json!("null"), "key_malformed"),
        (json!("{}"), "key_refused"),
        (json!(WEAK.to_json().to_string()), "key_refused"),
        (json!(ISSUER.to_json().to_string()), "key_refused"),
        (json!(ISSUER.to_short_json().to_string()), "key_refused"),
        (of(key(), "algorithm", json!("RS256")), "key_refused"),
        (of(key(), "e", json!("1")), "key_refused"),
        (of(key(), "e", json!(65_537)), "key_malformed"),
        (of(key(), "n", json!(12_345)), "key_malformed"),
        (of(key(), "n", json!("-7")), "key_malformed"),
        (json!("[".repeat(5000)), "key_malformed"),
    ] {
        let heard = service.send(post(&with("pubkey", pubkey.clone()))).await;
        let got = (heard.status, heard.code());
        assert_eq!(got, (400, code.to_owned()), "{pubkey}: {heard:?}");
        let reason = heard.json()["reason"].clone();
        let reason = reason.as_str().expect("a sentence").to_owned();
        assert!(reason.starts_with("pubkey is refused: "), "{reason}");
    }
    assert_eq!(service.send(post(&asked())).await.status, 200);
}

#[tokio::test]
async fn only_addresses_of_the_named_domains_are_certified() {
    let service = Service::new();
    let heard = service
        .send(post(&with("email", json!("bob@other.example"))))
        .await;
    let claims = payload(heard.json()["certificate"].as_str().expect("a text"));
    assert_eq!(claims["principal"], json!({"email": "bob@other.example"}));
    assert_eq!(claims["iss"], IDP);

    const FOREIGN: &str = "this domain's people are not certified here";
    for email in [
        "alice@strange.example",
        "alice@sub.idp.example",
        "alice@example",
    ] {
        let call = post(&with("email", json!(email)));
        if email == "alice@example" {
            service
                .refuses(call, 400, "address_malformed", "email is not an address")
                .await;
        } else {
            service.refuses(call, 403, "not_our_domain", FOREIGN).await;
        }
    }
    for email in [
        "",
        "alice",
        "@idp.example",
        "alice@idp.example ",
        "alice@IDP.example",
        "alice@idp.example\u{0}",
        "alice@idp.example@strange.example",
        "alice@strange.example@idp.example",
        "\"alice\"@idp.example",
        "älice@idp.example",
    ] {
        let call = post(&with("email", json!(email)));
        service
            .refuses(call, 400, "address_malformed", "email is not an address")
            .await;
    }
}

#[tokio::test]
async fn a_form_says_the_same_as_an_object() {
    let service = Service::new();
    let key = USER.to_json().to_string();
    let form = [("email", ALICE), ("pubkey", &key), ("duration", "60")];
    let heard = service.send(Call::post("/cert_key").form(&form)).await;
    let claims = payload(heard.json()["certificate"].as_str().expect("a text"));
    assert_eq!(claims["exp"], START_MS + 60_000);
}

#[tokio::test]
async fn bodies_that_are_none_are_refused_and_other_types_are_not_looked_at() {
    let service = Service::new();
    let whole = asked().to_string();
    let malformed = "the body must be one JSON object, or a form, with each member once";
    let twice = whole.replacen('{', r#"{"email":"bob@idp.example","#, 1);
    for body in ["{", "null", "7", "\"text\"", "[]", "{} {}", &twice] {
        let call = Call::post("/cert_key").body("application/json", body);
        service
            .refuses(call, 400, "request_malformed", malformed)
            .await;
    }
    let call = Call::post("/cert_key").form(&[("email", ALICE), ("email", "bob@idp.example")]);
    service
        .refuses(call, 400, "request_malformed", malformed)
        .await;

    for call in [
        Call::post("/cert_key").body("text/plain", whole.as_str()),
        Call::post("/cert_key").untyped(whole.as_str()),
        Call::post("/cert_key").body("application/json", ""),
        Call::post("/cert_key"),
    ] {
        service.refuses(call, 400, "key_missing", NO_KEY).await;
    }
    let utf16 = "application/json; charset=utf-16";
    let call = Call::post("/cert_key").body(utf16, whole.as_str());
    assert_eq!(service.send(call).await.code(), "type_unsupported");
}

#[tokio::test]
async fn c7_a_body_ends_at_10240_bytes_however_many_characters_that_are() {
    let service = Service::new();
    let filled = |bytes: usize, with: &str| {
        let empty = asked().to_string().replacen('{', r#"{"x":"","#, 1);
        let room = bytes - empty.len();
        let filler = with.repeat(room / with.len()) + &"x".repeat(room % with.len());
        empty.replacen(r#""x":"""#, &format!(r#""x":"{filler}""#), 1)
    };
    for with in ["x", "ü"] {
        let call = |bytes| Call::post("/cert_key").body("application/json", filled(bytes, with));
        assert_eq!(service.send(call(10_240)).await.status, 200);
        for call in [call(10_241), call(10_241).streamed()] {
            let heard = service.send(call).await;
            assert_eq!(
                (heard.status, heard.code().as_str()),
                (413, "body_too_large")
            );
        }
    }
}

#[tokio::test]
async fn key_and_heartbeat_are_told_and_there_is_nothing_else() {
    let service = Service::new();
    let heard = service.send(Call::get("/public-key")).await;
    assert_eq!((heard.status, heard.json()), (200, ISSUER.to_json()));
    assert_eq!(
        heard.header("content-type"),
        Some("application/json; charset=utf-8")
    );
    let heard = service.send(Call::get("/__heartbeat__")).await;
    assert_eq!((heard.status, heard.body.as_str()), (200, "ok certifier"));
    assert_eq!(
        heard.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    for (method, path) in [
        ("GET", "/"),
        ("GET", "/cert_key"),
        ("PUT", "/cert_key"),
        ("OPTIONS", "/cert_key"),
        ("POST", "/public-key"),
        ("POST", "/__heartbeat__"),
        ("POST", "/cert_key/"),
        ("GET", "/persona/session"),
        ("GET", "/wsapi/cert_key"),
    ] {
        let heard = service.send(Call::new(method, path)).await;
        assert_eq!(
            (heard.status, heard.code().as_str()),
            (404, "not_found"),
            "{path}"
        );
    }
}

/// A page of a stranger's, open on the machine where the service listens on loopback.
#[tokio::test]
async fn what_a_page_sends_is_refused_whatever_its_origin() {
    let service = Service::new();
    for origin in ["https://evil.example", "http://127.0.0.1:8080", "null", ""] {
        for call in [
            post(&asked()),
            Call::post("/cert_key").body("text/plain", asked().to_string()),
            Call::get("/public-key"),
            Call::new("OPTIONS", "/cert_key"),
        ] {
            let call = call.header("origin", origin);
            service
                .refuses(
                    call,
                    403,
                    "wrong_origin",
                    "only servers may ask this, not pages",
                )
                .await;
        }
    }
}

#[tokio::test]
async fn where_requests_must_be_signed_no_header_makes_one_so() {
    let service = Service::for_callers(Callers::Signed);
    let reason = "only signed requests are answered here";
    for call in [
        post(&asked()),
        post(&asked()).header("authorization", "AWS4-HMAC-SHA256 Credential=x"),
        post(&asked()).header("x-amz-security-token", "x"),
        Call::get("/public-key"),
        Call::get("/nothing"),
    ] {
        service.refuses(call, 403, "wrong_front", reason).await;
    }
}

#[tokio::test]
async fn a_broken_signer_or_a_row_that_cannot_be_kept_costs_the_certificate() {
    let no_signer = NoSigner {
        public_key: ISSUER.public(),
    };
    let store = || Arc::new(Store::in_memory().expect("memory"));
    for router in [
        router(store(), Arc::new(no_signer), Callers::Reaching),
        router(
            Arc::new(NoStore),
            Arc::new(FixedSigner::new()),
            Callers::Reaching,
        ),
    ] {
        let heard = send(&router, post(&asked())).await;
        heard.assert_headers(&ALWAYS, &["content-length", "content-type", "retry-after"]);
        assert_eq!((heard.status, heard.code().as_str()), (503, "unavailable"));
        assert_eq!(heard.header("retry-after"), Some("5"));
        assert_eq!(heard.json()["success"], false);
        assert!(!heard.body.contains("wired"), "{heard:?}");
    }
}

#[tokio::test]
async fn the_log_learns_neither_address_nor_key_nor_certificate() {
    keep_the_log();
    let service = Service::new();
    let certificate = service.send(post(&asked())).await.body;
    service
        .send(post(&with("email", json!("alice@strange.example"))))
        .await;
    service
        .send(post(&with("pubkey", json!(WEAK.to_json().to_string()))))
        .await;
    service
        .send(Call::get(&format!("/cert_key?email={ALICE}")))
        .await;
    let told: Vec<_> = lines()
        .iter()
        .map(|line| {
            (
                line["path"].clone(),
                line["status"].clone(),
                line["code"].clone(),
            )
        })
        .collect();
    let path = json!("/cert_key");
    assert_eq!(
        told,
        [
            (path.clone(), json!(200), json!(null)),
            (path.clone(), json!(403), json!("not_our_domain")),
            (path.clone(), json!(400), json!("key_refused")),
            (path, json!(404), json!("not_found")),
        ]
    );
    let signature = certificate
        .rsplit('.')
        .next()
        .expect("a last part")
        .to_owned();
    let modulus = USER.to_json()["n"].as_str().expect("digits").to_owned();
    for secret in ["alice", "strange.example", &modulus, &signature] {
        assert!(!text().contains(secret), "{secret}: {}", text());
    }
}
