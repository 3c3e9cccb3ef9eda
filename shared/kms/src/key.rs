//! The public half of a key.

use aws::{Failure, SdkConfig};
use aws_sdk_kms::Client;
use aws_sdk_kms::error::SdkError;
use aws_sdk_kms::operation::RequestId;
use aws_sdk_kms::operation::get_public_key::{GetPublicKeyError, GetPublicKeyOutput};
use aws_sdk_kms::types::{KeySpec, KeyUsageType, SigningAlgorithmSpec};
use browserid::{Algorithm, PublicKey};

use crate::{Garbage, KmsError, OpenError, WrongKey};

/// The public half of the key that `key_id` (ARN, id, or alias) names, to be published. Only of a key that
/// [`Kms`](crate::Kms) would sign with.
pub async fn public_key(config: &SdkConfig, key_id: &str) -> Result<PublicKey, OpenError> {
    Ok(read(&Client::new(config), key_id).await?.public)
}

/// A key that we may sign with.
pub(crate) struct Key {
    /// Which one it is, for good: an alias may point elsewhere the next minute.
    pub(crate) arn: Option<String>,
    /// Its public half.
    pub(crate) public: PublicKey,
}

/// Asks KMS for the public half, and refuses what we cannot sign with.
pub(crate) async fn read(client: &Client, key_id: &str) -> Result<Key, OpenError> {
    let answer = client
        .get_public_key()
        .key_id(key_id)
        .send()
        .await
        .map_err(|error| why(&error))?;
    match kind(&answer) {
        None => Err(garbage(&answer)),
        Some(Err(wrong)) => Err(OpenError::WrongKey(wrong)),
        Some(Ok(())) => Ok(Key {
            arn: answer.key_id().map(str::to_owned),
            public: public_half(&answer).ok_or_else(|| garbage(&answer))?,
        }),
    }
}

fn garbage(answer: &GetPublicKeyOutput) -> OpenError {
    OpenError::Unavailable(KmsError::Garbage {
        request_id: answer.request_id().map(str::to_owned),
        what: Garbage::NoPublicKey,
    })
}

fn public_half(answer: &GetPublicKeyOutput) -> Option<PublicKey> {
    PublicKey::from_spki(answer.public_key()?.as_ref())
        .ok()
        .filter(|key| key.algorithm() == Algorithm::Rs256 && key.bits() == 2048)
}

fn why(error: &SdkError<GetPublicKeyError>) -> OpenError {
    match error.as_service_error() {
        // What KMS says of a symmetric key.
        Some(
            GetPublicKeyError::InvalidKeyUsageException(_)
            | GetPublicKeyError::UnsupportedOperationException(_),
        ) => OpenError::WrongKey(WrongKey::NotAsymmetric),
        _ => KmsError::from(Failure::of(error)).into(),
    }
}

/// Is the key of the kind that we sign with? None if the answer does not say.
fn kind(answer: &GetPublicKeyOutput) -> Option<Result<(), WrongKey>> {
    let spec = answer.key_spec()?;
    let usage = answer.key_usage()?;
    let algorithms = answer.signing_algorithms();
    Some(if *spec != KeySpec::Rsa2048 {
        Err(WrongKey::Spec(spec.as_str().to_owned()))
    } else if *usage != KeyUsageType::SignVerify {
        Err(WrongKey::Usage(usage.as_str().to_owned()))
    } else if algorithms.is_empty() {
        return None;
    } else if !algorithms.contains(&SigningAlgorithmSpec::RsassaPkcs1V15Sha256) {
        let names = algorithms.iter().map(|algorithm| algorithm.as_str());
        Err(WrongKey::Algorithms(names.map(str::to_owned).collect()))
    } else {
        Ok(())
    })
}
