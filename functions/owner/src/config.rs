//! The environment of the owner's function, and what it names outside.

use std::sync::Arc;

use aws::Settings;
use dynamodb::Store;
use lambda::environment::{A_BUCKET, A_TABLE, AN_ADDRESS, address, any};
use lambda::{Environment, Identity, Incomplete, KernelRandom, SystemClock};
use s3::Document;
use service::sign_in::SignIn;
use ses::Ses;
use webauthn::RelyingParty;

use crate::command::Owner;

/// The operations, or everything that is wrong with the environment. Nothing is opened before the first command: it runs
/// once in a while, and nobody waits.
pub fn read(mut environment: Environment) -> Result<Owner, Incomplete> {
    let bucket = environment.optional("BUCKET", None, A_BUCKET, |text| any(text).map(Some));
    let identity = Identity::read(&mut environment);
    let mail_from = environment.optional("MAIL_FROM", None, AN_ADDRESS, |text| {
        address(text).map(Some)
    });
    let settings = environment.read(|get| Settings::read(get));
    let table = environment.required("TABLE", A_TABLE, any);

    let build = || {
        let (bucket, identity, mail_from) = (bucket?, identity?, mail_from?);
        let config = settings?.sdk_config();
        let pages = identity.pages.origin().clone();
        let mut sign_in = SignIn::over(
            Arc::new(Store::new(&config, table?)),
            Arc::new(SystemClock),
            Arc::new(KernelRandom),
            Arc::new(RelyingParty::new(pages.clone())),
        );
        sign_in.domains.clone_from(&identity.addresses);
        sign_in.notices = mail_from
            .map(|from| Ses::notices(&config, from, identity.domain.clone(), pages.clone()));
        sign_in.published = bucket.map(|name: String| Document::published(&config, &name));
        Some(Owner {
            domains: identity.addresses,
            pages,
            sign_in,
        })
    };
    let built = build();
    environment.finish(built)
}
