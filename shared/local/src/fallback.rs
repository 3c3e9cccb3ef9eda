//! The fallback of this machine: `fallback.localhost` vouches for people whose own domain does not, after a mail to them.
//!
//! It has a key and a store of its own. It signs with the one what `me.localhost` does not, and nobody with an account in
//! the other is somebody at `me.localhost`.

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use browserid::{
    DiscoveryError, DiscoveryRules, Domain, HostRule, MAX_DELEGATIONS, Origin, Profile,
};
use service::discover::discover;
use service::documents::{Bounds, Documents};
use service::fallback::Fallback;
use service::ports::{Authorities, Mailer, PortError, Said, Signer, SupportDocuments};
use service::sign::{Sign, Speaks};
use service::standing::Standings;
use site::fallback_document;
use web::cookie::SessionCookie;
use web::front::Front;
use web::pages::Pages;

use crate::complaint::Complaint;
use crate::data_folder::DataFolder;
use crate::hosts;
use crate::identity;
use crate::key_file::KeyFile;
use crate::mapping::Mapping;
use crate::network;
use crate::sites;
use crate::store::Store;
use crate::system::{SystemClock, SystemRandom};

/// What the data folder holds of it, opened.
pub struct Parts {
    key: KeyFile,
    mailer: Arc<dyn Mailer>,
    store: Store,
}

impl Parts {
    /// Makes what is not there yet.
    pub fn open(folder: &DataFolder, mailer: Arc<dyn Mailer>) -> Result<Self, Complaint> {
        let failure = |error: String| Complaint::failure(error);
        Ok(Self {
            key: KeyFile::open_or_create(&folder.fallback_key())
                .map_err(|error| failure(error.to_string()))?,
            mailer,
            store: Store::open(&folder.fallback_store())
                .map_err(|error| failure(error.to_string()))?,
        })
    }

    /// The site. `maps`: domains that are looked up elsewhere.
    pub fn site(self, port: u16, maps: Vec<Mapping>) -> Result<Router, Complaint> {
        let origin = hosts::origin(hosts::FALLBACK, port);
        let origin = Origin::parse(&origin)
            .map_err(|_| Complaint::failure(format!("port {port} makes no origin")))?;
        let document = fallback_document(self.key.public_key().clone(), [])
            .map_err(|error| Complaint::failure(format!("no document can be made ({error})")))?;
        let clock = Arc::new(SystemClock);
        let store = Arc::new(self.store);
        let standings = Arc::new(Standings {
            authorities: Arc::new(InProcess {
                network: Arc::new(network::documents(port, maps)),
            }),
            clock: clock.clone(),
            issuer: domain()?,
            seen: store.clone(),
        });
        let sign = Sign {
            addresses: None,
            audit: store.clone(),
            clock: clock.clone(),
            profile: Profile::new(domain()?, self.key.public_key().clone()),
            sessions: store.clone(),
            signer: Arc::new(self.key),
            speaks: Speaks::ForEverybodyElse(standings.clone()),
        };
        let fallback = Fallback {
            clock,
            limits: store.clone(),
            mailer: self.mailer,
            pages: origin.clone(),
            proofs: store.clone(),
            random: Arc::new(SystemRandom),
            sign_in: Arc::new(identity::sign_in(&store, origin.clone()).without_history()),
            standings,
        };
        let deps = web::fallback::Deps {
            cookie: SessionCookie::plain_localhost(),
            fallback: Arc::new(fallback),
            front: Front::Direct,
            pages: Pages::Here(origin),
            sign: Arc::new(sign),
        };
        Ok(sites::fallback(deps, document))
    }
}

/// Whose name stands in its certificates.
pub fn domain() -> Result<Domain, Complaint> {
    Domain::parse(hosts::FALLBACK, HostRule::Public)
        .map_err(|_| Complaint::failure(format!("`{}` is no domain", hosts::FALLBACK)))
}

/// Discovery in this process. Nothing is kept from one question to the next: what a domain says now decides.
struct InProcess {
    network: Arc<dyn SupportDocuments>,
}

#[async_trait]
impl Authorities for InProcess {
    async fn ask(&self, domain: &Domain) -> Result<Said, PortError> {
        let rules = DiscoveryRules {
            fallback: None,
            hosts: HostRule::Public,
            max_delegations: MAX_DELEGATIONS,
            strict_content_type: false,
        };
        let documents = Documents::new(Arc::clone(&self.network), rules, Bounds::SMALL);
        Ok(
            match discover(&documents, &SystemClock, domain.clone()).await {
                Ok(authority) => Said::Supported {
                    authority: authority.domain().clone(),
                },
                Err(DiscoveryError::Disabled { .. }) => Said::Disabled,
                Err(error) if error.is_no_support() => Said::NoSupport,
                Err(_) => Said::Unclear,
            },
        )
    }
}
