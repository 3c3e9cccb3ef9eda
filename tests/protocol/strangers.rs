//! Domains that do their worst to a running verifier: L6 to L8, L35, V40 to V44, V49.

use std::net::IpAddr;
use std::sync::Arc;

use browserid::{Code, HostRule, Refusal, Timestamp, Verification};
use fetch::{AddressRule, Https, Limits, strict_tls};
use rustls::ClientConfig;
use serde_json::json;
use service::ports::SupportDocuments;
use tests::tls::{Act, Shows, TlsServer, trusting_client};

use crate::judging::{World, support_document};
use crate::making::{AUDIENCE, Case, ISSUER, NOW};
use crate::running::{PATIENCE, Running, check, fresh, idp, object, server};

#[tokio::test]
async fn what_the_domain_serves_is_asked_for_with_its_name_and_without_the_sites() {
    let idp = idp().await;
    let verifier = Running::with_idp(&idp);
    let heard = verifier.v2(&object(&fresh().0.bundle())).await;
    assert_eq!(heard.json()["status"], "okay");
    let asked = idp.requests();
    assert_eq!(asked.len(), 1, "{asked:?}");
    let head = asked[0].to_lowercase();
    assert!(
        head.starts_with("get /.well-known/browserid?domain=idp.example http/1.1\r\n"),
        "{head}"
    );
    for word in ["rp.example", "cookie", "origin", "referer", "bob"] {
        assert!(!head.contains(word), "{word}: {head}");
    }
}

#[tokio::test]
async fn a_domain_that_is_silent_is_given_up_in_time() {
    let silent = TlsServer::start(Shows::NoTls, vec![Act::Hold]).await;
    let dripping = TlsServer::start(
        Shows::NoTls,
        vec![
            Act::Send(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{"
                    .to_vec(),
            ),
            Act::Hold,
        ],
    )
    .await;
    for idp in [silent, dripping] {
        let verifier = Running::with_idp_and(&idp, &[("HTTP_TIMEOUT", "0.2")]);
        let heard = verifier.v2(&object(&fresh().0.bundle())).await;
        check(
            &heard,
            200,
            "domain_timeout",
            "timeout trying to load well-known for idp.example",
        );
        assert_eq!(idp.connections(), 1);
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let there = idp().await;
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary"] {
        let head = format!(
            "{status}\r\nLocation: http://127.0.0.1:{}/.well-known/browserid\r\nContent-Type: application/json",
            there.port
        );
        let here = server(&head, "").await;
        let verifier = Running::with_idp(&here);
        let heard = verifier.v2(&object(&fresh().0.bundle())).await;
        let reason = "idp.example is not a browserid primary - redirection not supported for support documents";
        check(&heard, 200, "document_redirected", reason);
        assert_eq!(
            (here.connections(), there.connections()),
            (1, 0),
            "{status}"
        );
    }
}

#[tokio::test]
async fn bodies_and_headers_without_end_are_cut_off() {
    let kind = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    for acts in [
        vec![
            Act::Send(format!("{kind}\r\n").into_bytes()),
            Act::Repeat(vec![b' '; 4096]),
        ],
        vec![Act::Send(kind.into()), Act::Repeat(b"X: y\r\n".repeat(500))],
        vec![
            Act::Send(format!("{kind}Content-Length: 10000000\r\n\r\n").into_bytes()),
            Act::Repeat(vec![b'x'; 4096]),
        ],
    ] {
        let endless = TlsServer::start(Shows::NoTls, acts).await;
        let verifier = Running::with_idp(&endless);
        let heard = verifier.v2(&object(&fresh().0.bundle())).await;
        check(
            &heard,
            200,
            "document_too_large",
            "idp.example is not a browserid primary: the answer is too large",
        );
    }
}

#[tokio::test]
async fn nobody_makes_it_ask_this_machine_or_its_network() {
    let trap = TlsServer::start(Shows::Right, vec![Act::Hold]).await;
    let verifier = Running::start(&[], &[]);
    let port = trap.port;
    for host in [
        format!("127.0.0.1:{port}"),
        format!("localhost:{port}"),
        format!("[::1]:{port}"),
        "127.0.0.1".to_owned(),
        "2130706433".to_owned(),
        "0x7f.1".to_owned(),
        "localhost".to_owned(),
        format!("trap.localhost:{port}"),
    ] {
        let named = fresh()
            .0
            .certificate(json!({"iss": host, "principal": {"email": format!("bob@{host}")}}));
        let mut body = object(&named.bundle());
        let said = verifier.v2(&body).await.json();
        assert_eq!(said["status"], "failure", "{host}: {said}");
        // Not even if the caller says that it is to be trusted.
        body["trustedIssuers"] = json!([host]);
        let said = verifier.v2(&body).await.json();
        assert_eq!(said["status"], "failure", "{host}: {said}");
        assert!(!said.to_string().contains("refused"), "{said}");
    }
    assert_eq!(trap.connections(), 0);
    // A domain that delegates there.
    let body = json!({"authority": format!("trap.localhost:{port}")}).to_string();
    let delegating = server("200 OK\r\nContent-Type: application/json", &body).await;
    let verifier = Running::with_idp(&delegating);
    let heard = verifier.v2(&object(&fresh().0.bundle())).await;
    assert_eq!(heard.json()["status"], "failure");
    assert_eq!((trap.connections(), delegating.connections()), (0, 1));
}

struct Loopback;

impl AddressRule for Loopback {
    fn allows(&self, address: IpAddr) -> bool {
        address.is_loopback()
    }
}

/// A whole verification whose questions are asked over TLS; gives its refusal, if it is one.
async fn verified_over_tls(server: &TlsServer, client: Arc<ClientConfig>) -> Option<Refusal> {
    let limits = Limits::within(PATIENCE);
    let https = Https::new(Arc::new(Loopback), client, limits);
    let host = format!("localhost:{}", server.port);
    let case = Case::of(format!("bob@{host}")).certificate(json!({ "iss": host }));
    let mut policy = World::empty().policy;
    policy.discovery.hosts = HostRule::Insecure;
    let now = Timestamp::from_millis(NOW);
    let mut verification =
        Verification::start(&case.bundle().into(), &AUDIENCE.into(), &policy, now);
    while let Some(question) = verification.question() {
        verification.answer(https.ask(&question, 0).await.answer);
    }
    let outcome = verification.outcome().expect("an outcome").clone();
    outcome.err()
}

#[tokio::test]
async fn a_server_that_nobody_vouches_for_makes_nobody_known() {
    let document = support_document(&ISSUER).to_string();
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{document}",
        document.len()
    );
    let acts = || vec![Act::Send(answer.clone().into_bytes())];
    let right = TlsServer::start(Shows::Right, acts()).await;
    assert_eq!(verified_over_tls(&right, trusting_client()).await, None);
    assert_eq!(right.requests().len(), 1);
    for (shows, client) in [
        // From no authority of the browsers.
        (Shows::Right, strict_tls()),
        (Shows::AnothersName, trusting_client()),
        (Shows::Expired, trusting_client()),
        (Shows::ItsOwn, trusting_client()),
    ] {
        let server = TlsServer::start(shows, acts()).await;
        let refusal = verified_over_tls(&server, client).await.expect("refused");
        assert_eq!(refusal.code(), Code::DomainTls, "{shows:?}");
        assert_eq!(
            refusal.reason(),
            format!(
                "localhost:{} is not a browserid primary: no secure connection",
                server.port
            )
        );
        assert!(server.requests().is_empty(), "{shows:?}: it learns nothing");
    }
}

#[tokio::test]
async fn no_proxy_of_the_environment_is_asked() {
    let proxy = server("502 Bad Gateway", "").await;
    let at = format!("http://127.0.0.1:{}", proxy.port);
    let names = [
        "https_proxy",
        "HTTPS_PROXY",
        "http_proxy",
        "HTTP_PROXY",
        "all_proxy",
        "ALL_PROXY",
    ];
    let mut environment = names.map(|name| (name, at.as_str())).to_vec();
    environment.push(("INSECURE_SSL", "true"));
    let document = support_document(&ISSUER).to_string();
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{document}",
        document.len()
    );
    let tls = TlsServer::start(Shows::Right, vec![Act::Send(answer.into_bytes())]).await;
    let plain = idp().await;
    for map in [
        format!("idp.example=https://localhost:{}", tls.port),
        format!("idp.example=http://127.0.0.1:{}", plain.port),
    ] {
        let verifier = Running::start(&environment, &["--map", &map]);
        let said = verifier.v2(&object(&fresh().0.bundle())).await.json();
        assert_eq!(said["status"], "okay", "{said}");
    }
    assert_eq!(
        (tls.connections(), plain.connections(), proxy.connections()),
        (1, 1, 0)
    );
}
