//! The verifier of a deployed stack, as a server on loopback speaks for it: what the fallback's function hears.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "what helps a test fails as loudly as the test"
)]

use std::time::Duration;

use aws::{Deadlines, Settings};
use browserid::{Domain, HostRule};
use service::ports::{Authorities, PortError, Said};
use tests::tls::{Act, Shows, TlsServer};
use wsapi::{DEADLINES, MAX_ANSWER, Verifier};

const HOST: &str = "abc.lambda-url.eu-west-1.on.aws";
const SECONDARY: &str =
    r#"{"type":"secondary","issuer":"fallback.example","disabled":false,"state":"unknown"}"#;

fn domain(text: &str) -> Domain {
    Domain::parse(text, HostRule::Public).expect("a domain")
}

/// Asks a verifier, whose AWS is at `endpoint`.
async fn asked(endpoint: &str, deadlines: Deadlines) -> Result<Said, PortError> {
    let settings = Settings::read(|name| match name {
        "AWS_ACCESS_KEY_ID" => Some("AKIDEXAMPLE".to_owned()),
        "AWS_ENDPOINT_URL" => Some(endpoint.to_owned()),
        "AWS_REGION" => Some("eu-west-1".to_owned()),
        "AWS_SECRET_ACCESS_KEY" => Some("SECRET-ACCESS-KEY".to_owned()),
        "AWS_SESSION_TOKEN" => Some("SESSION-TOKEN".to_owned()),
        _ => None,
    });
    let settings = settings.unwrap_or_else(|faults| panic!("{faults:?}"));
    let verifier = Verifier::new(&settings, &domain(HOST), deadlines).expect("a client");
    verifier.ask(&domain("person.example")).await
}

async fn plain(acts: Vec<Act>) -> TlsServer {
    TlsServer::start(Shows::NoTls, acts).await
}

fn at(server: &TlsServer) -> String {
    format!("http://127.0.0.1:{}", server.port)
}

fn answer(status: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nlocation: /elsewhere\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// Asks a server that does this, and gives why there was no answer.
async fn trouble(acts: Vec<Act>, deadlines: Deadlines) -> String {
    let server = plain(acts).await;
    let error = asked(&at(&server), deadlines).await.expect_err("no answer");
    assert_eq!(server.requests().len(), 1, "asked once");
    let said = error.to_string();
    let (doing, why) = said.rsplit_once("domain: ").expect("two parts");
    assert_eq!(doing, "while asking our verifier who speaks for a ");
    why.to_owned()
}

#[tokio::test]
async fn verifier_is_asked_for_the_domain_and_learns_no_person_and_no_credentials() {
    let server = plain(vec![Act::Send(answer("200 OK", SECONDARY))]).await;
    let said = asked(&at(&server), DEADLINES).await.expect("an answer");
    assert_eq!(said, Said::NoSupport);
    let requests = server.requests();
    let [request] = &requests[..] else {
        panic!("{requests:?}");
    };
    let (line, headers) = request.split_once("\r\n").expect("a head");
    assert_eq!(
        line,
        "GET /wsapi/address_info?email=x%40person.example HTTP/1.1"
    );
    assert_eq!(headers, format!("host: {HOST}\r\n\r\n"));
}

#[tokio::test]
async fn nobody_without_a_certificate_of_amazons_is_asked() {
    for shows in [Shows::Right, Shows::ItsOwn, Shows::Expired] {
        let server = TlsServer::start(shows, vec![Act::Send(answer("200 OK", SECONDARY))]).await;
        let endpoint = format!("https://localhost:{}", server.port);
        let error = asked(&endpoint, DEADLINES).await.expect_err("not Amazon's");
        assert!(
            error.to_string().contains("invalid peer certificate"),
            "{error}"
        );
        assert_eq!(server.requests(), [""; 0], "{shows:?}");
    }
}

#[tokio::test]
async fn redirects_and_failures_are_no_answers_and_lead_nowhere() {
    for status in [
        "301 -", "302 -", "403 -", "404 -", "429 -", "500 -", "502 -",
    ] {
        let why = trouble(vec![Act::Send(answer(status, SECONDARY))], DEADLINES).await;
        assert_eq!(why, format!("status {}", &status[..3]));
    }
}

#[tokio::test]
async fn answer_that_breaks_off_or_never_ends_is_none() {
    let half = answer("200 OK", SECONDARY);
    let half = half[..half.len() - 10].to_vec();
    let why = trouble(vec![Act::Send(half)], DEADLINES).await;
    assert!(why.contains("broke off"), "{why}");
    let why = trouble(vec![], DEADLINES).await;
    assert!(why.contains("cannot be reached"), "{why}");

    let long = format!("{SECONDARY}{}", " ".repeat(MAX_ANSWER));
    let why = trouble(vec![Act::Send(answer("200 OK", &long))], DEADLINES).await;
    assert!(why.contains("more than 8192 bytes"), "{why}");
    let head =
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    let endless = vec![
        Act::Send(head.to_vec()),
        Act::Repeat(
            b"100\r\n"
                .iter()
                .chain(&[b' '; 256])
                .chain(b"\r\n")
                .copied()
                .collect(),
        ),
    ];
    let why = trouble(endless, DEADLINES).await;
    assert!(why.contains("more than 8192 bytes"), "{why}");
}

#[tokio::test]
async fn answer_that_is_late_is_none() {
    let short = Deadlines {
        attempt: Duration::from_secs(60),
        connect: Duration::from_secs(60),
        operation: Duration::from_millis(300),
    };
    let slow = Act::Drip(answer("200 OK", SECONDARY), Duration::from_millis(20));
    for acts in [vec![Act::Hold], vec![slow]] {
        assert_eq!(trouble(acts, short).await, "no answer in time");
    }
    let silent = TlsServer::start(Shows::Nothing, vec![]).await;
    let endpoint = format!("https://localhost:{}", silent.port);
    let connect = Deadlines {
        connect: Duration::from_millis(300),
        operation: Duration::from_secs(60),
        ..short
    };
    let error = asked(&endpoint, connect).await.expect_err("no handshake");
    assert!(error.to_string().ends_with("no answer in time"), "{error}");
}

#[test]
fn a_question_takes_three_seconds_at_most() {
    assert_eq!(DEADLINES.operation, Duration::from_secs(3));
    assert_eq!(DEADLINES.connect, Duration::from_secs(1));
}
