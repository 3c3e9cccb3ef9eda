//! The environment of the signing function, and what it names outside: the key, and the table.

use std::sync::Arc;

use aws::Settings;
use axum::Router;
use browserid::Profile;
use dynamodb::Store;
use kms::{Kms, OpenError};
use lambda::environment::{A_TABLE, any};
use lambda::{Environment, Identity, Incomplete, Outside, Shut, SystemClock};
use service::ports::{PortError, Signer};
use service::sign::{Sign, Speaks};
use web::cookie::SessionCookie;
use web::sign::Deps;

/// Everything that the environment says.
pub struct Configured {
    identity: Identity,
    key_id: String,
    settings: Settings,
    table: String,
}

/// Reads it, or says everything that is wrong with it.
pub fn read(mut environment: Environment) -> Result<Configured, Incomplete> {
    let identity = Identity::read(&mut environment);
    let key_id = environment.required("KEY_ID", "the ARN or id of a key in KMS", any);
    let settings = environment.read(|get| Settings::read(get));
    let table = environment.required("TABLE", A_TABLE, any);

    let build = || {
        Some(Configured {
            identity: identity?,
            key_id: key_id?,
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
        let (key, warmed) = lambda::join!(Kms::open(&config, &self.key_id), store.warm());
        lambda::warmed(warmed);
        let key = key.map_err(shut)?;

        let identity = self.identity.clone();
        Ok(web::sign::router(Deps {
            cookie: SessionCookie::host_prefixed(),
            front: identity.front,
            pages: identity.pages,
            sign: Arc::new(Sign {
                addresses: Some(store.clone()),
                audit: store.clone(),
                clock: Arc::new(SystemClock),
                profile: Profile::new(identity.domain, key.public_key().clone()),
                sessions: store,
                signer: Arc::new(key),
                speaks: Speaks::For(identity.addresses),
            }),
        }))
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
