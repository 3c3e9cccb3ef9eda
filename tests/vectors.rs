//! The recorded cases: what the old libraries did with 314 synthetic inputs, and assertions that real people's browsers
//! made from 2012 to 2013.
//!
//! Every case must come out as a careful implementation has it (`strict` in the file; where it says nothing or
//! `policy`, as the reference does), with the reference's reason. Where ours differs on purpose, `exceptions.json` says
//! how and names the row of `shared/DIVERGENCES.md`; an exception that is not needed fails.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails loudly"
)]

#[path = "vectors/audience.rs"]
mod audience;
#[path = "vectors/divergences.rs"]
mod divergences;
#[path = "vectors/exceptions.rs"]
mod exceptions;
#[path = "vectors/lookup.rs"]
mod lookup;
#[path = "vectors/not_before.rs"]
mod not_before;
#[path = "vectors/real.rs"]
mod real;
#[path = "vectors/real_cases.rs"]
mod real_cases;
#[path = "vectors/recorded.rs"]
mod recorded;
#[path = "vectors/synthetic.rs"]
mod synthetic;
