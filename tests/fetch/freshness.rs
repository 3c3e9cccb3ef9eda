//! What the headers say about time reaches the caller, on both ways.

use browserid::Timestamp;
use fetch::ask_over;
use service::ports::{Fetched, Keep};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

use super::*;

const HEAD: &str = "HTTP/1.1 200 OK\nContent-Length: 2\nCache-Control: public, max-age=600\nCache-Control: max-age=300\n\
                    Age: 100\nDate: Sat, 21 Nov 2026 12:00:05 GMT";

fn expected() -> Fetched {
    Fetched {
        answer: document("{}"),
        host_time: Some(Timestamp::from_millis(1_795_262_405_000)),
        keep: Keep::For { ms: 200_000 },
    }
}

#[tokio::test]
async fn https_tells_how_long_an_answer_may_be_kept_and_what_time_it_is_there() {
    let server = TlsServer::start(Shows::Right, response(HEAD, b"{}")).await;
    let question = question("localhost", server.port);
    assert_eq!(https(PATIENT).ask(&question, 0).await, expected());
}

#[tokio::test]
async fn plain_http_tells_the_same() {
    let (ours, mut theirs) = duplex(1024);
    let answer = format!("{}\r\n\r\n{{}}", HEAD.replace('\n', "\r\n"));
    let server = async {
        let mut request = [0; 1024];
        let length = theirs.read(&mut request).await.expect("a request");
        assert_ne!(length, 0, "it is asked before it answers");
        theirs.write_all(answer.as_bytes()).await.expect("a reader");
    };
    let question = question("host.example", 80);
    let asking = ask_over(std::future::ready(Ok(ours)), &question, &PATIENT, 0);
    let (fetched, ()) = tokio::join!(asking, server);
    assert_eq!(fetched, expected());
}

#[tokio::test]
async fn failures_say_what_they_say_and_silence_says_nothing() {
    for (head, keep) in [
        (
            "HTTP/1.1 404 No\nContent-Length: 0\nCache-Control: max-age=5",
            Keep::For { ms: 5_000 },
        ),
        (
            "HTTP/1.1 503 Soon\nContent-Length: 0\nCache-Control: no-store",
            Keep::No,
        ),
        ("HTTP/1.1 302 There\nContent-Length: 0", Keep::Unsaid),
    ] {
        let server = TlsServer::start(Shows::Right, response(head, b"")).await;
        let fetched = https(PATIENT)
            .ask(&question("localhost", server.port), 0)
            .await;
        assert_eq!((fetched.keep, fetched.host_time), (keep, None), "{head}");
    }
}
