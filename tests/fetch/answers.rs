//! What is asked, and what an answer is.

use super::*;

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
             \r\n"
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
async fn what_is_not_http_is_no_answer() {
    for bytes in ["SSH-2.0-OpenSSH\r\n", "", "HTTP/1.1 2000 OK\r\n\r\n"] {
        let answer = heard(vec![Act::Send(bytes.into())]).await;
        assert_eq!(answer, unreachable(Unreachable::Connection), "{bytes:?}");
    }
}

#[tokio::test]
async fn encoded_body_is_refused_without_being_read() {
    for encoding in [
        "gzip",
        "deflate",
        "br",
        "zstd",
        "x-gzip",
        "gzip, identity",
        "\tGZIP",
        "unheard-of",
    ] {
        // Ten bytes of it unfold into ten thousand; all of it would unfold for ever.
        let bomb = vec![
            Act::Send(
                format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: {encoding}\r\n\r\n"
                )
                .into_bytes(),
            ),
            Act::Repeat(vec![0x1f; 1024]),
        ];
        let nothing = Answer::Response {
            status: 200,
            content_type: Some("application/json".to_owned()),
            body: vec![],
        };
        assert_eq!(heard(bomb).await, nothing, "{encoding}");
    }
    for lines in ["Content-Encoding: identity", "content-encoding: Identity"] {
        let head = format!("HTTP/1.1 200 OK\n{lines}\nContent-Length: 27");
        let answer = heard(response(&head, DOCUMENT.as_bytes())).await;
        assert_eq!(answer, document(DOCUMENT), "{lines}");
    }
}

#[tokio::test]
async fn nothing_is_remembered_of_who_asked_before() {
    let head = "HTTP/1.1 200 OK\nSet-Cookie: seen=1\nETag: \"1\"\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\n\
                Strict-Transport-Security: max-age=9999\nAlt-Svc: h3=\":443\"\nContent-Length: 27";
    let server = TlsServer::start(
        Shows::Right,
        [
            response(head, DOCUMENT.as_bytes()),
            vec![Act::NextRequest],
            response(head, DOCUMENT.as_bytes()),
        ]
        .concat(),
    )
    .await;
    let https = https(PATIENT);
    for _ in 0..2 {
        assert_eq!(ask(&https, &server).await, document(DOCUMENT));
    }
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0], requests[1]);
}
