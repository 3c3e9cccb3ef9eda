//! What arrives.

use serde_json::{Value, json};
use service::mail::{self, Language, MailRefused};
use service::ports::Mailer;

use crate::sink::{
    CODE, FROM, HOST, PATIENT, Sink, TO, address, made, mail_to, mailer, mailer_for, sent, sent_to,
};

#[tokio::test]
async fn a_mail_arrives_in_every_language_as_it_was_written() {
    let mut sink = Sink::plain().await;
    let mailer = mailer_for(&sink);
    for language in Language::ALL {
        let mail = mail_to(TO, language);
        let outcome = mailer.send(&mail).await.expect("the server is there");
        assert_eq!(outcome, Ok(()));
        let arrived = sink.mail().await;
        assert_eq!(arrived["text"], mail.text);
        assert_eq!(arrived["html"], mail.html);
        assert_eq!(arrived["headers"]["Subject"], mail.subject);
        assert_eq!(arrived["headers"]["Content-Language"], language.tag());
        assert_eq!(arrived["code"], CODE);
        let raw = arrived["raw"].as_str().expect("text");
        assert!(raw.is_ascii(), "{raw}");
        assert!(raw.lines().all(|line| line.len() <= 998), "{raw}");
        assert!(
            !raw.lines()
                .any(|line| line.starts_with("Subject:") && line.contains(CODE))
        );
        let commands = sink.closed().await;
        assert_eq!(commands, ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"]);
    }
}

#[tokio::test]
async fn envelope_and_headers_are_these_and_no_others() {
    let mut sink = Sink::plain().await;
    assert_eq!(sent(&mailer_for(&sink)).await, Ok(Ok(())));
    let arrived = sink.mail().await;
    assert_eq!(arrived["from"], FROM);
    assert_eq!(arrived["to"], json!([TO]));
    let mut headers = arrived["headers"].as_object().expect("headers").clone();
    let id = headers.remove("Message-ID").expect("a name");
    let id = id.as_str().expect("text");
    let random = id
        .strip_prefix('<')
        .and_then(|id| id.strip_suffix("@fallback.example>"));
    let random = random.expect("of our own domain");
    assert_eq!(random.len(), 32);
    assert!(random.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let kind = headers.remove("Content-Type").expect("a type");
    let kind = kind.as_str().expect("text");
    assert!(
        kind.starts_with("multipart/alternative; boundary="),
        "{kind}"
    );
    assert_eq!(
        Value::from(headers),
        json!({
            "Auto-Submitted": "auto-generated",
            "Content-Language": "en",
            "Date": "Sat, 21 Nov 2026 12:00:00 +0000",
            "From": format!("\"{HOST}\" <{FROM}>"),
            "MIME-Version": "1.0",
            "Subject": "Confirm your address at fallback.example",
            "To": TO,
        })
    );
}

#[tokio::test]
async fn two_mails_have_two_names() {
    let mut sink = Sink::plain().await;
    let mailer = mailer_for(&sink);
    let mut names = Vec::new();
    for _ in 0..2 {
        assert_eq!(sent(&mailer).await, Ok(Ok(())));
        names.push(sink.mail().await["headers"]["Message-ID"].clone());
        sink.closed().await;
    }
    assert_ne!(names[0], names[1]);
}

#[tokio::test]
async fn both_parts_are_utf_8_and_the_html_comes_last() {
    let mut sink = Sink::plain().await;
    let mailer = mailer_for(&sink);
    let mail = mail_to(TO, Language::French);
    assert_eq!(mailer.send(&mail).await.expect("sent"), Ok(()));
    let arrived = sink.mail().await;
    let raw = arrived["raw"].as_str().expect("text");
    let types: Vec<_> = raw
        .lines()
        .filter(|line| line.starts_with("Content-Type: text/"))
        .collect();
    assert_eq!(
        types,
        [
            "Content-Type: text/plain; charset=utf-8",
            "Content-Type: text/html; charset=utf-8"
        ]
    );
}

#[tokio::test]
async fn odd_addresses_that_mail_servers_know_are_reached() {
    let mut sink = Sink::plain().await;
    let mailer = mailer_for(&sink);
    for odd in [
        "_!#$%&'*+/=?^`{|}~-@example.com",
        "BOB+tag@example.com",
        "bob@xn--exmple-cua.com",
        "a@b.example",
    ] {
        assert_eq!(sent_to(&mailer, odd).await, Ok(Ok(())), "{odd}");
        let arrived = sink.mail().await;
        assert_eq!(arrived["to"], json!([odd]));
        assert_eq!(arrived["headers"]["To"], odd);
        sink.closed().await;
    }
}

#[tokio::test]
async fn addresses_that_no_mail_server_can_know_are_refused_without_asking() {
    // Nobody listens there: asking would be another failure.
    let mailer = mailer("smtp+plain://127.0.0.1:1");
    for odd in [
        "jan@plain.localhost:8080",
        ".jan@example.com",
        "jan.@example.com",
        "j..an@example.com",
        &format!("{}@example.com", "a".repeat(65)),
    ] {
        assert_eq!(sent_to(&mailer, odd).await, Ok(Err(MailRefused)), "{odd}");
    }
}

#[tokio::test]
async fn what_a_mail_says_adds_no_header_and_no_recipient() {
    let mut sink = Sink::plain().await;
    let url = format!("smtp+plain://127.0.0.1:{}", sink.port);
    // A port: what a name in the local product may hold, and the oddest that a host is.
    let mailer = made(&url, PATIENT, None, "fallback.localhost:8080");
    let odd = "a\r\nBcc: all@example.com\r\n\r\n.\r\n\u{e4}";
    let mail = mail::code(address(TO), odd, odd, 10, odd, Language::German);
    assert_eq!(mailer.send(&mail).await.expect("sent"), Ok(()));
    let arrived = sink.mail().await;
    assert_eq!(arrived["to"], json!([TO]));
    let headers = arrived["headers"].as_object().expect("headers");
    assert_eq!(headers.len(), 9, "{headers:?}");
    assert!(!headers.contains_key("Bcc"), "{headers:?}");
    let from = format!("\"fallback.localhost:8080\" <{FROM}>");
    assert_eq!(headers["From"], from);
    assert_eq!(arrived["text"], mail.text);
    assert_eq!(
        sink.closed().await,
        ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"]
    );
}

#[tokio::test]
async fn lines_that_begin_with_a_dot_do_not_end_the_mail() {
    let mut sink = Sink::plain().await;
    let mut mail = mail_to(TO, Language::English);
    mail.text = ".\n..\nRCPT TO:<all@example.com>\n.\nMAIL FROM:<x@example.com>\n".to_owned();
    let outcome = mailer_for(&sink).send(&mail).await;
    assert_eq!(outcome.expect("sent"), Ok(()));
    let arrived = sink.mail().await;
    assert_eq!(arrived["text"], mail.text);
    assert_eq!(arrived["to"], json!([TO]));
    assert_eq!(
        sink.closed().await,
        ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"]
    );
}
