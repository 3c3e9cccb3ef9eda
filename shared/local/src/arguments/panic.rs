//! `selfsame panic …`

use clap::{Args, Subcommand};

use super::user::Place;

/// Options of `panic`.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct PanicArguments {
    /// What to do; without one, `pull`
    #[command(subcommand)]
    pub command: Option<PanicCommand>,
    #[command(flatten)]
    pub pull: PanicPlace,
}

/// What can be done with the switch.
#[derive(Debug, Subcommand)]
pub enum PanicCommand {
    /// End every session of everybody, and let nobody sign in (also without any command)
    Pull(PanicPlace),
    /// Print a link that undoes it, once, together with an owner's passkey (or password, without one)
    Release(PanicReleaseArguments),
    /// Say whether it is pulled; exit status 0 if not, 3 if it is
    Status(PanicPlace),
}

/// Where.
#[derive(Args, Debug)]
pub struct PanicPlace {
    #[command(flatten)]
    pub place: Place,
}

/// Options of `panic release`.
#[derive(Args, Debug)]
pub struct PanicReleaseArguments {
    #[command(flatten)]
    pub place: Place,
    /// Port in the printed link; default: that of the running server, or 8080
    #[arg(long, value_name = "N", conflicts_with = "stack")]
    pub port: Option<u16>,
}
