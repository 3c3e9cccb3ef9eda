//! Requests that change something must come from one of our own pages.

use axum::extract::{FromRef, FromRequestParts};
use http::header::{HeaderName, ORIGIN};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};

use crate::pages::Pages;
use crate::problem::{Kind, Problem};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Proof that the request says so: exactly one `Origin`, that of our pages to the letter, and `Sec-Fetch-Site:
/// same-origin` if the browser sends that header (or `same-site` where the pages are at another origin of the site).
///
/// The cookie alone would not do: `SameSite` knows sites, not origins, so a page on a neighbouring subdomain could use it.
/// A missing `Origin` is refused too; every browser sends it with POST and DELETE.
pub struct FromOurPages(());

impl<S> FromRequestParts<S> for FromOurPages
where
    S: Send + Sync,
    Pages: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let pages = Pages::from_ref(state);
        let is_theirs = only(&parts.headers, &ORIGIN)
            .is_some_and(|origin| origin.as_bytes() == pages.origin().as_str().as_bytes());
        let is_not_crossing = !parts.headers.contains_key(SEC_FETCH_SITE)
            || only(&parts.headers, &SEC_FETCH_SITE)
                .is_some_and(|site| pages.expect_site(site.as_bytes()));
        if is_theirs && is_not_crossing {
            Ok(Self(()))
        } else {
            Err(Kind::WrongOrigin.into())
        }
    }
}

/// The value of a header that stands there once.
pub(crate) fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a HeaderValue> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    values.next().is_none().then_some(first)
}
