//! `selfsame rotate`

use browserid::Timestamp;
use clap::{Args, ValueEnum};

use super::moment;

/// Options of `rotate`.
#[derive(Args, Debug)]
pub struct RotateArguments {
    /// Print the steps with their times; this command itself changes nothing
    #[arg(long, required = true)]
    pub plan: bool,
    /// The key that signs now
    #[arg(long, value_name = "KEY", default_value = "a")]
    pub from: KeyName,
    /// When the new key will be published (UTC, such as 2026-11-21 or 2026-11-21T12:00Z); default: now
    #[arg(long, value_name = "DATE", value_parser = moment)]
    pub start: Option<Timestamp>,
    /// How long the support document may be kept: the max-age that it is served with
    #[arg(long, value_name = "SECONDS", default_value_t = 21_600, value_parser = clap::value_parser!(u64).range(0..=LONGEST_S))]
    pub max_age: u64,
    /// The longest life of a certificate
    #[arg(long, value_name = "SECONDS", default_value_t = 86_400, value_parser = clap::value_parser!(u64).range(60..=86_400))]
    pub max_lifetime: u64,
}

/// A year: nobody keeps a document longer.
const LONGEST_S: u64 = 365 * 24 * 60 * 60;

/// One of the template's two signing keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KeyName {
    /// The key that a new stack begins with
    A,
    /// The other one
    B,
}
