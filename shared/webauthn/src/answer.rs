//! What of a browser's answer is handed to the library: the members that something is proved by.
//!
//! Browsers and the extensions that take their place put more into an answer than they have to, and not all of it well;
//! what nothing depends on is not looked at. What remains has to be as the standard says.

use serde::{Deserialize, Serialize};
use service::ports::NotProved;
use webauthn_rp::{DiscoverableAuthentication, Registration};

use crate::wrong;

/// Nobody's answer is longer: the HTTP layer takes less, and nothing else may ask for more.
const MAX_BYTES: usize = 64 * 1024;

/// The answer to a challenge for making a passkey.
pub(crate) fn registration(answer: &[u8]) -> Result<Registration, NotProved> {
    let answer = reduced::<Attestation>(answer)?;
    Registration::from_json_relaxed(&answer).map_err(wrong)
}

/// The answer to a challenge for using one.
pub(crate) fn authentication(
    answer: &[u8],
) -> Result<DiscoverableAuthentication<{ crate::stored::HANDLE }>, NotProved> {
    let answer = reduced::<Assertion>(answer)?;
    DiscoverableAuthentication::from_json_relaxed(&answer).map_err(wrong)
}

fn reduced<'a, R: Deserialize<'a> + Serialize>(answer: &'a [u8]) -> Result<Vec<u8>, NotProved> {
    if answer.len() > MAX_BYTES {
        return Err(NotProved::Wrong("the answer is too long".to_owned()));
    }
    let credential: Credential<R> = serde_json::from_slice(answer).map_err(wrong)?;
    serde_json::to_vec(&credential).map_err(wrong)
}

/// `PublicKeyCredential.toJSON()`. The library compares `id` and `rawId`, and both with what the authenticator says.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Credential<R> {
    id: String,
    raw_id: String,
    response: R,
    #[serde(default)]
    client_extension_results: Extensions,
    r#type: String,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Attestation {
    attestation_object: String,
    #[serde(rename = "clientDataJSON")]
    client_data: String,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Assertion {
    authenticator_data: String,
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    signature: String,
    user_handle: String,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Extensions {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cred_props: Option<Properties>,
}

/// Is it one that the authenticator finds without being told its id?
#[derive(Deserialize, Serialize)]
struct Properties {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rk: Option<bool>,
}
