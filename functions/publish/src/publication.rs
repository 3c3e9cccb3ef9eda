//! The publishing itself: the keys' public halves, the files, the bucket.

use aws::SdkConfig;
use browserid::{Domain, HostRule};
use s3::Bucket;
use serde_json::Value;
use site::{Api, DOCUMENT, DOCUMENT_WITH_SLASH, File};

use crate::properties::{IdentityProvider, Properties};

/// Publishes what the properties say, and says what that was. The error is for the owner, who reads it among the stack's
/// events.
pub async fn publish(config: &SdkConfig, properties: &Value) -> Result<String, String> {
    let properties: Properties = serde_json::from_value(properties.clone())
        .map_err(|error| format!("the properties are wrong: {error}"))?;
    let domain = Domain::parse(&properties.domain, HostRule::Public)
        .map_err(|_| "Domain must be a host name in lower case".to_owned())?;
    let api = match properties.api.trim() {
        "" => None,
        text => Some(Api::parse(text).map_err(|error| format!("Api {error}"))?),
    };

    let mut keys = Vec::new();
    for id in &properties.key_ids {
        let key = kms::public_key(config, id).await;
        keys.push(key.map_err(|error| format!("the public half of the key {id}: {error}"))?);
    }
    let mut keys = keys.into_iter();
    let first = keys
        .next()
        .ok_or("KeyIds must name the key that signs, and may name others after it")?;
    let document = match properties.identity_provider {
        IdentityProvider::Fallback => site::fallback_document(first, keys),
        IdentityProvider::Own => site::own_document(first, keys),
    };
    let document = document.map_err(|error| error.to_string())?;

    let bucket = Bucket::new(config, properties.bucket);
    let mut files = site::files(&document, api.as_ref());
    // The document last: who reads a new one finds the pages that it names.
    files.sort_by_key(|file| [DOCUMENT, DOCUMENT_WITH_SLASH].contains(&file.path.as_str()));
    let count = files.len();
    for file in files {
        put(&bucket, file).await?;
    }
    Ok(format!(
        "{count} files for {domain}, {} keys",
        properties.key_ids.len()
    ))
}

async fn put(bucket: &Bucket, file: File) -> Result<(), String> {
    let key = file.path.trim_start_matches('/').to_owned();
    bucket
        .put(&key, file.content, file.media_type, file.cache_control)
        .await
        .map_err(|error| format!("the file {key}: {error}"))
}
