//! `selfsame doctor`: what is wrong with a domain, and how to mend it.

mod words;

use std::io::{IsTerminal, Write, stderr};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use async_trait::async_trait;
use browserid::{Domain, HostRule, Unreachable};
use doctor::{Limits, Names, NoNames, Outcome, Prober, SUBJECTS, Way, examine};
use fetch::{AddressRule, PublicAddresses, Resolver, SystemResolver};
use service::ports::Clock;

use crate::arguments::{DoctorArguments, typed_domain};
use crate::complaint::Complaint;
use crate::mapping::{Mapping, Target};
use crate::network;
use crate::output;
use crate::system::SystemClock;

/// Looks at the domain and prints what it found. Exit status 1 for an error, 3 if nothing could be seen.
pub async fn run(options: DoctorArguments) -> Result<ExitCode, Complaint> {
    let domain = typed_domain(&options.domain, HostRule::Public)?;
    let certificate = match &options.certificate {
        Some(file) => Some(read_certificate(file)?),
        None => None,
    };
    let progress = Progress::new();
    let observation = prober(&options.map, progress)?
        .observe(&domain, certificate)
        .await;
    progress.end();
    let mut report = examine(&observation);
    if let Some(host) = options.fix_for {
        report = report.for_host(host, SUBJECTS);
    }
    if options.json {
        output::print_json(&report)?;
    } else {
        output::print(&words::of(&report, options.verbose))?;
    }
    Ok(ExitCode::from(match report.outcome {
        Outcome::Fine => 0,
        Outcome::Errors => 1,
        Outcome::Unexamined => 3,
    }))
}

/// A bundle with a certificate in it is two kilobytes long.
const LONGEST_CERTIFICATE: usize = 64 * 1024;

fn read_certificate(file: &std::path::Path) -> Result<String, Complaint> {
    let bytes = output::read_file(file, LONGEST_CERTIFICATE).map_err(Complaint::into_usage)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn prober(maps: &[Mapping], progress: Progress) -> Result<Prober, Complaint> {
    let trust = Prober::trusting(Prober::public_roots());
    let (port, maps) = (network::usual_port(), maps.to_vec());
    Ok(Prober {
        addresses: Arc::new(|address| PublicAddresses.allows(address)),
        clock: Arc::new(|| SystemClock.now().as_millis()),
        limits: Limits::USUAL,
        names: Arc::new(SystemNames),
        progress: Arc::new(move |what| progress.show(what)),
        trust: trust.ok_or_else(|| Complaint::failure("no certificate authority is known"))?,
        way: Arc::new(move |host| way(host, port, &maps)),
    })
}

/// As the rest of the product looks domains up: mapped ones where they say, `.localhost` on this machine, all others over
/// HTTPS.
fn way(host: &Domain, port: u16, maps: &[Mapping]) -> Way {
    let here = "127.0.0.1".to_owned();
    match Mapping::of(host, maps) {
        Some(target @ Target::Http { host, port }) => Way::Plain {
            // Below `.localhost` is this machine, whatever the resolver knows.
            host: if host == "localhost" || host.ends_with(".localhost") {
                here
            } else {
                host.clone()
            },
            origin: target.origin(),
            port: *port,
        },
        Some(Target::Https(at)) => Way::Https(at.clone()),
        None if host.is_localhost() => Way::Plain {
            host: here,
            origin: network::origin(host, port, maps),
            port: host.port().unwrap_or(port),
        },
        None => Way::Https(host.clone()),
    }
}

struct SystemNames;

#[async_trait]
impl Names for SystemNames {
    async fn look_up(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, NoNames> {
        match SystemResolver.resolve(host, port).await {
            Ok(found) => Ok(found),
            Err(Unreachable::NoSuchHost) => Ok(Vec::new()),
            Err(_) => Err(NoNames("they do not answer".to_owned())),
        }
    }
}

/// What is being looked at, on one line of a terminal that is overwritten.
#[derive(Clone, Copy)]
struct Progress {
    is_shown: bool,
}

impl Progress {
    fn new() -> Self {
        Self {
            is_shown: stderr().is_terminal(),
        }
    }

    fn show(self, what: &str) {
        if self.is_shown {
            let _ = write!(stderr().lock(), "\r\x1b[2Klooking at {what} …");
        }
    }

    fn end(self) {
        if self.is_shown {
            let _ = write!(stderr().lock(), "\r\x1b[2K");
        }
    }
}
