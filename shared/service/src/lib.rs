//! What the product does: sign-in, certificates, verification, discovery.
//!
//! Every operation is a struct of [`ports`] (the outside as small traits, used as `Arc<dyn Port>`)
//! with one async method an action. Operations take typed values and give typed failures; HTTP,
//! stores, files and clocks are other crates' business. Each operation has one failure enum whose
//! `code()` is the stable machine name that leaves; the web crate maps it to a status.
//!
//! | operation | module |
//! |---|---|
//! | sign in and out, enrol, change the password, the owner's commands | [`sign_in`] |
//! | recovery codes | [`recovery`] |
//! | the second step after a password | [`totp`] |
//! | pull and release the panic switch | [`mod@panic`] |
//! | invite and remove people | [`people`] |
//! | give people further addresses | [`addresses`] |
//! | prove an address by mail | [`fallback`] |
//! | certify a key | [`sign`] |
//! | certify a key for an owner's own sign-in | [`certifier`] |
//! | verify an assertion | [`verify`] |
//! | find a domain's authority | [`discover`] |
//! | hear what other domains say | [`documents`] |
//! | hold a federation's member list, and keep it new | [`federation`] |

pub mod account;
pub mod addresses;
pub mod audit;
pub mod ceremony;
pub mod certifier;
pub mod client;
pub mod devices;
pub mod discover;
pub mod documents;
pub mod fallback;
pub mod federation;
pub mod history;
pub mod ladder;
pub mod mail;
pub mod not_me;
pub mod notices;
pub mod panic;
pub mod passkeys;
pub mod people;
pub mod ports;
pub mod proof;
pub mod recovery;
pub mod secret;
pub mod session;
pub mod sessions;
pub mod sign;
pub mod sign_in;
pub mod standing;
pub mod totp;
pub mod verify;
pub mod ways;

mod issuing;

#[cfg(test)]
mod world;
