//! `/persona/session` as pages see it, `/persona/sessions`, and what its end means for certificates.

use serde_json::{Value, json};
use service::session::{FRESH_MS, IDLE_MS};
use tests::clock::START_MS;
use tests::fallback::cookies;
use tests::http::{Call, Heard};
use tests::idp::{BOB, Idp, PASSWORD, cookie, from_page, jar};
use tests::keys::USER;
use tests::tokens::ALICE;

const HOUR_MS: u64 = 60 * 60 * 1000;
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

fn sign_in(life: &str) -> Call {
    let body = json!({"email": ALICE, "password": PASSWORD, "life": life});
    from_page("POST", "/persona/session").json(&body)
}

fn get(path: &str, cookie: &str) -> Call {
    Call::get(path).header("cookie", cookie)
}

fn delete(path: &str, cookie: &str) -> Call {
    from_page("DELETE", path).header("cookie", cookie)
}

async fn list(idp: &Idp, cookie: &str) -> Vec<Value> {
    let heard = idp.send(get("/persona/sessions", cookie)).await;
    assert_eq!(heard.status, 200, "{heard:?}");
    heard.json()["sessions"].as_array().expect("a list").clone()
}

async fn certify(idp: &Idp, cookie: &str) -> Heard {
    let path = "/persona/sign/?email=alice%40idp.example&duration=86400";
    let call = from_page("POST", path).header("cookie", cookie);
    idp.send_to_sign(call.json(&USER.to_json())).await
}

/// From `iat` to `exp`.
fn lifetime(certificate: &str) -> u64 {
    use base64::Engine;
    let payload = certificate.split('.').nth(1).expect("a payload");
    let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload);
    let claims: Value = serde_json::from_slice(&payload.expect("base64url")).expect("JSON");
    claims["exp"].as_u64().expect("a time") - START_MS
}

#[tokio::test]
async fn a_session_says_what_pages_show() {
    let idp = Idp::new().await;
    let signed_in = idp.send(sign_in("keep")).await;
    let expected = json!({
        "status": "okay",
        "email": ALICE,
        "expires": START_MS + IDLE_MS,
        "life": "keep",
        "way": "password",
        "fresh_until": START_MS + FRESH_MS,
        "addresses": [ALICE],
        "default_address": ALICE,
        "is_owner": false,
        "is_to_be_renewed": false,
        "new_devices": [],
        "panic": false,
    });
    assert_eq!(signed_in.json(), expected);
    let heard = idp.send(get("/persona/session", &cookie(&signed_in))).await;
    assert_eq!(heard.json(), expected);
    let nobody = idp.send(Call::get("/persona/session")).await;
    assert_eq!(
        nobody.json(),
        json!({"status": "okay", "email": null, "panic": false})
    );
}

#[tokio::test]
async fn cookies_and_certificates_live_as_long_as_was_chosen() {
    for (life, end, certificate_ms) in [
        ("window", "", HOUR_MS),
        ("hour", "; Max-Age=3600", HOUR_MS),
        ("keep", "; Max-Age=2592000", 6 * HOUR_MS),
    ] {
        let idp = Idp::new().await;
        let heard = idp.send(sign_in(life)).await;
        let line = cookies(&heard)
            .into_iter()
            .find(|line| line.starts_with("__Host-selfsame="));
        let line = line.expect("a cookie");
        assert!(line.ends_with(&format!("; SameSite=Strict{end}")), "{line}");
        let certified = certify(&idp, &cookie(&heard)).await;
        assert_eq!(certified.status, 200, "{certified:?}");
        assert_eq!(lifetime(&certified.body), certificate_ms, "{life}");
    }
}

#[tokio::test]
async fn sessions_are_listed_with_device_times_and_this_one() {
    let idp = Idp::new().await;
    let agent = sign_in("keep").header("user-agent", FIREFOX);
    let here = cookie(&idp.send(agent).await);
    idp.clock.forward(1000);
    let odd = sign_in("hour").header("user-agent", "<script>alert(1)</script>");
    idp.send(odd).await;
    let listed = list(&idp, &here).await;
    let [newer, this] = &*listed else {
        panic!("{listed:?}");
    };
    assert_eq!(newer["device"], "", "nothing that was sent is repeated");
    assert_eq!(
        (&newer["is_this"], &newer["life"]),
        (&json!(false), &json!("hour"))
    );
    let id = this["id"].as_str().expect("a text");
    assert_eq!(id.len(), 43);
    assert!(!here.contains(id), "a name, and not the token");
    assert_eq!(
        this,
        &json!({
            "id": id,
            "device": "Firefox on Linux",
            "created": START_MS,
            "last_seen": START_MS,
            "life": "keep",
            "way": "password",
            "is_this": true,
        })
    );
    let as_cookie = format!("__Host-selfsame={id}");
    assert_eq!(idp.who(&as_cookie).await, None, "the name signs nobody in");
}

#[tokio::test]
async fn an_ended_session_gets_no_certificate_any_more() {
    let idp = Idp::new().await;
    let here = idp.sign_alice_in().await;
    idp.clock.forward(1);
    let there = idp.sign_alice_in().await;
    assert_eq!(certify(&idp, &there).await.status, 200);
    let id = list(&idp, &here).await[0]["id"].clone();
    let ended = idp
        .send(delete("/persona/sessions", &here).json(&json!({"id": id})))
        .await;
    assert_eq!((ended.status, ended.header("set-cookie")), (200, None));
    let refused = certify(&idp, &there).await;
    assert_eq!((refused.status, &*refused.code()), (403, "no_session"));
    assert_eq!(certify(&idp, &here).await.status, 200);

    let own = list(&idp, &here).await[0]["id"].clone();
    let ended = idp
        .send(delete("/persona/sessions", &here).json(&json!({"id": own})))
        .await;
    let cleared = ended.header("set-cookie").expect("cleared");
    assert!(cleared.starts_with("__Host-selfsame=; "), "{cleared}");
    assert_eq!(idp.who(&here).await, None);
}

#[tokio::test]
async fn all_others_end_only_after_a_fresh_proof() {
    let idp = Idp::new().await;
    let there = idp.sign_alice_in().await;
    let here = idp.sign_alice_in().await;
    idp.clock.forward(FRESH_MS);
    let call = || delete("/persona/sessions/others", &here);
    let refused = idp.send(call()).await;
    assert_eq!((refused.status, &*refused.code()), (403, "step_up_needed"));
    assert_eq!(idp.who(&there).await.as_deref(), Some(ALICE));
    let fresh = idp.sign_alice_in().await;
    assert_eq!(
        idp.send(delete("/persona/sessions/others", &fresh))
            .await
            .status,
        200
    );
    for cookie in [&there, &here] {
        assert_eq!(certify(&idp, cookie).await.code(), "no_session");
    }
    assert_eq!(certify(&idp, &fresh).await.status, 200);
}

#[tokio::test]
async fn nothing_is_listed_or_ended_for_nobody_or_for_other_sites() {
    let idp = Idp::new().await;
    let here = idp.sign_alice_in().await;
    let id = list(&idp, &here).await[0]["id"].clone();
    let heard = idp.send(Call::get("/persona/sessions")).await;
    assert_eq!((heard.status, &*heard.code()), (403, "no_session"));
    let body = json!({"id": id});
    for path in ["/persona/sessions", "/persona/sessions/others"] {
        let nobody = idp.send(from_page("DELETE", path).json(&body)).await;
        assert_eq!((nobody.status, &*nobody.code()), (403, "no_session"));
        for origin in ["https://rp.example", "https://evil.idp.example", "null"] {
            let call = Call::new("DELETE", path)
                .header("origin", origin)
                .header("cookie", &here);
            let refused = idp.send(call.json(&body)).await;
            assert_eq!((refused.status, &*refused.code()), (403, "wrong_origin"));
        }
    }
    for odd in ["", "x", &format!("{}=", "A".repeat(42)), &"A".repeat(44)] {
        let call = delete("/persona/sessions", &here).json(&json!({"id": odd}));
        let unknown = idp.send(call).await;
        assert_eq!((unknown.status, &*unknown.code()), (404, "session_unknown"));
    }
    assert_eq!(idp.who(&here).await.as_deref(), Some(ALICE));
}

#[tokio::test]
async fn somebody_elses_session_is_as_unknown_as_none() {
    let idp = Idp::with_family().await;
    let (alice, bob) = (idp.sign_alice_in().await, idp.sign_in_as(BOB).await);
    let id = list(&idp, &bob).await[0]["id"].clone();
    let call = delete("/persona/sessions", &alice).json(&json!({ "id": id }));
    let refused = idp.send(call).await;
    assert_eq!((refused.status, &*refused.code()), (404, "session_unknown"));
    assert_eq!(idp.who(&bob).await.as_deref(), Some(BOB));
    let others = delete("/persona/sessions/others", &alice).json(&json!({}));
    assert_eq!(idp.send(others).await.status, 200);
    assert_eq!(idp.who(&bob).await.as_deref(), Some(BOB));
}

#[tokio::test]
async fn a_browser_is_known_by_its_cookie_and_others_are_told_of_new_ones() {
    let idp = Idp::new().await;
    let first = idp
        .send(sign_in("keep").header("user-agent", FIREFOX))
        .await;
    let home = jar(&first);
    let line = cookies(&first)
        .into_iter()
        .find(|line| line.starts_with("__Host-selfsame-device-"))
        .expect("a device cookie");
    assert!(
        line.ends_with("; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=34560000"),
        "{line}"
    );
    idp.clock.forward(1);
    let again = idp.send(sign_in("keep").header("cookie", &home)).await;
    assert_eq!(cookies(&again).len(), 1, "known");
    assert!(idp.outbox.sent().is_empty());
    idp.send(sign_in("hour").header("user-agent", "Chrome/142.0 Windows"))
        .await;

    let heard = idp.send(get("/persona/session", &home)).await;
    let expected = json!([{"time": START_MS + 1, "device": "Chrome on Windows"}]);
    assert_eq!(heard.json()["new_devices"], expected);
    idp.clock.forward(1);
    let seen = from_page("POST", "/persona/history/seen").header("cookie", &home);
    assert_eq!(idp.send(seen).await.status, 200);
    let heard = idp.send(get("/persona/session", &home)).await;
    assert_eq!(heard.json()["new_devices"], json!([]));

    let crossing = Call::new("POST", "/persona/history/seen")
        .header("origin", "https://rp.example")
        .header("cookie", &home);
    assert_eq!(idp.send(crossing).await.code(), "wrong_origin");
    let nobody = from_page("POST", "/persona/history/seen");
    assert_eq!(idp.send(nobody).await.code(), "no_session");
}
