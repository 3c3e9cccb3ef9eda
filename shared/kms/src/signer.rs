//! Signatures.

use async_trait::async_trait;
use aws::{Failure, SdkConfig};
use aws_sdk_kms::Client;
use aws_sdk_kms::operation::RequestId;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{MessageType, SigningAlgorithmSpec};
use browserid::PublicKey;
use service::ports::{PortError, Signed, Signer};
use sha2::{Digest, Sha256};

use crate::{Garbage, KmsError, OpenError, key};

/// A signature of an RSA key of 2048 bits, in bytes.
const SIGNATURE_BYTES: usize = 256;

/// Signs with one key in KMS.
pub struct Kms {
    client: Client,
    key_id: String,
    public_key: PublicKey,
}

impl Kms {
    /// Reads the public half of the key that `key_id` (ARN, id, or alias) names, once; that opens the connection too.
    pub async fn open(config: &SdkConfig, key_id: &str) -> Result<Self, OpenError> {
        let client = Client::new(config);
        let key = key::read(&client, key_id).await?;
        Ok(Self {
            client,
            key_id: key.arn.unwrap_or_else(|| key_id.to_owned()),
            public_key: key.public,
        })
    }

    /// As [`Signer::sign`], with the error's type. KMS gets the hash, never the message; nothing leaves that the public
    /// key does not confirm.
    pub async fn signature(&self, message: &[u8]) -> Result<Signed, KmsError> {
        let answer = self
            .client
            .sign()
            .key_id(&self.key_id)
            .message(Blob::new(Sha256::digest(message).as_slice()))
            .message_type(MessageType::Digest)
            .signing_algorithm(SigningAlgorithmSpec::RsassaPkcs1V15Sha256)
            .send()
            .await
            .map_err(|error| Failure::of(&error))?;
        let request_id = answer.request_id().map(str::to_owned);
        let signature = answer.signature.map(Blob::into_inner).unwrap_or_default();
        match self.fault(message, &signature) {
            None => Ok(Signed {
                request_id,
                signature,
            }),
            Some(what) => Err(KmsError::Garbage { request_id, what }),
        }
    }

    fn fault(&self, message: &[u8], signature: &[u8]) -> Option<Garbage> {
        match signature.len() {
            0 => Some(Garbage::NoSignature),
            SIGNATURE_BYTES => match self.public_key.verify(message, signature) {
                Ok(()) => None,
                Err(_) => Some(Garbage::Unverified),
            },
            bytes => Some(Garbage::WrongLength { bytes }),
        }
    }
}

#[async_trait]
impl Signer for Kms {
    fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    async fn sign(&self, message: &[u8]) -> Result<Signed, PortError> {
        let signed = self.signature(message).await;
        signed.map_err(|error| PortError::new("signing with KMS", error))
    }
}
