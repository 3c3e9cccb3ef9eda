//! `selfsame discover`: who answers for a domain.

mod hint;

use std::process::ExitCode;
use std::sync::Arc;

use async_trait::async_trait;
use browserid::{
    Authority, DiscoveryError, DiscoveryRules, Domain, HostRule, MAX_DELEGATIONS, Path, Question,
};
use serde::Serialize;
use service::discover::discover;
use service::documents::{Bounds, Documents};
use service::ports::{Fetched, SupportDocuments};

use self::hint::hint;
use crate::arguments::{DiscoverArguments, typed_domain};
use crate::complaint::Complaint;
use crate::mapping::Mapping;
use crate::network;
use crate::output;
use crate::recorded::Recorded;
use crate::system::SystemClock;

/// Follows the support documents and prints where they lead. Exit status 1 if they lead nowhere, with a line on standard
/// error that says what the owner can do.
pub async fn run(options: DiscoverArguments) -> Result<ExitCode, Complaint> {
    let port = network::usual_port();
    let (documents, hosts): (Box<dyn SupportDocuments>, _) = match &options.responses {
        Some(file) => (Box::new(Recorded::responses(file)?), HostRule::Recorded),
        None => (
            Box::new(network::documents(port, options.map.clone())),
            HostRule::Public,
        ),
    };
    let domain = typed_domain(&options.domain, hosts)?;
    let principal = match &options.principal {
        Some(principal) => typed_domain(principal, hosts)?,
        None => domain.clone(),
    };
    let documents = AboutSomebody {
        documents,
        principal,
    };
    let rules = DiscoveryRules {
        fallback: None,
        hosts,
        max_delegations: MAX_DELEGATIONS,
        strict_content_type: false,
    };
    let documents = Documents::new(Arc::new(documents), rules, Bounds::SMALL);
    let outcome = discover(&documents, &SystemClock, domain.clone()).await;
    // Recorded answers are examined by programs, and nobody can repair what they recorded.
    if let (Err(error), None) = (&outcome, &options.responses) {
        output::note(&format!("selfsame: {}", hint(&domain, error)));
    }
    let found = Found::new(&domain, outcome, port, &options.map);
    output::print_json(&found)?;
    Ok(match found {
        Found::Okay { .. } | Found::Disabled { .. } => ExitCode::SUCCESS,
        Found::Failure { .. } => ExitCode::FAILURE,
    })
}

/// Asks every host about the same principal, whichever domain the walk began at.
struct AboutSomebody {
    documents: Box<dyn SupportDocuments>,
    principal: Domain,
}

#[async_trait]
impl SupportDocuments for AboutSomebody {
    async fn ask(&self, question: &Question, spent_ms: u64) -> Fetched {
        let question = Question {
            host: question.host.clone(),
            principal: self.principal.clone(),
        };
        self.documents.ask(&question, spent_ms).await
    }
}

/// What is printed; the members stand in this order.
#[derive(Serialize)]
#[serde(tag = "status", rename_all = "lowercase")]
enum Found {
    Okay {
        domain: String,
        authority: String,
        chain: Vec<String>,
        authentication: String,
        provisioning: String,
        agent: Option<String>,
        keys: usize,
        #[serde(skip_serializing_if = "Option::is_none")]
        not_before: Option<u64>,
    },
    Disabled {
        domain: String,
        authority: String,
        chain: Vec<String>,
    },
    Failure {
        code: &'static str,
        reason: String,
    },
}

impl Found {
    fn new(
        domain: &Domain,
        outcome: Result<Authority, DiscoveryError>,
        port: u16,
        maps: &[Mapping],
    ) -> Self {
        let names = |chain: &[Domain]| chain.iter().map(Domain::to_string).collect();
        match outcome {
            Ok(authority) => {
                let support = authority.support();
                let origin = network::origin(authority.domain(), port, maps);
                let page = |path: &Path| format!("{origin}{}", path.as_str());
                Self::Okay {
                    domain: domain.to_string(),
                    authority: authority.domain().to_string(),
                    chain: names(authority.chain()),
                    authentication: page(&support.authentication),
                    provisioning: page(&support.provisioning),
                    agent: support.agent.as_ref().map(page),
                    keys: support.keys().count(),
                    not_before: support.not_before.map(|moment| moment.as_millis()),
                }
            }
            Err(DiscoveryError::Disabled {
                domain: authority,
                chain,
            }) => Self::Disabled {
                domain: domain.to_string(),
                authority: authority.to_string(),
                chain: names(&chain),
            },
            Err(error) => Self::Failure {
                code: error.code().as_str(),
                reason: error.to_string(),
            },
        }
    }
}
