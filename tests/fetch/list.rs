//! A federation's member list, by the same rules.

use browserid::MAX_LIST_BYTES;
use fetch::HttpsList;
use service::ports::MemberLists;

use super::*;

const LIST: &str = "header.payload.signature";

async fn read(https: Https, server: &TlsServer) -> Result<String, String> {
    let url = format!("https://localhost:{}/lists/members.jws?v=1", server.port);
    let list = HttpsList::new(&url, HostRule::Insecure, https).expect("an address");
    let read = list.read().await;
    let text = |bytes| String::from_utf8(bytes).expect("text");
    read.map(text).map_err(|error| error.to_string())
}

fn patient() -> Https {
    https(Limits {
        body: HttpsList::LIMITS.body,
        ..PATIENT
    })
}

#[tokio::test]
async fn what_stands_at_the_url_is_read_whole_whatever_its_type() {
    let acts = response("HTTP/1.1 200 OK\nContent-Type: text/html", LIST.as_bytes());
    let server = TlsServer::start(Shows::Right, acts).await;
    assert_eq!(read(patient(), &server).await.as_deref(), Ok(LIST));
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    assert!(
        requests[0].starts_with("GET /lists/members.jws?v=1 HTTP/1.1\r\n"),
        "{requests:?}"
    );
    assert!(
        !requests[0].to_lowercase().contains("cookie"),
        "{requests:?}"
    );
}

#[tokio::test]
async fn a_mebibyte_is_read_and_no_byte_more() {
    for (length, is_read) in [(MAX_LIST_BYTES, true), (MAX_LIST_BYTES + 1, false)] {
        let body = vec![b'x'; length];
        let server = TlsServer::start(Shows::Right, response("HTTP/1.1 200 OK", &body)).await;
        assert_eq!(read(patient(), &server).await.is_ok(), is_read, "{length}");
    }
}

#[tokio::test]
async fn anything_but_a_200_brings_no_list_and_is_not_followed() {
    for status in [
        "204 No Content",
        "302 Found",
        "308 Permanent Redirect",
        "404 Not Found",
        "500 Internal Server Error",
    ] {
        let head = format!("HTTP/1.1 {status}\nLocation: https://localhost/elsewhere");
        let server = TlsServer::start(Shows::Right, response(&head, b"")).await;
        let error = read(patient(), &server).await.expect_err(status);
        let number = status.split(' ').next().expect("a number");
        assert_eq!(
            error,
            format!("while reading the member list: status {number}")
        );
        assert_eq!(server.connections(), 1);
    }
}

#[tokio::test]
async fn a_wrong_certificate_and_no_answer_in_time_bring_no_list() {
    for shows in [
        Shows::AnothersName,
        Shows::Expired,
        Shows::AnotherAuthoritys,
        Shows::ItsOwn,
    ] {
        let server = TlsServer::start(shows, response("HTTP/1.1 200 OK", LIST.as_bytes())).await;
        let error = read(patient(), &server)
            .await
            .expect_err("it is not believed");
        assert_eq!(error, "while reading the member list: Tls", "{shows:?}");
        assert!(server.requests().is_empty());
    }
    let server = TlsServer::start(Shows::Right, vec![Act::Hold]).await;
    let error = read(https(HASTY), &server)
        .await
        .expect_err("nothing comes");
    assert_eq!(error, "while reading the member list: Timeout");
}

#[tokio::test]
async fn an_address_that_may_not_be_asked_is_not() {
    let server = TlsServer::start(Shows::Right, response("HTTP/1.1 200 OK", LIST.as_bytes())).await;
    let strict = Https::new(Arc::new(fetch::PublicAddresses), trusting_client(), PATIENT);
    let error = read(strict, &server).await.expect_err("it is this machine");
    assert_eq!(error, "while reading the member list: Forbidden");
    assert_eq!(server.connections(), 0);
}
