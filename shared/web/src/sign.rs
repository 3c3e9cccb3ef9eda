//! `POST /persona/sign/?email=…&duration=…`: the user's public key in, a certificate out.
//!
//! The order of the checks is part of the contract:
//! 0. not through our front: 403 `wrong_front`
//! 1. another method: 405 with `Allow: POST`
//! 2. another origin: 403 `wrong_origin`
//! 3. nobody is signed in: 403 `no_session`
//! 4. another address, no duration: 400 `not_your_address`, `duration_invalid`
//! 5. not JSON by its type: 415 `type_unsupported`
//! 6. over 10 240 bytes: 413 `body_too_large`
//! 7. no key, or none: 400 `key_missing`, `key_malformed`, `key_refused`
//! 8. an address of a domain that this issuer does not speak for: 403 `not_our_domain`; at a fallback 403
//!    `domain_supported`, `domain_offline`, `no_session` (one from before the domain last spoke for itself), 503
//!    `domain_silent`
//! 9. a key that we do not certify: 400 `key_refused`

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, FromRequest, FromRequestParts, Request, State};
use axum::response::IntoResponse;
use axum::routing::post;
use browserid::PublicKey;
use service::sign::{Permitted, Sign};

use crate::cookie::{Presented, SessionCookie};
use crate::cors::Cors;
use crate::envelope::Envelope;
use crate::front::Front;
use crate::guard::FromOurPages;
use crate::headers;
use crate::pages::Pages;
use crate::problem::{Kind, Problem};
use crate::request::{read, require_json};

/// What this route needs.
#[derive(Clone)]
pub struct Deps {
    /// The session cookie, as `sign_in` sets it.
    pub cookie: SessionCookie,
    /// Who hands the requests over.
    pub front: Front,
    /// Where our pages are.
    pub pages: Pages,
    /// The operation.
    pub sign: Arc<Sign>,
}

/// The route, complete with headers, log and fallbacks.
pub fn router(deps: Deps) -> Router {
    let cors = Cors::of(&deps.pages);
    let envelope = Envelope {
        clock: Arc::clone(&deps.sign.clock),
        cors: cors.clone(),
        headers: headers::identity,
        panicked: || Problem::from(Kind::Internal).into_response(),
    };
    let front = deps.front.clone();
    let routes = paths(deps)
        .method_not_allowed_fallback(async || Problem::from(Kind::MethodNotAllowed))
        .fallback(async || Problem::from(Kind::NotFound));
    envelope.around(front.before(cors.before(routes)))
}

/// The paths alone, for a router that has others beside them.
pub(crate) fn paths(deps: Deps) -> Router {
    Router::new()
        .route("/persona/sign/", post(sign))
        .route("/persona/sign", post(sign))
        .with_state(deps)
}

/// `text/plain`, the certificate and nothing else.
async fn sign(State(deps): State<Deps>, wanted: Wanted) -> Result<String, Problem> {
    let certificate = deps.sign.certify(&wanted.permitted, wanted.key).await?;
    Ok(certificate)
}

/// A request that passed every check but the issuing policy's.
struct Wanted {
    key: PublicKey,
    permitted: Permitted,
}

impl FromRequest<Deps> for Wanted {
    type Rejection = Problem;

    async fn from_request(request: Request, deps: &Deps) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        FromOurPages::from_request_parts(&mut parts, deps).await?;
        let Ok(Presented(token)) = Presented::from_request_parts(&mut parts, deps).await;
        let session = deps.sign.session(token.as_ref()).await?;

        let query = parts.uri.query().unwrap_or_default();
        let email = only(query, "email").unwrap_or_default();
        // What is no number is NaN, and refused as such.
        let duration_s = only(query, "duration")
            .and_then(|text| text.parse().ok())
            .unwrap_or(f64::NAN);
        let permitted = deps.sign.permit(session, &email, duration_s).await?;

        require_json(&parts.headers)?;
        let key = key(&read(body).await?)?;
        Ok(Self { key, permitted })
    }
}

/// The value of a parameter that stands there once.
fn only(query: &str, name: &str) -> Option<String> {
    let mut values = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name);
    let (_, value) = values.next()?;
    values.next().is_none().then(|| value.into_owned())
}

/// A key object, or a JSON text that holds one: Persona's provisioning pages hand over the text.
fn key(body: &[u8]) -> Result<PublicKey, Problem> {
    let body = body.trim_ascii();
    if body.is_empty() {
        return Err(Kind::KeyMissing.into());
    }
    if body.starts_with(b"\"") {
        let text: String = serde_json::from_slice(body).map_err(|_| Kind::KeyMalformed)?;
        return Ok(PublicKey::from_slice_to_certify(text.as_bytes())?);
    }
    Ok(PublicKey::from_slice_to_certify(body)?)
}

impl FromRef<Deps> for Pages {
    fn from_ref(deps: &Deps) -> Self {
        deps.pages.clone()
    }
}

impl FromRef<Deps> for SessionCookie {
    fn from_ref(deps: &Deps) -> Self {
        deps.cookie
    }
}

#[cfg(test)]
mod tests {
    use super::only;

    #[test]
    fn parameter_counts_only_if_it_stands_there_once() {
        assert_eq!(only("a=1&b=%40x", "b").as_deref(), Some("@x"));
        assert_eq!(only("a=1&a=1", "a"), None);
        assert_eq!(only("a=1", "b"), None);
        assert_eq!(only("", "a"), None);
        assert_eq!(only("a", "a").as_deref(), Some(""));
    }
}
