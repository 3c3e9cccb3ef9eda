//! Passkeys: signing in with one, adding, naming and removing them, and proving once more who is there.
//!
//! - `ways_in.rs`: what a person must not be without.

mod ways_in;

pub use self::ways_in::Without;
