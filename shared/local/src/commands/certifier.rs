//! `selfsame certifier`: the certificate service alone, as a drop-in for the old one.

use std::net::IpAddr;
use std::sync::Arc;

use browserid::{Path, Profile, Support, SupportDocument};
use service::certifier::Certifier;
use service::ports::Signer;
use web::certifier::{Callers, Deps};

use crate::arguments::CertifierArguments;
use crate::certifier_environment::CertifierEnvironment;
use crate::certifier_key;
use crate::complaint::Complaint;
use crate::data_folder::DataFolder;
use crate::identity;
use crate::output;
use crate::request_log;
use crate::server::Bound;
use crate::shutdown::asked_to_end;
use crate::system::SystemClock;

/// Runs until it is asked to end; with `--support-document` it only prints that.
pub async fn run(options: CertifierArguments) -> Result<(), Complaint> {
    let environment = CertifierEnvironment::read(variable)?;
    let signer = certifier_key::open(&environment.private_key, environment.public_key.as_deref())?;
    if options.support_document {
        return output::print_json(&document(&options, signer.as_ref())?.to_json());
    }
    require_loopback(environment.ip, options.open_to_network)?;
    let store = identity::open_store(&DataFolder::open(&options.data)?)?;
    let asked = asked_to_end()?;
    let bound = bind(environment.ip, environment.port).await?;
    request_log::to_stderr();
    output::print(&format!(
        "selfsame certifier on http://{}\n",
        bound.address()
    ))?;
    if !environment.ip.is_loopback() {
        output::note(LOUD);
    }
    if !environment.idle.is_empty() {
        let names = environment.idle.join(", ");
        output::note(&format!("{names}: set, but without a meaning here"));
    }
    let certifier = Certifier {
        audit: Arc::new(store),
        clock: Arc::new(SystemClock),
        domains: environment.domains,
        profile: Profile::new(environment.issuer, signer.public_key().clone()),
        signer,
    };
    let router = web::certifier::router(Deps {
        callers: Callers::Reaching,
        certifier: Arc::new(certifier),
    });
    let server = bound.serve(request_log::around(router));
    asked.await;
    server.stop().await;
    Ok(())
}

const LOUD: &str = "WARNING: --open-to-network. Whoever reaches this address gets certificates in anybody's name at your domain, \
    and can sign in as them everywhere: let nobody but your own server reach it.";

/// There is no authentication: whoever reaches the socket speaks for everybody.
fn require_loopback(ip: IpAddr, is_open: bool) -> Result<(), Complaint> {
    if ip.is_loopback() || is_open {
        return Ok(());
    }
    Err(Complaint::usage(format!(
        "IP_ADDRESS={ip} would let others ask for certificates in anybody's name: leave it at 127.0.0.1, or add \
         --open-to-network if something else decides who reaches it"
    )))
}

async fn bind(ip: IpAddr, port: u16) -> Result<Bound, Complaint> {
    Bound::to(ip, port).await.map_err(|error| {
        Complaint::failure(format!(
            "{ip}:{port} cannot be listened on ({error}): set PORT (0 picks a free one) and IP_ADDRESS to what is free here"
        ))
    })
}

/// The owner's pages with the agent page of ours.
fn document(
    options: &CertifierArguments,
    signer: &dyn Signer,
) -> Result<SupportDocument, Complaint> {
    let path = |text: &str| {
        Path::parse(text).map_err(|error| {
            Complaint::usage(format!(
                "`{text}` is no path of a page ({error}): give one such as /persona/provision/"
            ))
        })
    };
    let support = Support::new(
        signer.public_key().clone(),
        Vec::new(),
        path(&options.authentication)?,
        path(&options.provisioning)?,
        Some(path("/persona/agent.html")?),
    );
    Ok(support.into())
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where this command reads its environment"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::require_loopback;

    #[test]
    fn only_this_machine_is_let_in_unless_that_is_said_in_so_many_words() {
        for (ip, is_open, expected) in [
            ("127.0.0.1", false, true),
            ("127.8.8.8", false, true),
            ("::1", false, true),
            ("0.0.0.0", false, false),
            ("::", false, false),
            ("::ffff:127.0.0.1", false, false),
            ("192.168.1.2", false, false),
            ("0.0.0.0", true, true),
        ] {
            let ip: IpAddr = ip.parse().expect("an address");
            let allowed = require_loopback(ip, is_open);
            assert_eq!(allowed.is_ok(), expected, "{ip}");
            if let Err(complaint) = allowed {
                assert_eq!(complaint.status(), 2);
                assert!(complaint.to_string().contains("--open-to-network"));
            }
        }
    }
}
