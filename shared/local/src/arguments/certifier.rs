use std::path::PathBuf;

use clap::Args;

use crate::data_folder;

/// Options of `certifier`; the rest is in the environment.
#[derive(Args, Debug)]
pub struct CertifierArguments {
    /// Folder of the store where every certificate is written down
    #[arg(long, value_name = "DIR", default_value = data_folder::DEFAULT)]
    pub data: PathBuf,
    /// Listen at an IP_ADDRESS that is not of this machine alone: something else must decide who gets there
    #[arg(long)]
    pub open_to_network: bool,
    /// Print the support document of the key and your pages, and do nothing else
    #[arg(long)]
    pub support_document: bool,
    /// Your authentication page, for the support document
    #[arg(
        long,
        value_name = "PATH",
        default_value = "/browserid/sign_in.html",
        requires = "support_document"
    )]
    pub authentication: String,
    /// Your provisioning page, for the support document
    #[arg(
        long,
        value_name = "PATH",
        default_value = "/browserid/provision.html",
        requires = "support_document"
    )]
    pub provisioning: String,
}
