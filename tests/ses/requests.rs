//! What SES is asked.

use serde_json::json;
use service::mail::{Language, MailRefused};
use service::ports::Mailer;

use crate::stub::PATIENT;
use crate::{mail, mail_to, ses, taken};

#[tokio::test]
async fn a_mail_is_one_request_with_both_parts_and_two_headers() {
    for language in Language::ALL {
        let (stub, ses) = ses(vec![taken()], PATIENT).await;
        let mail = mail(language);
        assert_eq!(ses.send(&mail).await.expect("sent"), Ok(()));
        let asked = stub.asked();
        let [asked] = asked.as_slice() else {
            panic!("{} requests", asked.len());
        };
        assert_eq!(asked.line, "POST /v2/email/outbound-emails");
        let utf8 = |text: &str| json!({ "Data": text, "Charset": "UTF-8" });
        assert_eq!(
            asked.json(),
            json!({
                "FromEmailAddress": "\"fallback.example\" <no-reply@fallback.example>",
                "Destination": { "ToAddresses": ["jan@example.com"] },
                "Content": { "Simple": {
                    "Subject": utf8(&mail.subject),
                    "Body": { "Text": utf8(&mail.text), "Html": utf8(&mail.html) },
                    "Headers": [
                        { "Name": "Auto-Submitted", "Value": "auto-generated" },
                        { "Name": "Content-Language", "Value": language.tag() },
                    ],
                } },
            })
        );
        let signed = &asked.headers["authorization"];
        assert!(signed.contains("/ses/aws4_request"), "{signed}");
    }
}

#[tokio::test]
async fn an_address_that_no_mail_server_can_know_is_refused_without_asking() {
    let (stub, ses) = ses(vec![taken()], PATIENT).await;
    for odd in [
        "jan@plain.localhost:8080",
        "j..an@example.com",
        "jan@my_host.example.com",
        &format!("{}@example.com", "a".repeat(65)),
    ] {
        let mail = mail_to(odd, Language::English);
        assert_eq!(ses.send(&mail).await.expect("no failure"), Err(MailRefused));
    }
    assert_eq!(stub.asked().len(), 0);
}

#[tokio::test]
async fn the_mail_is_never_written_into_the_address_of_the_request() {
    let (stub, ses) = ses(vec![taken()], PATIENT).await;
    ses.deliver(&mail(Language::English)).await.expect("sent");
    for asked in stub.asked() {
        for value in asked.headers.values().chain([&asked.line]) {
            assert!(
                !value.contains("jan") && !value.contains(crate::CODE),
                "{value}"
            );
        }
    }
}
