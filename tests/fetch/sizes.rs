//! How much is read.

use super::*;

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
