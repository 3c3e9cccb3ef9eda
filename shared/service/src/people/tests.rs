//! What owners can do about others, and what they cannot.

mod inviting;
mod members;
mod removing;

use std::sync::Arc;

use browserid::Email;

use super::*;
use crate::{
    account::PasswordHash,
    audit::AuditRow,
    history::Event,
    session::{FRESH_MS, Session},
    world::{START, World, email, password},
};

const ANN: &str = "ann@me.example";
const BOB: &str = "bob@me.example";
const EVE: &str = "eve@me.example";
const NEW: &str = "new@me.example";

/// Ann, who owns the domain, and Bob, who does not. Both have signed in just now.
struct Home {
    ann: Token,
    bob: Token,
    sign_in: SignIn,
    world: Arc<World>,
}

async fn home() -> Home {
    let world = World::new();
    let sign_in = world.sign_in();
    for who in [ANN, BOB] {
        let mut account = Account::new(email(who), START);
        account.password = Some(PasswordHash("hash".to_owned()));
        account.ways.is_owner = who == ANN;
        assert!(sign_in.accounts.create(account).await.expect("it works"));
    }
    let [ann, bob] = [ANN, BOB].map(|who| signed_in(&world, who));
    world.calls();
    Home {
        ann,
        bob,
        sign_in,
        world,
    }
}

fn signed_in(world: &World, who: &str) -> Token {
    let token = Token::random(world).expect("random");
    let now = crate::ports::Clock::now(world);
    world.keeps(token.hash(), Session::start(email(who), now));
    token
}

/// Where Ann asks from.
fn from() -> Client {
    Client {
        device: "Firefox on Linux".to_owned(),
        ..Client::at("192.0.2.1")
    }
}

impl Home {
    async fn invite(&self, token: &Token, address: &str) -> Result<Token, &'static str> {
        let invited = self.sign_in.invite(Some(token), address, &from()).await;
        invited
            .map(|(link, _)| link)
            .map_err(|failure| failure.code())
    }

    async fn dismiss(&self, token: &Token, address: &str) -> Result<(), &'static str> {
        let dismissed = self.sign_in.dismiss(Some(token), address, &from()).await;
        dismissed.map_err(|failure| failure.code())
    }

    async fn addresses(&self) -> Vec<String> {
        let people = self.sign_in.everybody().await.expect("it works");
        let addresses = people.iter().map(|person| person.account.email.as_str());
        addresses.map(str::to_owned).collect()
    }

    /// What stands in somebody's history, in order, with where from.
    fn history(&self, who: &str) -> Vec<(What, String)> {
        let events = self.world.events().into_iter();
        let theirs = events.filter(|event| event.email == email(who));
        theirs.map(|event| (event.what, event.source)).collect()
    }

    /// Bob is given [`NEW`] too, by the command.
    async fn has_another_address(&self) {
        let (address, bob, nobody) = (email(NEW), email(BOB), Client::none());
        let given = self.sign_in.add_address(&address, &bob, &nobody);
        assert!(given.await.is_ok());
    }

    async fn happened(&self, who: &str, what: What) {
        let event = Event {
            device: String::new(),
            email: email(who),
            source: String::new(),
            time: START,
            what,
        };
        self.sign_in.history.keep(&event).await.expect("it works");
    }
}

fn row(account: &str, address: &str) -> AuditRow {
    AuditRow {
        account: email(account),
        email: email(address),
        key_thumbprint: "thumbprint".to_owned(),
        lifetime_ms: 60_000,
        request_id: None,
        time: START,
    }
}

fn names(address: &str) -> String {
    address.to_owned()
}

/// The calls that write.
fn writes(world: &World) -> Vec<&'static str> {
    let is_write = |call: &&str| {
        let (_, verb) = call.split_once('.').expect("a port and a verb");
        !matches!(verb, "find" | "holder" | "list" | "of" | "find_by_handle")
    };
    world.calls().into_iter().filter(is_write).collect()
}
