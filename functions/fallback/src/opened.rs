//! What the environment names outside: the key, the table, SES, our verifier.

use std::sync::Arc;

use axum::Router;
use dynamodb::Store;
use kms::{Kms, OpenError};
use lambda::{Outside, Shut};
use service::mail::Sender;
use service::ports::PortError;
use ses::Ses;
use wsapi::{DEADLINES, Verifier};

use crate::config::Configured;
use crate::wiring::router;

impl Outside for Configured {
    async fn open(&self) -> Result<Router, Shut> {
        let config = self.settings.sdk_config();
        let store = Store::new(&config, self.table.clone());
        let (key, warmed) = lambda::join!(Kms::open(&config, &self.key_id), store.warm());
        lambda::warmed(warmed);
        let key = key.map_err(shut)?;
        let verifier = Verifier::new(&self.settings, &self.verifier, DEADLINES)
            .ok_or_else(|| Shut::Wrong("the TLS library refuses Amazon's roots".to_owned()))?;
        let sender = Sender {
            address: self.mail_from.clone(),
            host: self.identity.domain.clone(),
        };
        let mailer = Arc::new(Ses::new(&config, &sender));
        let identity = self.identity.clone();
        Ok(router(identity, key, mailer, store, Arc::new(verifier)))
    }
}

fn shut(error: OpenError) -> Shut {
    match error {
        OpenError::Unavailable(error) => {
            Shut::Unavailable(PortError::new("asking KMS for the public key", error))
        }
        OpenError::WrongKey(why) => Shut::Wrong(format!(
            "KEY_ID must name a key that signs with RSASSA_PKCS1_V1_5_SHA_256: {why}"
        )),
    }
}
