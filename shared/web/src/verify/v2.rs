//! `POST /v2`: JSON only, the query says at most `explain=1`.

use axum::extract::{FromRequest, Request, State};
use axum::response::Response;
use browserid::Json;
use service::verify::Trusted;

use super::parameters::{Parameters, content_type};
use super::report::server_timing;
use super::v1::Incomplete;
use super::{Deps, report};
use crate::problem::{Kind, Problem};

pub(super) async fn verify(State(deps): State<Deps>, asked: Asked) -> Response {
    let trusted = match &asked.trusted_issuers {
        None => Trusted::ByPolicy,
        Some(issuers) if deps.trusts_callers_issuers => Trusted::Also(issuers),
        Some(issuers) => Trusted::AmongThose(issuers),
    };
    let verified = deps
        .verify
        .run(&asked.assertion, &asked.audience, trusted)
        .await;
    let is_explained = deps.explains && asked.asks_why;
    let mut answer =
        report(&verified, is_explained).answer(&asked.audience, verified.member.as_ref());
    if is_explained {
        let (name, value) = server_timing(verified.timing);
        answer.headers_mut().insert(name, value);
    }
    answer
}

/// Most issuers that a caller may name. Each is compared with the certificate's, and no federation names so many.
const MAX_TRUSTED_ISSUERS: usize = 100;

/// A complete request.
pub(super) struct Asked {
    asks_why: bool,
    assertion: Json,
    audience: Json,
    trusted_issuers: Option<Vec<String>>,
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
        let query = Parameters::of_query(&parts.uri)?;
        Ok(Self {
            asks_why: query.truthy("explain").is_some_and(|value| value == "1"),
            assertion: required("assertion", Kind::AssertionMissing)?,
            audience: required("audience", Kind::AudienceMissing)?,
            trusted_issuers: trusted_issuers(body.truthy("trustedIssuers"))?,
        })
    }
}

/// None if the caller named none.
fn trusted_issuers(given: Option<&Json>) -> Result<Option<Vec<String>>, Problem> {
    let malformed = |reason: &'static str| Problem::because(Kind::TrustedIssuersMalformed, reason);
    let Some(given) = given else {
        return Ok(None);
    };
    let list = given
        .as_array()
        .ok_or_else(|| malformed("trusted issuers must be an array"))?;
    if list.len() > MAX_TRUSTED_ISSUERS {
        return Err(malformed("trusted issuers must be at most 100"));
    }
    list.iter()
        .map(|issuer| issuer.as_str().map(str::to_owned))
        .collect::<Option<_>>()
        .map(Some)
        .ok_or_else(|| malformed("trusted issuers must be an array of strings"))
}
