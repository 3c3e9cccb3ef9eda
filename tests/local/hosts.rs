//! What each host serves, and to whom.

use super::*;

#[tokio::test]
async fn the_support_document_is_for_everybody_to_read() {
    let data = folder();
    let product = Product::start(data.path()).await;
    for path in [
        "/.well-known/browserid",
        "/.well-known/browserid/",
        "/.well-known/browserid?domain=me.localhost",
        "/.well-known/browserid?anything",
    ] {
        let answer = product.identity.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert!(
            answer
                .header("cache-control")
                .starts_with("public, max-age=")
        );
        let document = answer.json();
        assert_eq!(document["authentication"], "/persona/sign_in.html");
        assert_eq!(document["provisioning"], "/persona/provision.html");
        assert_eq!(document["agent"], "/persona/agent.html");
        assert_eq!(document["public-key"]["algorithm"], "RS");
    }
    let head = product
        .identity
        .send(Method::HEAD, "/.well-known/browserid", &[], "")
        .await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
    product.running.stop().await;
}

#[tokio::test]
async fn pages_come_with_their_headers_and_only_to_be_read() {
    let data = folder();
    let product = Product::start(data.path()).await;
    let agent = product.identity.get("/persona/agent.html").await;
    assert_eq!(agent.status, StatusCode::OK);
    assert_eq!(agent.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(agent.header("x-frame-options"), "DENY");
    assert_eq!(agent.header("referrer-policy"), "no-referrer");
    assert_eq!(agent.header("cross-origin-opener-policy"), "");
    assert_eq!(agent.header("strict-transport-security"), "");
    assert_eq!(agent.header("access-control-allow-origin"), "");
    assert!(
        agent
            .header("content-security-policy")
            .contains("frame-ancestors 'none'")
    );
    let sign_in = product.identity.get("/persona/sign_in.html").await;
    assert_eq!(sign_in.header("cross-origin-opener-policy"), "same-origin");

    let known = [("if-none-match", agent.header("etag"))];
    let again = product
        .identity
        .send(Method::GET, "/persona/agent.html", &known, "")
        .await;
    assert_eq!(
        (again.status, again.body.len()),
        (StatusCode::NOT_MODIFIED, 0)
    );
    let posted = product
        .identity
        .send(Method::POST, "/persona/agent.html", &[], "")
        .await;
    assert_eq!(posted.status, StatusCode::METHOD_NOT_ALLOWED);

    for absent in [
        "/persona/nothing.html",
        "/persona/",
        "/README.md",
        "/guestbook/index.html",
    ] {
        let answer = product.identity.get(absent).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{absent}");
    }
    product.running.stop().await;
}

#[tokio::test]
async fn the_script_for_sites_is_on_every_host() {
    let data = folder();
    let product = Product::start(data.path()).await;
    let port = product.running.address.port();
    for host in [
        "127.0.0.1",
        "fallback.localhost",
        "guestbook.localhost",
        "localhost",
        "me.localhost",
        "verifier.localhost",
    ] {
        for path in ["/include.js", "/persona/include.js"] {
            let answer = Site { host, port }.get(path).await;
            assert_eq!(answer.status, StatusCode::OK, "{host}{path}");
            assert_eq!(answer.header("access-control-allow-origin"), "*");
            assert_eq!(
                answer.header("cross-origin-resource-policy"),
                "cross-origin"
            );
            assert!(answer.text().contains("navigator.id"));
        }
    }
    product.running.stop().await;
}

#[tokio::test]
async fn the_guestbook_allows_the_look_up_frame_of_the_script_and_nothing_else_inline() {
    let data = folder();
    let product = Product::start(data.path()).await;
    let page = product.guestbook.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    let policy = page.header("content-security-policy");
    let script = product.guestbook.get("/include.js").await.text();
    let (_, rest) = script
        .split_once("'sha256-")
        .expect("the script names its hash");
    let (hash, _) = rest.split_once('\'').expect("a quoted hash");
    assert!(
        policy.contains(&format!("script-src 'self' 'sha256-{hash}';")),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"), "{policy}");
    product.running.stop().await;
}

#[tokio::test]
async fn a_request_under_another_name_gets_nothing() {
    let data = folder();
    let product = Product::start(data.path()).await;
    let port = product.running.address.port();
    let ask = |hosts: Vec<String>, target: String| async move {
        let mut request = Request::get(target);
        for host in hosts {
            request = request.header("host", host);
        }
        let request = request.body(Full::new(Bytes::new())).expect("a request");
        exchange(port, request).await
    };
    let document = "/.well-known/browserid".to_owned();
    for hosts in [
        vec!["evil.example".to_owned()],
        vec![format!("evil.example:{port}")],
        vec![format!("127.0.0.1.evil.example:{port}")],
        vec![format!("x.me.localhost:{port}")],
        vec![format!("me.localhost.:{port}")],
        vec!["me.localhost".to_owned()],
        vec!["me.localhost:1".to_owned()],
        vec![format!("me.localhost:{port}"), "evil.example".to_owned()],
    ] {
        let answer = ask(hosts.clone(), document.clone()).await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{hosts:?}");
        assert!(!answer.text().contains("public-key"));
        assert!(
            answer
                .text()
                .contains(&format!("http://me.localhost:{port}"))
        );
    }
    let own = vec![format!("me.localhost:{port}")];
    let answer = ask(own.clone(), format!("http://evil.example{document}")).await;
    assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST);
    let answer = ask(own, document).await;
    assert_eq!(answer.status, StatusCode::OK);
    product.running.stop().await;
}
