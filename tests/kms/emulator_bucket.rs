//! Files in the emulator's buckets, looked at over plain HTTP: what the front in front of them sees.

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use s3::{Bucket, PutError};

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
    assert!(matches!(error, PutError::MissingBucket { .. }), "{error:?}");
}
