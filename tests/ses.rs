//! SES as a stub on loopback speaks for it: what exactly it is asked, and every answer that is documented, with those that no
//! documentation promises. Each becomes exactly one typed failure without SES's words; nothing hangs.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what helps a test fails as loudly as the test"
)]

#[path = "ses/failures.rs"]
mod failures;
#[path = "ses/requests.rs"]
mod requests;
#[allow(dead_code, reason = "it has parts for KMS and S3 too")]
#[path = "kms/stub.rs"]
mod stub;

use aws::Deadlines;
use browserid::{Domain, Email, HostRule};
use serde_json::json;
use service::mail::{self, Language, Mail, Sender};
use ses::Ses;

use stub::{Answer, Stub, done};

const CODE: &str = "049271";
const LINK: &str = "https://fallback.example/persona/prove.html#code=049271";

fn address(text: &str) -> Email {
    Email::parse(text, HostRule::Public).expect("an address")
}

fn mail(language: Language) -> Mail {
    mail_to("jan@example.com", language)
}

fn mail_to(to: &str, language: Language) -> Mail {
    mail::code(address(to), CODE, LINK, 10, "fallback.example", language)
}

fn sender() -> Sender {
    Sender {
        address: address("no-reply@fallback.example"),
        host: Domain::parse("fallback.example", HostRule::Public).expect("a host"),
    }
}

/// SES that gives these answers, and a mailer that asks it.
async fn ses(answers: Vec<Answer>, deadlines: Deadlines) -> (Stub, Ses) {
    let stub = Stub::start([("", answers)]).await;
    let ses = Ses::new(&stub.config(deadlines), &sender());
    (stub, ses)
}

fn taken() -> Answer {
    done(json!({ "MessageId": "0100019" }))
}
