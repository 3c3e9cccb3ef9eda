//! Putting a file.

use aws::{Failure, SdkConfig};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::Builder;
use aws_sdk_s3::primitives::ByteStream;

use crate::PutError;

/// A bucket that we may put files into, and nothing else.
pub struct Bucket {
    client: Client,
    name: String,
}

impl Bucket {
    /// Asks nobody: that the bucket exists is found out by the first [`put`](Self::put).
    ///
    /// The bucket's name is a part of the host's name, as S3 wants it, except at an endpoint of one's own, which knows
    /// one name only.
    pub fn new(config: &SdkConfig, name: impl Into<String>) -> Self {
        let own_endpoint = config.endpoint_url().is_some();
        let settings = Builder::from(config).force_path_style(own_endpoint);
        Self {
            client: Client::from_conf(settings.build()),
            name: name.into(),
        }
    }

    /// Puts `bytes` at `key`, whole or not at all, in place of what was there. `key` is taken as it is: a slash at its
    /// end makes another key. `content_type` and `cache_control` are the headers that it will be served with.
    ///
    /// S3 gets a checksum of the bytes, and refuses what was damaged on its way.
    pub async fn put(
        &self,
        key: &str,
        bytes: Vec<u8>,
        content_type: &str,
        cache_control: &str,
    ) -> Result<(), PutError> {
        self.client
            .put_object()
            .bucket(&self.name)
            .key(key)
            .body(ByteStream::from(bytes))
            .cache_control(cache_control)
            .content_type(content_type)
            .send()
            .await
            .map_err(|error| Failure::of(&error))?;
        Ok(())
    }
}
