//! `POST /v2`: JSON only, the query says at most `explain=1`.

use axum::extract::{FromRequest, Request, State};
use axum::response::Response;
use browserid::Json;

use super::parameters::{Parameters, content_type};
use super::v1::Incomplete;
use super::{Deps, report};
use crate::problem::{Kind, Problem};

pub(super) async fn verify(State(deps): State<Deps>, asked: Asked) -> Response {
    let trusted: &[String] = if deps.trusts_callers_issuers {
        &asked.trusted_issuers
    } else {
        &[]
    };
    let verified = deps
        .verify
        .run(&asked.assertion, &asked.audience, trusted)
        .await;
    report(&verified, deps.explains && asked.asks_why).answer(&asked.audience)
}

/// A complete request.
pub(super) struct Asked {
    asks_why: bool,
    assertion: Json,
    audience: Json,
    trusted_issuers: Vec<String>,
}

impl<S: Send + Sync> FromRequest<S> for Asked {
    type Rejection = Incomplete;

    async fn from_request(request: Request, _: &S) -> Result<Self, Incomplete> {
        let (parts, body) = request.into_parts();
        let body = Parameters::of_body(&parts.headers, body).await?;
        let kind = content_type(&parts.headers);
        if !kind.starts_with("application/json") {
            let reason = format!("Unsupported Content-Type: {kind} (expected application/json)");
            return Err(Problem::because(Kind::TypeUnsupported, reason).into());
        }
        let required = |name: &str, missing: Kind| {
            let value = body.truthy(name).cloned();
            value.ok_or_else(|| Problem::from(missing))
        };
        let query = Parameters::of_form(parts.uri.query().unwrap_or_default().as_bytes());
        Ok(Self {
            asks_why: query.truthy("explain").is_some_and(|value| value == "1"),
            assertion: required("assertion", Kind::AssertionMissing)?,
            audience: required("audience", Kind::AudienceMissing)?,
            trusted_issuers: trusted_issuers(body.truthy("trustedIssuers"))?,
        })
    }
}

fn trusted_issuers(given: Option<&Json>) -> Result<Vec<String>, Problem> {
    let malformed = |reason: &'static str| Problem::because(Kind::TrustedIssuersMalformed, reason);
    let Some(given) = given else {
        return Ok(Vec::new());
    };
    let list = given
        .as_array()
        .ok_or_else(|| malformed("trusted issuers must be an array"))?;
    list.iter()
        .map(|issuer| issuer.as_str().map(str::to_owned))
        .collect::<Option<_>>()
        .ok_or_else(|| malformed("trusted issuers must be an array of strings"))
}
