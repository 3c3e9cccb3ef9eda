//! Files into a bucket, as S3 gets them.

use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use s3::{Bucket, BucketError};

use crate::stub::{Answer, PATIENT, Stub, settings};

const KEY: &str = ".well-known/browserid/";

async fn stub(answer: Answer) -> (Stub, Bucket) {
    let stub = Stub::start([("", vec![answer])]).await;
    let bucket = Bucket::new(&stub.config(PATIENT), "the-bucket");
    (stub, bucket)
}

async fn put(bucket: &Bucket) -> Result<(), BucketError> {
    let body = b"{}".to_vec();
    bucket
        .put(KEY, body, "application/json", "max-age=60")
        .await
}

#[tokio::test]
async fn a_file_arrives_with_its_name_its_headers_and_a_checksum() {
    let (stub, bucket) = stub(Answer::Send(200, Vec::new())).await;
    assert_eq!(put(&bucket).await, Ok(()));
    let asked = stub.asked();
    assert_eq!(asked.len(), 1);
    let path = asked[0].line.split('?').next();
    assert_eq!(path, Some("PUT /the-bucket/.well-known/browserid/"));
    assert_eq!(asked[0].body, b"{}");
    let header = |name: &str| asked[0].headers.get(name).map(String::as_str);
    assert_eq!(header("cache-control"), Some("max-age=60"));
    assert_eq!(header("content-type"), Some("application/json"));
    // CRC-32 of `{}`.
    assert_eq!(header("x-amz-checksum-crc32"), Some("o6a/Qw=="));
}

/// How S3 refuses.
pub fn refusal(status: u16, code: &str) -> Answer {
    let body = format!("<Error><Code>{code}</Code><Message>the-bucket</Message></Error>");
    Answer::Send(status, body.into_bytes())
}

#[tokio::test]
async fn each_failure_has_its_type_and_only_what_may_pass_is_asked_for_again() {
    let request_id = |number: u8| Some(format!("R{number}"));
    for (answer, expected, line, requests) in [
        (
            refusal(403, "AccessDenied"),
            BucketError::AccessDenied {
                request_id: request_id(1),
            },
            "no permission for this file of the bucket (AccessDenied, request R1)",
            1,
        ),
        (
            refusal(404, "NoSuchBucket"),
            BucketError::MissingBucket {
                request_id: request_id(1),
            },
            "there is no such bucket (NoSuchBucket, request R1)",
            1,
        ),
        (
            refusal(400, "BadDigest"),
            BucketError::Other {
                aws_code: Some("BadDigest".to_owned()),
                request_id: request_id(1),
                status: 400,
            },
            "S3 refused with 400 (BadDigest, request R1)",
            1,
        ),
        (
            Answer::Send(403, b"no".to_vec()),
            BucketError::Other {
                aws_code: None,
                request_id: request_id(1),
                status: 403,
            },
            "S3 refused with 403 (it does not say how, request R1)",
            1,
        ),
        (
            refusal(503, "SlowDown"),
            BucketError::Throttled {
                request_id: request_id(3),
            },
            "S3 is throttling us (retried, request R3)",
            3,
        ),
        (
            refusal(500, "InternalError"),
            BucketError::ServiceFailure {
                aws_code: Some("InternalError".to_owned()),
                request_id: request_id(3),
            },
            "S3 is broken (InternalError, request R3)",
            3,
        ),
    ] {
        let (stub, bucket) = stub(answer).await;
        let error = put(&bucket).await.expect_err("a failure");
        assert_eq!(error.to_string(), line);
        assert_eq!((error, stub.asked().len()), (expected, requests), "{line}");
    }
}

#[tokio::test]
async fn a_connection_that_breaks_is_tried_three_times() {
    let (stub, bucket) = stub(Answer::Drop).await;
    let error = put(&bucket).await.expect_err("a failure");
    assert_eq!((error.code(), stub.asked().len()), ("unreachable", 3));
}

/// Sends nothing anywhere, and writes down where it would have gone.
#[derive(Clone, Debug, Default)]
struct Addresses(Arc<Mutex<Vec<String>>>);

impl HttpConnector for Addresses {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let address = request.uri().to_owned();
        self.0.lock().expect("no poison").push(address);
        let status = StatusCode::try_from(200).expect("a status");
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::empty())))
    }
}

#[tokio::test]
async fn without_an_endpoint_of_ones_own_files_go_to_the_buckets_host_over_https() {
    let addresses = Addresses::default();
    let connector = SharedHttpConnector::new(addresses.clone());
    let client =
        http_client_fn(move |_: &HttpConnectorSettings, _: &RuntimeComponents| connector.clone());
    let config = settings(None).sdk_config().to_builder().http_client(client);
    let bucket = Bucket::new(&config.build(), "the-bucket");
    assert_eq!(put(&bucket).await, Ok(()));
    let addresses = addresses.0.lock().expect("no poison").clone();
    assert_eq!(addresses.len(), 1);
    assert_eq!(
        addresses[0].split('?').next(),
        Some("https://the-bucket.s3.eu-central-1.amazonaws.com/.well-known/browserid/")
    );
}
