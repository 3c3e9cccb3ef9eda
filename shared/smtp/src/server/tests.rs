use super::*;

/// Host, port and security.
type Parts = (String, u16, Security);

fn parsed(url: &str) -> Result<Parts, InvalidServer> {
    Server::parse(url).map(|server| (server.host, server.port, server.security))
}

#[test]
fn a_server_has_a_host_a_port_and_a_kind_of_tls() {
    for (url, host, port, security) in [
        (
            "smtp://u:p@mail.example.com:2587",
            "mail.example.com",
            2587,
            Security::StartTls,
        ),
        (
            "smtp://mail.example.com",
            "mail.example.com",
            587,
            Security::StartTls,
        ),
        ("smtp://mail/", "mail", 587, Security::StartTls),
        ("smtp://192.0.2.1", "192.0.2.1", 587, Security::StartTls),
        (
            "smtps://u:p@mail.example.com",
            "mail.example.com",
            465,
            Security::Implicit,
        ),
        (
            "smtps://[2001:db8::1]:1465",
            "2001:db8::1",
            1465,
            Security::Implicit,
        ),
        (
            "smtp+plain://127.0.0.1:25",
            "127.0.0.1",
            25,
            Security::Loopback,
        ),
        (
            "smtp+plain://u:p@127.9.9.9:1025",
            "127.9.9.9",
            1025,
            Security::Loopback,
        ),
        ("smtp+plain://[::1]:1025", "::1", 1025, Security::Loopback),
    ] {
        assert_eq!(parsed(url), Ok((host.to_owned(), port, security)), "{url}");
    }
}

#[test]
fn user_and_password_are_decoded_and_come_together() {
    let credentials = |url: &str| Server::parse(url).map(|server| server.credentials);
    let expected = Credentials::new("u@x".to_owned(), "p:ä/%".to_owned());
    let url = "smtps://u%40x:p%3A%C3%A4%2F%25@mail.example";
    assert_eq!(credentials(url), Ok(Some(expected)));
    assert_eq!(credentials("smtps://mail.example"), Ok(None));
    for odd in [
        "smtps://u@mail.example",
        "smtps://:p@mail.example",
        "smtps://u:@mail.example",
        "smtps://u:%00@mail.example",
        "smtps://u%0d%0a:p@mail.example",
        "smtps://u:%ff@mail.example",
    ] {
        assert_eq!(credentials(odd), Err(InvalidServer::Credentials), "{odd}");
    }
}

#[test]
fn plain_is_for_this_machine_alone() {
    for odd in [
        "smtp+plain://192.0.2.1:25",
        "smtp+plain://0.0.0.0:25",
        "smtp+plain://[::]:25",
        "smtp+plain://[::ffff:192.0.2.1]:25",
        "smtp+plain://mail.example:25",
        "smtp+plain://localhost:25",
        "smtp+plain://127.0.0.1.example:25",
        "smtp+plain://127.1:25",
        "smtp+plain://:25",
    ] {
        let refused = parsed(odd);
        assert!(
            matches!(
                refused,
                Err(InvalidServer::NotLoopback | InvalidServer::Malformed)
            ),
            "{odd}: {refused:?}"
        );
    }
}

#[test]
fn anything_else_is_refused_in_a_sentence_that_repeats_nothing() {
    for (odd, expected) in [
        ("", InvalidServer::Malformed),
        ("mail.example:587", InvalidServer::Malformed),
        ("http://u:SECRET@mail.example", InvalidServer::Scheme),
        ("smtp+tls://u:SECRET@mail.example", InvalidServer::Scheme),
        ("smtp:u:SECRET@mail.example", InvalidServer::Malformed),
        (
            "smtp://u:SECRET@mail.example/path",
            InvalidServer::Malformed,
        ),
        (
            "smtp://u:SECRET@mail.example?tls=no",
            InvalidServer::Malformed,
        ),
        ("smtp://u:SECRET@mail.example#x", InvalidServer::Malformed),
        (
            "smtp://u:SECRET@mail.example:99999",
            InvalidServer::Malformed,
        ),
        ("smtp://u:SECRET@mail.example:0", InvalidServer::Port),
        ("smtp+plain://127.0.0.1", InvalidServer::Port),
        ("smtp://u:SECRET@ma%20il", InvalidServer::Host),
        ("smtps://", InvalidServer::Host),
    ] {
        let refused = parsed(odd).expect_err(odd);
        assert_eq!(refused, expected, "{odd}");
        assert!(!refused.to_string().contains("SECRET"));
    }
}
