//! Passkeys: [`service::ports::Webauthn`] over a relying-party library.

use browserid::{Email, Origin};
use service::{
    ports::{Begun, NotProved, PortError, Registered, Webauthn},
    ways::{Handle, Passkey},
};

/// An identity provider as a relying party of passkeys.
pub struct RelyingParty {
    origin: Origin,
}

impl RelyingParty {
    /// The one whose pages are at `origin`; its host is the relying party's id.
    pub fn new(origin: Origin) -> Self {
        Self { origin }
    }
}

impl Webauthn for RelyingParty {
    fn registration(&self, _: &Handle, _: &Email, _: &[&[u8]]) -> Result<Begun, PortError> {
        Err(PortError::new("making a challenge", self.origin.as_str()))
    }

    fn register(&self, _: &[u8], _: &[u8]) -> Result<Registered, NotProved> {
        Err(NotProved::Wrong("not built".to_owned()))
    }

    fn authentication(&self) -> Result<Begun, PortError> {
        Err(PortError::new("making a challenge", "not built"))
    }

    fn claimed(&self, _: &[u8]) -> Option<(Handle, Vec<u8>)> {
        None
    }

    fn authenticate(
        &self,
        _: &[u8],
        _: &[u8],
        _: &Handle,
        _: &Passkey,
    ) -> Result<Passkey, NotProved> {
        Err(NotProved::Wrong("not built".to_owned()))
    }
}
