//! The support document in a bucket, which a deploy and the panic switch write: who is slower reads again.

use browserid::Timestamp;
use s3::{Bucket, DOCUMENT_KEYS, Document};
use serde_json::{Value, json};
use service::ports::{PortError, PublishedDocument};
use site::{DOCUMENT, DOCUMENT_WITH_SLASH};

use crate::bucket::refusal;
use crate::stub::{Answer, Asked, PATIENT, Stub};

const PULLED: u64 = 1_700_000_000_000;

async fn stub(answers: Vec<Answer>) -> (Stub, Document) {
    let stub = Stub::start([("", answers)]).await;
    let bucket = Bucket::new(&stub.config(PATIENT), "the-bucket");
    (stub, Document::new(bucket))
}

fn found(document: &str) -> Answer {
    Answer::Send(200, document.as_bytes().to_vec())
}

fn put() -> Answer {
    Answer::Send(200, Vec::new())
}

/// Method, key, tag over which it is put, and body.
fn seen(asked: &Asked) -> (String, String, String, Value) {
    let line = asked.line.split('?').next().unwrap_or_default();
    let (method, path) = line.split_once(" /the-bucket/").expect("our bucket");
    let header = |name: &str| asked.headers.get(name).cloned().unwrap_or_default();
    let over = header("if-match") + &header("if-none-match");
    let body = serde_json::from_slice(&asked.body).unwrap_or_default();
    (method.to_owned(), path.to_owned(), over, body)
}

async fn pull(document: &Document) -> Result<(), PortError> {
    document
        .set_not_before(Timestamp::from_millis(PULLED))
        .await
}

#[test]
fn the_document_is_where_it_is_published() {
    assert_eq!(
        DOCUMENT_KEYS.map(|key| format!("/{key}")),
        [DOCUMENT, DOCUMENT_WITH_SLASH]
    );
}

#[tokio::test]
async fn the_moment_is_put_over_exactly_what_was_read_at_both_places() {
    let (stub, document) = stub(vec![
        found(r#"{"agent":"/a","extra":1}"#),
        put(),
        found(r#"{"agent":"/a"}"#),
        put(),
    ])
    .await;
    pull(&document).await.expect("it is written");
    let asked: Vec<_> = stub.asked().iter().map(seen).collect();
    let get = |key: &str| ("GET".to_owned(), key.to_owned(), String::new(), json!(null));
    let put = |key: &str, over: &str, body: Value| {
        ("PUT".to_owned(), key.to_owned(), over.to_owned(), body)
    };
    assert_eq!(
        asked,
        [
            get(DOCUMENT_KEYS[0]),
            put(
                DOCUMENT_KEYS[0],
                "\"E1\"",
                json!({"agent": "/a", "extra": 1, "not-before": PULLED})
            ),
            get(DOCUMENT_KEYS[1]),
            put(
                DOCUMENT_KEYS[1],
                "\"E3\"",
                json!({"agent": "/a", "not-before": PULLED})
            ),
        ]
    );
}

#[tokio::test]
async fn who_was_slower_reads_again_and_keeps_what_the_other_wrote() {
    for lost in [
        refusal(412, "PreconditionFailed"),
        refusal(409, "ConditionalRequestConflict"),
    ] {
        let later = format!(r#"{{"not-before":{}}}"#, PULLED + 1);
        let (stub, document) = stub(vec![
            found(r#"{"public-key":1}"#),
            lost,
            found(r#"{"public-key":2}"#),
            put(),
            // Here another pull is in it already, with a later moment: nothing is written.
            found(&later),
        ])
        .await;
        pull(&document).await.expect("it is written");
        let asked: Vec<_> = stub.asked().iter().map(seen).collect();
        assert_eq!(asked.len(), 5);
        assert_eq!(asked[3].2, "\"E3\"");
        assert_eq!(
            asked[3].3,
            json!({"public-key": 2, "not-before": PULLED}),
            "the other's key stays"
        );
    }
}

#[tokio::test]
async fn a_deploy_keeps_what_the_switch_wrote_while_it_looked_and_makes_the_first_document() {
    let (stub, document) = stub(vec![
        refusal(404, "NoSuchKey"),
        refusal(412, "PreconditionFailed"),
        found(r#"{"not-before":7,"public-key":1}"#),
        put(),
    ])
    .await;
    let replaced = document.replace("a", br#"{"public-key":2}"#, "application/json", "max-age=1");
    assert_eq!(replaced.await, Ok(()));
    let asked: Vec<_> = stub.asked().iter().map(seen).collect();
    assert_eq!(
        (asked[1].2.as_str(), &asked[1].3),
        ("*", &json!({"public-key": 2}))
    );
    assert_eq!(
        (asked[3].2.as_str(), &asked[3].3),
        ("\"E3\"", &json!({"not-before": 7, "public-key": 2}))
    );
    assert_eq!(stub.asked()[3].headers["cache-control"], "max-age=1");
}

#[tokio::test]
async fn what_cannot_be_written_says_so_and_leaves_the_document_alone() {
    for (answers, said, requests) in [
        (vec![refusal(404, "NoSuchKey")], "no support document", 1),
        (vec![found("<html>")], "no support document", 1),
        (vec![refusal(403, "AccessDenied")], "no permission", 1),
        (vec![Answer::HalfAndDrop], "cannot be reached", 1),
        (
            vec![vec![found("{}"), refusal(412, "PreconditionFailed")]; 5].concat(),
            "all the time",
            10,
        ),
        (
            vec![found("{}"), refusal(403, "AccessDenied")],
            "no permission",
            2,
        ),
    ] {
        let (stub, document) = stub(answers).await;
        let error = pull(&document).await.expect_err("a failure").to_string();
        assert!(error.contains(said), "{error}");
        assert_eq!(stub.asked().len(), requests, "{said}");
    }
}
