//! `GET /persona/history`.

use serde_json::{Value, json};
use service::account::Account;
use tests::clock::START_MS;
use tests::http::Call;
use tests::idp::{Idp, PASSWORD, from_page};
use tests::keys::USER;
use tests::tokens::ALICE;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

async fn read(idp: &Idp, query: &str, cookie: &str) -> Vec<Value> {
    let path = format!("/persona/history{query}");
    let heard = idp.send(Call::get(&path).header("cookie", cookie)).await;
    assert_eq!(heard.status, 200, "{heard:?}");
    assert!(!heard.body.contains("rp.example"), "no site is ever known");
    heard.json()["events"].as_array().expect("a list").clone()
}

fn whats(events: &[Value]) -> Vec<&str> {
    let texts = events.iter().map(|event| event["what"].as_str());
    texts.map(|text| text.expect("a text")).collect()
}

#[tokio::test]
async fn sign_ins_refusals_and_certificates_stand_there_newest_first() {
    let idp = Idp::new().await;
    let wrong = json!({"email": ALICE, "password": "not this one, no"});
    let call = from_page("POST", "/persona/session").from_source("198.51.100.9");
    assert_eq!(idp.send(call.json(&wrong)).await.status, 401);
    idp.clock.forward(1);
    let right = json!({"email": ALICE, "password": PASSWORD});
    let call = from_page("POST", "/persona/session")
        .header("user-agent", FIREFOX)
        .from_source("192.0.2.1");
    let cookie = tests::idp::cookie(&idp.send(call.json(&right)).await);
    idp.clock.forward(1);
    let sign = "/persona/sign/?email=alice%40idp.example&duration=3600";
    let call = from_page("POST", sign).header("cookie", &cookie);
    assert_eq!(
        idp.send_to_sign(call.json(&USER.to_json())).await.status,
        200
    );

    let events = read(&idp, "", &cookie).await;
    assert_eq!(whats(&events), ["certified", "signed_in", "refused"]);
    assert_eq!(
        events[1],
        json!({
            "time": START_MS + 1,
            "what": "signed_in",
            "way": "password",
            "new_device": true,
            "device": "Firefox on Linux",
            "source": "192.0.2.1",
        })
    );
    assert_eq!(
        (&events[0]["address"], &events[0]["lifetime_ms"]),
        (&json!(ALICE), &json!(3_600_000))
    );
    assert_eq!(
        (&events[2]["code"], &events[2]["source"]),
        (&json!("credentials_wrong"), &json!("198.51.100.9"))
    );
    let query = format!("?from={}&until={}", START_MS + 1, START_MS + 2);
    assert_eq!(whats(&read(&idp, &query, &cookie).await), ["signed_in"]);
    assert_eq!(whats(&read(&idp, "?max=1", &cookie).await), ["certified"]);
    assert!(read(&idp, "?from=99999999999999", &cookie).await.is_empty());
}

#[tokio::test]
async fn nobody_reads_anothers_history_not_even_an_owner() {
    let idp = Idp::new().await;
    let alice = idp.sign_alice_in().await;
    let bob = browserid::Email::parse("bob@idp.example", browserid::HostRule::Public);
    let bob = bob.expect("an address");
    let password = service::secret::Password::new(PASSWORD.to_owned());
    let added = idp.sign_in.add(bob.clone(), Some(password)).await;
    assert!(added.is_ok());
    let found = idp.sign_in.accounts.find(&bob).await.expect("it works");
    let mut account: Account = found.expect("Bob");
    account.ways.is_owner = true;
    assert!(
        idp.sign_in
            .accounts
            .change(account)
            .await
            .expect("it works")
    );
    let credentials = json!({"email": "bob@idp.example", "password": PASSWORD});
    let call = from_page("POST", "/persona/session").json(&credentials);
    let bobs = tests::idp::cookie(&idp.send(call).await);
    for query in [
        "",
        "?email=alice%40idp.example",
        "?address=alice%40idp.example",
    ] {
        assert_eq!(
            whats(&read(&idp, query, &bobs).await),
            ["signed_in"],
            "{query}"
        );
    }
    let heard = idp
        .send(Call::get("/persona/sessions").header("cookie", &bobs))
        .await;
    assert_eq!(heard.json()["sessions"].as_array().map(Vec::len), Some(1));
    assert_eq!(idp.who(&alice).await.as_deref(), Some(ALICE));

    let nobody = idp.send(Call::get("/persona/history")).await;
    assert_eq!((nobody.status, &*nobody.code()), (403, "no_session"));
}

#[tokio::test]
async fn what_is_asked_oddly_is_refused() {
    let idp = Idp::new().await;
    let cookie = idp.sign_alice_in().await;
    for query in [
        "?max=0",
        "?max=1001",
        "?max=-1",
        "?max=x",
        "?from=x",
        "?until=-5",
        "?from=99999999999999999999",
        "?max=1&max=2",
    ] {
        let path = format!("/persona/history{query}");
        let heard = idp.send(Call::get(&path).header("cookie", &cookie)).await;
        assert_eq!(
            (heard.status, &*heard.code()),
            (400, "request_malformed"),
            "{query}"
        );
    }
}
