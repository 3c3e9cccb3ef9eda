//! The environment of the certificate service, and what it names outside: the key, and the table.

use std::sync::Arc;

use aws::Settings;
use axum::Router;
use browserid::{Domain, Profile};
use dynamodb::Store;
use kms::{Kms, OpenError};
use lambda::environment::{A_DOMAIN, A_TABLE, DOMAINS, any, domain, domains};
use lambda::{Environment, Incomplete, Outside, Shut, SystemClock};
use service::certifier::Certifier;
use service::ports::{PortError, Signer};
use web::certifier::{Callers, Deps};

/// Everything that the environment says.
pub struct Configured {
    domain: Domain,
    domains: Vec<Domain>,
    key_id: String,
    settings: Settings,
    table: String,
}

/// Reads it, or says everything that is wrong with it.
pub fn read(mut environment: Environment) -> Result<Configured, Incomplete> {
    let domain = environment.required("DOMAIN", A_DOMAIN, domain);
    let others = environment.optional("ADDRESS_DOMAINS", None, DOMAINS, |text| {
        domains(text).map(Some)
    });
    let key_id = environment.required("KEY_ID", "the ARN or id of a key in KMS", any);
    let settings = environment.read(|get| Settings::read(get));
    let table = environment.required("TABLE", A_TABLE, any);

    let build = || {
        let domain = domain?;
        Some(Configured {
            domains: others?.unwrap_or_else(|| vec![domain.clone()]),
            domain,
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
        // The table is not asked before the first certificate: this function may add rows, and read none.
        let store = Store::new(&config, self.table.clone());
        let key = Kms::open(&config, &self.key_id).await.map_err(shut)?;
        let certifier = Certifier {
            audit: Arc::new(store),
            clock: Arc::new(SystemClock),
            domains: self.domains.clone(),
            profile: Profile::new(self.domain.clone(), key.public_key().clone()),
            signer: Arc::new(key),
        };
        Ok(web::certifier::router(Deps {
            callers: Callers::Signed,
            certifier: Arc::new(certifier),
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
