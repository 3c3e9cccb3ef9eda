//! What a browser is asked: the JSON that `PublicKeyCredential.parseCreationOptionsFromJSON` and
//! `parseRequestOptionsFromJSON` take.

use browserid::Email;
use serde::Serialize;
use serde_json::Value;
use service::{
    ceremony::CEREMONY_MS,
    ports::{Begun, PortError},
    ways::Handle,
};
use webauthn_rp::{
    DiscoverableCredentialRequestOptions, PublicKeyCredentialCreationOptions,
    bin::{Decode, Encode},
    request::{
        ExtensionReq, PublicKeyCredentialDescriptor, RpId,
        register::{CoseAlgorithmIdentifier, CoseAlgorithmIdentifiers, CredProtect, Extension},
    },
    response::{AuthTransports, CredentialId},
};

use crate::stored;

const DOING: &str = "making a challenge";

/// What the library takes for the time that a challenge has: 49 days, which never decides anything.
const LIBRARY_MS: core::num::NonZeroU32 = core::num::NonZeroU32::MAX;

pub(crate) fn registration(
    id: &RpId,
    handle: &Handle,
    email: &Email,
    known: &[&[u8]],
) -> Result<Begun, PortError> {
    let handle = stored::handle(handle);
    let mut options =
        PublicKeyCredentialCreationOptions::first_passkey_with_blank_user_info(id, &handle);
    options.exclude_credentials = known
        .iter()
        .map(|id| descriptor(id))
        .collect::<Result<_, _>>()?;
    // ES256, EdDSA and RS256 are what authenticators make; nobody needs a fourth.
    options.pub_key_cred_params =
        CoseAlgorithmIdentifiers::ALL.remove(CoseAlgorithmIdentifier::Es384);
    options.timeout = LIBRARY_MS;
    options.extensions = Extension {
        // Without `credProtect`: what browsers ask for by themselves is enough where every use is verified.
        cred_protect: CredProtect::None,
        // So that a passkey which nothing would find is refused at once.
        cred_props: Some(ExtensionReq::Allow),
        min_pin_length: None,
        prf: None,
    };
    let (server, client) = options
        .start_ceremony()
        .map_err(|e| PortError::new(DOING, e))?;
    let mut options = json(&client)?;
    // Written here, because the library takes no name that the profiles of PRECIS do not know.
    if let Some(user) = options.get_mut("user").and_then(Value::as_object_mut) {
        for name in ["name", "displayName"] {
            user.insert(name.to_owned(), email.as_str().into());
        }
    }
    // Not kept; a browser that is told none asks every authenticator it can reach.
    let known = options.get_mut("excludeCredentials");
    for known in known.and_then(Value::as_array_mut).into_iter().flatten() {
        known
            .as_object_mut()
            .map(|known| known.remove("transports"));
    }
    begun(options, server.encode())
}

pub(crate) fn authentication(
    mut options: DiscoverableCredentialRequestOptions<'_, '_>,
) -> Result<Begun, PortError> {
    options.0.timeout = LIBRARY_MS;
    let (server, client) = options
        .start_ceremony()
        .map_err(|e| PortError::new(DOING, e))?;
    begun(json(&client)?, server.encode())
}

fn begun(
    mut options: Value,
    state: Result<Vec<u8>, std::time::SystemTimeError>,
) -> Result<Begun, PortError> {
    if let Some(options) = options.as_object_mut() {
        options.insert("timeout".to_owned(), CEREMONY_MS.into());
    }
    Ok(Begun {
        options: options.to_string(),
        state: state.map_err(|error| PortError::new(DOING, error))?,
    })
}

fn json(options: &impl Serialize) -> Result<Value, PortError> {
    serde_json::to_value(options).map_err(|error| PortError::new(DOING, error))
}

fn descriptor(id: &[u8]) -> Result<PublicKeyCredentialDescriptor<Vec<u8>>, PortError> {
    let id = CredentialId::decode(id.to_vec()).map_err(|error| PortError::new(DOING, error))?;
    let transports = AuthTransports::decode(0).map_err(|error| PortError::new(DOING, error))?;
    Ok(PublicKeyCredentialDescriptor { id, transports })
}
