use std::sync::Arc;

use async_trait::async_trait;
use browserid::Origin;

use super::*;
use crate::{
    client::Client,
    mail::{Mail, MailRefused},
    ports::Mailer,
    session::Life,
    sign_in::NewSession,
    world::{START, World, email, password},
};

const YOU: &str = "you@me.example";
const RIGHT: &str = "correct horse battery";

fn pages() -> Origin {
    Origin::parse("https://id.example").expect("an origin")
}

async fn told_by(world: &Arc<World>, mailer: Arc<dyn Mailer>) -> SignIn {
    let pages = pages();
    let sign_in = world.sign_in().telling(Notices { mailer, pages });
    let added = sign_in.add(email(YOU), Some(password(RIGHT))).await;
    assert!(added.is_ok());
    sign_in
}

async fn signs_in(sign_in: &SignIn, client: &Client) -> NewSession {
    let new = sign_in.with_password(YOU, password(RIGHT), Life::Keep, client);
    new.await.unwrap_or_else(|failure| panic!("{failure:?}"))
}

fn count(world: &World, wanted: &What) -> usize {
    let events = world.events();
    events.iter().filter(|event| event.what == *wanted).count()
}

/// Neither takes nor refuses mail.
struct Away;

#[async_trait]
impl Mailer for Away {
    async fn send(&self, _: &Mail) -> Result<Result<(), MailRefused>, PortError> {
        Err(PortError::new("handing a mail over", "it is away"))
    }
}

/// Takes no mail for anybody.
struct Refusing;

#[async_trait]
impl Mailer for Refusing {
    async fn send(&self, _: &Mail) -> Result<Result<(), MailRefused>, PortError> {
        Ok(Err(MailRefused))
    }
}

#[tokio::test]
async fn the_first_browser_is_no_news_and_the_second_one_is() {
    let world = World::new();
    let sign_in = told_by(&world, world.clone()).await;
    let home = Client::at("192.0.2.1");
    let mark = signs_in(&sign_in, &home).await.mark.expect("new");
    assert!(world.mails().is_empty());
    let known = Client {
        marks: vec![mark.hash()],
        ..home
    };
    signs_in(&sign_in, &known).await;
    assert!(world.mails().is_empty());

    let strange = Client {
        device: "Chrome on Windows".to_owned(),
        ..Client::at("198.51.100.7")
    };
    signs_in(&sign_in, &strange).await;
    let [mail] = &*world.mails() else {
        panic!("one mail");
    };
    for said in [
        "Chrome on Windows",
        "198.51.100.7",
        "15 January 2027, 08:00 UTC",
        "https://id.example/persona/not_me.html#",
    ] {
        assert!(mail.contains(said), "{mail}");
    }
}

#[tokio::test]
async fn mail_that_cannot_be_sent_stops_no_sign_in_and_is_written_down() {
    for mailer in [Arc::new(Away) as Arc<dyn Mailer>, Arc::new(Refusing)] {
        let world = World::new();
        let sign_in = told_by(&world, mailer).await;
        for _ in 0..2 {
            let new = signs_in(&sign_in, &Client::at("192.0.2.1")).await;
            let who = sign_in.who(Some(&new.token)).await.expect("it works");
            assert!(who.is_some());
        }
        assert_eq!(count(&world, &What::MailNotSent), 1);
    }
}

#[tokio::test]
async fn a_mailbox_is_not_flooded_by_whoever_got_hold_of_the_account() {
    let world = World::new();
    let sign_in = told_by(&world, world.clone()).await;
    for _ in 0..MAX_NOTICES + 3 {
        signs_in(&sign_in, &Client::at("192.0.2.1")).await;
    }
    assert_eq!(world.mails().len(), MAX_NOTICES as usize);
    assert_eq!(count(&world, &What::MailNotSent), 2);
    world.is_at(START.plus_ms(WINDOW_MS));
    signs_in(&sign_in, &Client::at("192.0.2.1")).await;
    assert_eq!(world.mails().len(), MAX_NOTICES as usize + 1);
}

#[tokio::test]
async fn new_ways_in_are_told_to_who_has_signed_in_before_and_to_nobody_else() {
    let world = World::new();
    let sign_in = told_by(&world, world.clone()).await;
    let name = "Phone".to_owned();
    let changes = [
        What::CodesMade,
        What::LinkMade,
        What::PanicSwitchPulled,
        What::PasskeyAdded { name: name.clone() },
        What::PasskeyRemoved { name },
        What::PasswordSet,
        What::TotpRemoved,
    ];
    let quiet = [
        What::SignedOut,
        What::SessionEnded,
        What::CodeUsed { left: 9 },
    ];
    let (client, you) = (Client::none(), email(YOU));
    for what in changes.iter().chain(&quiet).cloned() {
        assert!(sign_in.happened(&you, &client, what).await.is_ok());
    }
    assert!(
        world.mails().is_empty(),
        "whoever sets the account up is at work"
    );
    signs_in(&sign_in, &Client::at("192.0.2.1")).await;
    for what in quiet {
        assert!(sign_in.happened(&you, &client, what).await.is_ok());
    }
    assert!(world.mails().is_empty());
    for (sent, what) in changes.into_iter().enumerate() {
        let has_link = what != What::PanicSwitchPulled;
        assert!(sign_in.happened(&you, &client, what).await.is_ok());
        let mails = world.mails();
        assert_eq!(mails.len(), sent + 1);
        assert_eq!(mails[sent].contains("/not_me.html#"), has_link);
        assert!(
            !mails[sent].contains("Phone"),
            "what others name is not repeated"
        );
    }
    let nobody = email("nobody@me.example");
    assert!(
        sign_in
            .happened(&nobody, &client, What::PasswordSet)
            .await
            .is_ok()
    );
    assert_eq!(world.mails().len(), 7);
}

#[tokio::test]
async fn link_of_a_mail_works_also_in_the_first_minutes_of_an_account() {
    let world = World::new();
    let sign_in = told_by(&world, world.clone()).await;
    signs_in(&sign_in, &Client::at("192.0.2.1")).await;
    let (client, you) = (Client::none(), email(YOU));
    let happened = sign_in.happened(&you, &client, What::LinkMade).await;
    assert!(happened.is_ok());
    let [mail] = &*world.mails() else {
        panic!("one mail");
    };
    let (_, rest) = mail.split_once("/not_me.html#").expect("a link");
    let token = rest.split_whitespace().next().and_then(Token::parse);
    let token = token.expect("a token");
    assert!(sign_in.not_me_by_link(&token, &client).await.is_ok());
    assert_eq!(world.session_count(), 0);
    assert_eq!(count(&world, &What::NotMe), 1);
}
