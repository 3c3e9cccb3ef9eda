//! What the environment names outside: the table and, with a sender, SES.

use std::sync::Arc;

use axum::Router;
use dynamodb::Store;
use lambda::{Identity, KernelRandom, Outside, Shut, SystemClock};
use service::sign_in::SignIn;
use ses::Ses;
use web::cookie::SessionCookie;
use web::sign_in::Deps;
use webauthn::RelyingParty;

use crate::config::Configured;

impl Outside for Configured {
    async fn open(&self) -> Result<Router, Shut> {
        let config = self.settings.sdk_config();
        let store = Arc::new(Store::new(&config, self.table.clone()));
        lambda::warmed(store.warm().await);

        let Identity {
            addresses,
            domain,
            front,
            pages,
        } = self.identity.clone();
        let mut sign_in = SignIn::over(
            store,
            Arc::new(SystemClock),
            Arc::new(KernelRandom),
            Arc::new(RelyingParty::new(pages.origin().clone())),
        );
        sign_in.domains = addresses;
        sign_in.notices = self
            .mail_from
            .clone()
            .map(|from| Ses::notices(&config, from, domain, pages.origin().clone()));
        Ok(web::sign_in::router(Deps {
            cookie: SessionCookie::host_prefixed(),
            front,
            pages,
            sign_in: Arc::new(sign_in),
        }))
    }
}
