//! How long it takes. Where only time matters the stream is in memory and the clock is tokio's, stopped: a test then ends at
//! the very millisecond, and at once.

use fetch::ask_over;
use service::ports::Fetched;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::{Instant, sleep};

use super::*;

/// Plays to whoever connects in memory, each part after so many milliseconds, then holds on for ever.
fn playing(parts: Vec<(u64, Vec<u8>)>) -> DuplexStream {
    let (ours, mut theirs) = duplex(1024 * 1024);
    tokio::spawn(async move {
        let mut request = [0; 1024];
        let _ = theirs.read(&mut request).await;
        for (after_ms, bytes) in parts {
            sleep(Duration::from_millis(after_ms)).await;
            if theirs.write_all(&bytes).await.is_err() {
                return;
            }
        }
        std::future::pending::<()>().await;
    });
    ours
}

/// What is heard with the strict limits when the walk has taken `spent_ms` already, and after how many milliseconds.
async fn heard_in_time(stream: DuplexStream, spent_ms: u64) -> (Fetched, u128) {
    let began = Instant::now();
    let connect = std::future::ready(Ok(stream));
    let question = question("host.example", 443);
    let fetched = ask_over(connect, &question, &Limits::STRICT, spent_ms).await;
    (fetched, began.elapsed().as_millis())
}

fn timeout() -> Fetched {
    unreachable(Unreachable::Timeout).into()
}

/// Each byte of `text` on its own, so many milliseconds after the one before.
fn dripping(text: &str, ms: u64) -> impl Iterator<Item = (u64, Vec<u8>)> + use<> {
    text.to_owned()
        .into_bytes()
        .into_iter()
        .map(move |byte| (ms, vec![byte]))
}

const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Length: 27\r\n\r\n";

#[test]
fn limits_are_those_of_the_contract() {
    let strict = Limits::STRICT;
    assert_eq!(strict.body, 64 * 1024);
    assert_eq!(strict.headers, Duration::from_secs(3));
    assert_eq!(strict.whole, Duration::from_secs(8));
    let seconds = |limits: Limits| (limits.headers.as_secs(), limits.whole.as_secs());
    assert_eq!(seconds(Limits::within(Duration::from_secs(20))), (3, 20));
    assert_eq!(seconds(Limits::within(Duration::from_secs(2))), (2, 2));
    assert_eq!((fetch::MAX_HEAD, fetch::MAX_HEADERS), (16 * 1024, 64));
}

#[tokio::test(start_paused = true)]
async fn headers_have_three_seconds_however_slowly_they_come() {
    for parts in [
        vec![],
        vec![(2_999, HEAD.as_bytes()[..20].to_vec())],
        vec![(3_001, HEAD.as_bytes().to_vec())],
        dripping(&format!("HTTP/1.1 200 OK\r\n{}", "A: b\r\n".repeat(60)), 50).collect(),
        // Interim answers buy no time.
        vec![(100, b"HTTP/1.1 103 Early Hints\r\n\r\n".to_vec()); 100],
    ] {
        assert_eq!(heard_in_time(playing(parts), 0).await, (timeout(), 3_000));
    }
}

#[tokio::test(start_paused = true)]
async fn connecting_counts_as_the_headers_do() {
    let began = Instant::now();
    let never = std::future::pending::<Result<DuplexStream, Unreachable>>();
    let question = question("host.example", 443);
    let fetched = ask_over(never, &question, &Limits::STRICT, 0).await;
    assert_eq!((fetched, began.elapsed().as_millis()), (timeout(), 3_000));

    let began = Instant::now();
    let late = async {
        sleep(Duration::from_millis(2_900)).await;
        Ok(playing(vec![(200, HEAD.as_bytes().to_vec())]))
    };
    let fetched = ask_over(late, &question, &Limits::STRICT, 0).await;
    assert_eq!((fetched, began.elapsed().as_millis()), (timeout(), 3_000));
}

#[tokio::test(start_paused = true)]
async fn body_has_what_the_whole_walk_has_left() {
    let head = || (2_900, HEAD.as_bytes().to_vec());
    let document: Fetched = document(DOCUMENT).into();

    // 27 bytes, one each 180 ms: after 2.9 + 4.86 s.
    let body = dripping(DOCUMENT, 180);
    let slow = playing([head()].into_iter().chain(body).collect());
    assert_eq!(heard_in_time(slow, 0).await, (document.clone(), 7_760));

    // One each 190 ms would be after 8.03 s.
    let body = dripping(DOCUMENT, 190);
    let slower = playing([head()].into_iter().chain(body).collect());
    assert_eq!(heard_in_time(slower, 0).await, (timeout(), 8_000));

    // The same walk had asked others for 7 s before.
    let head = || (10, HEAD.as_bytes().to_vec());
    let body = dripping(DOCUMENT, 36);
    let in_time = playing([head()].into_iter().chain(body).collect());
    assert_eq!(heard_in_time(in_time, 7_000).await, (document, 982));
    let body = dripping(DOCUMENT, 37);
    let late = playing([head()].into_iter().chain(body).collect());
    assert_eq!(heard_in_time(late, 7_000).await, (timeout(), 1_000));
}

#[tokio::test(start_paused = true)]
async fn headers_have_no_more_than_the_walk_has_left() {
    for (spent_ms, after_ms) in [
        (0, 3_000),
        (4_999, 3_000),
        (5_001, 2_999),
        (7_999, 1),
        (8_000, 0),
        (u64::MAX, 0),
    ] {
        let heard = heard_in_time(playing(vec![]), spent_ms).await;
        assert_eq!(heard, (timeout(), after_ms), "{spent_ms}");
    }
}

#[tokio::test]
async fn server_that_drips_ends_at_the_deadline() {
    let drop_by_drop = |text: &str| Act::Drip(text.as_bytes().to_vec(), Duration::from_millis(50));
    let endless = "A: b\r\n".repeat(100);
    let server = TlsServer::start(
        Shows::Right,
        vec![drop_by_drop(&format!("HTTP/1.1 200 OK\r\n{endless}"))],
    )
    .await;
    assert_eq!(
        ask(&https(HASTY), &server).await,
        unreachable(Unreachable::Timeout)
    );

    let limits = Limits {
        whole: Duration::from_millis(300),
        ..PATIENT
    };
    let head = Act::Send(b"HTTP/1.1 200 OK\r\n\r\n".to_vec());
    let server = TlsServer::start(Shows::Right, vec![head, drop_by_drop(&endless)]).await;
    assert_eq!(
        ask(&https(limits), &server).await,
        unreachable(Unreachable::Timeout)
    );
    // It is let go of as well.
    until("the connection ends", || server.open() == 0).await;
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
        // A TLS record that is announced and never comes.
        (
            Shows::NoTls,
            vec![Act::Send(vec![0x16, 3, 3, 0x40, 0, 2]), Act::Hold],
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
