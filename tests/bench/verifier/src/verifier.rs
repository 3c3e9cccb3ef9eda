//! The product's own router over documents in memory, and the protocol core alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use browserid::{
    Answer, DiscoveryRules, Domain, HostRule, Identity, Json, Policy, Question, Reading, Timestamp,
    Unreachable, Verification,
};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use serde_json::Value;
use service::ports::{Clock, Fetched, Keep, SupportDocuments};
use service::verify::Verify;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;
use web::verify::{Deps, Version, https_origin};

use crate::{AUDIENCE, Bundle, NOW_MS};

/// Everything is accepted that some verifier of Persona's time accepted.
pub fn policy() -> Policy {
    Policy {
        discovery: DiscoveryRules {
            fallback: None,
            max_delegations: browserid::MAX_DELEGATIONS,
            hosts: HostRule::Public,
            strict_content_type: false,
        },
        strong_keys: false,
        federation: None,
        trusted_issuers: Vec::new(),
    }
}

/// What `domain` answers with `document`.
pub fn answer(document: &Value) -> Answer {
    Answer::Response {
        status: 200,
        content_type: Some("application/json".to_owned()),
        body: document.to_string().into_bytes(),
    }
}

/// An internet in memory whose documents may be kept for an hour.
#[derive(Debug, Default)]
pub struct Documents {
    by_host: BTreeMap<String, Answer>,
    of_all: Option<Answer>,
}

impl Documents {
    /// Those of `bundles`.
    pub fn of<'a>(bundles: impl IntoIterator<Item = &'a Bundle>) -> Self {
        let entry = |bundle: &Bundle| (bundle.domain.clone(), answer(&bundle.document));
        Self {
            by_host: bundles.into_iter().map(entry).collect(),
            of_all: None,
        }
    }

    /// Every host there could be has `document`.
    pub fn of_all_hosts(document: &Value) -> Self {
        Self {
            by_host: BTreeMap::new(),
            of_all: Some(answer(document)),
        }
    }
}

#[async_trait]
impl SupportDocuments for Documents {
    async fn ask(&self, question: &Question, _: u64) -> Fetched {
        let known = self.by_host.get(question.host.as_str());
        let answer = known.or(self.of_all.as_ref()).cloned();
        Fetched {
            answer: answer.unwrap_or(Answer::Unreachable(Unreachable::NoSuchHost)),
            host_time: None,
            keep: Keep::For { ms: 3_600_000 },
        }
    }
}

/// Stands still.
#[derive(Clone, Copy, Debug)]
pub struct Still;

impl Clock for Still {
    fn elapsed_us(&self) -> u64 {
        0
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(NOW_MS)
    }
}

/// The verifier's operation, nothing kept yet.
pub fn operation(documents: Documents) -> Arc<Verify> {
    Arc::new(Verify::new(
        Arc::new(Still),
        Arc::new(documents),
        policy(),
        service::documents::Bounds::SERVER,
    ))
}

/// The whole product in process: a request with its bytes in, the bytes of its answer out.
pub struct Whole {
    router: Router,
    runtime: Runtime,
    verify: Arc<Verify>,
}

impl Whole {
    /// With an operation of one's own, which may be warm.
    pub fn new(verify: Arc<Verify>) -> Self {
        let router = web::verify::router(Deps {
            explains: true,
            origin_of: Arc::new(https_origin),
            trusts_callers_issuers: false,
            verify: Arc::clone(&verify),
            version: Version::BUILT,
        });
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build();
        Self {
            router,
            runtime: runtime.expect("a runtime"),
            verify,
        }
    }

    /// Lets it look for whoever speaks for `domain`.
    pub fn discover(&self, domain: &str) {
        let domain = Domain::parse(domain, HostRule::Public).expect("a domain");
        let found = self.runtime.block_on(self.verify.discover(domain));
        assert!(found.is_ok(), "{found:?}");
    }

    /// With the documents of `bundle`, asked once before.
    pub fn warm(bundle: &Bundle) -> Self {
        let whole = Self::new(operation(Documents::of([bundle])));
        let answer = whole.send(Self::request("/v2", bundle.request()));
        assert!(is_okay(&answer), "{answer:?}");
        whole
    }

    /// A request as the server would hand it over.
    pub fn request(target: &'static str, body: impl Into<Bytes>) -> Request<Body> {
        let body = body.into();
        Request::post(target)
            .header("host", "verifier.example")
            .header("user-agent", "bench")
            .header("content-type", "application/json")
            .header("content-length", body.len())
            .body(Body::from(body))
            .expect("a request")
    }

    /// The body of the answer.
    pub fn send(&self, request: Request<Body>) -> Bytes {
        self.runtime.block_on(async {
            let response: Response<Body> = match self.router.clone().oneshot(request).await {
                Ok(response) => response,
                Err(never) => match never {},
            };
            let body = response.into_body().collect().await;
            body.expect("a whole body").to_bytes()
        })
    }
}

/// True if an answer's body says so.
pub fn is_okay(answer: &[u8]) -> bool {
    serde_json::from_slice::<Value>(answer).is_ok_and(|answer| answer["status"] == "okay")
}

/// The protocol core alone, with the issuer's document read before.
#[derive(Debug)]
pub struct Core {
    assertion: Json,
    audience: Json,
    policy: Policy,
    reading: Reading,
}

impl Core {
    /// For one bundle.
    pub fn new(bundle: &Bundle) -> Self {
        let policy = policy();
        let domain = Domain::parse(&bundle.domain, HostRule::Public).expect("a domain");
        let question = Question {
            host: domain.clone(),
            principal: domain,
        };
        Self {
            assertion: bundle.text.as_str().into(),
            audience: AUDIENCE.into(),
            reading: Reading::of(&question, answer(&bundle.document), &policy.discovery),
            policy,
        }
    }

    /// Verifies it.
    pub fn run(&self) -> Identity {
        self.done().outcome().expect("done").clone().expect("okay")
    }

    /// Verifies it and puts the steps into words.
    pub fn explained(&self) -> usize {
        self.done().steps().len()
    }

    fn done(&self) -> Verification {
        let now = Timestamp::from_millis(NOW_MS);
        let mut verification =
            Verification::start(&self.assertion, &self.audience, &self.policy, now);
        while verification.question().is_some() {
            verification.hear(&self.reading.clone().into());
        }
        verification
    }
}
