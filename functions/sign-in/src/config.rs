//! The environment of the sign-in function, and what it names outside: the table.

use std::sync::Arc;

use aws::Settings;
use axum::Router;
use dynamodb::Store;
use lambda::environment::{A_TABLE, any};
use lambda::{Environment, Identity, Incomplete, KernelRandom, Outside, Shut, SystemClock};
use service::sign_in::SignIn;
use web::cookie::SessionCookie;
use web::sign_in::Deps;
use webauthn::RelyingParty;

/// Everything that the environment says.
pub struct Configured {
    identity: Identity,
    settings: Settings,
    table: String,
}

/// Reads it, or says everything that is wrong with it.
pub fn read(mut environment: Environment) -> Result<Configured, Incomplete> {
    let identity = Identity::read(&mut environment);
    let settings = environment.read(|get| Settings::read(get));
    let table = environment.required("TABLE", A_TABLE, any);

    let build = || {
        Some(Configured {
            identity: identity?,
            settings: settings?,
            table: table?,
        })
    };
    let built = build();
    environment.finish(built)
}

impl Outside for Configured {
    async fn open(&self) -> Result<Router, Shut> {
        let config = self.settings.sdk_config();
        let store = Arc::new(Store::new(&config, self.table.clone()));
        lambda::warmed(store.warm().await);

        let Identity { front, pages, .. } = self.identity.clone();
        let passkeys = RelyingParty::new(pages.origin().clone());
        Ok(web::sign_in::router(Deps {
            cookie: SessionCookie::host_prefixed(),
            front,
            pages,
            sign_in: Arc::new(SignIn::over(
                store.clone(),
                Arc::new(SystemClock),
                Arc::new(KernelRandom),
                Arc::new(passkeys),
            )),
        }))
    }
}
