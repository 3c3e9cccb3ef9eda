//! A connection that was kept is used again only by those who may, and brings nothing with it.

use tokio::sync::Notify;
use tokio::time::{advance, pause, resume};

use super::*;

fn ok(body: &str) -> Vec<Act> {
    let head = format!("HTTP/1.1 200 OK\nContent-Length: {}", body.len());
    response(&head, body.as_bytes())
}

async fn server(acts: &[Vec<Act>]) -> TlsServer {
    TlsServer::start(Shows::Right, acts.concat()).await
}

/// What the server answers to each of `times` questions, and over how many connections.
async fn asked(times: usize, acts: &[Vec<Act>]) -> (Vec<Answer>, usize) {
    let server = server(acts).await;
    let https = https(PATIENT);
    let mut answers = Vec::new();
    for _ in 0..times {
        answers.push(ask(&https, &server).await);
    }
    (answers, server.connections())
}

const NEXT: Act = Act::NextRequest;

#[tokio::test]
async fn next_question_to_a_host_goes_over_the_connection_that_is_open() {
    let acts = [
        ok("1"),
        vec![NEXT],
        ok("2"),
        vec![NEXT],
        ok("3"),
        vec![Act::Hold],
    ];
    let expected = ["1", "2", "3"].map(document).to_vec();
    assert_eq!(asked(3, &acts).await, (expected, 1));
}

#[tokio::test]
async fn question_about_another_person_is_another_request_on_it() {
    let server = server(&[ok("1"), vec![NEXT], ok("2"), vec![Act::Hold]]).await;
    let https = https(PATIENT);
    let first = question("localhost", server.port);
    let second = Question {
        principal: Domain::parse("other.example", HostRule::Public).expect("a domain"),
        ..first.clone()
    };
    assert_eq!(https.ask(&first, 0).await, document("1").into());
    assert_eq!(https.ask(&second, 0).await, document("2").into());
    let requests = server.requests();
    let lines: Vec<_> = requests
        .iter()
        .filter_map(|head| head.lines().next())
        .collect();
    assert_eq!(
        lines,
        [
            "GET /.well-known/browserid?domain=person.example HTTP/1.1",
            "GET /.well-known/browserid?domain=other.example HTTP/1.1",
        ]
    );
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn another_name_of_the_same_address_has_a_connection_of_its_own() {
    let server = server(&[ok("1"), vec![Act::Hold]]).await;
    let https = https(PATIENT);
    for host in ["localhost", "127.0.0.1"] {
        let question = question(host, server.port);
        assert_eq!(https.ask(&question, 0).await, document("1").into());
    }
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn connection_that_the_host_closes_is_not_kept() {
    let close = |head: &str| response(&format!("HTTP/1.1 200 OK\n{head}"), b"1");
    for first in [
        close("Connection: close\nContent-Length: 1"),
        close("Connection: keep-alive, Close\nContent-Length: 1"),
        close("Connection: close\nConnection: keep-alive\nContent-Length: 1"),
        // Ends with the connection.
        close("Server: old"),
        response("HTTP/1.0 200 OK\nContent-Length: 1", b"1"),
    ] {
        let acts = [first.clone(), vec![NEXT], ok("wrong"), vec![Act::Hold]];
        let acts = match first[0] {
            Act::Send(ref bytes) if bytes.windows(6).any(|w| w == b"Server") => vec![first.clone()],
            _ => acts.to_vec(),
        };
        let expected = vec![document("1"); 2];
        assert_eq!(asked(2, &acts).await, (expected, 2), "{first:?}");
    }
}

#[tokio::test]
async fn connection_whose_answer_was_not_read_to_its_end_is_not_kept() {
    let not_found = |status: &str| Answer::Response {
        status: status.parse().expect("a status"),
        content_type: None,
        body: vec![],
    };
    for (head, body, status, connections) in [
        ("404 No\nContent-Length: 4", "gone", "404", 2),
        (
            "200 OK\nContent-Encoding: gzip\nContent-Length: 4",
            "gone",
            "200",
            2,
        ),
        ("404 No\nContent-Length: 0", "", "404", 1),
        ("204 None", "", "204", 1),
        ("304 Same", "", "304", 1),
    ] {
        let answer = response(&format!("HTTP/1.1 {head}"), body.as_bytes());
        let acts = [answer.clone(), vec![NEXT], answer, vec![Act::Hold]];
        let expected = vec![not_found(status); 2];
        assert_eq!(asked(2, &acts).await, (expected, connections), "{head}");
    }
}

#[tokio::test]
async fn what_the_host_sent_beyond_its_answer_is_never_the_answer_to_another_question() {
    let evil = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
    let right = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood";
    for extra in [evil, "H", "\r\n", "\0"] {
        let acts = [
            vec![Act::Send(format!("{right}{extra}").into()), NEXT],
            ok("evil"),
        ];
        let expected = vec![document("good"); 3];
        assert_eq!(asked(3, &acts).await, (expected, 3), "{extra:?}");
    }
}

#[tokio::test]
async fn connection_with_something_unread_is_closed_at_once() {
    let split = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngoodmore".to_vec();
    let server = server(&[vec![Act::Send(split), Act::Hold]]).await;
    let https = https(PATIENT);
    assert_eq!(ask(&https, &server).await, document("good"));
    until("the host sees it end", || server.open() == 0).await;
    drop(https);
}

#[tokio::test]
async fn what_the_host_sends_while_nobody_asks_ends_the_connection() {
    let gate = Arc::new(Notify::new());
    let server = server(&[
        ok("good"),
        vec![Act::Gate(Arc::clone(&gate))],
        ok("evil"),
        vec![NEXT],
        ok("evil"),
    ])
    .await;
    let https = https(PATIENT);
    assert_eq!(ask(&https, &server).await, document("good"));
    until("the first is sent", || server.sent() > 0).await;
    let one = server.sent();
    gate.notify_one();
    until("the second is sent", || server.sent() == 2 * one).await;
    assert_eq!(ask(&https, &server).await, document("good"));
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn connection_that_the_host_closed_meanwhile_costs_a_new_one_and_no_answer() {
    // With its answer; without a word when it hears the next question.
    for acts in [vec![ok("1")], vec![ok("1"), vec![NEXT]]] {
        let expected = vec![document("1"); 3];
        assert_eq!(asked(3, &acts).await, (expected, 3), "{acts:?}");
    }
}

#[tokio::test]
async fn answer_that_breaks_off_is_not_asked_for_again() {
    for begun in [
        "H",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{",
    ] {
        let acts = [ok("1"), vec![NEXT, Act::Send(begun.into())]];
        let expected = vec![document("1"), unreachable(Unreachable::Connection)];
        assert_eq!(asked(2, &acts).await, (expected, 1), "{begun:?}");
    }
}

#[tokio::test]
async fn after_half_a_minute_a_connection_is_closed_and_not_used_again() {
    let server = server(&[
        ok("1"),
        vec![NEXT],
        ok("2"),
        vec![NEXT],
        ok("3"),
        vec![Act::Hold],
    ])
    .await;
    let https = https(PATIENT);
    assert_eq!(ask(&https, &server).await, document("1"));
    pause();
    advance(fetch::MAX_AGE - Duration::from_secs(10)).await;
    resume();
    assert_eq!(ask(&https, &server).await, document("2"));
    // It counts from when the connection was opened: being used does not make it younger.
    pause();
    advance(Duration::from_secs(10)).await;
    resume();
    until("the host sees it end", || server.open() == 0).await;
    assert_eq!(ask(&https, &server).await, document("1"));
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn two_questions_at_once_never_share_a_connection() {
    let gate = Arc::new(Notify::new());
    let server = server(&[
        ok("first"),
        vec![NEXT, Act::Gate(Arc::clone(&gate))],
        ok("kept"),
        vec![Act::Hold],
    ])
    .await;
    let https = https(PATIENT);
    assert_eq!(ask(&https, &server).await, document("first"));
    let (kept, fresh) = tokio::join!(ask(&https, &server), async {
        until("the first is under way", || server.requests().len() == 2).await;
        let fresh = ask(&https, &server).await;
        gate.notify_one();
        fresh
    });
    assert_eq!((kept, fresh), (document("kept"), document("first")));
    assert_eq!(server.connections(), 2);
    // Of the two, one is kept.
    until("the other ends", || server.open() == 1).await;
}

#[tokio::test]
async fn question_that_is_given_up_takes_its_connection_with_it() {
    let server = server(&[ok("1"), vec![NEXT, Act::Hold]]).await;
    let https = https(PATIENT);
    assert_eq!(ask(&https, &server).await, document("1"));
    tokio::select! {
        answer = ask(&https, &server) => panic!("{answer:?}"),
        () = until("it is asked", || server.requests().len() == 2) => {}
    }
    until("the connection ends", || server.open() == 0).await;
    assert_eq!(ask(&https, &server).await, document("1"));
    assert_eq!(server.connections(), 2);
}
