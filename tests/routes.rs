//! Every route, request by request: status, headers (nothing that is not on a list), body, cookies, and what did not
//! happen.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what helps a test fails as loudly as the test"
)]

#[path = "routes/address_info.rs"]
mod address_info;
#[path = "routes/addresses.rs"]
mod addresses;
#[path = "routes/certifier.rs"]
mod certifier;
#[path = "routes/codes.rs"]
mod codes;
#[path = "routes/codes_table.rs"]
mod codes_table;
#[path = "routes/crossing.rs"]
mod crossing;
#[path = "routes/discovery.rs"]
mod discovery;
#[path = "routes/elsewhere.rs"]
mod elsewhere;
#[path = "routes/explained.rs"]
mod explained;
#[path = "routes/fallback.rs"]
mod fallback;
#[path = "routes/federation.rs"]
mod federation;
#[path = "routes/front.rs"]
mod front;
#[path = "routes/guesses.rs"]
mod guesses;
#[path = "routes/history.rs"]
mod history;
#[path = "routes/limits.rs"]
mod limits;
#[path = "routes/log.rs"]
mod log;
#[path = "routes/not_me.rs"]
mod not_me;
#[path = "routes/panic.rs"]
mod panic;
#[path = "routes/passkeys.rs"]
mod passkeys;
#[path = "routes/people.rs"]
mod people;
#[path = "routes/recovery.rs"]
mod recovery;
#[path = "routes/sessions.rs"]
mod sessions;
#[path = "routes/sign.rs"]
mod sign;
#[path = "routes/sign_in.rs"]
mod sign_in;
#[path = "routes/totp.rs"]
mod totp;
#[path = "routes/trusted.rs"]
mod trusted;
#[path = "routes/verify.rs"]
mod verify;
#[path = "routes/verify_requests.rs"]
mod verify_requests;
