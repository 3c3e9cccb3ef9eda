//! What the functions of the identity provider have in common.

use std::sync::Arc;

use browserid::{Domain, Origin};
use web::front::{Front, OriginSecret};
use web::pages::Pages;

use crate::Environment;
use crate::environment::{A_DOMAIN, AN_ORIGIN, DOMAINS, domain, domains, https_origin};

/// What [`Identity::read`] wants of `ORIGIN_SECRET`, for messages.
const A_SECRET: &str = "at least 16 visible characters";

/// Whose identity provider it is, where its pages are, and who may hand requests over.
#[derive(Clone)]
pub struct Identity {
    /// `ADDRESS_DOMAINS`: the domains behind the `@` of its people, which are its own or delegate to it. `DOMAIN` alone if
    /// it is not set.
    pub addresses: Vec<Domain>,
    /// `DOMAIN`: the host of its pages, and the issuer of its certificates.
    pub domain: Domain,
    /// `ORIGIN_SECRET`: with it, only requests that show it are answered, and their word for the source is believed.
    pub front: Front,
    /// `PAGES_ORIGIN`: set if the pages are at another origin than the functions.
    pub pages: Pages,
}

impl Identity {
    /// Reads it. None if something is missing or wrong, which `environment` remembers.
    pub fn read(environment: &mut Environment) -> Option<Self> {
        let domain = environment.required("DOMAIN", A_DOMAIN, domain);
        let addresses = environment.optional("ADDRESS_DOMAINS", None, DOMAINS, |text| {
            domains(text).map(Some)
        });
        let pages = environment.optional("PAGES_ORIGIN", None, AN_ORIGIN, |text| {
            https_origin(text).map(Some)
        });
        let front = environment.optional("ORIGIN_SECRET", Front::Direct, A_SECRET, |text| {
            OriginSecret::new(text.to_owned()).map(|secret| Front::Behind(Arc::new(secret)))
        });

        let (addresses, domain, front, pages) = (addresses?, domain?, front?, pages?);
        let pages = match pages {
            Some(origin) => Pages::Elsewhere(origin),
            None => Pages::Here(own_origin(&domain)?),
        };
        Some(Self {
            addresses: addresses.unwrap_or_else(|| vec![domain.clone()]),
            domain,
            front,
            pages,
        })
    }
}

/// Where a domain's own pages are.
pub fn own_origin(domain: &Domain) -> Option<Origin> {
    Origin::parse(&format!("https://{domain}")).ok()
}
