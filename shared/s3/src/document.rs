//! The published support document: who writes it never undoes what another has written into it.

use std::sync::Arc;

use async_trait::async_trait;
use aws::SdkConfig;
use browserid::Timestamp;
use service::ports::{PortError, PublishedDocument};

use crate::not_before::{said, saying};
use crate::{Bucket, BucketError, Stored};

/// Where the document is, with the final slash that some old verifiers add and without.
pub const DOCUMENT_KEYS: [&str; 2] = [".well-known/browserid", ".well-known/browserid/"];

/// Each loss means that somebody else has written in the same moment: a deploy, or a second pull of the switch.
const TRIES: u32 = 5;

/// The document in a bucket.
pub struct Document(Bucket);

impl Document {
    /// The document of the site in this bucket.
    pub fn new(bucket: Bucket) -> Self {
        Self(bucket)
    }

    /// The same, of the bucket of this name.
    pub fn published(config: &SdkConfig, bucket: &str) -> Arc<dyn PublishedDocument> {
        Arc::new(Self::new(Bucket::new(config, bucket)))
    }

    /// Puts a new document at `key`, in the place of the one that is there; what that one says of a pulled panic switch
    /// stays. `bytes` is a JSON object.
    pub async fn replace(
        &self,
        key: &str,
        bytes: &[u8],
        content_type: &str,
        cache_control: &str,
    ) -> Result<(), BucketError> {
        for _ in 0..TRIES {
            let old = self.0.get(key).await?;
            let not_before = old.as_ref().and_then(|old| said(&old.bytes));
            let bytes = match not_before {
                Some(not_before) => saying(bytes, not_before).ok_or(BucketError::Unreadable)?,
                None => bytes.to_vec(),
            };
            let file = Stored {
                bytes,
                cache_control: cache_control.to_owned(),
                content_type: content_type.to_owned(),
                tag: String::new(),
            };
            let tag = old.as_ref().map(|old| old.tag.as_str());
            if self.0.put_over(tag, key, file).await? {
                return Ok(());
            }
        }
        Err(BucketError::Contended)
    }

    async fn write(&self, key: &str, not_before_ms: u64) -> Result<(), BucketError> {
        for _ in 0..TRIES {
            let old = self.0.get(key).await?.ok_or(BucketError::Unreadable)?;
            if said(&old.bytes) >= Some(not_before_ms) {
                return Ok(());
            }
            let bytes = saying(&old.bytes, not_before_ms).ok_or(BucketError::Unreadable)?;
            let tag = old.tag.clone();
            if self
                .0
                .put_over(Some(&tag), key, Stored { bytes, ..old })
                .await?
            {
                return Ok(());
            }
        }
        Err(BucketError::Contended)
    }
}

#[async_trait]
impl PublishedDocument for Document {
    async fn set_not_before(&self, not_before: Timestamp) -> Result<(), PortError> {
        for key in DOCUMENT_KEYS {
            let written = self.write(key, not_before.as_millis()).await;
            written.map_err(|error| PortError::new("writing into the support document", error))?;
        }
        Ok(())
    }
}
