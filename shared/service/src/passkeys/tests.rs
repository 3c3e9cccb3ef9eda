//! What passkeys promise, over stores in memory and passkeys of play.

mod adding;
mod keeping;
mod proving;
mod racing;
mod using;

use std::sync::Arc;

use super::*;
use crate::{
    account::Account,
    ceremony::CEREMONY_MS,
    client::Client,
    history::What,
    ports::Accounts,
    secret::Token,
    session::{FRESH_MS, Life, Session, Way},
    sign_in::{NewSession, SignIn, SignInFailure},
    ways::{Handle, Passkey},
    world::{START, World, answer, email, password},
};

const YOU: &str = "you@me.example";
const OTHER: &str = "other@me.example";
const HANDLE: Handle = Handle([7; 32]);
const OTHERS_HANDLE: Handle = Handle([8; 32]);
const PHONE: &[u8] = b"phone";

/// A world in which you have a passkey called Phone, another person has one of their own, and neither has a password.
async fn world() -> (Arc<World>, SignIn) {
    let world = World::new();
    for (address, handle) in [(YOU, HANDLE), (OTHER, OTHERS_HANDLE)] {
        let mut account = Account::new(email(address), START);
        account.ways.handle = Some(handle);
        account.ways.passkeys = vec![passkey(PHONE)];
        assert!(world.create(account).await.expect("it works"));
    }
    world.calls();
    let sign_in = world.sign_in();
    (world, sign_in)
}

fn passkey(id: &[u8]) -> Passkey {
    Passkey {
        created: START,
        credential: b"made".to_vec(),
        id: id.to_vec(),
        is_backed_up: false,
        last_used: None,
        name: "Phone".to_owned(),
    }
}

fn home() -> Client {
    Client::at("192.0.2.1")
}

/// What came of it, in words.
fn outcome<T>(result: Result<T, SignInFailure>) -> String {
    match result {
        Ok(_) => "fine".to_owned(),
        Err(failure) => failure.code().to_owned(),
    }
}

impl World {
    async fn you(&self) -> Account {
        let you = Accounts::find(self, &email(YOU)).await;
        you.expect("it works").expect("you have an account")
    }

    fn what(&self) -> Vec<What> {
        self.events().into_iter().map(|event| event.what).collect()
    }
}

/// Signs in as it should be.
async fn signed_in(world: &World, sign_in: &SignIn) -> NewSession {
    let challenge = sign_in.challenge(&home()).await.expect("a challenge");
    let answer = answer(&HANDLE, PHONE, &world.state_of(&challenge.browser));
    let proof = Proof {
        answer: &answer,
        browser: Some(&challenge.browser),
    };
    let new = sign_in.with_passkey(proof, Life::Keep, &home()).await;
    new.expect("you are let in")
}

/// Adds one more in this session.
async fn adds(
    world: &World,
    sign_in: &SignIn,
    token: &Token,
    id: &[u8],
    name: &str,
) -> Result<Vec<u8>, SignInFailure> {
    let challenge = sign_in.challenge_to_add(Some(token), &home()).await?;
    let answer = [&world.state_of(&challenge.browser), id].concat();
    let proof = Proof {
        answer: &answer,
        browser: Some(&challenge.browser),
    };
    sign_in.add_passkey(Some(token), proof, name, &home()).await
}
