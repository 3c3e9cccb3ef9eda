//! A verifier over a pretend internet.

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use browserid::{DiscoveryRules, Domain, HostRule, Policy, Seal};
use serde_json::Value;
use service::documents::Bounds;
use service::federation::Members;
use service::ports::{MemberLists, PortError};
use service::verify::Verify;
use web::verify::{Deps, Version, https_origin};

use crate::clock::SetClock;
use crate::http::{Call, Heard, send};
use crate::network::Network;
use crate::tokens::{IDP, support_document};

/// Headers on every answer of the verifier.
pub const ALWAYS: [(&str, &str); 7] = [
    (
        "cache-control",
        "private, no-cache, no-store, must-revalidate, max-age=0",
    ),
    ("connection", "close"),
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'; report-uri /__cspreport__",
    ),
    ("strict-transport-security", "max-age=15552000"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("x-xss-protection", "1; mode=block"),
];
/// Headers on some of them.
pub const MAYBE: [&str; 5] = [
    "access-control-allow-origin",
    "allow",
    "content-length",
    "content-type",
    "server-timing",
];

/// What a test may change about a verifier.
pub struct Verifier {
    /// Is `?explain=1` answered?
    pub explains: bool,
    /// Who speaks for domains without support.
    pub fallback: Option<&'static str>,
    /// The member list of its federation, if it belongs to one.
    pub list: Option<Value>,
    /// Its internet.
    pub network: Arc<Network>,
    /// Does it refuse weak keys?
    pub strong_keys: bool,
    /// May callers name issuers to trust?
    pub trusts_callers_issuers: bool,
    /// Issuers trusted by its owner.
    pub trusted: Vec<String>,
}

impl Verifier {
    /// As the local product has it, on an internet with `idp.example`.
    pub fn new() -> Self {
        Self::on(Network::new().document(IDP, &support_document()))
    }

    /// The same on another internet.
    pub fn on(network: Network) -> Self {
        Self {
            explains: true,
            fallback: None,
            list: None,
            network: Arc::new(network),
            strong_keys: false,
            trusts_callers_issuers: true,
            trusted: Vec::new(),
        }
    }

    /// Sends it and checks the headers that every answer has.
    pub async fn send(&self, call: Call) -> Heard {
        self.send_to(&self.router(), call).await
    }

    /// The same to a router of this verifier that has answered before, and keeps what it heard.
    pub async fn send_to(&self, router: &Router, call: Call) -> Heard {
        let is_open = call.is_to("/wsapi/address_info");
        let is_explained = self.explains && call.is_to("/v2?explain=1");
        let heard = send(router, call).await;
        heard.assert_headers(&ALWAYS, &MAYBE);
        let cors = heard.header("access-control-allow-origin");
        assert!(cors.is_none() || is_open, "{heard:?}");
        let timing = heard.header("server-timing");
        assert!(timing.is_none() || is_explained, "{heard:?}");
        heard
    }

    /// The router.
    pub fn router(&self) -> Router {
        let domain = |text: &str| Domain::parse(text, HostRule::Public).expect("a domain");
        let policy = Policy {
            discovery: DiscoveryRules {
                fallback: self.fallback.map(domain),
                hosts: HostRule::Public,
                max_delegations: browserid::MAX_DELEGATIONS,
                strict_content_type: false,
            },
            strong_keys: self.strong_keys,
            federation: None,
            trusted_issuers: self.trusted.clone(),
        };
        let verify = Verify::new(
            Arc::new(SetClock::new()),
            Arc::clone(&self.network) as _,
            policy,
            Bounds::SMALL,
        );
        web::verify::router(Deps {
            explains: self.explains,
            origin_of: Arc::new(https_origin),
            trusts_callers_issuers: self.trusts_callers_issuers,
            verify: Arc::new(match &self.list {
                Some(list) => verify.with_members(members(list)),
                None => verify,
            }),
            version: Version {
                version: "1.2.3",
                commit: "unknown",
                source: "unknown",
            },
        })
    }
}

/// Those of a list that stands still.
fn members(list: &Value) -> Arc<Members> {
    Members::new(
        Arc::new(SetClock::new()),
        Arc::new(Standing(list.to_string())),
        Seal::None,
        HostRule::Public,
        1000,
    )
}

struct Standing(String);

#[async_trait]
impl MemberLists for Standing {
    async fn read(&self) -> Result<Vec<u8>, PortError> {
        Ok(self.0.clone().into_bytes())
    }
}

impl Default for Verifier {
    fn default() -> Self {
        Self::new()
    }
}
