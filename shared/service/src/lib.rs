//! What the product does, in terms of ports.
#![allow(missing_docs, clippy::todo, unused_variables, dead_code)]
pub mod account; pub mod ports; pub mod secret; pub mod session; pub mod sign; pub mod sign_in; pub mod verify; pub mod discover;
