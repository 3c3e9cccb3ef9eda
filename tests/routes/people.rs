//! `/persona/people`: what an owner may do, and above all what not.

use browserid::Timestamp;
use serde_json::{Value, json};
use service::history::What;
use service::session::FRESH_MS;
use tests::clock::START_MS;
use tests::http::{Call, Heard};
use tests::idp::{BOB, Idp, ORIGIN, address, from_page};
use tests::keys::USER;
use tests::tokens::ALICE;

const CAROL: &str = "carol@idp.example";

fn ask(method: &str, path: &str, cookie: &str, body: &Value) -> Call {
    from_page(method, path).header("cookie", cookie).json(body)
}

async fn invite(idp: &Idp, cookie: &str, email: &str) -> Heard {
    let body = json!({ "email": email });
    idp.send(ask("POST", "/persona/people", cookie, &body))
        .await
}

async fn dismiss(idp: &Idp, cookie: &str, email: &str) -> Heard {
    let body = json!({ "email": email });
    idp.send(ask("DELETE", "/persona/people", cookie, &body))
        .await
}

async fn people(idp: &Idp, cookie: &str) -> Heard {
    let call = Call::get("/persona/people").header("cookie", cookie);
    idp.send(call).await
}

async fn certify(idp: &Idp, cookie: &str, email: &str) -> Heard {
    let email = email.replace('@', "%40");
    let target = format!("/persona/sign/?email={email}&duration=3600");
    let call = from_page("POST", &target).header("cookie", cookie);
    idp.send_to_sign(call.json(&USER.to_json())).await
}

/// What stands in somebody's history, the oldest first.
async fn history(idp: &Idp, email: &str) -> Vec<What> {
    let (from, until) = (Timestamp::from_millis(0), idp.now().plus_ms(1));
    let address = address(email);
    let events = idp.sign_in.history.of(&address, from, until, 100);
    let events = events.await.expect("it works");
    events.into_iter().rev().map(|event| event.what).collect()
}

fn refused(heard: &Heard, status: u16, code: &str) {
    assert_eq!(
        (heard.status, heard.code().as_str()),
        (status, code),
        "{heard:?}"
    );
}

/// Uses an invitation: gives the cookie.
async fn enrol(idp: &Idp, link: &str, password: &str) -> Heard {
    let (page, token) = link.split_once('#').expect("a token behind it");
    assert_eq!(page, format!("{ORIGIN}/persona/enrol.html"));
    let body = json!({"token": token, "password": password});
    idp.send(from_page("POST", "/persona/enrolment").json(&body))
        .await
}

#[tokio::test]
async fn owner_sees_everybody_and_nothing_that_is_theirs_alone() {
    let idp = Idp::with_family().await;
    let cookie = idp.sign_alice_in().await;
    let heard = people(&idp, &cookie).await;
    assert_eq!(heard.status, 200);
    assert_eq!(
        heard.json(),
        json!({"status": "okay", "people": [
            {"email": ALICE, "created": START_MS, "is_owner": true, "has_ways": true, "addresses": []},
            {"email": BOB, "created": START_MS, "is_owner": false, "has_ways": true, "addresses": []},
        ]})
    );
    // Looking needs no fresh proof.
    idp.clock.forward(FRESH_MS);
    assert_eq!(people(&idp, &cookie).await.status, 200);
}

#[tokio::test]
async fn invited_person_comes_in_by_the_link_and_owns_nothing() {
    let idp = Idp::with_family().await;
    let cookie = idp.sign_alice_in().await;
    let heard = invite(&idp, &cookie, CAROL).await;
    assert_eq!(heard.status, 200, "{heard:?}");
    let answer = heard.json();
    assert_eq!(answer["expires"], START_MS + 24 * 3_600_000);
    let listed = people(&idp, &cookie).await.json();
    assert_eq!(listed["people"][2]["has_ways"], false);
    assert_eq!(
        history(&idp, ALICE).await.last(),
        Some(&What::Invited {
            address: CAROL.to_owned()
        })
    );
    assert_eq!(history(&idp, CAROL).await, [What::LinkMade]);

    let link = answer["link"].as_str().expect("a link");
    let heard = enrol(&idp, link, "a password of carol's").await;
    assert_eq!(heard.status, 200, "{heard:?}");
    let carol = tests::idp::cookie(&heard);
    assert_eq!(idp.who(&carol).await.as_deref(), Some(CAROL));
    refused(&people(&idp, &carol).await, 403, "not_owner");
    refused(
        &enrol(&idp, link, "a password of alice's").await,
        404,
        "enrolment_invalid",
    );
}

#[tokio::test]
async fn nobody_is_let_in_by_an_owner_where_somebody_is_or_was() {
    let idp = Idp::with_family().await;
    let cookie = idp.sign_alice_in().await;
    // Somebody who is there, in any spelling; the owner too.
    for email in [BOB, "bob@IDP.example", " bob@idp.example ", ALICE] {
        refused(&invite(&idp, &cookie, email).await, 409, "address_taken");
    }
    // Bob was in once and is removed: the address stays his.
    let bob = idp.sign_in_as(BOB).await;
    assert_eq!(certify(&idp, &bob, BOB).await.status, 200);
    assert_eq!(dismiss(&idp, &cookie, BOB).await.status, 200);
    refused(&invite(&idp, &cookie, BOB).await, 409, "address_taken");
    let give = json!({"address": BOB, "email": ALICE});
    let given = idp
        .send(ask("POST", "/persona/addresses", &cookie, &give))
        .await;
    refused(&given, 409, "address_taken");
    // Whoever never came in had nothing: strangers who try the address change nothing about that.
    assert_eq!(invite(&idp, &cookie, CAROL).await.status, 200);
    assert_eq!(dismiss(&idp, &cookie, CAROL).await.status, 200);
    let wrong = json!({"email": CAROL, "password": "whatever it may be"});
    let heard = idp
        .send(from_page("POST", "/persona/session").json(&wrong))
        .await;
    refused(&heard, 401, "credentials_wrong");
    assert_eq!(invite(&idp, &cookie, CAROL).await.status, 200);
}

#[tokio::test]
async fn addresses_of_other_domains_and_what_is_none_are_not_invited() {
    let idp = Idp::with_family().await;
    let cookie = idp.sign_alice_in().await;
    for email in [
        "carol@elsewhere.example",
        "carol@sub.idp.example",
        "carol@example",
    ] {
        let heard = invite(&idp, &cookie, email).await;
        assert!(["not_our_domain", "address_malformed"].contains(&heard.code().as_str()));
    }
    for email in ["", "carol", "@idp.example", "carol@", "a b@idp.example"] {
        refused(
            &invite(&idp, &cookie, email).await,
            400,
            "address_malformed",
        );
    }
    assert_eq!(
        invite(&idp, &cookie, "carol@family.example").await.status,
        200
    );
    assert_eq!(idp.sign_in.list().await.expect("it works").len(), 3);
}

#[tokio::test]
async fn removed_person_is_out_at_once_and_the_history_stays() {
    let idp = Idp::with_family().await;
    let alice = idp.sign_alice_in().await;
    let bob = idp.sign_in_as(BOB).await;
    assert_eq!(certify(&idp, &bob, BOB).await.status, 200);
    let link = idp
        .sign_in
        .link(&address(BOB))
        .await
        .expect("Bob is there")
        .0;
    assert_eq!(dismiss(&idp, &alice, BOB).await.status, 200);

    refused(&certify(&idp, &bob, BOB).await, 403, "no_session");
    assert_eq!(idp.who(&bob).await, None);
    let body = json!({"token": link.expose(), "password": "another password"});
    let heard = idp
        .send(from_page("POST", "/persona/enrolment").json(&body))
        .await;
    refused(&heard, 404, "enrolment_invalid");
    let heard = idp
        .send(
            from_page("POST", "/persona/session")
                .json(&json!({"email": BOB, "password": tests::idp::PASSWORD})),
        )
        .await;
    refused(&heard, 401, "credentials_wrong");
    let removed = What::PersonRemoved {
        address: BOB.to_owned(),
    };
    assert!(history(&idp, BOB).await.contains(&removed));
    assert_eq!(history(&idp, ALICE).await.last(), Some(&removed));
    refused(&dismiss(&idp, &alice, BOB).await, 404, "no_such_account");
}

#[tokio::test]
async fn owners_are_removed_by_nobody_here() {
    let idp = Idp::with_family().await;
    let alice = idp.sign_alice_in().await;
    refused(&dismiss(&idp, &alice, ALICE).await, 409, "owner_stays");
    idp.sign_in
        .make_owner(&address(BOB))
        .await
        .expect("Bob is there");
    let bob = idp.sign_in_as(BOB).await;
    refused(&dismiss(&idp, &bob, ALICE).await, 409, "owner_stays");
    refused(&dismiss(&idp, &alice, BOB).await, 409, "owner_stays");
    assert_eq!(idp.sign_in.list().await.expect("it works").len(), 2);
}

/// Every path of owners, with a body that would do.
fn owner_paths() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("GET", "/persona/people", Value::Null),
        ("POST", "/persona/people", json!({ "email": CAROL })),
        ("DELETE", "/persona/people", json!({ "email": BOB })),
        (
            "POST",
            "/persona/addresses",
            json!({"address": CAROL, "email": BOB}),
        ),
        (
            "DELETE",
            "/persona/addresses",
            json!({"address": CAROL, "email": BOB}),
        ),
        ("POST", "/persona/panic", json!({})),
    ]
}

async fn snapshot(idp: &Idp) -> String {
    let people = idp.sign_in.everybody().await.expect("it works");
    let switch = idp.sign_in.switch.switch().await.expect("it works");
    format!("{people:?} {switch:?}")
}

#[tokio::test]
async fn owners_paths_are_closed_to_members_strangers_and_stale_owners() {
    let idp = Idp::with_family().await;
    let bob = idp.sign_in_as(BOB).await;
    let alice = idp.sign_alice_in().await;
    let before = snapshot(&idp).await;
    for (method, path, body) in owner_paths() {
        let call = |cookie: Option<&str>| {
            let call = from_page(method, path);
            let call = match cookie {
                Some(cookie) => call.header("cookie", cookie),
                None => call,
            };
            if method == "GET" {
                call
            } else {
                call.json(&body)
            }
        };
        refused(&idp.send(call(Some(&bob))).await, 403, "not_owner");
        refused(&idp.send(call(None)).await, 403, "no_session");
    }
    idp.clock.forward(FRESH_MS);
    for (method, path, body) in owner_paths().into_iter().skip(1) {
        // A stale session of a member learns no more than a fresh one.
        let heard = idp.send(ask(method, path, &bob, &body)).await;
        refused(&heard, 403, "not_owner");
        let heard = idp.send(ask(method, path, &alice, &body)).await;
        refused(&heard, 403, "step_up_needed");
    }
    assert_eq!(snapshot(&idp).await, before);
}

#[tokio::test]
async fn owners_paths_are_closed_to_other_sites() {
    let idp = Idp::with_family().await;
    let alice = idp.sign_alice_in().await;
    let before = snapshot(&idp).await;
    let mut changing = owner_paths().split_off(1);
    changing.push((
        "POST",
        "/persona/addresses/default",
        json!({ "address": ALICE }),
    ));
    changing.push((
        "POST",
        "/persona/panic/release",
        json!({"token": "x", "email": ALICE, "password": "x"}),
    ));
    changing.push((
        "POST",
        "/persona/panic/release/challenge",
        json!({"token": "x"}),
    ));
    for (method, path, body) in changing {
        for (origin, site) in [
            ("https://evil.example", "cross-site"),
            ("https://www.idp.example", "same-site"),
            ("null", "cross-site"),
        ] {
            let call = Call::new(method, path)
                .header("origin", origin)
                .header("sec-fetch-site", site)
                .header("cookie", &alice);
            refused(&idp.send(call.json(&body)).await, 403, "wrong_origin");
        }
        let call = Call::new(method, path).header("cookie", &alice);
        refused(&idp.send(call.json(&body)).await, 403, "wrong_origin");
    }
    assert_eq!(snapshot(&idp).await, before);
}

#[tokio::test]
async fn owner_cannot_act_as_a_member() {
    let idp = Idp::with_family().await;
    let alice = idp.sign_alice_in().await;
    let bob = idp.sign_in_as(BOB).await;
    // Not in a certificate.
    refused(&certify(&idp, &alice, BOB).await, 400, "not_your_address");
    // Not in what Bob reads and ends: these paths know no other person than who asks.
    for path in ["/persona/history", "/persona/sessions", "/persona/ways"] {
        for target in [format!("{path}?email={BOB}"), path.to_owned()] {
            let heard = idp.send(Call::get(&target).header("cookie", &alice)).await;
            assert!(!heard.body.contains("bob"), "{heard:?}");
        }
    }
    let sessions = idp
        .sign_in
        .sessions
        .of(&address(BOB))
        .await
        .expect("it works");
    use base64::Engine;
    let id = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(sessions[0].0.0);
    let heard = idp
        .send(ask(
            "DELETE",
            "/persona/sessions",
            &alice,
            &json!({ "id": id }),
        ))
        .await;
    assert_ne!(heard.status, 200, "{heard:?}");
    assert_eq!(idp.who(&bob).await.as_deref(), Some(BOB));
    // Not by a plus-address or by the account's own address.
    for one in [BOB, "bob+x@idp.example"] {
        let give = json!({"address": one, "email": ALICE});
        let heard = idp
            .send(ask("POST", "/persona/addresses", &alice, &give))
            .await;
        if one == BOB {
            refused(&heard, 409, "address_taken");
        }
    }
    let take = json!({"address": BOB, "email": BOB});
    let heard = idp
        .send(ask("DELETE", "/persona/addresses", &alice, &take))
        .await;
    refused(&heard, 404, "no_such_address");
    assert_eq!(certify(&idp, &bob, BOB).await.status, 200);
}
