//! How long it takes.

use super::*;

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
