//! `selfsame verifier`: only the verifier, as a drop-in for the old server.

use std::sync::Arc;
use std::time::Duration;

use fetch::{AddressRule, Https, HttpsList, Limits, PublicAddresses, strict_tls};
use service::documents::Bounds;
use service::federation::Members;
use service::verify::Verify;

use crate::arguments::VerifierArguments;
use crate::complaint::Complaint;
use crate::documents::{Documents, Localhost};
use crate::federation;
use crate::insecure::{AnyAddress, accept_any_certificate};
use crate::mapping::Mapping;
use crate::network;
use crate::output;
use crate::request_log;
use crate::server::Bound;
use crate::shutdown::asked_to_end;
use crate::system::SystemClock;
use crate::verifier_environment::VerifierEnvironment;
use crate::version::VERSION;

/// Runs until it is asked to end.
pub async fn run(options: VerifierArguments) -> Result<(), Complaint> {
    let environment = VerifierEnvironment::read(variable)?;
    let asked = asked_to_end()?;
    let bound = Bound::to(environment.ip, environment.port)
        .await
        .map_err(|error| {
            Complaint::failure(format!(
                "{}:{} cannot be listened on ({error}): set PORT (0 picks a free one) and IP_ADDRESS to what is free here",
                environment.ip, environment.port
            ))
        })?;
    request_log::to_stderr();
    output::print(&format!(
        "selfsame verifier on http://{}\n",
        bound.address()
    ))?;
    if environment.insecure_ssl {
        output::note(LOUD);
    }
    if !environment.idle.is_empty() {
        let names = environment.idle.join(", ");
        output::note(&format!("{names}: set, but without a meaning here"));
    }
    let port = bound.address().port();
    let documents = documents(&environment, options.map.clone(), port)?;
    let members = match &environment.federation {
        None => None,
        Some(source) => Some(source.members(
            Arc::new(SystemClock),
            environment.policy.discovery.hosts,
            || https(&environment, HttpsList::LIMITS),
        )?),
    };
    let mut verify = Verify::new(
        Arc::new(SystemClock),
        Arc::new(documents),
        environment.policy,
        Bounds::SERVER.within(environment.timeout),
    );
    if let Some(members) = &members {
        verify = verify.with_members(Arc::clone(members));
    }
    let router = web::verify::router(web::verify::Deps {
        explains: true,
        origin_of: Arc::new(move |authority| network::origin(authority, port, &options.map)),
        trusts_callers_issuers: true,
        verify: Arc::new(verify),
        version: VERSION,
    });
    let router = match &members {
        None => router,
        Some(members) => federation::around(router, Arc::clone(members)),
    };
    let server = bound.serve(request_log::around(router));
    let keeping = members.map(|members| tokio::spawn(keep_new(members)));
    asked.await;
    server.stop().await;
    if let Some(keeping) = keeping {
        keeping.abort();
    }
    Ok(())
}

/// Reads the member list when it is time, also while nobody asks.
async fn keep_new(members: Arc<Members>) {
    loop {
        members.current().await;
        tokio::time::sleep(GLANCE).await;
    }
}

/// How often it is looked whether the list is to be read again.
const GLANCE: Duration = Duration::from_secs(1);

const LOUD: &str = "WARNING: INSECURE_SSL=true. This verifier believes ANY certificate and asks ANY address, also inside this network: \
    whoever is between it and a domain can sign in as everybody there. For experiments only.";

fn documents(
    environment: &VerifierEnvironment,
    maps: Vec<Mapping>,
    port: u16,
) -> Result<Documents, Complaint> {
    let limits = Limits::within(environment.timeout);
    Ok(Documents {
        https: https(environment, limits)?,
        limits,
        localhost: if environment.insecure_ssl {
            Localhost::At(port)
        } else {
            Localhost::Forbidden
        },
        maps,
    })
}

fn https(environment: &VerifierEnvironment, limits: Limits) -> Result<Https, Complaint> {
    let (addresses, tls): (Arc<dyn AddressRule>, _) = if environment.insecure_ssl {
        let tls = accept_any_certificate()
            .map_err(|error| Complaint::failure(format!("TLS cannot be set up ({error})")))?;
        (Arc::new(AnyAddress), tls)
    } else {
        (Arc::new(PublicAddresses), strict_tls())
    };
    Ok(Https::new(addresses, tls, limits))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where this command reads its environment"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
