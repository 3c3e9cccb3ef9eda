//! Requests that change something must come from a page of our own origin.

use axum::extract::{FromRef, FromRequestParts};
use browserid::Origin;
use http::header::{HeaderName, ORIGIN};
use http::request::Parts;

use crate::problem::{Kind, Problem};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Proof that the request says so: exactly one `Origin`, ours to the letter, and `Sec-Fetch-Site: same-origin` if the
/// browser sends that header.
///
/// The cookie alone would not do: `SameSite` knows sites, not origins, so a page on a neighbouring subdomain could use it.
/// A missing `Origin` is refused too; every browser sends it with POST and DELETE.
pub struct SameOrigin(());

impl<S> FromRequestParts<S> for SameOrigin
where
    S: Send + Sync,
    Origin: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let own = Origin::from_ref(state);
        let says = |name: &HeaderName, expected: &str| {
            let mut values = parts.headers.get_all(name).iter();
            let first = values.next()?;
            Some(values.next().is_none() && first.as_bytes() == expected.as_bytes())
        };
        let is_ours = says(&ORIGIN, own.as_str()) == Some(true);
        let is_not_crossing = says(&SEC_FETCH_SITE, "same-origin") != Some(false);
        if is_ours && is_not_crossing {
            Ok(Self(()))
        } else {
            Err(Kind::WrongOrigin.into())
        }
    }
}
