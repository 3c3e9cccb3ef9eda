//! A mail server, or somebody on the way to it, that means harm.

use serde_json::json;
use smtp::{SmtpError, Step};

use crate::sink::{Sink, mailer, mailer_for, sent};

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_its_end() {
    for (stage, at) in [
        ("greeting", Step::Greeting),
        ("ehlo", Step::Greeting),
        ("mail", Step::Sender),
        ("rcpt", Step::Recipient),
        ("data", Step::Data),
        ("body", Step::Body),
    ] {
        for fault in ["endless line", "endless lines"] {
            let sink = Sink::with_fault(stage, fault).await;
            let outcome = sent(&mailer_for(&sink)).await;
            let expected = Err(SmtpError::Unreadable { at });
            assert_eq!(outcome, expected, "{stage}: {fault}");
        }
    }
}

#[tokio::test]
async fn an_answer_without_end_behind_tls_is_not_read_to_its_end() {
    for (tls, scheme) in [("starttls", "smtp"), ("implicit", "smtps")] {
        for fault in ["endless line", "endless lines"] {
            let told = json!({ "faults": { "mail": fault } });
            let sink = Sink::secured(tls, "localhost", told).await;
            let outcome = sent(&mailer(&format!("{scheme}://localhost:{}", sink.port))).await;
            let at = Step::Sender;
            assert_eq!(outcome, Err(SmtpError::Unreadable { at }), "{tls}: {fault}");
        }
    }
}

#[tokio::test]
async fn what_is_no_smtp_is_unreadable() {
    for (stage, at) in [("greeting", Step::Greeting), ("rcpt", Step::Recipient)] {
        for fault in ["garbage", "2500 many digits", "250-a\n550 b", "999 what"] {
            let sink = Sink::with_fault(stage, fault).await;
            let outcome = sent(&mailer_for(&sink)).await;
            let expected = Err(SmtpError::Unreadable { at });
            assert_eq!(outcome, expected, "{stage}: {fault}");
        }
    }
}

#[tokio::test]
async fn answers_smuggled_in_before_tls_are_not_taken_for_the_servers() {
    let told = json!({
        "faults": { "starttls": "smuggle" }, "user": "u", "password": "SECRET",
    });
    let mut sink = Sink::secured("starttls", "localhost", told).await;
    let url = format!("smtp://u:SECRET@localhost:{}", sink.port);
    let outcome = sent(&mailer(&url)).await;
    assert!(
        matches!(outcome, Err(SmtpError::Untrusted { .. })),
        "{outcome:?}"
    );
    assert_eq!(sink.closed().await, ["EHLO", "STARTTLS"]);
}
