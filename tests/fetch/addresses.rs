//! Where it connects.

use fetch::PublicAddresses;

use super::*;

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
