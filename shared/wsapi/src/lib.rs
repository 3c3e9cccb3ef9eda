//! Asks our own verifier who speaks for a domain: for functions that may not ask strangers.
//!
//! `GET https://HOST/wsapi/address_info?email=x@DOMAIN`. The address is made up: the verifier learns the domain, and not the
//! person. What it answers is read strictly; whatever is odd is a failure, never "no support".

use core::fmt;
use std::error::Error;
use std::time::Duration;

use async_trait::async_trait;
use aws::{Deadlines, Failure, FunctionUrl, Page, Settings};
use browserid::{Domain, HostRule};
use serde::Deserialize;
use service::ports::{Authorities, PortError, Said};

/// How long a question may take. The verifier itself waits longer for a slow domain; the next question finds what it
/// heard.
pub const DEADLINES: Deadlines = Deadlines {
    attempt: Duration::from_secs(3),
    connect: Duration::from_secs(1),
    operation: Duration::from_secs(3),
};

/// The longest answer, in bytes; a right one has a few hundred.
pub const MAX_ANSWER: usize = 8 * 1024;

/// Stands before the `@`, for everybody.
const NOBODY: &str = "x";

/// Our verifier.
#[derive(Debug)]
pub struct Verifier(FunctionUrl);

impl Verifier {
    /// The verifier whose function has this host name. None if the HTTP library takes no trust of ours.
    pub fn new(settings: &Settings, host: &Domain, deadlines: Deadlines) -> Option<Self> {
        FunctionUrl::new(settings, host.as_str(), deadlines).map(Self)
    }
}

#[async_trait]
impl Authorities for Verifier {
    async fn ask(&self, domain: &Domain) -> Result<Said, PortError> {
        let path = format!("/wsapi/address_info?email={NOBODY}%40{domain}");
        let page = self.0.get(&path, MAX_ANSWER).await;
        page.map_err(Trouble::Failed)
            .and_then(|page| read(&page))
            .map_err(|trouble| {
                PortError::new("asking our verifier who speaks for a domain", trouble)
            })
    }
}

/// What of the answer counts. `auth` and its like are for pages.
#[derive(Deserialize)]
struct AddressInfo {
    #[serde(rename = "type")]
    kind: Kind,
    issuer: String,
    disabled: bool,
    state: State,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Primary,
    Secondary,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// Nobody can tell who speaks for the domain at the moment.
    Offline,
    Unknown,
}

fn read(page: &Page) -> Result<Said, Trouble> {
    if page.status != 200 {
        return Err(Trouble::Status(page.status));
    }
    let is_json = page
        .content_type
        .as_deref()
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
    if !is_json {
        return Err(Trouble::Odd);
    }
    let info: AddressInfo = serde_json::from_slice(&page.body).map_err(|_| Trouble::Odd)?;
    match (info.kind, info.state, info.disabled) {
        (Kind::Primary, State::Unknown, false) => Domain::parse(&info.issuer, HostRule::Public)
            .map(|authority| Said::Supported { authority })
            .map_err(|_| Trouble::Odd),
        (Kind::Secondary, State::Unknown, true) => Ok(Said::Disabled),
        (Kind::Secondary, State::Unknown, false) => Ok(Said::NoSupport),
        (Kind::Secondary, State::Offline, false) => Ok(Said::Unclear),
        _ => Err(Trouble::Odd),
    }
}

/// Why there is no answer.
#[derive(Debug)]
enum Trouble {
    Failed(Failure),
    /// An answer that address_info never gives.
    Odd,
    Status(u16),
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(Failure::TimedOut) => f.write_str("no answer in time"),
            Self::Failed(Failure::Unreachable { reason } | Failure::NotSent { reason }) => {
                write!(f, "it cannot be reached: {reason}")
            }
            Self::Failed(Failure::Answered(answered)) => write!(f, "status {}", answered.status),
            Self::Odd => f.write_str("this is no answer of a verifier's address_info"),
            Self::Status(status) => write!(f, "status {status}"),
        }
    }
}

impl Error for Trouble {}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn page(body: &Value) -> Page {
        Page {
            body: body.to_string().into_bytes(),
            content_type: Some("application/json; charset=utf-8".to_owned()),
            status: 200,
        }
    }

    fn info(kind: &str, disabled: bool, state: &str) -> Value {
        json!({"type": kind, "issuer": "idp.example", "disabled": disabled, "state": state})
    }

    #[test]
    fn each_answer_of_a_verifier_has_one_meaning() {
        let authority = Domain::parse("idp.example", HostRule::Public).expect("a domain");
        for (answer, said) in [
            (
                info("primary", false, "unknown"),
                Said::Supported { authority },
            ),
            (info("secondary", false, "unknown"), Said::NoSupport),
            (info("secondary", true, "unknown"), Said::Disabled),
            (info("secondary", false, "offline"), Said::Unclear),
        ] {
            assert_eq!(read(&page(&answer)).ok(), Some(said), "{answer}");
        }
    }

    #[test]
    fn what_no_verifier_says_is_never_taken_for_no_support() {
        let mut wrong = vec![
            json!(null),
            json!([]),
            json!({}),
            json!({"success": false, "code": "address_malformed", "reason": "no"}),
            info("primary", true, "unknown"),
            info("primary", false, "offline"),
            info("secondary", true, "offline"),
            info("secondary", false, "known"),
            info("Secondary", false, "unknown"),
        ];
        for member in ["type", "issuer", "disabled", "state"] {
            let mut without = info("secondary", false, "unknown");
            without.as_object_mut().expect("an object").remove(member);
            wrong.push(without);
            let mut other = info("secondary", false, "unknown");
            other[member] = json!(7);
            wrong.push(other);
        }
        for issuer in ["", "127.0.0.1", "https://idp.example", "localhost"] {
            let mut odd = info("primary", false, "unknown");
            odd["issuer"] = json!(issuer);
            wrong.push(odd);
        }
        for answer in wrong {
            assert!(
                matches!(read(&page(&answer)), Err(Trouble::Odd)),
                "{answer}"
            );
        }
        let twice = r#"{"type":"secondary","issuer":"a.example","disabled":true,"disabled":false,"state":"unknown"}"#;
        let whole = info("secondary", false, "unknown").to_string();
        for body in [
            twice,
            &format!("{whole} "),
            &format!("{whole}{whole}"),
            &whole[1..],
            "",
        ] {
            let page = Page {
                body: body.as_bytes().to_vec(),
                ..page(&json!(null))
            };
            // A blank at the end is JSON still.
            let is_right = body.len() == whole.len() + 1;
            assert_eq!(read(&page).is_ok(), is_right, "{body}");
        }
    }

    #[test]
    fn another_status_or_another_kind_of_text_is_no_answer() {
        let right = || page(&info("secondary", false, "unknown"));
        for status in [201, 204, 301, 302, 304, 400, 403, 404, 429, 500, 503] {
            let trouble = read(&Page { status, ..right() }).expect_err("no answer");
            assert_eq!(trouble.to_string(), format!("status {status}"));
        }
        for content_type in [None, Some("text/html"), Some("application/jsonp"), Some("")] {
            let content_type = content_type.map(str::to_owned);
            assert!(
                read(&Page {
                    content_type,
                    ..right()
                })
                .is_err()
            );
        }
    }
}
