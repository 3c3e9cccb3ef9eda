//! TLS with the right server or nothing.

use std::time::Duration;

use serde_json::json;
use smtp::{SmtpError, Step};

use crate::sink::{HOST, PATIENT, Sink, made, mailer, mailer_within, sent};

/// With a password: the first thing that must not be said in plain.
fn url(scheme: &str, host: &str, sink: &Sink) -> String {
    format!("{scheme}://u:SECRET@{host}:{}", sink.port)
}

fn with_password() -> serde_json::Value {
    json!({ "user": "u", "password": "SECRET" })
}

#[tokio::test]
async fn both_kinds_of_tls_reach_the_right_server_by_name_and_by_address() {
    for (tls, scheme) in [("starttls", "smtp"), ("implicit", "smtps")] {
        for host in ["localhost", "127.0.0.1"] {
            let mut sink = Sink::secured(tls, "localhost", with_password()).await;
            let outcome = sent(&mailer(&url(scheme, host, &sink))).await;
            assert_eq!(outcome, Ok(Ok(())), "{tls} {host}");
            assert_eq!(sink.mail().await["secure"], true);
        }
    }
}

#[tokio::test]
async fn a_server_with_another_certificate_hears_nothing() {
    for (certificate, reason) in [
        ("elsewhere", "certificate not valid for name"),
        ("expired", "certificate expired"),
        ("early", "certificate not valid yet"),
        ("client", "certificate"),
        ("strange", "UnknownIssuer"),
        ("own", ""),
    ] {
        for (tls, scheme, before) in [
            ("starttls", "smtp", &["EHLO", "STARTTLS"][..]),
            ("implicit", "smtps", &[]),
        ] {
            let mut sink = Sink::secured(tls, certificate, with_password()).await;
            let error = sent(&mailer(&url(scheme, "localhost", &sink))).await;
            let Err(SmtpError::Untrusted { reason: told }) = error else {
                panic!("{certificate} {tls}: {error:?}");
            };
            let expected = format!("invalid peer certificate: {reason}");
            assert!(told.starts_with(&expected), "{told}");
            assert!(told.chars().count() <= 200, "{told}");
            if tls == "starttls" {
                assert_eq!(sink.closed().await, before);
            }
        }
    }
}

#[tokio::test]
async fn an_authority_of_ones_own_is_believed_only_if_it_is_named() {
    for (tls, scheme) in [("starttls", "smtp"), ("implicit", "smtps")] {
        let sink = Sink::secured(tls, "localhost", with_password()).await;
        let url = url(scheme, "localhost", &sink);
        let outcome = sent(&made(&url, PATIENT, None, HOST)).await;
        let reason = "invalid peer certificate: UnknownIssuer".to_owned();
        assert_eq!(outcome, Err(SmtpError::Untrusted { reason }));
    }
}

#[tokio::test]
async fn without_starttls_nothing_is_said_in_plain() {
    let mut sink = Sink::start(with_password()).await;
    let outcome = sent(&mailer(&url("smtp", "localhost", &sink))).await;
    assert_eq!(outcome, Err(SmtpError::NoStartTls));
    assert_eq!(sink.closed().await, ["EHLO"]);
}

#[tokio::test]
async fn a_refused_starttls_is_no_reason_to_go_on_in_plain() {
    for (answer, status) in [("454 4.7.0 not now SECRET", 454), ("502 5.5.1 what", 502)] {
        let mut told = with_password();
        told["faults"] = json!({ "starttls": answer });
        let mut sink = Sink::secured("starttls", "localhost", told).await;
        let outcome = sent(&mailer(&url("smtp", "localhost", &sink))).await;
        let at = Step::StartTls;
        assert_eq!(outcome, Err(SmtpError::Refused { at, status }));
        assert_eq!(sink.closed().await, ["EHLO", "STARTTLS", "QUIT"]);
    }
}

#[tokio::test]
async fn a_starttls_that_leads_nowhere_costs_the_deadline() {
    let deadline = Duration::from_secs(2);
    for fault in ["hang", "no tls"] {
        let told = json!({ "faults": { "starttls": fault } });
        // "no tls" stays in plain: its listener has no certificate to show.
        let mut sink = Sink::secured("starttls", "localhost", told).await;
        let url = url("smtp", "localhost", &sink);
        let outcome = sent(&mailer_within(&url, deadline)).await;
        let at = Step::StartTls;
        assert_eq!(outcome, Err(SmtpError::TimedOut { at }), "{fault}");
        assert_eq!(sink.closed().await, ["EHLO", "STARTTLS"]);
    }
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_where_it_must_is_not_spoken_to() {
    let mut sink = Sink::start(with_password()).await;
    let outcome = sent(&mailer(&url("smtps", "localhost", &sink))).await;
    assert!(
        matches!(outcome, Err(SmtpError::Untrusted { .. })),
        "{outcome:?}"
    );
    let commands = sink.closed().await;
    let said = ["EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA"];
    assert!(
        !commands
            .iter()
            .any(|command| said.contains(&command.as_str()))
    );
}

#[tokio::test]
async fn tls_that_never_begins_costs_the_deadline() {
    let mut sink = Sink::with_fault("greeting", "hang").await;
    let url = url("smtps", "localhost", &sink);
    let outcome = sent(&mailer_within(&url, Duration::from_secs(2))).await;
    assert_eq!(outcome, Err(SmtpError::TimedOut { at: Step::Tls }));
    sink.closed().await;
}
