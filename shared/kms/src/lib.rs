//! The signer on a key in AWS KMS: nobody ever holds the key.

mod error;
mod key;
mod signer;

pub use error::{Garbage, KmsError, OpenError, WrongKey};
pub use key::public_key;
pub use signer::Kms;
