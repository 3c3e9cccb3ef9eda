//! In which order the fallback asks the outside, and that known and unknown addresses cost the same. What comes of it, with
//! every refusal: `tests/routes/fallback.rs`.

use std::sync::Arc;

use super::*;
use crate::{
    client::Client,
    session::{Life, Way},
};
use crate::{
    mail::Language,
    ports::Said,
    world::{START, World, password},
};

const ANNA: &str = "anna@plain.example";
const ZOE: &str = "zoe@plain.example";
const RIGHT: &str = "correct horse battery";
const HOME: &str = "192.0.2.1";

/// What is asked of the outside for one mail.
const ASKING: [&str; 6] = [
    "limits.hit",
    "limits.hit",
    "limits.hit",
    "authorities.ask",
    "seen.find",
    "proofs.put",
];

impl World {
    /// The last code that was mailed.
    fn code(&self) -> String {
        let mails = self.mails();
        let text = mails.last().expect("a mail");
        let (_, rest) = text.split_once("#code=").expect("a link");
        rest.chars().take(6).collect()
    }
}

async fn ask(fallback: &Fallback, email: &str) -> Result<Asked, String> {
    let asked = fallback.ask(email, Language::English, HOME).await;
    asked.map_err(|failure| format!("{failure:?}"))
}

/// Anna, who has a password.
async fn with_anna() -> (Arc<World>, Fallback, Token) {
    let world = World::new();
    let fallback = world.fallback();
    let asked = ask(&fallback, ANNA).await.unwrap_or_else(|e| panic!("{e}"));
    let code = world.code();
    let new = fallback
        .confirm(&asked.token, &code, Life::Keep, &Client::at(HOME))
        .await;
    let token = new.expect("a session").token;
    let client = Client::at(HOME);
    let set = fallback.set_password(&token, None, password(RIGHT), &client);
    assert!(set.await.is_ok());
    world.calls();
    (world, fallback, token)
}

#[tokio::test]
async fn mail_is_counted_first_and_sent_last_and_no_account_is_looked_at() {
    let (world, fallback, _) = with_anna().await;
    for email in [ANNA, ZOE] {
        assert!(ask(&fallback, email).await.is_ok());
        let calls = world.calls();
        assert_eq!(calls[..6], ASKING, "{email}");
        assert_eq!(calls[6..], ["mailer.send"], "{email}");
    }
}

#[tokio::test]
async fn nothing_is_sent_or_kept_where_the_fallback_may_not_speak() {
    let (world, fallback, _) = with_anna().await;
    for (said, then) in [
        (Said::Unclear, &[][..]),
        (
            Said::Supported {
                authority: Email::parse(ZOE, browserid::HostRule::Public)
                    .expect("an address")
                    .domain()
                    .clone(),
            },
            &["seen.keep", "accounts.remove"],
        ),
        (Said::NoSupport, &["seen.find"]),
    ] {
        world.says(said);
        // The unknown address first: the known one is unknown afterwards.
        for email in [ZOE, ANNA] {
            assert!(ask(&fallback, email).await.is_err());
            let calls = world.calls();
            assert_eq!(calls[..4], ASKING[..4], "{email}");
            let given_back = calls.len() - 2;
            assert_eq!(&calls[4..given_back], then, "{email}");
            assert_eq!(calls[given_back..], ["limits.take_back"; 2], "{email}");
        }
    }
    assert_eq!(world.mails().len(), 1, "only the first proof's");
}

#[tokio::test]
async fn domain_that_gives_no_answer_uses_up_nobodys_mailbox() {
    let world = World::new();
    let fallback = world.fallback();
    let asks = async |source| {
        let asked = fallback.ask(ANNA, Language::English, source).await;
        asked.err().map(|failure| failure.code())
    };
    world.says(Said::Unclear);
    for _ in 0..MAX_MAILS_A_SOURCE {
        assert_eq!(asks("192.0.2.98").await, Some("domain_silent"));
    }
    // The source is over its limit now, and the mailbox has all of its mails: another source gets them.
    assert_eq!(asks("192.0.2.98").await, Some("too_many_tries"));
    world.says(Said::NoSupport);
    for _ in 0..MAX_MAILS_AN_HOUR {
        assert_eq!(asks("192.0.2.99").await, None);
    }
    assert_eq!(asks("192.0.2.99").await, Some("too_many_tries"));
    assert_eq!(world.mails().len(), MAX_MAILS_AN_HOUR as usize);
}

#[tokio::test]
async fn wrong_passwords_of_known_and_unknown_people_cost_the_same() {
    let (world, fallback, _) = with_anna().await;
    for email in [ANNA, ZOE] {
        let wrong = password("not this one");
        let refused = fallback
            .with_password(email, wrong, Life::Keep, &Client::at(HOME))
            .await;
        let refused = refused.err().map(|failure| failure.code());
        assert_eq!(refused, Some("credentials_wrong"));
        assert_eq!(
            world.calls(),
            [
                "limits.climb",
                "accounts.find",
                "limits.hit",
                "limits.climb",
                "authorities.ask",
                "seen.find",
                "history.keep"
            ],
            "{email}"
        );
    }
}

#[tokio::test]
async fn wrong_code_asks_nobody_outside() {
    let (world, fallback, _) = with_anna().await;
    let asked = ask(&fallback, ZOE).await.unwrap_or_else(|e| panic!("{e}"));
    let wrong = if world.code() == "000000" {
        "000001"
    } else {
        "000000"
    };
    world.calls();
    let refused = fallback
        .confirm(&asked.token, wrong, Life::Keep, &Client::at(HOME))
        .await;
    assert_eq!(
        refused.err().map(|failure| failure.code()),
        Some("code_invalid")
    );
    assert_eq!(world.calls(), ["limits.hit", "proofs.count_try"]);
    let refused = fallback
        .confirm(&asked.token, "no code", Life::Keep, &Client::at(HOME))
        .await;
    assert_eq!(
        refused.err().map(|failure| failure.code()),
        Some("code_invalid")
    );
    assert_eq!(world.calls(), ["limits.hit"], "no try");
}

#[tokio::test]
async fn account_that_is_removed_meanwhile_leaves_no_session() {
    let (world, fallback, token) = with_anna().await;
    let email = Email::parse(ANNA, browserid::HostRule::Public).expect("an address");
    let session = crate::session::Session::start(email.clone(), START).by(Way::MailedCode);
    let removed = fallback.sign_in.accounts.remove(&email).await;
    assert!(removed.expect("the world works"));
    let started = fallback
        .sign_in
        .start_session_if(session, &Client::at(HOME), |_| true)
        .await;
    assert!(started.expect("the world works").is_none());
    assert_eq!(world.session_count(), 0);
    let set = fallback
        .set_password(&token, None, password(RIGHT), &Client::at(HOME))
        .await;
    assert_eq!(set.err().map(|failure| failure.code()), Some("no_session"));
}

#[tokio::test]
async fn broken_outside_is_our_fault_and_lets_nobody_in() {
    let (world, fallback, token) = with_anna().await;
    let asked = ask(&fallback, ANNA).await.unwrap_or_else(|e| panic!("{e}"));
    let code = world.code();
    world.breaks();
    let failures = [
        fallback.ask(ANNA, Language::English, HOME).await.err(),
        fallback
            .confirm(&asked.token, &code, Life::Keep, &Client::at(HOME))
            .await
            .err(),
        fallback
            .with_password(ANNA, password(RIGHT), Life::Keep, &Client::at(HOME))
            .await
            .err(),
        fallback
            .set_password(&token, None, password(RIGHT), &Client::at(HOME))
            .await
            .err(),
    ];
    for failure in failures {
        let failure = failure.expect("a failure");
        assert!(matches!(failure, FallbackFailure::Broken(_)), "{failure:?}");
        assert_eq!(failure.code(), "unavailable");
    }
    assert_eq!(world.mails().len(), 2);
}
