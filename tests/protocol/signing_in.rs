//! The same decision where somebody is signed in: V19.

use local::{Mapping, Options, start};
use serde_json::json;

use crate::judging::support_document;
use crate::making::{OTHER_RS256, OTHER_USER};
use crate::running::{Heard, fresh, send, server};

#[tokio::test]
async fn another_domains_issuer_signs_nobody_in_at_the_guestbook() {
    let document = support_document(&OTHER_RS256).to_string();
    let evil = server("200 OK\r\nContent-Type: application/json", &document).await;
    let map = format!("evil.example=http://127.0.0.1:{}", evil.port);
    let data = tempfile::tempdir().expect("a folder");
    let product = start(Options {
        data: data.path().to_owned(),
        maps: vec![Mapping::parse(&map).expect("a mapping")],
        pages: None,
        post: local::Post::default(),
        port: 0,
        serves: Vec::new(),
    })
    .await
    .expect("it starts");
    let port = product.address.port();
    let guestbook = format!("guestbook.localhost:{port}");
    let by_evil = |email: &str| {
        fresh()
            .0
            .issued_by(&OTHER_RS256)
            .held(&OTHER_USER)
            .certificate(json!({"iss": "evil.example", "principal": {"email": email}}))
            .assertion(json!({"aud": format!("http://{guestbook}")}))
            .bundle()
    };
    let sign_in = async |email: &str| -> Heard {
        let body = json!({"assertion": by_evil(email)}).to_string();
        let head = format!(
            "POST /signin HTTP/1.1\r\nHost: {guestbook}\r\nOrigin: http://{guestbook}\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        send(port, format!("{head}{body}")).await
    };

    // Its own domain's person: everything about the assertion is right.
    let own = sign_in("eve@evil.example").await;
    assert_eq!(own.status, 200, "{own:?}");
    assert!(own.header("set-cookie").is_some());
    assert_eq!(evil.connections(), 1);

    let other = sign_in("you@me.localhost").await;
    assert_eq!(other.status, 401, "{other:?}");
    assert_eq!(
        other.json()["reason"],
        "untrusted issuer, expected 'me.localhost', got 'evil.example'"
    );
    assert_eq!(other.header("set-cookie"), None);
    assert_eq!(evil.connections(), 1, "the stranger is not asked");
    product.stop().await;
}
