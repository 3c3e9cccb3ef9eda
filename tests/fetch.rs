//! Support documents over HTTPS, from a server that misbehaves on purpose. Only loopback is used: the client is told that
//! it may connect there, and which port.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what helps a test fails as loudly as the test"
)]

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use browserid::{Answer, Domain, HostRule, Question, Unreachable};
use fetch::{AddressRule, ExtraRoots, Https, Limits, PublicAddresses, strict_tls, strict_tls_with};
use service::ports::SupportDocuments;
use tests::tls::{Act, Shows, TlsServer, trusting_client};

const DOCUMENT: &str = r#"{"authority":"idp.example"}"#;
const BODY: usize = 64 * 1024;

/// For what must not depend on how busy the machine is.
const PATIENT: Limits = Limits {
    body: BODY,
    hop: Duration::from_secs(20),
    whole: Duration::from_secs(40),
};

/// For what never answers: only how long the test takes.
const HASTY: Limits = Limits {
    body: BODY,
    hop: Duration::from_millis(150),
    whole: Duration::from_secs(40),
};

struct Loopback;

impl AddressRule for Loopback {
    fn allows(&self, address: IpAddr) -> bool {
        address.is_loopback()
    }
}

fn https(limits: Limits) -> Https {
    Https::new(Arc::new(Loopback), trusting_client(), limits)
}

fn question(host: &str, port: u16) -> Question {
    let host = format!("{host}:{port}");
    Question {
        host: Domain::parse(&host, HostRule::Insecure).expect("a host with a port"),
        principal: Domain::parse("person.example", HostRule::Public).expect("a domain"),
    }
}

async fn ask(https: &Https, server: &TlsServer) -> Answer {
    https
        .ask(&question("localhost", server.port), 0)
        .await
        .answer
}

fn response(head: &str, body: &[u8]) -> Vec<Act> {
    let mut bytes = format!("{}\r\n\r\n", head.trim().replace('\n', "\r\n")).into_bytes();
    bytes.extend_from_slice(body);
    vec![Act::Send(bytes)]
}

/// What a patient client hears of a server that shows the right certificate and plays `acts`.
async fn heard(acts: Vec<Act>) -> Answer {
    let server = TlsServer::start(Shows::Right, acts).await;
    ask(&https(PATIENT), &server).await
}

fn unreachable(why: Unreachable) -> Answer {
    Answer::Unreachable(why)
}

const TOO_LARGE: Unreachable = Unreachable::TooLarge { limit: BODY };

#[tokio::test]
async fn document_comes_with_its_status_and_type() {
    let head = "HTTP/1.1 200 OK\nContent-Type: Application/JSON; charset=utf-8\nContent-Length: 27";
    let server = TlsServer::start(Shows::Right, response(head, DOCUMENT.as_bytes())).await;
    assert_eq!(
        ask(&https(PATIENT), &server).await,
        Answer::Response {
            status: 200,
            content_type: Some("Application/JSON; charset=utf-8".to_owned()),
            body: DOCUMENT.as_bytes().to_vec(),
        }
    );
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn request_says_who_asks_and_for_whom_and_nothing_else() {
    let server = TlsServer::start(Shows::Right, response("HTTP/1.1 404 No", b"")).await;
    ask(&https(PATIENT), &server).await;
    let port = server.port;
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        server.requests(),
        [format!(
            "GET /.well-known/browserid?domain=person.example HTTP/1.1\r\nhost: localhost:{port}\r\n\
             user-agent: selfsame/{version}\r\naccept: application/json\r\naccept-encoding: identity\r\n\
             connection: close\r\n\r\n"
        )]
    );
}

#[tokio::test]
async fn principal_with_a_port_is_escaped() {
    let server = TlsServer::start(Shows::Right, response("HTTP/1.1 404 No", b"")).await;
    let question = Question {
        principal: Domain::parse("[::1]:8443", HostRule::Insecure).expect("a domain"),
        ..question("localhost", server.port)
    };
    https(PATIENT).ask(&question, 0).await;
    let requests = server.requests();
    let line = requests[0].lines().next();
    assert_eq!(
        line,
        Some("GET /.well-known/browserid?domain=%5B%3A%3A1%5D%3A8443 HTTP/1.1")
    );
}

#[tokio::test]
async fn body_without_a_length_ends_with_the_connection() {
    let answer = heard(response("HTTP/1.0 200 OK", DOCUMENT.as_bytes())).await;
    assert_eq!(
        answer,
        Answer::Response {
            status: 200,
            content_type: None,
            body: DOCUMENT.as_bytes().to_vec(),
        }
    );
}

#[tokio::test]
async fn redirect_is_an_answer_and_is_not_followed() {
    let other = TlsServer::start(Shows::Right, response("HTTP/1.1 200 OK", b"{}")).await;
    for status in [301, 302, 303, 307, 308] {
        let head = format!(
            "HTTP/1.1 {status} Elsewhere\nLocation: https://localhost:{}/\nContent-Length: 5",
            other.port
        );
        let answer = heard(response(&head, b"moved")).await;
        assert_eq!(
            answer,
            Answer::Response {
                status,
                content_type: None,
                body: vec![],
            }
        );
    }
    assert_eq!(other.connections(), 0);
}

#[tokio::test]
async fn body_of_another_status_is_not_read() {
    let endless = vec![
        Act::Send(b"HTTP/1.1 500 Oh\r\nContent-Type: text/html\r\n\r\n".to_vec()),
        Act::Repeat(vec![b'x'; 1024]),
    ];
    assert_eq!(
        heard(endless).await,
        Answer::Response {
            status: 500,
            content_type: Some("text/html".to_owned()),
            body: vec![],
        }
    );
}

#[tokio::test]
async fn body_may_be_as_long_as_the_limit_and_no_longer() {
    for (length, is_taken) in [(BODY, true), (BODY + 1, false)] {
        let body = vec![b' '; length];
        let plain = response("HTTP/1.1 200 OK", &body);
        let declared = format!("HTTP/1.1 200 OK\nContent-Length: {length}");
        let declared = response(&declared, &body);
        let mut chunked = format!("{length:x}\r\n").into_bytes();
        chunked.extend_from_slice(&body);
        chunked.extend_from_slice(b"\r\n0\r\n\r\n");
        let chunked = response("HTTP/1.1 200 OK\nTransfer-Encoding: chunked", &chunked);
        for acts in [plain, declared, chunked] {
            let expected = if is_taken {
                Answer::Response {
                    status: 200,
                    content_type: None,
                    body: body.clone(),
                }
            } else {
                unreachable(TOO_LARGE)
            };
            assert_eq!(heard(acts).await, expected, "{length}");
        }
    }
}

#[tokio::test]
async fn body_that_is_declared_too_long_is_not_waited_for() {
    let acts = vec![
        Act::Send(b"HTTP/1.1 200 OK\r\nContent-Length: 65537\r\n\r\n".to_vec()),
        Act::Hold,
    ];
    assert_eq!(heard(acts).await, unreachable(TOO_LARGE));
}

#[tokio::test]
async fn body_without_an_end_is_cut_off() {
    let acts = vec![
        Act::Send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n".to_vec()),
        Act::Repeat(vec![b' '; 1024]),
    ];
    assert_eq!(heard(acts).await, unreachable(TOO_LARGE));
}

#[tokio::test]
async fn body_that_breaks_off_is_no_answer() {
    let head = "HTTP/1.1 200 OK\nContent-Length: 100";
    let answer = heard(response(head, DOCUMENT.as_bytes())).await;
    assert_eq!(answer, unreachable(Unreachable::Connection));
}

#[tokio::test]
async fn head_with_too_many_lines_or_too_many_bytes_is_refused() {
    let many = format!(
        "HTTP/1.1 200 OK\n{}",
        "A: b\n".repeat(fetch::MAX_HEADERS + 1)
    );
    let long = format!("HTTP/1.1 200 OK\nA: {}", "b".repeat(fetch::MAX_HEAD));
    let limit = fetch::MAX_HEAD;
    for head in [many, long] {
        let answer = heard(response(&head, b"{}")).await;
        assert_eq!(answer, unreachable(Unreachable::TooLarge { limit }));
    }
    let endless = vec![
        Act::Send(b"HTTP/1.1 200 OK\r\n".to_vec()),
        Act::Repeat(b"A: b\r\n".to_vec()),
    ];
    let answer = heard(endless).await;
    assert_eq!(answer, unreachable(Unreachable::TooLarge { limit }));
}

#[tokio::test]
async fn what_is_not_http_is_no_answer() {
    for bytes in ["SSH-2.0-OpenSSH\r\n", "", "HTTP/1.1 2000 OK\r\n\r\n"] {
        let answer = heard(vec![Act::Send(bytes.into())]).await;
        assert_eq!(answer, unreachable(Unreachable::Connection), "{bytes:?}");
    }
}

#[tokio::test]
async fn server_that_is_silent_at_any_point_times_out() {
    let quiet = [
        (Shows::Nothing, vec![]),
        (Shows::Right, vec![Act::Hold]),
        (
            Shows::Right,
            vec![Act::Send(b"HTTP/1.1 200 OK\r\nConte".to_vec()), Act::Hold],
        ),
        (
            Shows::Right,
            vec![
                Act::Send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".to_vec()),
                Act::Hold,
            ],
        ),
    ];
    for (shows, acts) in quiet {
        let server = TlsServer::start(shows, acts.clone()).await;
        let answer = ask(&https(HASTY), &server).await;
        assert_eq!(
            answer,
            unreachable(Unreachable::Timeout),
            "{shows:?} {acts:?}"
        );
    }
}

#[tokio::test]
async fn what_the_walk_has_spent_already_is_not_there_any_more() {
    let server = TlsServer::start(Shows::Right, vec![Act::Hold]).await;
    let https = https(PATIENT);
    let question = question("localhost", server.port);
    let spent_ms = PATIENT.whole.as_millis() as u64;
    let nothing_left = https.ask(&question, spent_ms).await;
    assert_eq!(nothing_left, unreachable(Unreachable::Timeout).into());
    assert_eq!(server.connections(), 0);

    // A hop would have 20 s; the walk has 100 ms left.
    let little_left = https.ask(&question, spent_ms - 100);
    let little_left = tokio::time::timeout(Duration::from_secs(10), little_left).await;
    assert_eq!(little_left, Ok(unreachable(Unreachable::Timeout).into()));
}

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
    let extra = ExtraRoots::from_pem(include_str!("src/tls/ca.pem")).expect("a certificate");
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

#[tokio::test]
async fn address_that_is_not_public_is_never_connected_to() {
    let server = TlsServer::start(Shows::Right, response("HTTP/1.1 200 OK", b"{}")).await;
    let strict = Https::new(Arc::new(PublicAddresses), trusting_client(), PATIENT);
    for host in ["localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]"] {
        let answer = strict.ask(&question(host, server.port), 0).await;
        assert_eq!(answer, unreachable(Unreachable::Forbidden).into(), "{host}");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn closed_port_is_trouble_and_not_an_answer() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("a bound address").port();
    drop(listener);
    let answer = https(PATIENT).ask(&question("127.0.0.1", port), 0).await;
    assert_eq!(answer, unreachable(Unreachable::Connection).into());
}
