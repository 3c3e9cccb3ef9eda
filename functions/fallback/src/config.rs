//! The environment of the fallback.

use aws::Settings;
use browserid::{Domain, Email};
use lambda::environment::{A_DOMAIN, A_TABLE, AN_ADDRESS, address, any, domain};
use lambda::{Environment, Identity, Incomplete};

/// Everything that the environment says.
pub struct Configured {
    pub identity: Identity,
    pub key_id: String,
    /// Where its mails come from.
    pub mail_from: Email,
    pub settings: Settings,
    pub table: String,
    /// The host of our verifier's function URL.
    pub verifier: Domain,
}

/// Reads it, or says everything that is wrong with it.
pub fn read(mut environment: Environment) -> Result<Configured, Incomplete> {
    let identity = Identity::read(&mut environment);
    let key_id = environment.required("KEY_ID", "the ARN or id of a key in KMS", any);
    let mail_from = environment.required("MAIL_FROM", AN_ADDRESS, address);
    let settings = environment.read(|get| Settings::read(get));
    let table = environment.required("TABLE", A_TABLE, any);
    let verifier = environment.required("VERIFIER", A_DOMAIN, domain);

    let build = || {
        Some(Configured {
            identity: identity?,
            key_id: key_id?,
            mail_from: mail_from?,
            settings: settings?,
            table: table?,
            verifier: verifier?,
        })
    };
    let built = build();
    environment.finish(built)
}
