//! Whom the client believes.

use std::process::Command;

use fetch::{ExtraRoots, strict_tls, strict_tls_with};

use super::*;

const WRONG: [Shows; 6] = [
    Shows::AnothersName,
    Shows::Expired,
    Shows::NotYetValid,
    Shows::ForClients,
    Shows::AnotherAuthoritys,
    Shows::ItsOwn,
];

#[tokio::test]
async fn certificate_that_is_not_right_ends_it_before_anything_is_asked() {
    let head = "HTTP/1.1 200 OK\nContent-Type: application/json";
    for shows in WRONG {
        let server = TlsServer::start(shows, response(head, b"{}")).await;
        let answer = ask(&https(PATIENT), &server).await;
        assert_eq!(answer, unreachable(Unreachable::Tls), "{shows:?}");
        assert_eq!(server.connections(), 1, "{shows:?}");
        assert!(server.requests().is_empty(), "{shows:?}");
    }
}

#[tokio::test]
async fn authority_that_is_not_publicly_trusted_is_refused_by_the_strict_configuration() {
    let server = TlsServer::start(Shows::Right, response("HTTP/1.1 200 OK", b"{}")).await;
    let strict = Https::new(Arc::new(Loopback), strict_tls(), PATIENT);
    assert_eq!(ask(&strict, &server).await, unreachable(Unreachable::Tls));
    assert_eq!(server.connections(), 1);
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn authority_that_the_operator_names_is_believed_and_nothing_else_is_loosened() {
    let extra = ExtraRoots::from_pem(include_str!("../src/tls/ca.pem")).expect("a certificate");
    let https = Https::new(Arc::new(Loopback), strict_tls_with(&extra), PATIENT);
    let head = "HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: 2";
    let server = TlsServer::start(Shows::Right, response(head, b"{}")).await;
    let answer = ask(&https, &server).await;
    assert!(
        matches!(answer, Answer::Response { status: 200, .. }),
        "{answer:?}"
    );
    for shows in WRONG {
        let server = TlsServer::start(shows, response(head, b"{}")).await;
        assert_eq!(ask(&https, &server).await, unreachable(Unreachable::Tls));
        assert!(server.requests().is_empty(), "{shows:?}");
    }
}

#[tokio::test]
async fn server_without_tls_is_not_spoken_to_in_the_clear() {
    let server = TlsServer::start(Shows::NoTls, response("HTTP/1.1 200 OK", b"{}")).await;
    let answer = ask(&https(PATIENT), &server).await;
    assert_eq!(answer, unreachable(Unreachable::Tls));
    assert!(server.requests().iter().all(|head| !head.contains("GET")));
}

#[tokio::test]
async fn what_is_no_handshake_ends_it() {
    let hello_request = [0x16, 3, 3, 0, 4, 0, 0, 0, 0];
    let alert = vec![0x15, 3, 3, 0, 2, 2, 40];
    for acts in [
        vec![Act::Repeat(vec![0; 1024])],
        vec![Act::Repeat(hello_request.repeat(100))],
        // A record of 64 KiB, four times what is allowed.
        vec![
            Act::Send(vec![0x16, 3, 3, 0xff, 0xff]),
            Act::Repeat(vec![0; 1024]),
        ],
        vec![Act::Send(alert), Act::Hold],
    ] {
        let server = TlsServer::start(Shows::NoTls, acts.clone()).await;
        let answer = ask(&https(PATIENT), &server).await;
        assert_eq!(answer, unreachable(Unreachable::Tls), "{acts:?}");
    }
    let server = TlsServer::start(Shows::NoTls, vec![]).await;
    let answer = ask(&https(PATIENT), &server).await;
    assert_eq!(answer, unreachable(Unreachable::Connection));
}

#[tokio::test]
async fn only_http_1_1_is_offered_and_no_session_is_taken_up_again() {
    let ok = response(
        "HTTP/1.1 200 OK\nConnection: close\nContent-Length: 2",
        b"{}",
    );
    let server = TlsServer::start(Shows::Right, ok).await;
    let https = https(PATIENT);
    for _ in 0..3 {
        assert_eq!(ask(&https, &server).await, document("{}"));
    }
    let greetings = server.greetings();
    assert_eq!(greetings.len(), 3);
    for greeting in greetings {
        assert_eq!(greeting.protocol.as_deref(), Some(&b"http/1.1"[..]));
        assert_eq!(greeting.name.as_deref(), Some("localhost"));
        assert!(!greeting.is_resumed);
    }
}

#[test]
fn no_variable_of_the_process_puts_a_proxy_or_an_authority_between() {
    let authority = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tls/ca.pem");
    let nowhere = "http://127.0.0.1:1";
    let tests = std::env::current_exe().expect("the tests");
    let output = Command::new(tests)
        .args([
            "document_comes_with",
            "authority_that_is_not_publicly_trusted",
        ])
        .env("ALL_PROXY", nowhere)
        .env("HTTPS_PROXY", nowhere)
        .env("HTTP_PROXY", nowhere)
        .env("SSL_CERT_FILE", authority)
        .env("all_proxy", nowhere)
        .env("http_proxy", nowhere)
        .env("https_proxy", nowhere)
        .output()
        .expect("the tests start");
    let text = String::from_utf8_lossy(&output.stdout);
    let outcome = "test result: ok. 2 passed; 0 failed";
    assert!(text.contains(outcome), "{text}");
}
