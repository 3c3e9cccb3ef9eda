//! The password, and who gets to see it.

use serde_json::json;
use smtp::{SmtpError, Step};

use crate::sink::{PASSWORD, Sink, mailer, sent};

/// As it stands in a URL.
const ENCODED: &str = "p%3A%C3%A4%2FSECRET";

#[tokio::test]
async fn the_password_is_shown_behind_tls_by_plain_or_login() {
    for tls in ["starttls", "implicit"] {
        for mechanism in ["PLAIN", "LOGIN"] {
            let told = json!({ "user": "u@x", "password": PASSWORD, "mechanisms": [mechanism] });
            let mut sink = Sink::secured(tls, "localhost", told).await;
            let scheme = if tls == "starttls" { "smtp" } else { "smtps" };
            let url = format!("{scheme}://u%40x:{ENCODED}@localhost:{}", sink.port);
            assert_eq!(sent(&mailer(&url)).await, Ok(Ok(())), "{tls} {mechanism}");
            let arrived = sink.mail().await;
            assert_eq!(arrived["user"], "u@x");
            assert_eq!(arrived["secure"], true);
        }
    }
}

#[tokio::test]
async fn a_wrong_password_is_a_failure_of_ours_and_no_mail_is_tried() {
    let told = json!({ "user": "u", "password": "another" });
    let mut sink = Sink::secured("starttls", "localhost", told).await;
    let url = format!("smtp://u:{ENCODED}@localhost:{}", sink.port);
    let (at, status) = (Step::Auth, 535);
    assert_eq!(
        sent(&mailer(&url)).await,
        Err(SmtpError::Refused { at, status })
    );
    assert_eq!(sink.closed().await, ["EHLO", "STARTTLS", "EHLO", "AUTH"]);
}

#[tokio::test]
async fn a_server_that_wants_a_password_and_gets_none_takes_no_mail() {
    let told = json!({ "user": "u", "password": PASSWORD });
    let sink = Sink::secured("starttls", "localhost", told).await;
    let url = format!("smtp://localhost:{}", sink.port);
    let (at, status) = (Step::Sender, 530);
    assert_eq!(
        sent(&mailer(&url)).await,
        Err(SmtpError::Refused { at, status })
    );
}

#[tokio::test]
async fn a_server_without_a_mechanism_of_ours_gets_neither_password_nor_mail() {
    let told = json!({ "user": "u", "password": PASSWORD, "mechanisms": [] });
    let mut sink = Sink::secured("implicit", "localhost", told).await;
    let url = format!("smtps://u:{ENCODED}@localhost:{}", sink.port);
    assert_eq!(sent(&mailer(&url)).await, Err(SmtpError::NoMechanism));
    assert_eq!(sink.closed().await, ["EHLO"]);
}

#[tokio::test]
async fn a_server_on_this_machine_may_have_a_password_too() {
    let mut sink = Sink::start(json!({ "user": "u", "password": PASSWORD })).await;
    let url = format!("smtp+plain://u:{ENCODED}@127.0.0.1:{}", sink.port);
    assert_eq!(sent(&mailer(&url)).await, Ok(Ok(())));
    assert_eq!(sink.mail().await["user"], "u");
}
