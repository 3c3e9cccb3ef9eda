//! What holds for every input, tried on many.

#[path = "properties/discovery.rs"]
mod discovery;
#[path = "properties/signatures.rs"]
mod signatures;
#[path = "properties/signers.rs"]
mod signers;
#[path = "properties/texts.rs"]
mod texts;
#[path = "properties/verification.rs"]
mod verification;
