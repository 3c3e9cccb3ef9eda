//! The signature primitives alone: Wycheproof's published cases, and a second implementation beside ours on valid,
//! broken and forged signatures.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails loudly"
)]

#[path = "signatures/chance.rs"]
mod chance;
#[path = "signatures/dsa_beside_another.rs"]
mod dsa_beside_another;
#[path = "signatures/dsa_groups.rs"]
mod dsa_groups;
#[path = "signatures/forgeries.rs"]
mod forgeries;
#[path = "signatures/pkcs1.rs"]
mod pkcs1;
#[path = "signatures/published.rs"]
mod published;
#[path = "signatures/rsa_beside_another.rs"]
mod rsa_beside_another;
#[path = "signatures/wycheproof_dsa.rs"]
mod wycheproof_dsa;
#[path = "signatures/wycheproof_rsa.rs"]
mod wycheproof_rsa;
