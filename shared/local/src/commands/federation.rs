//! `selfsame federation`: making and checking member lists. Nobody is asked.

use browserid::{HostRule, ListKey, MAX_LIST_BYTES, MemberList, PreparedList};
use service::ports::{Clock, Signer};

use crate::arguments::{FederationCheckArguments, FederationCommand, FederationSignArguments};
use crate::complaint::Complaint;
use crate::federation::{listed, read_list, seal};
use crate::key_file::KeyFile;
use crate::output;
use crate::system::SystemClock;

/// Does it.
pub async fn run(command: FederationCommand) -> Result<(), Complaint> {
    match command {
        FederationCommand::Sign(options) => sign(&options).await,
        FederationCommand::Check(options) => check(&options),
    }
}

async fn sign(options: &FederationSignArguments) -> Result<(), Complaint> {
    let shown = options.list.display();
    let plain = output::read_file(&options.list, MAX_LIST_BYTES)?;
    let signer =
        KeyFile::open(&options.key).map_err(|error| Complaint::failure(error.to_string()))?;
    let unusable = || {
        Complaint::failure(format!(
            "`{}` cannot sign lists: use an RSA key of 2048 bits, such as `selfsame keygen` makes",
            options.key.display()
        ))
    };
    let key = ListKey::new(signer.public_key().clone()).ok_or_else(unusable)?;
    let wrong = |error| Complaint::failure(format!("`{shown}` is not signed: {error}"));
    let list =
        MemberList::parse(&plain, &browserid::Seal::None, HostRule::Public).map_err(wrong)?;
    list.check_current(SystemClock.now()).map_err(wrong)?;
    let prepared = PreparedList::new(&plain, &key, HostRule::Public).map_err(wrong)?;
    let signed = signer
        .sign(prepared.signing_input().as_bytes())
        .await
        .map_err(|error| Complaint::failure(error.to_string()))?;
    let signed = prepared
        .complete(&signed.signature)
        .map_err(|_| unusable())?;
    if signed.len() > MAX_LIST_BYTES {
        return Err(Complaint::failure(format!(
            "`{shown}` is too long once it is signed: verifiers read {MAX_LIST_BYTES} bytes"
        )));
    }
    output::print(&format!("{signed}\n"))
}

fn check(options: &FederationCheckArguments) -> Result<(), Complaint> {
    let seal = seal(options.key.as_deref())?;
    let list = read_list(&options.list, &seal, HostRule::Public)?;
    list.check_current(SystemClock.now()).map_err(|error| {
        Complaint::failure(format!(
            "`{}` would not be believed now: {error}",
            options.list.display()
        ))
    })?;
    output::print_json(&listed(&list))
}
