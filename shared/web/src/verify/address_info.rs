//! `GET /wsapi/address_info?email=…`: discovery for pages whose visitor's domain sends no CORS header.

use axum::extract::{FromRequestParts, State};
use axum::response::{IntoResponse, Response};
use browserid::{Authority, DiscoveryError, Domain, Email};
use http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use serde::Serialize;

use super::Deps;
use super::wsapi::{self, Usage};
use crate::answer::Answer;
use crate::problem::Kind;

pub(super) async fn address_info(State(deps): State<Deps>, Address(email): Address) -> Response {
    let verify = &deps.verify;
    let rules = &verify.policy().discovery;
    let principal = email.domain();
    let info = match verify.discover(principal.clone()).await {
        Ok(authority) if !speaks_as_fallback(&authority, principal, rules.fallback.as_ref()) => {
            let origin = (deps.origin_of)(authority.domain());
            AddressInfo::primary(&authority, &origin)
        }
        Err(error) if !error.is_no_support() => AddressInfo::offline(principal),
        // The walk ended at the fallback or nowhere. What the domain itself said is remembered: it decides alone, however
        // the fallback's own document is at the moment.
        _ => match verify.discover_without_fallback(principal.clone()).await {
            Err(error) if error.is_no_support() => {
                let disabled = matches!(error, DiscoveryError::Disabled { .. });
                let issuer = rules.fallback.as_ref().unwrap_or(principal);
                AddressInfo::secondary(issuer, disabled)
            }
            _ => AddressInfo::offline(principal),
        },
    };
    open_to_all(Answer(info))
}

/// True if the walk began at the fallback and ended there. (A fallback may also delegate: then its delegate has pages of
/// its own.)
fn speaks_as_fallback(
    authority: &Authority,
    principal: &Domain,
    fallback: Option<&Domain>,
) -> bool {
    fallback == Some(authority.domain()) && authority.chain().first() != Some(principal)
}

/// The one parameter.
pub(super) struct Address(Email);

impl FromRequestParts<Deps> for Address {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, deps: &Deps) -> Result<Self, Response> {
        let hosts = deps.verify.policy().discovery.hosts;
        wsapi::only_parameter("email", &parts.uri)
            .and_then(|email| {
                Email::from_typed(&email, hosts)
                    .map_err(|_| "email: ValidatorError: Invalid email".to_owned())
            })
            .map(Self)
            .map_err(|reason| open_to_all(Usage(Kind::AddressMalformed, reason)))
    }
}

/// Persona's answer, as far as it has a meaning without Persona's accounts: `state` is `offline` while nobody can tell
/// who speaks for the address, otherwise `unknown`.
#[derive(Serialize)]
struct AddressInfo {
    #[serde(rename = "type")]
    kind: &'static str,
    issuer: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prov: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<String>,
    disabled: bool,
    state: &'static str,
}

impl AddressInfo {
    fn primary(authority: &Authority, origin: &str) -> Self {
        let support = authority.support();
        let page = |path: &browserid::Path| format!("{origin}{}", path.as_str());
        Self {
            kind: "primary",
            auth: Some(page(&support.authentication)),
            prov: Some(page(&support.provisioning)),
            agent: support.agent.as_ref().map(page),
            ..Self::secondary(authority.domain(), false)
        }
    }

    fn secondary(issuer: &Domain, disabled: bool) -> Self {
        Self {
            kind: "secondary",
            issuer: issuer.to_string(),
            auth: None,
            prov: None,
            agent: None,
            disabled,
            state: "unknown",
        }
    }

    /// The domain, or the fallback in its place, is in trouble: nobody speaks for the address now.
    fn offline(principal: &Domain) -> Self {
        Self {
            state: "offline",
            ..Self::secondary(principal, false)
        }
    }
}

/// Any page may read it; it holds nothing but what the domain publishes.
fn open_to_all(answer: impl IntoResponse) -> Response {
    let any = HeaderMap::from_iter([(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"))]);
    (any, answer).into_response()
}
