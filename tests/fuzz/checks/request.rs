//! Request to the verifier → answer, on an internet that the input may add to.
//!
//! The input is text: lines `>host status type body` add hosts, then come the lines of an HTTP request without its
//! version, a blank line and the body.

use std::sync::Arc;

use async_trait::async_trait;
use axum::body::Body;
use browserid::{Answer, Code, Domain, Policy, Question, Timestamp, Unreachable};
use http::{HeaderMap, Method, Request, Response, Uri};
use http_body_util::BodyExt;
use serde_json::{Map, Value};
use service::documents::Bounds;
use service::ports::{Clock, Fetched, SupportDocuments};
use service::verify::Verify;
use tower::ServiceExt;
use web::problem::Kind;
use web::verify::{Deps, Version, https_origin};

use super::asking::Asking;
use super::{ISSUER_KEY, NOW, rules};
use crate::oracle::{Accepted, Asked, Decisions, Said, World, judge};

/// The most that a body may have.
const MAX_BODY: usize = 10_240;

/// Status, headers and shape are of the known ones, what was sent does not come back, the answer is `okay` if the oracle
/// says so and only then, and to the letter as the oracle's facts give it.
pub fn request(data: &[u8]) {
    let _ = answered(data);
}

/// The same; gives status and body if it was a request at all.
pub fn answered(data: &[u8]) -> Option<(u16, String)> {
    let input = Input::read(data)?;
    let answer = input.answer();
    let status = answer.status().as_u16();
    assert!([200, 400, 404, 405, 413, 415].contains(&status), "{status}");
    input.check_headers(answer.headers());
    let is_json = answer
        .headers()
        .get("content-type")
        .is_some_and(|kind| kind == "application/json; charset=utf-8");
    let body = on_this_thread(answer.into_body().collect()).expect("a body that is there");
    let body = String::from_utf8(body.to_bytes().to_vec()).expect("UTF-8");
    input.check_secrets(&body);
    if is_json {
        let members: Map<String, Value> = serde_json::from_str(&body).expect("a JSON object");
        input.check_members(status, &body, &members);
    } else {
        let plain = ["", "OK", "POST,GET,HEAD", "Method Not Allowed", "Not Found"];
        assert!(plain.contains(&body.as_str()), "{body}");
    }
    input.check_verdict(status, &body);
    Some((status, body))
}

struct Input {
    body: Vec<u8>,
    headers: HeaderMap,
    method: Method,
    raw: Vec<u8>,
    target: Uri,
    world: World,
}

impl Input {
    /// None if it is no request that a server would hand on.
    fn read(data: &[u8]) -> Option<Self> {
        let mut rest = data;
        let mut world = fixed_world();
        let request = loop {
            let line = std::str::from_utf8(line(&mut rest)?).ok()?;
            let Some(host) = line.strip_prefix('>') else {
                break line;
            };
            let mut words = host.splitn(4, ' ');
            let (host, status, kind, body) =
                (words.next()?, words.next()?, words.next()?, words.next()?);
            let said = Said::Response {
                body: Arc::new(body.into()),
                content_type: Some(kind.to_owned()),
                status: status
                    .parse()
                    .ok()
                    .filter(|status| (100..600).contains(status))?,
            };
            world.insert(host.to_owned(), said);
        };
        let (method, target) = request.split_once(' ')?;
        let mut headers = HeaderMap::new();
        while let Some(line) = line(&mut rest).filter(|line| !line.is_empty()) {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let name = http::HeaderName::from_bytes(&line[..colon]).ok()?;
            let value = line[colon + 1..].trim_ascii();
            headers.append(name, http::HeaderValue::from_bytes(value).ok()?);
        }
        Some(Self {
            body: rest.to_vec(),
            headers,
            method: method.parse().ok()?,
            raw: data.to_vec(),
            target: Some(target)
                .filter(|target| target.starts_with('/'))?
                .parse()
                .ok()?,
            world,
        })
    }

    fn answer(&self) -> Response<Body> {
        let policy = Policy {
            discovery: rules(Some("fallback.example")),
            strong_keys: false,
            federation: None,
            trusted_issuers: vec![],
        };
        let network = Arc::new(Internet(self.world.clone()));
        let router = web::verify::router(Deps {
            explains: true,
            origin_of: Arc::new(https_origin),
            trusts_callers_issuers: true,
            verify: Arc::new(Verify::new(
                Arc::new(StoppedClock),
                network,
                policy,
                Bounds::SMALL,
            )),
            version: Version::BUILT,
        });
        let mut request = Request::new(Body::from(self.body.clone()));
        *request.headers_mut() = self.headers.clone();
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.target.clone();
        on_this_thread(router.oneshot(request)).expect("an answer")
    }

    fn check_headers(&self, headers: &HeaderMap) {
        const ALWAYS: [&str; 7] = [
            "cache-control",
            "connection",
            "content-security-policy",
            "strict-transport-security",
            "x-content-type-options",
            "x-frame-options",
            "x-xss-protection",
        ];
        const MAYBE: [&str; 5] = [
            "access-control-allow-origin",
            "allow",
            "content-length",
            "content-type",
            "server-timing",
        ];
        assert!(
            ALWAYS.iter().all(|name| headers.contains_key(*name)),
            "{headers:?}"
        );
        let known = |name: &str| ALWAYS.contains(&name) || MAYBE.contains(&name);
        assert!(
            headers.keys().all(|name| known(name.as_str())),
            "{headers:?}"
        );
        let is_open = headers.contains_key("access-control-allow-origin");
        assert!(
            !is_open || self.path().starts_with("/wsapi/"),
            "{headers:?}"
        );
    }

    /// The end of an assertion, which stands nowhere else in what was sent, stands nowhere in the answer.
    fn check_secrets(&self, answer: &str) {
        let assertion = self
            .asking()
            .and_then(|asking| Some(asking.assertion.as_str()?.to_owned()));
        let assertion = assertion.unwrap_or_default();
        let secret = assertion.rsplit(['.', '~']).next().unwrap_or_default();
        let times = self
            .raw
            .windows(secret.len().max(1))
            .filter(|window| *window == secret.as_bytes());
        let is_only_there = times.count() == 1;
        assert!(
            secret.len() < 24 || !is_only_there || !answer.contains(secret),
            "{answer}"
        );
    }

    fn check_members(&self, status: u16, body: &str, members: &Map<String, Value>) {
        let has_only = |known: &[&str]| members.keys().all(|name| known.contains(&name.as_str()));
        if members.get("success") == Some(&false.into()) || !members.contains_key("status") {
            // The paths that are not about assertions.
            assert!(status == 200 || status == 400, "{status} {body}");
            return;
        }
        if members["status"] == "okay" && members.contains_key("domain") {
            return;
        }
        if members["status"] == "okay" {
            assert_eq!(status, 200, "{body}");
            return;
        }
        assert_eq!(members["status"], "failure", "{body}");
        assert!(
            has_only(&["status", "code", "reason", "steps", "domain"]),
            "{body}"
        );
        let code = members["code"].as_str().expect("a code");
        let is_known = Code::ALL.iter().any(|known| known.as_str() == code)
            || Kind::ALL
                .iter()
                .any(|known| known.code() == code && known.status() == status);
        assert!(is_known, "{status} {body}");
        assert!(members["reason"].is_string(), "{body}");
    }

    fn check_verdict(&self, status: u16, body: &str) {
        let asking = self.asking();
        let verdict = asking.as_ref().map(|asking| {
            judge(&Asked {
                assertion: &asking.assertion,
                audience: &asking.audience,
                decisions: &Decisions {
                    fallback: Some("fallback.example".to_owned()),
                    strict_content_type: false,
                    strong_keys: false,
                    trusted: asking.trusted.clone(),
                },
                now_ms: NOW,
                world: &self.world,
            })
        });
        if body.starts_with(r#"{"audience":"#) {
            let asking = asking.expect("something was asked");
            let accepted = match verdict {
                Some(Ok(accepted)) => accepted,
                Some(Err(crate::oracle::Objection::Undecided)) => return,
                other => panic!("okay, and the oracle says {other:?}: {body}"),
            };
            let expected = written(&asking, &accepted);
            let rest = body
                .strip_prefix(&expected)
                .unwrap_or_else(|| panic!("{expected}\n{body}"));
            assert!(rest == "}" || rest.starts_with(r#","steps":["#), "{body}");
        } else if let (Some(Ok(accepted)), true) = (verdict, self.is_plain()) {
            panic!("{status} {body}, and the oracle says {accepted:?}");
        }
    }

    /// A request that nothing is wrong with.
    fn is_plain(&self) -> bool {
        let kind = self.headers.get("content-type");
        self.method == Method::POST
            && self.target == "/v2"
            && self.body.len() <= MAX_BODY
            && self.headers.len() == 1
            && kind.is_some_and(|kind| kind == "application/json")
    }

    fn asking(&self) -> Option<Asking> {
        let query = self.target.query().unwrap_or_default();
        Asking::read(&self.path(), query, &self.body)
    }

    fn path(&self) -> String {
        let path = self.target.path().to_ascii_lowercase();
        path.strip_suffix('/').unwrap_or(&path).to_owned()
    }
}

/// A success up to its steps.
fn written(asking: &Asking, accepted: &Accepted) -> String {
    let mut members = vec![
        ("audience", asking.audience.clone()),
        ("expires", accepted.expires_ms.into()),
        ("issuer", accepted.issuer.as_str().into()),
    ];
    if let Some(email) = &accepted.email {
        members.push(("email", email.as_str().into()));
    }
    for (name, claims) in [
        ("idpClaims", &accepted.idp_claims),
        ("userClaims", &accepted.user_claims),
    ] {
        if !claims.is_empty() {
            members.push((name, Value::Object(claims.clone())));
        }
    }
    let unverified = accepted.idp_claims.get("unverified-email");
    if let (true, Some(unverified)) = (asking.shows_unverified, unverified) {
        members.push(("unverified-email", unverified.clone()));
    }
    members.push(("status", "okay".into()));
    let members: Vec<_> = members
        .into_iter()
        .map(|(name, value)| format!("\"{name}\":{value}"))
        .collect();
    format!("{{{}", members.join(","))
}

fn line<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let (line, more) = rest.split_at(end);
    *rest = &more[1..];
    Some(line.strip_suffix(b"\r").unwrap_or(line))
}

fn fixed_world() -> World {
    let said = |body: String| Said::Response {
        body: Arc::new(body.into_bytes()),
        content_type: Some("application/json".to_owned()),
        status: 200,
    };
    let own = || {
        said(format!(
            r#"{{"public-key":{ISSUER_KEY},"authentication":"/a","provisioning":"/b"}}"#
        ))
    };
    World::from_iter([
        ("example.com".to_owned(), own()),
        ("fallback.example".to_owned(), own()),
        (
            "to.example".to_owned(),
            said(r#"{"authority":"example.com"}"#.to_owned()),
        ),
        (
            "off.example".to_owned(),
            said(r#"{"disabled":true}"#.to_owned()),
        ),
        ("slow.example".to_owned(), Said::Trouble),
    ])
}

struct Internet(World);

#[async_trait]
impl SupportDocuments for Internet {
    async fn ask(&self, question: &Question, _: u64) -> Fetched {
        answer_of(&self.0, &question.host).into()
    }
}

fn answer_of(world: &World, host: &Domain) -> Answer {
    match world.get(host.as_str()) {
        None | Some(Said::Nothing) => Answer::Unreachable(Unreachable::NoSuchHost),
        Some(Said::Trouble) => Answer::Unreachable(Unreachable::Timeout),
        Some(Said::Response {
            body,
            content_type,
            status,
        }) => Answer::Response {
            status: *status,
            content_type: content_type.clone(),
            body: body.to_vec(),
        },
    }
}

struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(NOW)
    }

    fn elapsed_us(&self) -> u64 {
        0
    }
}

fn on_this_thread<T>(work: impl Future<Output = T>) -> T {
    thread_local! {
        static RUNTIME: tokio::runtime::Runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime");
    }
    RUNTIME.with(|runtime| runtime.block_on(work))
}
