//! Getting and putting a file.

use std::time::Duration;

use aws::{Failure, SdkConfig};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::Builder;
use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::operation::put_object::builders::PutObjectFluentBuilder;
use aws_sdk_s3::primitives::ByteStream;

use crate::BucketError;

/// For the bytes behind the head of an answer, which the deadlines of the call itself do not cover.
const BODY: Duration = Duration::from_secs(2);

/// The names of S3 for "somebody else was faster": with another file, or in this very moment.
const LOST: [&str; 2] = ["PreconditionFailed", "ConditionalRequestConflict"];

/// A bucket that we may put files into. It can neither list nor delete.
pub struct Bucket {
    client: Client,
    name: String,
}

/// A file with what it is served with.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// `Cache-Control`.
    pub cache_control: String,
    /// `Content-Type`.
    pub content_type: String,
    /// S3's name for exactly these bytes (`ETag`).
    pub tag: String,
}

impl Bucket {
    /// Asks nobody: that the bucket exists is found out by the first call.
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
    ) -> Result<(), BucketError> {
        self.putting(key, bytes, content_type, cache_control)
            .send()
            .await
            .map_err(|error| Failure::of(&error))?;
        Ok(())
    }

    /// The same, if what is there is still what has this tag (`None`: nothing). False, and nothing changed, if it is not.
    ///
    /// If the answer to a first attempt gets lost it is false although the file is there: look before trying again.
    pub async fn put_over(
        &self,
        tag: Option<&str>,
        key: &str,
        file: Stored,
    ) -> Result<bool, BucketError> {
        let putting = self.putting(key, file.bytes, &file.content_type, &file.cache_control);
        let putting = match tag {
            Some(tag) => putting.if_match(tag),
            None => putting.if_none_match("*"),
        };
        match putting.send().await.map_err(|error| Failure::of(&error)) {
            Ok(_) => Ok(true),
            Err(Failure::Answered(answered))
                if answered
                    .code
                    .as_deref()
                    .is_some_and(|code| LOST.contains(&code)) =>
            {
                Ok(false)
            }
            Err(failure) => Err(failure.into()),
        }
    }

    /// The file at `key`. Whoever may not list the bucket is told that it may not read what is not there.
    pub async fn get(&self, key: &str) -> Result<Option<Stored>, BucketError> {
        let asked = self.client.get_object().bucket(&self.name).key(key).send();
        match asked.await.map_err(|error| Failure::of(&error)) {
            Ok(answer) => read(answer).await.map(Some),
            Err(Failure::Answered(answered)) if answered.code.as_deref() == Some("NoSuchKey") => {
                Ok(None)
            }
            Err(failure) => Err(failure.into()),
        }
    }

    fn putting(
        &self,
        key: &str,
        bytes: Vec<u8>,
        content_type: &str,
        cache_control: &str,
    ) -> PutObjectFluentBuilder {
        self.client
            .put_object()
            .bucket(&self.name)
            .key(key)
            .body(ByteStream::from(bytes))
            .cache_control(cache_control)
            .content_type(content_type)
    }
}

async fn read(answer: GetObjectOutput) -> Result<Stored, BucketError> {
    let text = |value: Option<String>| value.unwrap_or_default();
    // Without it nothing could be put over exactly this file; S3 always names it.
    let tag = answer.e_tag.clone().filter(|tag| !tag.is_empty());
    let tag = tag.ok_or(BucketError::Unreadable)?;
    let bytes = tokio::time::timeout(BODY, answer.body.collect()).await;
    let bytes =
        bytes
            .map_err(|_| BucketError::TimedOut)?
            .map_err(|error| BucketError::Unreachable {
                reason: error.to_string(),
            })?;
    Ok(Stored {
        bytes: bytes.to_vec(),
        cache_control: text(answer.cache_control),
        content_type: text(answer.content_type),
        tag,
    })
}
