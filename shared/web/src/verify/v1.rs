//! `POST /verify` and `POST /`: parameters from the query or the body.

use std::slice;

use axum::extract::{FromRequest, Request, State};
use axum::response::{IntoResponse, Response};
use browserid::Json;
use http::HeaderMap;
use service::verify::Trusted;

use super::parameters::{Parameters, Unreadable, content_type};
use super::{Deps, report};
use crate::problem::{Kind, Problem};

const TYPES: [&str; 2] = ["application/x-www-form-urlencoded", "application/json"];

pub(super) async fn verify(State(deps): State<Deps>, asked: Asked) -> Response {
    let trusted = match &asked.forced_issuer {
        Some(issuer) if deps.trusts_callers_issuers => Trusted::Also(slice::from_ref(issuer)),
        _ => Trusted::ByPolicy,
    };
    let verified = deps
        .verify
        .run(&asked.assertion, &asked.audience, trusted)
        .await;
    let mut told = report(&verified, false);
    if asked.allows_unverified {
        told = told.with_unverified_email();
    }
    told.answer(&asked.audience, verified.member.as_ref())
}

/// A complete request.
pub(super) struct Asked {
    allows_unverified: bool,
    assertion: Json,
    audience: Json,
    forced_issuer: Option<String>,
}

impl<S: Send + Sync> FromRequest<S> for Asked {
    type Rejection = Incomplete;

    async fn from_request(request: Request, _: &S) -> Result<Self, Incomplete> {
        let (parts, body) = request.into_parts();
        let query = Parameters::of_query(&parts.uri)?;
        let body = Parameters::of_body(&parts.headers, body).await?;
        let parameter = |name: &str| query.truthy(name).or_else(|| body.truthy(name));

        let (Some(assertion), Some(audience)) = (parameter("assertion"), parameter("audience"))
        else {
            let missing = match parameter("assertion") {
                None => Kind::AssertionMissing,
                Some(_) => Kind::AudienceMissing,
            };
            return Err(incomplete(&parts.headers, missing).into());
        };
        let forced = parameter("experimental_forceIssuer");
        Ok(Self {
            allows_unverified: parameter("experimental_allowUnverified").is_some(),
            assertion: assertion.clone(),
            audience: audience.clone(),
            forced_issuer: forced.and_then(|issuer| issuer.as_str().map(str::to_owned)),
        })
    }
}

/// Perhaps they could not be read because of how they were sent; that would be the better hint.
fn incomplete(headers: &HeaderMap, missing: Kind) -> Problem {
    let whole = content_type(headers);
    let kind = whole.split(';').next().unwrap_or_default();
    if TYPES.contains(&kind) {
        return missing.into();
    }
    let reason = format!(
        "Unsupported Content-Type: {kind} (expected {} or {})",
        TYPES[0], TYPES[1]
    );
    Problem::because(Kind::TypeUnsupported, reason)
}

/// Why there is nothing to verify.
pub(super) enum Incomplete {
    Refused(Problem),
    Unreadable(Unreadable),
}

impl From<Problem> for Incomplete {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<Unreadable> for Incomplete {
    fn from(unreadable: Unreadable) -> Self {
        Self::Unreadable(unreadable)
    }
}

impl IntoResponse for Incomplete {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(problem) => problem.into_response(),
            Self::Unreadable(unreadable) => unreadable.into_response(),
        }
    }
}
