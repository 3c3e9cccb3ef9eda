//! The environment of the sign-in function.

use std::sync::Arc;

use axum::Router;
use lambda::absent::NoStore;
use lambda::environment::{A_DOMAIN, domain, https_origin};
use lambda::{Environment, Incomplete, KernelRandom, SystemClock};
use service::sign_in::{Passwords, SignIn};
use web::cookie::SessionCookie;
use web::front::Front;
use web::pages::Pages;
use web::sign_in::Deps;

/// The router, or everything that is wrong with the environment.
pub fn router(mut environment: Environment) -> Result<Router, Incomplete> {
    let domain = environment.required("DOMAIN", A_DOMAIN, domain);

    let build = || {
        Some(web::sign_in::router(Deps {
            cookie: SessionCookie::host_prefixed(),
            front: Front::Direct,
            pages: Pages::Here(https_origin(&domain?)?),
            sign_in: Arc::new(SignIn {
                accounts: Arc::new(NoStore),
                clock: Arc::new(SystemClock),
                enrolments: Arc::new(NoStore),
                limits: Arc::new(NoStore),
                passwords: Arc::new(Passwords::new(Arc::new(KernelRandom))),
                random: Arc::new(KernelRandom),
                sessions: Arc::new(NoStore),
            }),
        }))
    };
    let built = build();
    environment.finish(built)
}
