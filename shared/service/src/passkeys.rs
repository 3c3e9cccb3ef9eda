//! Passkeys: signing in with one, adding, naming and removing them; and proving once more who is there.
//!
//! - `challenges.rs`: a challenge is made for one purpose and one browser, and answered once.
//! - `using.rs`: signing in, and proving once more.
//! - `adding.rs`: one more, from a session or by a link.
//! - `keeping.rs`: another name, and removal.
//! - `names.rs`: what they may be called.
//! - `ways_in.rs`: what a person has, and must not be without.

mod adding;
mod challenges;
mod keeping;
mod names;
mod using;
mod ways_in;

#[cfg(test)]
mod tests;

pub use self::{
    adding::MAX_PASSKEYS,
    challenges::{Challenge, MAX_ANSWERS, MAX_CHALLENGES},
    names::MAX_NAME,
    using::Proof,
    ways_in::{Without, is_nudged},
};
