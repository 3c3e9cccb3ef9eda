//! The environment of the signing function.

use std::sync::Arc;

use axum::Router;
use browserid::Profile;
use lambda::absent::{NoSigner, NoStore};
use lambda::environment::{A_DOMAIN, A_PUBLIC_KEY, domain, https_origin, public_key};
use lambda::{Environment, Incomplete, SystemClock};
use service::sign::Sign;
use web::cookie::SessionCookie;
use web::front::Front;
use web::pages::Pages;
use web::sign::Deps;

/// The router, or everything that is wrong with the environment.
pub fn router(mut environment: Environment) -> Result<Router, Incomplete> {
    let issuer = environment.required("DOMAIN", A_DOMAIN, domain);
    let public_key = environment.required("PUBLIC_KEY", A_PUBLIC_KEY, public_key);

    let build = || {
        let (issuer, public_key) = (issuer?, public_key?);
        Some(web::sign::router(Deps {
            cookie: SessionCookie::host_prefixed(),
            front: Front::Direct,
            pages: Pages::Here(https_origin(&issuer)?),
            sign: Arc::new(Sign {
                audit: Arc::new(NoStore),
                clock: Arc::new(SystemClock),
                profile: Profile::new(issuer, public_key.clone()),
                sessions: Arc::new(NoStore),
                signer: Arc::new(NoSigner { public_key }),
            }),
        }))
    };
    let built = build();
    environment.finish(built)
}
