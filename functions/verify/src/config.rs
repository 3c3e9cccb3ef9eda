//! The environment of the verifier.

use std::sync::Arc;

use axum::Router;
use browserid::{DiscoveryRules, HostRule, MAX_DELEGATIONS, Policy};
use fetch::{ExtraRoots, Https, Limits, PublicAddresses, strict_tls_with};
use lambda::environment::{A_DOMAIN, DOMAINS, SECONDS, domain, domains, seconds};
use lambda::{Environment, Incomplete, SystemClock};
use service::documents::Bounds;
use service::verify::Verify;
use web::verify::{Deps, Version, https_origin};

use crate::federation;

/// The router, or everything that is wrong with the environment. No variable must be set.
pub fn router(mut environment: Environment) -> Result<Router, Incomplete> {
    let fallback = environment.optional("FALLBACK_DOMAIN", None, A_DOMAIN, |text| {
        domain(text).map(Some)
    });
    let trusted = environment.optional("TRUSTED_ISSUERS", Vec::new(), DOMAINS, domains);
    let roots = environment.optional("EXTRA_ROOTS", ExtraRoots::default(), CERTIFICATES, |text| {
        ExtraRoots::from_pem(text).ok()
    });
    let none = ExtraRoots::default();
    let members = federation::read(&mut environment, roots.as_ref().unwrap_or(&none));
    let whole = environment.optional("HTTP_TIMEOUT", Limits::STRICT.whole, SECONDS, seconds);
    let strong_keys = environment.switch("STRONG_KEYS", true);
    let strict_content_type = environment.switch("STRICT_CONTENT_TYPE", false);
    let explains = environment.switch("EXPLAIN", false);
    let trusts_callers_issuers = environment.switch("ALLOW_CALLER_ISSUERS", false);

    let build = || {
        let policy = Policy {
            discovery: DiscoveryRules {
                fallback: fallback?,
                hosts: HostRule::Public,
                max_delegations: MAX_DELEGATIONS,
                strict_content_type: strict_content_type?,
            },
            strong_keys: strong_keys?,
            federation: None,
            trusted_issuers: trusted?.iter().map(ToString::to_string).collect(),
        };
        let whole = whole?;
        let documents = Https::new(
            Arc::new(PublicAddresses),
            strict_tls_with(&roots?),
            Limits::within(whole),
        );
        let verify = Verify::new(
            Arc::new(SystemClock),
            Arc::new(documents),
            policy,
            Bounds::SMALL.within(whole),
        );
        Some(web::verify::router(Deps {
            explains: explains?,
            origin_of: Arc::new(https_origin),
            trusts_callers_issuers: trusts_callers_issuers?,
            verify: Arc::new(match members? {
                Some(members) => verify.with_members(members),
                None => verify,
            }),
            version: Version::BUILT,
        }))
    };
    let built = build();
    environment.finish(built)
}

/// What `EXTRA_ROOTS` must be, for messages.
const CERTIFICATES: &str = "TLS root certificates as PEM, one after the other";
