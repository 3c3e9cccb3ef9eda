//! Files in the emulator's buckets, looked at over plain HTTP: what the front in front of them sees.

use browserid::Timestamp;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use s3::{Bucket, BucketError, DOCUMENT_KEYS, Document};
use service::ports::PublishedDocument;

use crate::emulator::{config, endpoint, unique};

async fn ask(method: Method, path: &str) -> (StatusCode, HeaderMap, Bytes) {
    let request = Request::builder()
        .method(method)
        .uri(format!("{}/{path}", endpoint()))
        .body(Full::<Bytes>::default())
        .expect("a request");
    let client = Client::builder(TokioExecutor::new()).build_http();
    let (head, body) = client
        .request(request)
        .await
        .expect("an answer")
        .into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    (head.status, head.headers, body)
}

/// A new bucket.
async fn bucket() -> String {
    let name = unique("selfsame");
    let (status, _, body) = ask(Method::PUT, &name).await;
    assert_eq!(status, StatusCode::OK, "{body:?}");
    name
}

#[tokio::test]
async fn a_file_comes_back_as_it_was_put_under_its_very_name() {
    let name = bucket().await;
    let bucket = Bucket::new(&config(), &name);
    let every_byte: Vec<u8> = (0..=255).collect();
    let files: [(&str, &[u8], &str, &str); 4] = [
        (
            ".well-known/browserid",
            b"{}",
            "application/json",
            "public, max-age=300",
        ),
        (
            ".well-known/browserid/",
            b"{ }",
            "application/json",
            "no-store",
        ),
        (
            "persona/enrol.html",
            b"",
            "text/html; charset=utf-8",
            "no-cache",
        ),
        (
            "pictures/a b+c%d.png",
            &every_byte,
            "image/png",
            "max-age=1",
        ),
    ];
    for (key, bytes, content_type, cache_control) in files {
        let put = bucket.put(key, bytes.to_vec(), content_type, cache_control);
        assert_eq!(put.await, Ok(()), "{key}");
    }
    for (key, bytes, content_type, cache_control) in files {
        let path = key
            .replace('%', "%25")
            .replace(' ', "%20")
            .replace('+', "%2B");
        let (status, headers, body) = ask(Method::GET, &format!("{name}/{path}")).await;
        assert_eq!((status, &body[..]), (StatusCode::OK, bytes), "{key}");
        assert_eq!(headers["content-type"], content_type, "{key}");
        assert_eq!(headers["cache-control"], cache_control, "{key}");
    }
}

#[tokio::test]
async fn a_file_takes_the_place_of_the_one_before() {
    let name = bucket().await;
    let bucket = Bucket::new(&config(), &name);
    for text in ["before", "after"] {
        let put = bucket.put("a", text.as_bytes().to_vec(), "text/plain", text);
        assert_eq!(put.await, Ok(()));
    }
    let (_, headers, body) = ask(Method::GET, &format!("{name}/a")).await;
    assert_eq!(&body[..], b"after");
    assert_eq!(headers["cache-control"], "after");
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_named_as_such() {
    let bucket = Bucket::new(&config(), unique("nobodys"));
    let put = bucket.put("a", Vec::new(), "text/plain", "no-store").await;
    let error = put.expect_err("no bucket");
    assert!(
        matches!(error, BucketError::MissingBucket { .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn two_pulls_and_a_deploy_at_a_time_lose_nothing_of_each_other() {
    let name = bucket().await;
    let document = || Document::new(Bucket::new(&config(), &name));
    for key in DOCUMENT_KEYS {
        let first = document();
        let put = first.replace(key, br#"{"public-key":1}"#, "application/json", "max-age=7");
        assert_eq!(put.await, Ok(()));
    }
    let (one, other, deploy) = (document(), document(), document());
    let (first, second, deployed) = tokio::join!(
        one.set_not_before(Timestamp::from_millis(5)),
        other.set_not_before(Timestamp::from_millis(6)),
        async {
            for key in DOCUMENT_KEYS {
                let json = "application/json";
                deploy
                    .replace(key, br#"{"public-key":2}"#, json, "max-age=7")
                    .await?;
            }
            Ok::<_, BucketError>(())
        }
    );
    assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
    assert_eq!(deployed, Ok(()));
    for key in DOCUMENT_KEYS {
        let (_, headers, body) = ask(Method::GET, &format!("{name}/{key}")).await;
        let document: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(
            document,
            serde_json::json!({"public-key": 2, "not-before": 6})
        );
        assert_eq!(headers["cache-control"], "max-age=7");
        assert_eq!(headers["content-type"], "application/json");
    }
}
