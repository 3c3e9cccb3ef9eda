//! SES as an emulator of AWS has it: it keeps what was sent, and sends from verified identities alone.
//!
//! Started by `tests/aws/emulator cargo test -p tests --test emulator_ses`; without an emulator every test fails, and a plain
//! `cargo test` runs none (`test = false` in `Cargo.toml`).
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what helps a test fails as loudly as the test"
)]

use std::process;

use browserid::{Domain, Email, HostRule};
use http_body_util::{BodyExt, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use service::mail::{self, Language, MailRefused, Sender};
use service::ports::Mailer;
use ses::Ses;
use tests::emulator::Emulator;

const LINK: &str = "https://fallback.example/persona/prove.html#code=049271";

fn address(text: &str) -> Email {
    Email::parse(text, HostRule::Public).expect("an address")
}

/// A mailer of an identity that only `name` has.
async fn mailer(name: &str, is_verified: bool) -> (Ses, String) {
    let emulator = Emulator::from_environment();
    let host = format!("{name}-{}.example", process::id());
    if is_verified {
        let client = aws_sdk_sesv2::Client::new(emulator.config());
        let made = client.create_email_identity().email_identity(&host);
        made.send().await.expect("the emulator verifies it");
    }
    let sender = Sender {
        address: address(&format!("no-reply@{host}")),
        host: Domain::parse(&host, HostRule::Public).expect("a host"),
    };
    (Ses::new(emulator.config(), &sender), host)
}

/// What the emulator has sent from addresses of this host.
async fn sent_from(host: &str) -> Vec<Value> {
    let config = Emulator::from_environment().config().clone();
    let endpoint = config.endpoint_url().expect("the emulator's");
    let url = format!("{}/_ministack/ses/messages", endpoint.trim_end_matches('/'));
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<bytes::Bytes>>();
    let answer = client.get(url.parse().expect("a URL")).await;
    let body = answer.expect("an answer").into_body().collect().await;
    let told: Value = serde_json::from_slice(&body.expect("a body").to_bytes()).expect("JSON");
    let mut mails = Vec::new();
    collect(&told, &format!("@{host}>"), &mut mails);
    mails
}

/// Every object below `value` that has a `Source` with this in it.
fn collect(value: &Value, source: &str, found: &mut Vec<Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, source, found)),
        Value::Object(members) => {
            let of = members.get("Source").and_then(Value::as_str);
            if of.is_some_and(|of| of.contains(source)) {
                found.push(value.clone());
            }
            members
                .values()
                .for_each(|item| collect(item, source, found));
        }
        _ => {}
    }
}

#[tokio::test]
async fn a_mail_is_sent_once_with_both_parts() {
    let (ses, host) = mailer("once", true).await;
    for language in Language::ALL {
        let mail = mail::code(
            address("jan@example.com"),
            "049271",
            LINK,
            10,
            &host,
            language,
        );
        assert_eq!(ses.send(&mail).await.expect("sent"), Ok(()));
        let sent = sent_from(&host).await;
        let last = sent.last().expect("a mail");
        assert_eq!(last["To"], serde_json::json!(["jan@example.com"]));
        assert_eq!(last["Source"], format!("\"{host}\" <no-reply@{host}>"));
        assert_eq!(last["Subject"], mail.subject);
        assert_eq!(last["BodyText"], mail.text);
        assert_eq!(last["BodyHtml"], mail.html);
    }
    assert_eq!(sent_from(&host).await.len(), Language::ALL.len());
}

#[tokio::test]
async fn an_address_that_cannot_be_is_refused_and_nothing_is_sent() {
    let (ses, host) = mailer("refused", true).await;
    let to = address("j..an@example.com");
    let mail = mail::code(to, "049271", LINK, 10, &host, Language::English);
    assert_eq!(ses.send(&mail).await.expect("no failure"), Err(MailRefused));
    assert_eq!(sent_from(&host).await.len(), 0);
}
