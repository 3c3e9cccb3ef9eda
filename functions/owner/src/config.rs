//! The environment of the owner's function.

use std::sync::Arc;

use aws::Settings;
use dynamodb::Store;
use lambda::environment::{A_TABLE, any};
use lambda::{Environment, Identity, Incomplete, KernelRandom, SystemClock};
use service::sign_in::SignIn;
use webauthn::RelyingParty;

use crate::command::Owner;

/// The operations, or everything that is wrong with the environment. Nothing is opened before the first command: it runs
/// once in a while, and nobody waits.
pub fn read(mut environment: Environment) -> Result<Owner, Incomplete> {
    let identity = Identity::read(&mut environment);
    let settings = environment.read(|get| Settings::read(get));
    let table = environment.required("TABLE", A_TABLE, any);

    let build = || {
        let (identity, settings, table) = (identity?, settings?, table?);
        let store = Arc::new(Store::new(&settings.sdk_config(), table));
        Some(Owner {
            domains: identity.addresses,
            pages: identity.pages.origin().clone(),
            sign_in: SignIn::over(
                store.clone(),
                Arc::new(SystemClock),
                Arc::new(KernelRandom),
                Arc::new(RelyingParty::new(identity.pages.origin().clone())),
            ),
        })
    };
    let built = build();
    environment.finish(built)
}
