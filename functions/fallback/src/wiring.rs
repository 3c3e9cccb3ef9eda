//! The operations over what was opened.

use std::sync::Arc;

use axum::Router;
use browserid::Profile;
use dynamodb::Store;
use kms::Kms;
use lambda::{Identity, KernelRandom, SystemClock};
use service::fallback::Fallback;
use service::ports::{Authorities, Mailer, Signer};
use service::sign::{Sign, Speaks};
use service::sign_in::SignIn;
use service::standing::Standings;
use web::cookie::SessionCookie;
use web::fallback::Deps;
use webauthn::RelyingParty;

pub fn router(
    identity: Identity,
    key: Kms,
    mailer: Arc<dyn Mailer>,
    store: Store,
    authorities: Arc<dyn Authorities>,
) -> Router {
    let store = Arc::new(store);
    let (clock, random) = (Arc::new(SystemClock), Arc::new(KernelRandom));
    let standings = Arc::new(Standings {
        authorities,
        clock: clock.clone(),
        issuer: identity.domain.clone(),
        seen: store.clone(),
    });
    let sign_in = SignIn::over(
        store.clone(),
        Arc::new(SystemClock),
        Arc::new(KernelRandom),
        Arc::new(RelyingParty::new(identity.pages.origin().clone())),
    )
    .without_history();
    let fallback = Fallback {
        clock: clock.clone(),
        limits: store.clone(),
        mailer,
        pages: identity.pages.origin().clone(),
        proofs: store.clone(),
        random,
        sign_in: Arc::new(sign_in),
        standings: Arc::clone(&standings),
    };
    let sign = Sign {
        addresses: None,
        audit: store.clone(),
        clock,
        profile: Profile::new(identity.domain, key.public_key().clone()),
        sessions: store,
        signer: Arc::new(key),
        speaks: Speaks::ForEverybodyElse(standings),
    };
    web::fallback::router(Deps {
        cookie: SessionCookie::host_prefixed(),
        fallback: Arc::new(fallback),
        front: identity.front,
        pages: identity.pages,
        sign: Arc::new(sign),
    })
}
