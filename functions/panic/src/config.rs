//! The environment of the function that pulls the panic switch.

use aws::Settings;
use browserid::Email;
use lambda::environment::{A_BUCKET, A_TABLE, AN_ADDRESS, address, any};
use lambda::{Environment, Identity, Incomplete};

/// Everything that the environment says.
pub struct Configured {
    /// Where the support document is published. None where the pages are elsewhere.
    pub bucket: Option<String>,
    pub identity: Identity,
    /// Where mails to our people come from. None: they get none.
    pub mail_from: Option<Email>,
    pub settings: Settings,
    pub table: String,
}

/// Reads it, or says everything that is wrong with it.
pub fn read(mut environment: Environment) -> Result<Configured, Incomplete> {
    let bucket = environment.optional("BUCKET", None, A_BUCKET, |text| any(text).map(Some));
    let identity = Identity::read(&mut environment);
    let mail_from = environment.optional("MAIL_FROM", None, AN_ADDRESS, |text| {
        address(text).map(Some)
    });
    let settings = environment.read(|get| Settings::read(get));
    let table = environment.required("TABLE", A_TABLE, any);

    let build = || {
        Some(Configured {
            bucket: bucket?,
            identity: identity?,
            mail_from: mail_from?,
            settings: settings?,
            table: table?,
        })
    };
    let built = build();
    environment.finish(built)
}
