//! Whom the client believes.

use fetch::{ExtraRoots, strict_tls, strict_tls_with};

use super::*;

#[tokio::test]
async fn certificate_that_is_not_right_ends_it_before_anything_is_asked() {
    let head = "HTTP/1.1 200 OK\nContent-Type: application/json";
    for shows in [Shows::AnothersName, Shows::Expired] {
        let server = TlsServer::start(shows, response(head, b"{}")).await;
        let answer = ask(&https(PATIENT), &server).await;
        assert_eq!(answer, unreachable(Unreachable::Tls), "{shows:?}");
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
    for shows in [Shows::AnothersName, Shows::Expired] {
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
