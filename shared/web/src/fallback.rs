//! The fallback's paths: `POST /persona/proof` (mail me a code), `POST /persona/proof/confirm`, and those of an identity
//! provider: `/persona/session`, `/persona/password`, `/persona/health`, `/persona/sign/`.

use std::sync::Arc;

use axum::Router;
use service::fallback::Fallback;
use service::sign::Sign;

use crate::cookie::SessionCookie;
use crate::front::Front;
use crate::pages::Pages;

/// What these routes need.
#[derive(Clone)]
pub struct Deps {
    /// The session cookie; the cookie of a proof under way is named after it.
    pub cookie: SessionCookie,
    /// The operations.
    pub fallback: Arc<Fallback>,
    /// Who hands the requests over.
    pub front: Front,
    /// Where our pages are.
    pub pages: Pages,
    /// Certificates; its `speaks` is that of a fallback.
    pub sign: Arc<Sign>,
}

/// The routes, complete with headers, log and fallbacks.
pub fn router(deps: Deps) -> Router {
    crate::sign::router(crate::sign::Deps {
        cookie: deps.cookie,
        front: deps.front,
        pages: deps.pages,
        sign: deps.sign,
    })
}
