//! No token leaves the process.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use service::{
    ports::{Enrolments, Random, Sessions},
    secret::Token,
};

use super::*;
use crate::stub::done;

struct Sevens;

impl Random for Sevens {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), PortError> {
        bytes.fill(7);
        Ok(())
    }
}

#[tokio::test]
async fn only_the_hash_of_a_token_ever_leaves() {
    let owned =
        json!({ "Attributes": { "email": { "S": YOU }, "expires": { "N": "1800000001000" } } });
    let named = json!({ "Item": { "token_hash": { "S": HASH } } });
    let (stub, store) = store([
        ("DeleteItem", vec![done(owned)]),
        (
            "GetItem",
            vec![done(json!({})), done(json!({})), done(named)],
        ),
        (
            "Query",
            vec![done(json!({ "Items": [{ "sk": { "S": HASH } }] }))],
        ),
        ("TransactWriteItems", vec![done(json!({}))]),
        ("UpdateItem", vec![done(json!({}))]),
    ])
    .await;
    let token = Token::random(&Sevens).unwrap_or_else(|_| panic!("it never fails"));
    let hash = token.hash();
    Sessions::put(&store, hash, session())
        .await
        .expect("it works");
    Sessions::find(&store, &hash).await.expect("it works");
    store.touch(&hash, START).await.expect("it works");
    store.end(&hash).await.expect("it works");
    store.end_all(&you(), Some(&hash)).await.expect("it works");
    Enrolments::find(&store, &hash, START)
        .await
        .expect("it works");
    Enrolments::put(&store, hash, enrolment())
        .await
        .expect("it works");
    store.take(&hash, START).await.expect("it works");

    let hashed = URL_SAFE_NO_PAD.encode(hash.0);
    let asked = stub.asked();
    let naming = asked
        .iter()
        .filter(|a| String::from_utf8_lossy(&a.body).contains(&hashed))
        .count();
    assert_eq!(naming, 8, "every method but the end of all others names it");
    for request in asked {
        let whole = format!(
            "{} {:?} {}",
            request.line,
            request.headers,
            String::from_utf8_lossy(&request.body)
        );
        for form in [
            token.expose(),
            STANDARD.encode([7; 32]),
            "07".repeat(32),
            "\u{7}".repeat(32),
            "\\u0007".repeat(32),
        ] {
            assert!(!whole.contains(&form), "{whole}");
        }
    }
}
