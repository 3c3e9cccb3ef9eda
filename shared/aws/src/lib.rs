//! What every AWS client of ours shares: region, credentials and endpoint, whom it believes, how long it waits.

mod deadlines;
mod settings;
mod trust;

pub use deadlines::Deadlines;
pub use settings::Settings;
pub use trust::ROOTS;
