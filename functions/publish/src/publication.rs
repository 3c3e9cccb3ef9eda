//! The publishing itself: the keys' public halves, the files, the bucket.

use aws::SdkConfig;
use browserid::{Domain, HostRule};
use s3::{Bucket, Document};
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

    let bucket = || Bucket::new(config, properties.bucket.as_str());
    let (pages, published) = (bucket(), Document::new(bucket()));
    let (files, documents): (Vec<File>, Vec<File>) = site::files(&document, api.as_ref())
        .into_iter()
        .partition(|file| ![DOCUMENT, DOCUMENT_WITH_SLASH].contains(&file.path.as_str()));
    let count = files.len() + documents.len();
    for file in files {
        let key = file.path.trim_start_matches('/');
        let put = pages.put(key, file.content, file.media_type, file.cache_control);
        put.await
            .map_err(|error| format!("the file {key}: {error}"))?;
    }
    // The document last: who reads a new one finds the pages that it names.
    for file in documents {
        let key = file.path.trim_start_matches('/');
        let put = published.replace(key, &file.content, file.media_type, file.cache_control);
        put.await
            .map_err(|error| format!("the file {key}: {error}"))?;
    }
    Ok(format!(
        "{count} files for {domain}, {} keys",
        properties.key_ids.len()
    ))
}
