//! Where an answer begins and ends: what is not clear is no answer, and nothing may go on for ever.

use super::*;

#[tokio::test]
async fn answer_that_could_be_read_in_two_ways_is_none() {
    for head in [
        "HTTP/1.1 200 OK\nContent-Length: 2\nTransfer-Encoding: chunked",
        "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\nContent-Length: 2",
        "HTTP/1.1 200 OK\nContent-Length: 2\nContent-Length: 3",
        "HTTP/1.1 200 OK\nContent-Length: 2, 3",
        "HTTP/1.1 200 OK\nContent-Length: +2",
        "HTTP/1.1 200 OK\nContent-Length: -2",
        "HTTP/1.1 200 OK\nContent-Length: 0x2",
        "HTTP/1.1 200 OK\nContent-Length: 99999999999999999999",
        "HTTP/1.1 200 OK\nContent-Length:",
        "HTTP/1.1 200 OK\nTransfer-Encoding: gzip",
        "HTTP/1.1 200 OK\nTransfer-Encoding: gzip, chunked",
        "HTTP/1.1 200 OK\nTransfer-Encoding: chunked, chunked",
        "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\nTransfer-Encoding: chunked",
        "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\nTransfer-Encoding: identity",
        "HTTP/1.1 200 OK\nTransfer-Encoding: xchunked",
        "HTTP/1.0 200 OK\nTransfer-Encoding: chunked",
    ] {
        // One that no reading of the body would refuse.
        let body = b"2\r\n{}\r\n0\r\n\r\n";
        let answer = heard(response(head, body)).await;
        assert_eq!(answer, unreachable(Unreachable::Connection), "{head}");
    }
}

#[tokio::test]
async fn head_that_is_not_http_is_no_answer() {
    for head in [
        &b"{\"authority\":\"idp.example\"}"[..],
        b"HTTP/0.9 200 OK\r\n\r\n{}",
        b"HTTP/2 200 OK\r\n\r\n{}",
        b"HTTP/1.2 200 OK\r\n\r\n{}",
        b"http/1.1 200 OK\r\n\r\n{}",
        b"ICY 200 OK\r\n\r\n{}",
        b"HTTP/1.1 20 OK\r\n\r\n{}",
        b"HTTP/1.1 000 OK\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nA\0: b\r\n\r\n{}",
        b"HTTP/1.1 200 O\0K\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nA : b\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\n A: b\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\n: b\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nAb\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nA: b\rContent-Length: 0\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nA: b\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let shown = String::from_utf8_lossy(head).into_owned();
        let answer = heard(vec![Act::Send(head.to_vec())]).await;
        assert_eq!(answer, unreachable(Unreachable::Connection), "{shown:?}");
    }
}

/// A server that lets somebody write into its headers may send two answers where it means one: the first is the answer, the
/// rest belongs to no question.
#[tokio::test]
async fn split_answer_is_its_first_part() {
    let split = b"HTTP/1.1 404 No\r\nX: a\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    let server = TlsServer::start(Shows::Right, vec![Act::Send(split.to_vec()), Act::Hold]).await;
    let https = https(PATIENT);
    for times in 1..3 {
        let not_found = Answer::Response {
            status: 404,
            content_type: None,
            body: vec![],
        };
        assert_eq!(ask(&https, &server).await, not_found);
        assert_eq!(server.connections(), times);
    }
}

#[tokio::test]
async fn interim_answers_are_passed_over_but_not_for_ever() {
    let two = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    let rest = response("HTTP/1.1 200 OK\nContent-Length: 2", b"{}");
    let answer = heard([vec![Act::Send(two.to_vec())], rest].concat()).await;
    assert_eq!(answer, document("{}"));

    for interim in [
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n",
    ] {
        let server =
            TlsServer::start(Shows::Right, vec![Act::Repeat(interim.repeat(40).into())]).await;
        let answer = ask(&https(PATIENT), &server).await;
        assert_eq!(answer, unreachable(Unreachable::TooLarge { limit: IN_ALL }));
        until("the connection ends", || server.open() == 0).await;
    }
}

#[tokio::test]
async fn switch_to_another_protocol_is_not_taken_part_in() {
    let switching = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n\0\0\x12\x04";
    let server =
        TlsServer::start(Shows::Right, vec![Act::Send(switching.to_vec()), Act::Hold]).await;
    let answer = ask(&https(PATIENT), &server).await;
    assert_eq!(
        answer,
        Answer::Response {
            status: 101,
            content_type: None,
            body: vec![],
        }
    );
    until("the connection ends", || server.open() == 0).await;
}

const CHUNKED: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

fn chunked(chunks: Vec<Act>) -> Vec<Act> {
    [vec![Act::Send(CHUNKED.to_vec())], chunks].concat()
}

#[tokio::test]
async fn what_http_adds_to_a_body_is_bounded_too() {
    let connection = unreachable(Unreachable::Connection);
    let in_all = unreachable(Unreachable::TooLarge { limit: IN_ALL });
    let one_byte = b"1\r\n \r\n".repeat(100);
    for (what, acts, expected) in [
        (
            "an endless chunk extension",
            vec![Act::Send(b"1;".to_vec()), Act::Repeat(b"aaaa".repeat(256))],
            &connection,
        ),
        (
            "an extension to every chunk",
            vec![Act::Repeat(
                b"1;aaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n \r\n".repeat(40),
            )],
            &connection,
        ),
        (
            "an endless chunk size",
            vec![Act::Repeat(b"0".repeat(1024))],
            &in_all,
        ),
        (
            "a chunk size that overflows",
            vec![Act::Send(b"fffffffffffffffff\r\n".to_vec())],
            &connection,
        ),
        (
            "a chunk size with a sign",
            vec![Act::Send(b"+2\r\n{}\r\n0\r\n\r\n".to_vec())],
            &connection,
        ),
        (
            "a chunk that is longer than its size",
            vec![Act::Send(b"1\r\n{}\r\n0\r\n\r\n".to_vec())],
            &connection,
        ),
        (
            "no last chunk",
            vec![Act::Send(b"2\r\n{}\r\n".to_vec())],
            &connection,
        ),
        (
            "endless chunks of one byte",
            vec![Act::Repeat(one_byte)],
            &in_all,
        ),
        (
            "endless trailers",
            vec![
                Act::Send(b"2\r\n{}\r\n0\r\n".to_vec()),
                Act::Repeat(b"A: b\r\n".repeat(100)),
            ],
            &connection,
        ),
        (
            "a trailer without an end",
            vec![
                Act::Send(b"2\r\n{}\r\n0\r\nA: ".to_vec()),
                Act::Repeat(b"b".repeat(1024)),
            ],
            &connection,
        ),
    ] {
        assert_eq!(heard(chunked(acts)).await, *expected, "{what}");
    }
}

#[tokio::test]
async fn body_in_small_chunks_with_trailers_is_read() {
    let chunks = DOCUMENT
        .bytes()
        .map(|byte| format!("1;x=y\r\n{}\r\n", byte as char));
    let body = chunks.collect::<String>() + "0\r\nExpires: never\r\n\r\n";
    let answer = heard(chunked(vec![Act::Send(body.into_bytes())])).await;
    assert_eq!(answer, document(DOCUMENT));

    // The longest body there may be, in chunks of eight bytes.
    let body = "8\r\n        \r\n".repeat(BODY / 8) + "0\r\n\r\n";
    let answer = heard(chunked(vec![Act::Send(body.into_bytes())])).await;
    assert_eq!(answer, document(&" ".repeat(BODY)));
}
