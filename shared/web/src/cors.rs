//! What browsers must hear before pages at another origin of the site may use the functions and read their answers.
//!
//! Only that one origin hears it. Nobody is kept away by this: what a request may do is decided by the guard, for every
//! request, with the same comparison.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use browserid::Origin;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_METHOD, ALLOW, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use tower::ServiceExt;

use crate::guard::only;
use crate::pages::Pages;

/// How long a browser may keep a permission, in seconds. Chromium keeps none for longer.
const MAX_AGE: HeaderValue = HeaderValue::from_static("7200");

/// What the pages read of an answer beside the simplest headers: the clock, and how long to wait.
const READ: HeaderValue = HeaderValue::from_static("date, retry-after");

/// The permission of pages elsewhere; none where the pages are at the functions' own origin.
#[derive(Clone)]
pub(crate) struct Cors(Option<Origin>);

impl Cors {
    pub(crate) fn of(pages: &Pages) -> Self {
        Self(match pages {
            Pages::Elsewhere(origin) => Some(origin.clone()),
            Pages::Here(_) => None,
        })
    }

    /// For functions whose answers are for no page.
    pub(crate) const fn none() -> Self {
        Self(None)
    }

    /// The headers for the answer to a request with these headers.
    pub(crate) fn headers_for(&self, asked: &HeaderMap) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let Some(pages) = &self.0 else { return headers };
        // Said to strangers too: the answer would have been another one to our pages.
        headers.insert(VARY, HeaderValue::from_static("origin"));
        if let Some(origin) = asked_by(pages, asked) {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            let credentials = HeaderValue::from_static("true");
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, credentials);
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, READ);
        }
        headers
    }

    /// Lets `router` answer preflights of our pages.
    pub(crate) fn before(self, router: Router) -> Router {
        match self.0 {
            Some(pages) => Router::new()
                .fallback(answer)
                .with_state(Arc::new(Open { pages, router })),
            None => router,
        }
    }
}

/// The value of `Origin` if it stands there once and is that of our pages.
fn asked_by(pages: &Origin, asked: &HeaderMap) -> Option<HeaderValue> {
    only(asked, &ORIGIN)
        .filter(|origin| origin.as_bytes() == pages.as_str().as_bytes())
        .cloned()
}

/// Routes that pages at another origin may use. The router is called whole: only so does it say which methods a path knows.
struct Open {
    pages: Origin,
    router: Router,
}

/// A path refuses OPTIONS with the methods that it knows, and these are what our pages may send.
async fn answer(State(open): State<Arc<Open>>, request: Request) -> Response {
    let is_our_preflight = request.method() == Method::OPTIONS
        && asked_by(&open.pages, request.headers()).is_some()
        && only(request.headers(), &ACCESS_CONTROL_REQUEST_METHOD).is_some();
    let response = match open.router.clone().oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let methods = response.headers().get(ALLOW);
    match methods {
        Some(methods)
            if is_our_preflight && response.status() == StatusCode::METHOD_NOT_ALLOWED =>
        {
            let permission = [
                (
                    ACCESS_CONTROL_ALLOW_HEADERS,
                    HeaderValue::from_static("content-type"),
                ),
                (ACCESS_CONTROL_ALLOW_METHODS, methods.clone()),
                (ACCESS_CONTROL_MAX_AGE, MAX_AGE),
            ];
            (StatusCode::NO_CONTENT, permission).into_response()
        }
        _ => response,
    }
}
