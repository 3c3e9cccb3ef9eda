//! The identity provider of this machine: operations over the store in the data folder.

use std::sync::Arc;

use async_trait::async_trait;
use browserid::{Domain, HostRule, Origin, Timestamp};
use service::ports::{PortError, PublishedDocument};
use service::secret::Token;
use service::sign_in::SignIn;
use webauthn::RelyingParty;

use crate::complaint::Complaint;
use crate::data_folder::DataFolder;
use crate::hosts;
use crate::store::Store;
use crate::system::{SystemClock, SystemRandom};

/// Sign-in over `store`, with this machine's clock and chance, for pages at `pages`.
pub fn sign_in(store: &Store, pages: Origin) -> SignIn {
    let sign_in = SignIn::over(
        Arc::new(store.clone()),
        Arc::new(SystemClock),
        Arc::new(SystemRandom),
        Arc::new(RelyingParty::new(pages)),
    );
    SignIn {
        published: Some(Arc::new(MadeAnew)),
        ..sign_in
    }
}

/// The support document of this machine: each answer says what the switch in the store says.
struct MadeAnew;

#[async_trait]
impl PublishedDocument for MadeAnew {
    async fn set_not_before(&self, _: Timestamp) -> Result<(), PortError> {
        Ok(())
    }
}

/// The store of a data folder.
pub fn open_store(folder: &DataFolder) -> Result<Store, Complaint> {
    Store::open(&folder.store()).map_err(|error| Complaint::failure(error.to_string()))
}

/// Our own domain: the issuer of every certificate made here.
pub fn domain() -> Result<Domain, Complaint> {
    Domain::parse(hosts::IDENTITY, HostRule::Public)
        .map_err(|_| Complaint::failure(format!("`{}` is no domain", hosts::IDENTITY)))
}

/// A link that lets one person choose a password, once.
#[derive(Debug)]
pub struct EnrolmentLink {
    /// When it stops working by itself.
    pub expires: Timestamp,
    /// The whole address. The token stands behind `#`, so that no log ever holds it.
    pub url: String,
}

impl EnrolmentLink {
    /// The link for a token, at the identity provider on `port`.
    pub fn new(made: (Token, Timestamp), port: u16) -> Self {
        Self::at(made, &hosts::origin(hosts::IDENTITY, port))
    }

    /// The same where the pages are at `origin`.
    pub fn at((token, expires): (Token, Timestamp), origin: &str) -> Self {
        let url = format!("{origin}/persona/enrol.html#{}", token.expose());
        Self { expires, url }
    }
}
