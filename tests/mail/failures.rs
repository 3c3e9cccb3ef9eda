//! What a mail server can answer, and whether it answers.

use std::io::ErrorKind;
use std::time::Duration;

use service::mail::MailRefused;
use smtp::{SmtpError, Step};
use tokio::net::TcpListener;

use crate::sink::{Sink, mailer, mailer_for, mailer_within, sent, sent_to};

/// Long enough to come to the last stage, short enough to wait for.
const SHORT: Duration = Duration::from_secs(3);

/// The stages of a dialogue without TLS, each with the command that it comes after.
const STAGES: [(&str, Step, &[&str]); 6] = [
    ("greeting", Step::Greeting, &[]),
    ("ehlo", Step::Greeting, &["EHLO"]),
    ("mail", Step::Sender, &["EHLO", "MAIL"]),
    ("rcpt", Step::Recipient, &["EHLO", "MAIL", "RCPT"]),
    ("data", Step::Data, &["EHLO", "MAIL", "RCPT", "DATA"]),
    ("body", Step::Body, &["EHLO", "MAIL", "RCPT", "DATA"]),
];

#[tokio::test]
async fn a_mailbox_that_does_not_exist_is_refused() {
    for answer in [
        "550 no such user SECRET",
        "550 5.1.1 <jan@example.com>: unknown SECRET",
        "550-5.1.1 no\n550 5.1.1 such user",
        "551 5.1.6 moved",
        "553 5.1.3 not allowed",
        "554 5.1.1 no",
        "556 5.1.10 this domain takes no mail",
    ] {
        let mut sink = Sink::with_fault("rcpt", answer).await;
        assert_eq!(
            sent(&mailer_for(&sink)).await,
            Ok(Err(MailRefused)),
            "{answer}"
        );
        let commands = sink.closed().await;
        assert_eq!(
            commands,
            ["EHLO", "MAIL", "RCPT", "QUIT"],
            "no mail follows"
        );
    }
}

#[tokio::test]
async fn what_the_recipient_is_not_to_blame_for_is_a_failure_of_ours() {
    for answer in [
        "421 4.3.2 shutting down",
        "450 4.2.0 greylisted SECRET",
        "451 4.3.0 later",
        "452 4.2.2 full",
        "500 what",
        "503 5.5.1 order",
        "530 5.7.0 authentication required",
        "550 5.7.1 relaying denied for <jan@example.com>",
        "550-5.7.26 SECRET\n550 5.7.26 no SPF",
        "552 5.2.2 full",
        "554 5.7.1 on a list",
    ] {
        let mut sink = Sink::with_fault("rcpt", answer).await;
        let status = answer[..3].parse().expect("a code");
        let at = Step::Recipient;
        let expected = Err(SmtpError::Refused { at, status });
        assert_eq!(sent(&mailer_for(&sink)).await, expected, "{answer}");
        assert_eq!(sink.closed().await, ["EHLO", "MAIL", "RCPT"]);
    }
}

#[tokio::test]
async fn one_recipient_is_refused_and_the_next_reached() {
    let mut sink = Sink::plain().await;
    let mailer = mailer_for(&sink);
    let refused = sent_to(&mailer, "reply-550@example.com").await;
    assert_eq!(refused, Ok(Err(MailRefused)));
    sink.closed().await;
    let (at, status) = (Step::Body, 554);
    let refused = sent_to(&mailer, "after-554@example.com").await;
    assert_eq!(refused, Err(SmtpError::Refused { at, status }));
    sink.closed().await;
    assert_eq!(sent_to(&mailer, "jan@example.com").await, Ok(Ok(())));
    sink.mail().await;
}

#[tokio::test]
async fn a_refusal_at_any_other_stage_is_a_failure_of_ours() {
    for (stage, at, _) in STAGES.into_iter().filter(|(stage, ..)| *stage != "rcpt") {
        for status in [421, 451, 550, 554] {
            let answer = format!("{status} for <jan@example.com> SECRET");
            let sink = Sink::with_fault(stage, &answer).await;
            let expected = Err(SmtpError::Refused { at, status });
            assert_eq!(sent(&mailer_for(&sink)).await, expected, "{stage} {status}");
        }
    }
}

#[tokio::test]
async fn a_server_that_falls_silent_costs_the_deadline_and_no_more() {
    let mut waiting = Vec::new();
    for (stage, at, commands) in STAGES {
        waiting.push(tokio::spawn(async move {
            let mut sink = Sink::with_fault(stage, "hang").await;
            let url = format!("smtp+plain://127.0.0.1:{}", sink.port);
            let outcome = sent(&mailer_within(&url, SHORT)).await;
            assert_eq!(outcome, Err(SmtpError::TimedOut { at }), "{stage}");
            assert_eq!(sink.closed().await, commands, "the connection is given up");
        }));
    }
    for one in waiting {
        one.await.expect("no panic");
    }
}

#[tokio::test]
async fn a_connection_that_breaks_off_is_told_at_every_stage() {
    for (stage, at, commands) in STAGES {
        let mut sink = Sink::with_fault(stage, "drop").await;
        let error = sent(&mailer_for(&sink)).await.expect_err(stage);
        let reset = ErrorKind::ConnectionReset;
        let expected = [
            SmtpError::Unreadable { at },
            SmtpError::Unreachable { at, kind: reset },
        ];
        assert!(expected.contains(&error), "{stage}: {error:?}");
        assert_eq!(sink.closed().await, commands);
    }
}

#[tokio::test]
async fn a_good_bye_that_hangs_or_fails_does_not_unsend_the_mail() {
    for fault in ["hang", "drop", "500 what", "endless line"] {
        let mut sink = Sink::with_fault("quit", fault).await;
        assert_eq!(sent(&mailer_for(&sink)).await, Ok(Ok(())), "{fault}");
        sink.mail().await;
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    for url in ["smtp+plain", "smtp", "smtps"].map(|scheme| format!("{scheme}://127.0.0.1:{port}"))
    {
        let (at, kind) = (Step::Connect, ErrorKind::ConnectionRefused);
        let expected = Err(SmtpError::Unreachable { at, kind });
        assert_eq!(sent(&mailer(&url)).await, expected);
    }
}
