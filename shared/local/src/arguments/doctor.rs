//! `selfsame doctor`

use std::path::PathBuf;

use clap::Args;
use doctor::Host;

use crate::mapping::Mapping;

/// Shown below `selfsame doctor --help`.
pub const STATUSES: &str = "\
Exit status: 0 no error (warnings and notes are allowed), 1 at least one error, 2 wrong usage, 3 the domain could not be
examined (no name server, no network).

Nothing secret is sent: no cookie, no password. The signing function is shown a public key of which nobody has the private
half, without a session, to see that it refuses. No redirect is followed, and after ten seconds it ends in any case.";

/// Options of `doctor`.
#[derive(Args, Debug)]
pub struct DoctorArguments {
    /// The domain to examine: what stands after the @
    #[arg(value_name = "DOMAIN")]
    pub domain: String,
    /// Print JSON (its shape: shared/doctor/CHECKS.md)
    #[arg(long)]
    pub json: bool,
    /// Say how to mend it on this host: apache, cloudflare-pages, github-pages, gitlab-pages, netlify, nginx, s3, selfsame,
    /// wordpress
    #[arg(long, value_name = "HOST")]
    pub fix_for: Option<Host>,
    /// Examine a certificate, or a whole assertion, of this domain too; `-`: read from standard input
    #[arg(long, value_name = "FILE")]
    pub certificate: Option<PathBuf>,
    /// Look up DOMAIN at ORIGIN instead (may be repeated)
    #[arg(long, value_name = "DOMAIN=ORIGIN", value_parser = Mapping::parse)]
    pub map: Vec<Mapping>,
    /// Name the checks that found nothing, too
    #[arg(long, short)]
    pub verbose: bool,
}
