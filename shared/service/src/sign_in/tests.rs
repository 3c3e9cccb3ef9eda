//! What signing in promises, file by file.

mod changing;
mod enrolling;
mod guessing;
mod owning;
mod proving;
mod recovering;
mod second_step;
mod sessions;
mod signing_in;
mod sources;

use std::sync::Arc;

use browserid::Timestamp;

use super::*;
use crate::world::{World, email, password};
use crate::{client::Client, session::Life};

/// Long enough, and ours alone.
const RIGHT: &str = "correct horse battery";
const WRONG: &str = "incorrect horse battery";
const NEW: &str = "a quite different one";
const YOU: &str = "you@me.example";
const HOME: &str = "192.0.2.1";

/// A world in which you have an account with the [`RIGHT`] password.
async fn with_account() -> (Arc<World>, SignIn) {
    let world = World::new();
    let sign_in = world.sign_in();
    let added = sign_in.add(email(YOU), Some(password(RIGHT))).await;
    assert!(added.is_ok());
    world.calls();
    (world, sign_in)
}

impl SignIn {
    async fn tries(&self, email: &str, typed: &str, source: &str) -> Result<NewSession, String> {
        self.with_password(email, password(typed), Life::Keep, &Client::at(source))
            .await
            .map_err(|failure| format!("{failure:?}"))
    }

    async fn outcome(&self, email: &str, typed: &str, source: &str) -> String {
        match self.tries(email, typed, source).await {
            Ok(_) => "signed in".to_owned(),
            Err(failure) => failure,
        }
    }
}

/// You, in a browser that signed in before.
async fn known(sign_in: &SignIn) -> Client {
    let new = sign_in.tries(YOU, RIGHT, HOME).await.expect("right");
    let mark = new.mark.expect("a new browser");
    Client {
        marks: vec![mark.hash()],
        ..Client::at(HOME)
    }
}

impl SignIn {
    async fn from(&self, client: &Client, typed: &str) -> String {
        let tried = self.with_password(YOU, password(typed), Life::Keep, client);
        match tried.await {
            Ok(_) => "signed in".to_owned(),
            Err(failure) => format!("{failure:?}"),
        }
    }
}
