//! The protocol reference's list of cases and lessons: `protocol/rows.md` says of each what shows it, and the cases that no
//! other suite shows are here.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails loudly"
)]

#[path = "protocol/audiences.rs"]
mod audiences;
#[path = "protocol/authorities.rs"]
mod authorities;
#[path = "protocol/documents.rs"]
mod documents;
#[path = "protocol/forgeries.rs"]
mod forgeries;
#[path = "protocol/judging.rs"]
mod judging;
#[path = "protocol/keys.rs"]
mod keys;
#[path = "protocol/making.rs"]
mod making;
#[path = "protocol/people.rs"]
mod people;
#[path = "protocol/places.rs"]
mod places;
#[path = "protocol/requests.rs"]
mod requests;
#[path = "protocol/running.rs"]
mod running;
#[path = "protocol/service.rs"]
mod service;
#[path = "protocol/signatures.rs"]
mod signatures;
#[path = "protocol/signing_in.rs"]
mod signing_in;
#[path = "protocol/strangers.rs"]
mod strangers;
#[path = "protocol/structure.rs"]
mod structure;
#[path = "protocol/table.rs"]
mod table;
#[path = "protocol/times.rs"]
mod times;
#[path = "protocol/walks.rs"]
mod walks;
