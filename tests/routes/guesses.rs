//! Guesses at passwords and links: how many are looked at, when the next one may be made, what is learnt meanwhile, and that
//! the owner gets in.

use serde_json::json;
use tests::authenticator::{Algorithm, Passkey};
use tests::clock::START_MS;
use tests::fallback::cookies;
use tests::http::{Call, Heard};
use tests::idp::{Idp, ORIGIN, PASSWORD, cookie, from_page, jar};
use tests::tokens::ALICE;

const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const YEAR_MS: u64 = 365 * 24 * HOUR_MS;

fn guess(email: &str, password: &str, source: &str) -> Call {
    from_page("POST", "/persona/session")
        .json(&json!({"email": email, "password": password}))
        .from_source(source)
}

fn wrong(source: u32) -> Call {
    guess(ALICE, "incorrect horse", &format!("source {source}"))
}

/// A passkey of Alice's, who is signed in with `cookie`.
async fn passkey(idp: &Idp, cookie: &str) -> Passkey {
    let post = |path: &str| from_page("POST", path);
    let challenge = post("/persona/ways/passkey/challenge").header("cookie", cookie);
    let heard = idp.send(challenge.json(&json!({}))).await;
    assert_eq!(heard.status, 200, "{heard:?}");
    let mut passkey = Passkey::new(Algorithm::Es256, ORIGIN);
    let credential = passkey.make(&heard.json()["publicKey"]);
    let add = post("/persona/ways/passkey").header("cookie", &format!("{cookie}; {}", jar(&heard)));
    let heard = idp
        .send(add.json(&json!({"credential": credential, "name": "Phone"})))
        .await;
    assert_eq!(heard.status, 200, "{heard:?}");
    passkey
}

async fn use_passkey(idp: &Idp, passkey: &mut Passkey, source: &str) -> Heard {
    let post = |path: &str| from_page("POST", path).from_source(source);
    let challenge = post("/persona/passkey/challenge").json(&json!({}));
    let heard = idp.send(challenge).await;
    assert_eq!(heard.status, 200, "{heard:?}");
    let credential = passkey.answer(&heard.json()["publicKey"]);
    let answer = post("/persona/passkey").header("cookie", &jar(&heard));
    idp.send(answer.json(&json!({"credential": credential})))
        .await
}

#[tokio::test]
async fn sixth_wrong_guess_begins_a_minute_of_which_every_millisecond_counts() {
    let idp = Idp::new().await;
    for n in 1..=6 {
        assert_eq!(idp.send(wrong(n)).await.code(), "credentials_wrong", "{n}");
    }
    for (after_ms, retry_after) in [(0, "60"), (1, "60"), (58_999, "1"), (999, "1")] {
        idp.clock.forward(after_ms);
        let heard = idp.send(guess(ALICE, PASSWORD, "mine")).await;
        assert_eq!(heard.status, 429);
        assert_eq!(heard.code(), "too_many_tries");
        assert_eq!(heard.header("retry-after"), Some(retry_after), "{after_ms}");
        assert_eq!(heard.json()["until"], START_MS + MINUTE_MS);
        assert_eq!(heard.header("set-cookie"), None);
    }
    idp.clock.forward(1);
    assert_eq!(idp.send(guess(ALICE, PASSWORD, "mine")).await.status, 200);
}

#[tokio::test]
async fn unknown_and_malformed_addresses_are_told_the_same_at_every_guess() {
    let mut told = Vec::new();
    for email in [ALICE, "nobody@idp.example", "no address", ""] {
        let idp = Idp::new().await;
        let mut heard = Vec::new();
        for n in 0..12 {
            heard.push(
                idp.send(guess(email, "incorrect horse", &format!("{n}")))
                    .await,
            );
            idp.clock.forward(20_000);
        }
        told.push(heard);
    }
    assert_eq!(
        told[0].iter().filter(|heard| heard.status == 401).count(),
        7
    );
    assert!(told.iter().all(|heard| *heard == told[0]), "{told:?}");
}

#[tokio::test]
async fn source_is_slowed_down_whoever_it_guesses_at_and_others_are_not() {
    let idp = Idp::new().await;
    for n in 1..=21 {
        let email = format!("guess{n}@idp.example");
        let heard = idp.send(guess(&email, PASSWORD, "192.0.2.1")).await;
        assert_eq!(heard.status, 401, "{n}");
    }
    let heard = idp.send(guess(ALICE, PASSWORD, "192.0.2.1")).await;
    assert_eq!(
        (heard.status, heard.header("retry-after")),
        (429, Some("60"))
    );
    assert_eq!(
        idp.send(guess(ALICE, PASSWORD, "192.0.2.2")).await.status,
        200
    );
}

#[tokio::test]
async fn thirty_guesses_a_minute_are_looked_at_overall() {
    let idp = Idp::new().await;
    for n in 1..=30 {
        let email = format!("guess{n}@idp.example");
        let heard = idp
            .send(guess(&email, PASSWORD, &format!("source {n}")))
            .await;
        assert_eq!(heard.status, 401, "{n}");
    }
    let heard = idp.send(guess(ALICE, PASSWORD, "mine")).await;
    assert_eq!(
        (heard.status, heard.header("retry-after")),
        (429, Some("60"))
    );
    idp.clock.forward(MINUTE_MS);
    assert_eq!(idp.send(guess(ALICE, PASSWORD, "mine")).await.status, 200);
}

#[tokio::test]
async fn links_are_guessed_at_no_faster_than_anything_else() {
    let idp = Idp::new().await;
    let right = idp.link().await;
    let look = |token: &str| {
        let call = from_page("POST", "/persona/enrolment/look").json(&json!({"token": token}));
        call.from_source("192.0.2.1")
    };
    for n in 1..=21 {
        let heard = idp.send(look(&"A".repeat(43))).await;
        assert_eq!(heard.code(), "enrolment_invalid", "{n}");
    }
    let heard = idp.send(look(&right)).await;
    assert_eq!(
        (heard.status, heard.header("retry-after")),
        (429, Some("60"))
    );
    assert_eq!(heard.json()["until"], START_MS + MINUTE_MS);
    idp.clock.forward(MINUTE_MS);
    assert_eq!(idp.send(look(&right)).await.status, 200);
}

/// The small brother of `tests/bench/guesses`.
#[tokio::test]
async fn crowd_of_many_sources_has_376_guesses_in_a_year_and_the_owner_gets_in_all_the_time() {
    let idp = Idp::new().await;
    let heard = idp.send(guess(ALICE, PASSWORD, "home")).await;
    let laptop = jar(&heard);
    let mut phone = passkey(&idp, &cookie(&heard)).await;
    let (mut looked_at, mut source, mut now) = (0, 0, 0);
    while now < YEAR_MS {
        // As soon as it may, until it may not.
        source += 1;
        let heard = idp.send(wrong(source)).await;
        if heard.code() == "credentials_wrong" {
            looked_at += 1;
            continue;
        }
        assert_eq!(heard.code(), "too_many_tries");
        if looked_at % 50 == 0 {
            let owner = guess(ALICE, PASSWORD, "home").header("cookie", &laptop);
            assert_eq!(idp.send(owner).await.status, 200, "{now}");
            let heard = use_passkey(&idp, &mut phone, "home").await;
            assert_eq!(heard.status, 200, "{now}: {heard:?}");
        }
        let until = heard.json()["until"].as_u64().expect("a moment");
        let wait = until - (START_MS + now);
        idp.clock.forward(wait);
        now += wait;
    }
    assert_eq!(looked_at, 376);
}

#[tokio::test]
async fn cookie_of_a_known_browser_is_worth_nothing_at_another_account() {
    let idp = Idp::new().await;
    let bob = browserid::Email::parse("bob@idp.example", browserid::HostRule::Public);
    let password = service::secret::Password::new(PASSWORD.to_owned());
    let added = idp.sign_in.add(bob.expect("an address"), Some(password));
    assert!(added.await.is_ok());
    let heard = idp.send(guess("bob@idp.example", PASSWORD, "bob")).await;
    assert_eq!(cookies(&heard).len(), 2, "session and browser");
    let bobs = jar(&heard);
    for n in 1..=6 {
        let heard = idp.send(wrong(n).header("cookie", &bobs)).await;
        assert_eq!(heard.status, 401);
    }
    let heard = idp.send(wrong(7).header("cookie", &bobs)).await;
    assert_eq!(heard.status, 429);
    assert_eq!(
        idp.send(guess("bob@idp.example", PASSWORD, "x"))
            .await
            .status,
        200
    );
}
