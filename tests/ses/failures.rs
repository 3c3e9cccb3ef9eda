//! What SES can answer, and whether it answers.

use std::time::Duration;

use aws::Deadlines;
use serde_json::json;
use service::mail::Language;
use service::ports::Mailer;
use ses::SesError;

use crate::stub::{Answer, PATIENT, config, done};
use crate::{CODE, mail, sender, ses, taken};

/// For what does not come at all.
const SHORT: Deadlines = Deadlines {
    attempt: Duration::from_millis(300),
    connect: Duration::from_millis(300),
    operation: Duration::from_millis(600),
};

fn id(attempts: usize) -> Option<String> {
    Some(format!("R{attempts}"))
}

/// How SES refuses: in words that no line of our log may hold.
fn refusal(status: u16, code: &str) -> Answer {
    let message = "Email address is not verified: jan@example.com SECRET";
    let body = json!({ "__type": code, "message": message });
    Answer::Send(status, body.to_string().into_bytes())
}

/// Sends once where every answer is this, and says what came of it and how many requests that took.
async fn failure(answer: Answer, deadlines: Deadlines) -> (SesError, usize) {
    let (stub, ses) = ses(vec![answer], deadlines).await;
    let mail = mail(Language::English);
    let error = ses.send(&mail).await.expect_err("a failure");
    for shown in [error.to_string(), format!("{error:?}")] {
        for secret in ["SECRET", "SESSION", "AKID", "jan", "fallback.example", CODE] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
    assert_eq!(error.doing, "sending a mail with SES");
    (
        *error.source.downcast().expect("a SesError"),
        stub.count(""),
    )
}

#[tokio::test]
async fn what_only_the_owner_can_mend_is_asked_for_once_and_is_never_the_visitors_fault() {
    let request_id = id(1);
    for (status, code, expected, line) in [
        (
            403,
            "AccessDeniedException",
            SesError::AccessDenied { request_id: id(1) },
            "no permission to send from this identity (AccessDeniedException, request R1)",
        ),
        (
            400,
            "AccountSuspendedException",
            SesError::Suspended { request_id: id(1) },
            "the account may not send any more (AccountSuspendedException, request R1)",
        ),
        (
            400,
            "BadRequestException",
            SesError::BadRequest { request_id: id(1) },
            "SES calls the request invalid (BadRequestException, request R1)",
        ),
        (
            400,
            "MailFromDomainNotVerifiedException",
            SesError::NotVerified { request_id: id(1) },
            "the sender's domain is not verified (MailFromDomainNotVerifiedException, request R1)",
        ),
        (
            400,
            "MessageRejected",
            SesError::Rejected { request_id: id(1) },
            "SES does not take the mail: identity not verified here, or account in the sandbox (MessageRejected, request R1)",
        ),
        (
            404,
            "NotFoundException",
            SesError::Missing { request_id: id(1) },
            "SES misses something that is named (NotFoundException, request R1)",
        ),
        (
            400,
            "SendingPausedException",
            SesError::Paused { request_id: id(1) },
            "sending is paused (SendingPausedException, request R1)",
        ),
        (
            403,
            "ExpiredTokenException",
            SesError::Other {
                aws_code: "ExpiredTokenException".to_owned(),
                request_id,
            },
            "SES refused (ExpiredTokenException, request R1)",
        ),
    ] {
        let (error, requests) = failure(refusal(status, code), PATIENT).await;
        assert_eq!(error.to_string(), line);
        assert_eq!((error, requests), (expected, 1), "{code}");
    }
}

#[tokio::test]
async fn too_much_is_asked_for_three_times() {
    for (status, code) in [
        (429, "TooManyRequestsException"),
        (400, "LimitExceededException"),
        (400, "ThrottlingException"),
    ] {
        let (error, requests) = failure(refusal(status, code), PATIENT).await;
        assert_eq!(
            error.to_string(),
            "SES is throttling us (retried, request R3)"
        );
        let expected = SesError::Throttled { request_id: id(3) };
        assert_eq!((error, requests), (expected, 3), "{code}");
    }
}

#[tokio::test]
async fn a_broken_service_is_asked_three_times() {
    let (error, requests) = failure(refusal(500, "InternalServiceErrorException"), PATIENT).await;
    let expected = SesError::ServiceFailure {
        aws_code: Some("InternalServiceErrorException".to_owned()),
        request_id: id(3),
    };
    assert_eq!((error, requests), (expected, 3));
    let (error, requests) = failure(Answer::Send(503, b"<html>".to_vec()), PATIENT).await;
    assert_eq!(
        error.to_string(),
        "SES is broken (it does not say how, request R3)"
    );
    let expected = SesError::ServiceFailure {
        aws_code: None,
        request_id: id(3),
    };
    assert_eq!((error, requests), (expected, 3));
}

#[tokio::test]
async fn an_answer_of_no_use_is_no_delivery() {
    for answer in [
        done(json!({})),
        done(json!({ "MessageId": "" })),
        Answer::Send(403, b"<html>jan@example.com".to_vec()),
    ] {
        let (error, requests) = failure(answer.clone(), PATIENT).await;
        let expected = SesError::Garbage { request_id: id(1) };
        assert_eq!((error, requests), (expected, 1), "{answer:?}");
    }
}

#[tokio::test]
async fn a_lost_connection_is_tried_again_and_told_in_the_end() {
    for answer in [Answer::Drop, Answer::HalfAndDrop] {
        let (error, requests) = failure(answer.clone(), PATIENT).await;
        assert!(
            matches!(error, SesError::Unreachable { .. }),
            "{answer:?}: {error:?}"
        );
        assert_eq!(requests, 3, "{answer:?}");
    }
    let nobody = ses::Ses::new(&config("http://127.0.0.1:1", PATIENT), &sender());
    let error = nobody.deliver(&mail(Language::English)).await;
    assert!(
        matches!(error, Err(SesError::Unreachable { .. })),
        "{error:?}"
    );
}

#[tokio::test]
async fn silence_costs_the_deadline_and_no_more() {
    for answer in [Answer::Hold, Answer::HalfAndHold] {
        let (error, _) = failure(answer.clone(), SHORT).await;
        assert_eq!(error, SesError::TimedOut, "{answer:?}");
    }
}

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_its_end() {
    let long = Answer::Send(200, vec![b' '; 9 * 1024 * 1024]);
    let (error, _) = failure(long, PATIENT).await;
    assert!(
        !matches!(error, SesError::Garbage { .. } | SesError::TimedOut),
        "{error:?}"
    );
}

#[tokio::test]
async fn what_passes_is_tried_again_and_the_mail_sent() {
    for first in [
        Answer::Drop,
        refusal(429, "TooManyRequestsException"),
        refusal(500, "InternalServiceErrorException"),
    ] {
        let (stub, ses) = ses(vec![first, taken()], PATIENT).await;
        let mail = mail(Language::English);
        assert_eq!(ses.send(&mail).await.expect("sent"), Ok(()));
        assert_eq!(stub.count(""), 2);
    }
}
