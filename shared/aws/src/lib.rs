//! What every AWS client of ours shares: region, credentials and endpoint, whom it believes, how long it waits, how much
//! it reads, and how its failures are told apart.

mod deadlines;
mod failure;
mod function_url;
mod limit;
mod settings;
mod trust;

pub use deadlines::Deadlines;
pub use failure::{Answered, Failure, Request};
pub use function_url::{FunctionUrl, Page};
pub use settings::Settings;
pub use trust::ROOTS;

pub use aws_types::SdkConfig;
