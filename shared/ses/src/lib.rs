//! Mail through Amazon SES (v2).

mod error;
mod ses;

pub use error::SesError;
pub use ses::Ses;
