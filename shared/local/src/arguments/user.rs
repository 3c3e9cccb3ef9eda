//! `selfsame user …`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::data_folder;
use crate::stack::{RegionName, StackName};

/// What can be done about people.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add a person: prints a link for choosing a password, or takes the password
    Add(UserAddArguments),
    /// Print a new link for choosing a password; earlier links stop working
    Link(UserLinkArguments),
    /// Remove a person and end their sessions
    Remove(UserArguments),
    /// End every session of a person, on all devices; they can sign in again
    SignOut(UserArguments),
    /// Let a person invite and remove people, give addresses and pull the panic switch, on the account page
    Owner(UserArguments),
    /// Give a person a further address, or take one away
    #[command(subcommand, disable_help_subcommand = true)]
    Address(AddressCommand),
    /// List everybody: address, ways in, who is an owner, further addresses
    List(UserListArguments),
}

/// What can be done about further addresses.
#[derive(Debug, Subcommand)]
pub enum AddressCommand {
    /// Give a person a further address: they can choose it at sites, and nobody else can have it
    ///
    /// The account page gives out no address that somebody used before, since sites would take the new person for the old
    /// one. This command does: ask yourself whose it was.
    Add(AddressArguments),
    /// Take a further address away from a person
    Remove(AddressArguments),
}

/// Whose address, and which.
#[derive(Args, Debug)]
pub struct AddressArguments {
    #[command(flatten)]
    pub user: UserArguments,
    /// The further address
    #[arg(value_name = "ADDRESS")]
    pub address: String,
}

/// Options of `user add`.
#[derive(Args, Debug)]
pub struct UserAddArguments {
    #[command(flatten)]
    pub user: UserLinkArguments,
    /// Let the person invite and remove people, and pull the panic switch, too
    #[arg(long)]
    pub owner: bool,
    /// Read the password from standard input instead of printing a link
    #[arg(long, conflicts_with = "stack")]
    pub password_stdin: bool,
}

/// Options of `user link`.
#[derive(Args, Debug)]
pub struct UserLinkArguments {
    #[command(flatten)]
    pub user: UserArguments,
    /// Port in the printed link; default: that of the running server, or 8080
    #[arg(long, value_name = "N", conflicts_with = "stack")]
    pub port: Option<u16>,
}

/// One person.
#[derive(Args, Debug)]
pub struct UserArguments {
    /// The address
    #[arg(value_name = "EMAIL")]
    pub email: String,
    #[command(flatten)]
    pub place: Place,
}

/// Options of `user list`.
#[derive(Args, Debug)]
pub struct UserListArguments {
    #[command(flatten)]
    pub place: Place,
}

/// Where the people are: on this machine, or at an identity provider deployed on AWS.
#[derive(Args, Debug)]
pub struct Place {
    /// Folder for keys, accounts and sessions
    #[arg(long, value_name = "DIR", default_value = data_folder::DEFAULT, conflicts_with = "stack")]
    pub data: PathBuf,
    /// Name of the deployed stack to do it at, instead of on this machine; the AWS CLI is used, as whoever it is signed in as
    #[arg(long, value_name = "NAME", value_parser = StackName::parse)]
    pub stack: Option<StackName>,
    /// AWS region of the stack; default: that of the AWS CLI
    #[arg(long, value_name = "REGION", requires = "stack", value_parser = RegionName::parse)]
    pub region: Option<RegionName>,
}
