//! How a passkey and a challenge under way look in a store: the library's own encodings, a passkey's with one byte before
//! it that says so.

use service::{ports::NotProved, ways::Handle};
use webauthn_rp::{
    AuthenticatedCredential, DiscoverableAuthenticationServerState, RegistrationServerState,
    bin::{Decode, Encode},
    request::register::UserHandle,
    response::{
        CredentialId,
        register::{CompressedPubKey, DynamicState, StaticState},
    },
};

use crate::wrong;

/// Bytes of a user handle.
pub(crate) const HANDLE: usize = 32;

/// What stands first in [`credential`].
const VERSION: u8 = 1;

type Key = CompressedPubKey<[u8; 32], [u8; 32], [u8; 48], Vec<u8>>;

/// A passkey as it was kept.
pub(crate) struct Kept<'a> {
    dynamic: DynamicState,
    /// To be kept again.
    pub(crate) key: &'a [u8],
}

/// Version, counter and flags, key.
pub(crate) fn credential(dynamic: DynamicState, key: &[u8]) -> Vec<u8> {
    let Ok(dynamic) = dynamic.encode();
    [&[VERSION][..], &dynamic, key].concat()
}

/// Reads what [`credential`] wrote.
pub(crate) fn passkey(stored: &[u8]) -> Result<Kept<'_>, NotProved> {
    let Some((&[VERSION], rest)) = stored.split_first_chunk::<1>() else {
        return Err(wrong("a passkey of another version"));
    };
    let (dynamic, key) = rest
        .split_first_chunk()
        .ok_or_else(|| wrong("a passkey cut short"))?;
    let dynamic = DynamicState::decode(*dynamic).map_err(wrong)?;
    Ok(Kept { dynamic, key })
}

impl Kept<'_> {
    /// The library's view of it.
    pub(crate) fn of<'c, 'h>(
        &self,
        id: &'c [u8],
        handle: &'h UserHandle<HANDLE>,
    ) -> Result<AuthenticatedCredential<'c, 'h, HANDLE, Key>, NotProved> {
        let id = CredentialId::decode(id).map_err(wrong)?;
        let key = StaticState::decode(self.key).map_err(wrong)?;
        AuthenticatedCredential::new(id, handle, key, self.dynamic).map_err(wrong)
    }
}

/// A user handle for the library.
pub(crate) fn handle(handle: &Handle) -> UserHandle<HANDLE> {
    let Ok(handle) = UserHandle::decode(handle.0);
    handle
}

/// A challenge for making a passkey.
pub(crate) fn registration(state: &[u8]) -> Result<RegistrationServerState<HANDLE>, NotProved> {
    RegistrationServerState::decode(state).map_err(wrong)
}

/// A challenge for using one.
pub(crate) fn authentication(
    state: &[u8],
) -> Result<DiscoverableAuthenticationServerState, NotProved> {
    DiscoverableAuthenticationServerState::decode(state).map_err(wrong)
}
