//! `selfsame federation`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What can be done about a member list.
#[derive(Debug, Subcommand)]
pub enum FederationCommand {
    /// Sign a list, and print what verifiers read
    Sign(FederationSignArguments),
    /// Read a list as a verifier would, and print it; exit status 1 if it would not be believed
    ///
    /// Nobody is asked: whether the members answer, `selfsame doctor` says.
    Check(FederationCheckArguments),
}

/// Options of `federation sign`.
#[derive(Args, Debug)]
pub struct FederationSignArguments {
    /// The list (JSON); `-`: standard input
    #[arg(value_name = "LIST.json")]
    pub list: PathBuf,
    /// Private key (PEM) that the verifiers' FEDERATION_KEY belongs to
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
}

/// Options of `federation check`.
#[derive(Args, Debug)]
pub struct FederationCheckArguments {
    /// The list, signed or plain; `-`: standard input
    #[arg(value_name = "LIST")]
    pub list: PathBuf,
    /// Public key (PEM or JSON) that must have signed it
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
}
