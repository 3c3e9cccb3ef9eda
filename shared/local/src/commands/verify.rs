//! `selfsame verify`: one assertion, examined here.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use browserid::{DiscoveryRules, Federation, HostRule, Json, MAX_DELEGATIONS, Policy, Timestamp};
use service::documents::Bounds;
use service::ports::{Clock, SupportDocuments};
use service::verify::{Trusted, Verify};

use crate::arguments::{VerifyArguments, typed_domain};
use crate::complaint::Complaint;
use crate::federation::{read_list, seal};
use crate::network;
use crate::output;
use crate::recorded::Recorded;
use crate::system::SystemClock;

/// Far more than any assertion.
const LIMIT: usize = 1024 * 1024;

/// Prints what `/v2` would answer. Exit status 0 if it is okay, 1 if not.
pub async fn run(options: VerifyArguments) -> Result<ExitCode, Complaint> {
    let assertion = match options.assertion.as_deref() {
        None | Some("-") => read_assertion()?,
        Some(assertion) => assertion.to_owned(),
    };
    let (documents, hosts): (Arc<dyn SupportDocuments>, _) = match &options.documents {
        Some(file) => (Arc::new(Recorded::documents(file)?), HostRule::Recorded),
        None => (
            Arc::new(network::documents(network::usual_port(), Vec::new())),
            HostRule::Public,
        ),
    };
    let fallback = options
        .fallback
        .map(|fallback| typed_domain(&fallback, hosts))
        .transpose()?;
    let clock: Arc<dyn Clock> = match options.now {
        Some(now) => Arc::new(Moment(Timestamp::from_millis(now))),
        None => Arc::new(SystemClock),
    };
    let policy = Policy {
        discovery: DiscoveryRules {
            fallback,
            hosts,
            max_delegations: MAX_DELEGATIONS,
            strict_content_type: false,
        },
        strong_keys: false,
        federation: options
            .federation
            .map(|file| federation(&file, options.federation_key.as_deref(), hosts))
            .transpose()?,
        trusted_issuers: options.trusted_issuer,
    };
    let verify = Verify::new(clock, documents, policy, Bounds::SMALL);
    let verified = verify
        .run(
            &Json::String(assertion),
            &Json::String(options.audience),
            Trusted::ByPolicy,
        )
        .await;
    let okay = verified.outcome.is_ok();
    output::print_json(&web::verify::report(&verified, options.explain))?;
    Ok(if okay {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// That the list is over is for the verification to say.
fn federation(
    file: &Path,
    key: Option<&Path>,
    hosts: HostRule,
) -> Result<Arc<Federation>, Complaint> {
    let list = read_list(file, &seal(key)?, hosts)?;
    Ok(Arc::new(Federation::Members(list)))
}

/// The moment of `--now`.
struct Moment(Timestamp);

impl Clock for Moment {
    fn now(&self) -> Timestamp {
        self.0
    }

    fn elapsed_us(&self) -> u64 {
        SystemClock.elapsed_us()
    }
}

fn read_assertion() -> Result<String, Complaint> {
    let bytes = output::read_stdin(LIMIT)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Complaint::usage("standard input is no text: give it an assertion"))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}
