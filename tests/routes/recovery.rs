//! `/persona/ways/codes`, `/persona/recovery`.

use serde_json::{Value, json};
use service::session::{FRESH_MS, SHARED_MS};
use tests::clock::START_MS;
use tests::http::{Call, Heard};
use tests::idp::{Idp, cookie, from_page};
use tests::tokens::ALICE;

fn make(cookie: &str) -> Call {
    from_page("POST", "/persona/ways/codes").header("cookie", cookie)
}

fn recover(email: &str, code: &str) -> Call {
    from_page("POST", "/persona/recovery").json(&json!({"email": email, "code": code}))
}

fn codes(heard: &Heard) -> Vec<String> {
    assert_eq!(heard.status, 200, "{heard:?}");
    let codes = heard.json()["codes"].as_array().cloned().expect("a list");
    let text = |code: &Value| code.as_str().expect("a text").to_owned();
    codes.iter().map(text).collect()
}

#[tokio::test]
async fn ten_codes_are_shown_once_and_each_signs_in_once() {
    let idp = Idp::new().await;
    let alice = idp.sign_alice_in().await;
    let codes = codes(&idp.send(make(&alice)).await);
    assert_eq!(codes.len(), 10);
    for code in &codes {
        let groups: Vec<_> = code.split('-').map(str::len).collect();
        assert_eq!(groups, [4; 4], "{code}");
    }
    let typed = codes[0].to_lowercase().replace('-', " ");
    let heard = idp.send(recover(ALICE, &typed)).await;
    assert_eq!(heard.status, 200);
    assert_eq!(idp.who(&cookie(&heard)).await.as_deref(), Some(ALICE));
    // Fresh: new ways in can be set at once.
    assert_eq!(idp.send(make(&cookie(&heard))).await.status, 200);
    let again = idp.send(recover(ALICE, &codes[0])).await;
    assert_eq!(
        (again.status, again.code().as_str()),
        (401, "credentials_wrong")
    );
    // And those were the new ones: none of the old is worth anything.
    assert_eq!(idp.send(recover(ALICE, &codes[1])).await, again);
}

#[tokio::test]
async fn life_of_a_session_can_be_chosen() {
    let idp = Idp::new().await;
    let codes = codes(&idp.send(make(&idp.sign_alice_in().await)).await);
    let body = json!({"email": ALICE, "code": codes[0], "life": "hour"});
    let heard = idp
        .send(from_page("POST", "/persona/recovery").json(&body))
        .await;
    assert_eq!(heard.json()["expires"], START_MS + SHARED_MS);
}

#[tokio::test]
async fn everything_wrong_looks_alike() {
    let idp = Idp::new().await;
    let codes = codes(&idp.send(make(&idp.sign_alice_in().await)).await);
    let wrong = idp.send(recover(ALICE, "0000-0000-0000-0000")).await;
    assert_eq!(
        (wrong.status, wrong.code().as_str()),
        (401, "credentials_wrong")
    );
    for (email, code) in [
        (ALICE, ""),
        (ALICE, "no code"),
        ("bob@idp.example", &*codes[0]),
        ("no address", &*codes[0]),
    ] {
        assert_eq!(
            idp.send(recover(email, code)).await,
            wrong,
            "{email} {code}"
        );
    }
}

#[tokio::test]
async fn source_that_tries_codes_is_slowed_down_and_nobody_else() {
    let idp = Idp::new().await;
    let codes = codes(&idp.send(make(&idp.sign_alice_in().await)).await);
    for n in 1..=21 {
        let call = recover(ALICE, "0000-0000-0000-0000").from_source("192.0.2.1");
        assert_eq!(idp.send(call).await.status, 401, "{n}");
    }
    let heard = idp
        .send(recover(ALICE, &codes[0]).from_source("192.0.2.1"))
        .await;
    assert_eq!(
        (heard.status, heard.header("retry-after")),
        (429, Some("60"))
    );
    assert_eq!(heard.json()["until"], START_MS + 60_000);
    let heard = idp
        .send(recover(ALICE, &codes[0]).from_source("192.0.2.2"))
        .await;
    assert_eq!(heard.status, 200);
}

#[tokio::test]
async fn of_many_who_show_one_code_at_once_one_gets_in() {
    let idp = Idp::new().await;
    let codes = codes(&idp.send(make(&idp.sign_alice_in().await)).await);
    let call = || idp.send(recover(ALICE, &codes[0]));
    let (a, b, c, d) = tokio::join!(call(), call(), call(), call());
    let mut statuses = [a.status, b.status, c.status, d.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401, 401, 401]);
}

#[tokio::test]
async fn codes_are_made_only_in_a_session_that_was_proved_lately() {
    let idp = Idp::new().await;
    let nobody = idp.send(from_page("POST", "/persona/ways/codes")).await;
    assert_eq!((nobody.status, nobody.code().as_str()), (403, "no_session"));
    let alice = idp.sign_alice_in().await;
    idp.clock.forward(FRESH_MS);
    let heard = idp.send(make(&alice)).await;
    assert_eq!(
        (heard.status, heard.code().as_str()),
        (403, "step_up_needed")
    );
    assert!(heard.json()["codes"].is_null());
}
