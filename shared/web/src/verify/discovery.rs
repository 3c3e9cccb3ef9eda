//! `GET /wsapi/discovery?domain=…`: who speaks for a domain, with which key and which pages.
//!
//! Unlike `address_info` this is for programs: pages of other origins cannot read it.

use axum::extract::{FromRequestParts, State};
use axum::response::{IntoResponse, Response};
use browserid::{Authority, Domain, Json, Path, PublicKey};
use http::StatusCode;
use http::request::Parts;
use serde::Serialize;

use super::Deps;
use super::wsapi::{self, Usage};
use crate::answer::Answer;
use crate::problem::Kind;

/// For a domain without support the fallback's own answer; without a fallback a 404 that says why.
pub(super) async fn discovery(State(deps): State<Deps>, Asked(domain): Asked) -> Response {
    match deps.verify.discover(domain).await {
        Ok(authority) => {
            let origin = (deps.origin_of)(authority.domain());
            Answer(Discovered::new(&authority, &origin)).into_response()
        }
        Err(error) => {
            let code = error.code().as_str();
            wsapi::no_success(StatusCode::NOT_FOUND, code, error.to_string())
        }
    }
}

/// The one parameter.
pub(super) struct Asked(Domain);

impl FromRequestParts<Deps> for Asked {
    type Rejection = Usage;

    async fn from_request_parts(parts: &mut Parts, deps: &Deps) -> Result<Self, Usage> {
        let hosts = deps.verify.policy().discovery.hosts;
        wsapi::only_parameter("domain", &parts.uri)
            .and_then(|domain| {
                Domain::from_typed(&domain, hosts)
                    .map_err(|_| "domain: ValidatorError: Invalid domain".to_owned())
            })
            .map(Self)
            .map_err(|reason| Usage(Kind::DomainMalformed, reason))
    }
}

/// Persona's members, and ours: `keys` (those beside the first, during a rotation) and `agent`.
#[derive(Serialize)]
struct Discovered {
    #[serde(rename = "public-key")]
    public_key: Option<Json>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    keys: Vec<Json>,
    authentication: String,
    provisioning: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<String>,
}

impl Discovered {
    fn new(authority: &Authority, origin: &str) -> Self {
        let support = authority.support();
        let page = |path: &Path| format!("{origin}{}", path.as_str());
        let mut keys = support.keys().map(PublicKey::to_json);
        Self {
            public_key: keys.next(),
            keys: keys.collect(),
            authentication: page(&support.authentication),
            provisioning: page(&support.provisioning),
            agent: support.agent.as_ref().map(page),
        }
    }
}
