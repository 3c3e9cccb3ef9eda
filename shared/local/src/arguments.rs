//! The command line: names, options, help texts.

mod audit;
mod certifier;
mod doctor;
mod federation;
mod panic;
mod rotate;
mod user;

use std::path::PathBuf;

use browserid::{Domain, HostRule, Origin, Timestamp};
use clap::{Args, Parser, Subcommand};
use site::Api;

use crate::complaint::Complaint;
use crate::data_folder;
use crate::mapping::Mapping;
use crate::served;
use crate::utc;

pub use self::{
    audit::AuditArguments,
    certifier::CertifierArguments,
    doctor::DoctorArguments,
    federation::{FederationCheckArguments, FederationCommand, FederationSignArguments},
    panic::{PanicArguments, PanicCommand},
    rotate::{KeyName, RotateArguments},
    user::{
        AddressArguments, AddressCommand, Place, UserAddArguments, UserArguments, UserCommand,
        UserLinkArguments,
    },
};

/// Your own domain as your sign-in: a BrowserID identity provider and verifier.
#[derive(Debug, Parser)]
#[command(name = "selfsame", version, args_conflicts_with_subcommands = true)]
pub struct Arguments {
    /// What to do; without one, `serve`.
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub serve: ServeArguments,
}

/// One of the things that `selfsame` does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the whole product on this machine (also without any command)
    Serve(ServeArguments),
    /// Run only the verifier, as a drop-in for the old verifier server
    ///
    /// Environment: PORT (default 0: any free one), IP_ADDRESS (127.0.0.1), FALLBACK_DOMAIN, TRUSTED_ISSUERS (comma
    /// list), HTTP_TIMEOUT (seconds, 8), STRONG_KEYS (true: nothing below RSA 2048), STRICT_CONTENT_TYPE (true:
    /// delegations too must be application/json), INSECURE_SSL (true: for experiments only).
    ///
    /// FEDERATION (the member list: a file or an https URL) takes the place of FALLBACK_DOMAIN and TRUSTED_ISSUERS: exactly
    /// the members are believed, each for its own domains. FEDERATION_KEY (a file with the public key, PEM or JSON): the
    /// list must be signed with it. `GET /federation` then shows on this machine how the list stands.
    ///
    /// Domains below .localhost are asked only if they are mapped: whoever may ask this verifier would otherwise reach
    /// the ports of its machine.
    Verifier(VerifierArguments),
    /// Certify keys for your own sign-in pages, as a drop-in for the old certifier
    ///
    /// Answers POST /cert_key, GET /public-key and GET /__heartbeat__, to whoever reaches it: your own server asks, after
    /// it has checked its own session.
    ///
    /// Environment: ISSUER_HOSTNAME (your domain), PRIV_KEY_PATH (PEM, or the old key.secretkey), PUB_KEY_PATH (PEM, or
    /// the old key.publickey; default: what belongs to the private key), ADDRESS_DOMAINS (whose addresses are certified,
    /// with commas between; default: ISSUER_HOSTNAME), PORT (8080; 0: any free one), IP_ADDRESS (127.0.0.1).
    ///
    /// A certificate lives for the `duration` that was asked, at least 60 s and at most 24 h; 24 h if none was asked. A
    /// duration that is no number above zero, a key that is weak, malformed or the issuer's own, what is no address, and
    /// addresses of other domains are refused. Pages cannot ask: a request with `Origin` is refused.
    Certifier(CertifierArguments),
    /// Check one assertion; exit status 0 if it is okay, 1 if not
    Verify(VerifyArguments),
    /// Make and check the member list of a federation
    #[command(subcommand, disable_help_subcommand = true)]
    Federation(FederationCommand),
    /// Find out who answers for a domain
    Discover(DiscoverArguments),
    /// Find out what is wrong with a domain's identity provider, and how to mend it
    #[command(after_long_help = doctor::STATUSES, after_help = doctor::STATUSES)]
    Doctor(DoctorArguments),
    /// Make an RSA 2048 private key (PEM)
    Keygen(KeygenArguments),
    /// Print the support document of a key
    SupportDocument(SupportDocumentArguments),
    /// Print the numbers of a key: n, e and, of a private key, d (decimal)
    KeyNumbers(KeyNumbersArguments),
    /// Add, remove and list the people who may sign in
    #[command(subcommand, disable_help_subcommand = true)]
    User(UserCommand),
    /// Stop everything at once: every session ends, and nobody gets a certificate until it is undone
    ///
    /// The support document says from then on that certificates from before count no more (`not-before`). Verifiers of ours
    /// hold to it as soon as they ask for the document again, which is after six hours at the latest. Other verifiers do not
    /// know it: there a certificate lives to its end, six hours at the most (one hour for sessions of a window or an hour).
    /// Undoing it takes the link that `panic release` prints and an owner's passkey, both.
    Panic(PanicArguments),
    /// Match the signatures that CloudTrail noted with what the sign function wrote down
    ///
    /// Every certificate leaves a row in the table before it leaves itself, and every use of the key is noted by
    /// CloudTrail: both know the request's id. Standard output names each signature without a row (somebody else used the
    /// key; or an answer of KMS got lost on its way, and so did the certificate) and each row without a signature; exit
    /// status 0 if there is none of either, 1 if there is or may be, 2 if the exports cannot be read.
    ///
    /// An export shows what it holds, not what it was asked for. So what lies outside of the times of the other export
    /// cannot be judged and is listed apart: signatures among it make the exit status 1, rows do not, as CloudTrail may be
    /// 15 minutes late. An export that goes on elsewhere makes it 1, too. Say with --since and --until what both exports
    /// cover, and everything between is judged. Each export must be without gaps.
    #[command(after_long_help = audit::EXAMPLE)]
    Audit(AuditArguments),
    /// Print the dates of a change of the signing key
    ///
    /// The new key is published beside the old one until no verifier can hold a document without it any more; then it
    /// signs; and the old one stays published until nothing that it signed is alive. Each step names the parameter of the
    /// deployed stack.
    Rotate(RotateArguments),
    /// Make the files of your own domain
    #[command(subcommand, disable_help_subcommand = true)]
    Site(SiteCommand),
}

/// Options of `serve`.
#[derive(Args, Debug)]
pub struct ServeArguments {
    /// Port on 127.0.0.1; 0 picks a free one
    #[arg(long, value_name = "N", default_value_t = 8080)]
    pub port: u16,
    /// Folder for keys, accounts and sessions
    #[arg(long, value_name = "DIR", default_value = data_folder::DEFAULT)]
    pub data: PathBuf,
    /// Look up DOMAIN at ORIGIN instead (may be repeated)
    #[arg(long, value_name = "DOMAIN=ORIGIN", value_parser = Mapping::parse)]
    pub map: Vec<Mapping>,
    /// Vouch for the people of DOMAIN too, which names me.localhost as its authority (may be repeated; names all of them,
    /// and is remembered in the data folder). A DOMAIN below .localhost answers here with the document that says so
    #[arg(long, value_name = "DOMAIN", value_parser = served::parse)]
    pub serves: Vec<Domain>,
    /// Send the fallback's mails through this server, such as smtp://user:password@host:587 (STARTTLS), smtps://… or, on
    /// this machine, smtp+plain://127.0.0.1:25; or name it in SELFSAME_MAIL, where no list of processes shows it. Without
    /// one, mails are files in the folder's outbox, and codes are printed
    #[arg(long, value_name = "URL")]
    pub mail: Option<String>,
    /// Where these mails come from; also SELFSAME_MAIL_FROM
    #[arg(long, value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// Believe the authorities in FILE (PEM) too when the mail server shows its certificate; also SELFSAME_MAIL_ROOTS
    #[arg(long, value_name = "FILE")]
    pub mail_roots: Option<String>,
    /// The pages of me.localhost are at ORIGIN, another one of its site (`site build --api`): only they may use the
    /// functions, and none are shown here
    #[arg(long, value_name = "ORIGIN", value_parser = Origin::parse)]
    pub pages: Option<Origin>,
}

/// Options of `verifier`; the rest is in the environment.
#[derive(Args, Debug)]
pub struct VerifierArguments {
    /// Look up DOMAIN at ORIGIN instead (may be repeated)
    #[arg(long, value_name = "DOMAIN=ORIGIN", value_parser = Mapping::parse)]
    pub map: Vec<Mapping>,
}

/// Options of `verify`.
#[derive(Args, Debug)]
pub struct VerifyArguments {
    /// The assertion; `-` or nothing: read from standard input
    #[arg(value_name = "ASSERTION", allow_hyphen_values = false)]
    pub assertion: Option<String>,
    /// The site that it must be for
    #[arg(long, value_name = "ORIGIN")]
    pub audience: String,
    /// Check as if it were this moment (milliseconds since 1970)
    #[arg(long, value_name = "MS")]
    pub now: Option<u64>,
    /// Support documents (JSON: domain to document) used instead of the network; other domains have none
    #[arg(long, value_name = "FILE")]
    pub documents: Option<PathBuf>,
    /// Who certifies people whose domain has no support
    #[arg(long, value_name = "DOMAIN")]
    pub fallback: Option<String>,
    /// Believe the members of this list and nobody else
    #[arg(long, value_name = "FILE", conflicts_with_all = ["fallback", "trusted_issuer"])]
    pub federation: Option<PathBuf>,
    /// Public key (PEM or JSON) that must have signed the list
    #[arg(long, value_name = "FILE", requires = "federation")]
    pub federation_key: Option<PathBuf>,
    /// An issuer that may certify anybody (may be repeated)
    #[arg(long, value_name = "DOMAIN")]
    pub trusted_issuer: Vec<String>,
    /// Print the steps too
    #[arg(long)]
    pub explain: bool,
}

/// Options of `discover`.
#[derive(Args, Debug)]
pub struct DiscoverArguments {
    /// The domain to ask
    #[arg(value_name = "DOMAIN")]
    pub domain: String,
    /// Recorded answers (JSON: host to {"status","headers","body"}) used instead of the network; other hosts answer 404
    #[arg(long, value_name = "FILE")]
    pub responses: Option<PathBuf>,
    /// Look up DOMAIN at ORIGIN instead (may be repeated)
    #[arg(long, value_name = "DOMAIN=ORIGIN", value_parser = Mapping::parse, conflicts_with = "responses")]
    pub map: Vec<Mapping>,
    /// The domain of the address to ask about, when it is not DOMAIN itself
    #[arg(long, value_name = "DOMAIN")]
    pub principal: Option<String>,
}

/// Options of `keygen`.
#[derive(Args, Debug)]
pub struct KeygenArguments {
    /// Write the key there (mode 0600) instead of printing it; an existing file is kept
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Which key a document is made for.
#[derive(Args, Debug)]
#[group(multiple = false)]
pub struct KeySource {
    /// Private key file (PEM); default: the key in .selfsame
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// Public key (SubjectPublicKeyInfo, PEM or DER); `-`: standard input
    #[arg(long, value_name = "FILE")]
    pub spki: Option<PathBuf>,
}

/// Options of `support-document`.
#[derive(Args, Debug)]
pub struct SupportDocumentArguments {
    #[command(flatten)]
    pub source: KeySource,
}

/// Options of `key-numbers`.
#[derive(Args, Debug)]
pub struct KeyNumbersArguments {
    /// Private or public key (PEM or DER); `-`: standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// What can be done about the files of a domain.
#[derive(Debug, Subcommand)]
pub enum SiteCommand {
    /// Make a folder that is ready to upload
    Build(SiteBuildArguments),
}

/// Options of `site build`.
#[derive(Args, Debug)]
pub struct SiteBuildArguments {
    /// Your domain
    #[arg(long, value_name = "DOMAIN")]
    pub domain: String,
    /// The folder to make
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Where the functions are, if not at https://DOMAIN: the pages will ask there
    #[arg(long, value_name = "ORIGIN", value_parser = Api::parse)]
    pub api: Option<Api>,
    /// Make only the document which says that HOST vouches for DOMAIN
    #[arg(long, value_name = "HOST", conflicts_with_all = ["api", "key", "spki"])]
    pub authority: Option<String>,
    /// Make a folder for DOMAIN too, with the document which says that this domain vouches for it: out/delegations/DOMAIN
    /// (may be repeated)
    #[arg(long, value_name = "DOMAIN", conflicts_with = "authority")]
    pub serves: Vec<String>,
    /// Private key file (PEM) whose key signs; default: the first --spki, or the key in .selfsame
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// Public key to publish too (SubjectPublicKeyInfo, PEM or DER; may be repeated); without --key the first one signs
    #[arg(long, value_name = "FILE")]
    pub spki: Vec<PathBuf>,
}

/// A domain as a person types it.
pub fn typed_domain(text: &str, rule: HostRule) -> Result<Domain, Complaint> {
    Domain::parse(&text.trim().to_lowercase(), rule).map_err(|_| {
        Complaint::usage(format!(
            "`{text}` is no domain: give a host name such as example.com"
        ))
    })
}

/// A moment as a person types it.
fn moment(text: &str) -> Result<Timestamp, String> {
    utc::parse(text)
        .ok_or_else(|| "write it in UTC, such as 2026-11-21 or 2026-11-21T12:00Z".into())
}
