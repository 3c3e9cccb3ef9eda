//! The federation whose members the verifier believes, if it belongs to one.

use std::sync::Arc;

use browserid::{HostRule, Seal};
use fetch::{ExtraRoots, Https, HttpsList, PublicAddresses, strict_tls_with};
use lambda::{Environment, SystemClock};
use service::federation::Members;

/// How often the list is read, in milliseconds, while there are verifications: five minutes.
const EVERY_MS: u64 = 5 * 60 * 1000;

/// `FEDERATION` and `FEDERATION_KEY`, and nothing beside them that says whom to believe. None if something is wrong, Some of
/// None if there is no federation. `roots` are believed as for all other hosts.
pub fn read(environment: &mut Environment, roots: &ExtraRoots) -> Option<Option<Arc<Members>>> {
    environment.read(|get| {
        let (list, key) = (get("FEDERATION"), get("FEDERATION_KEY"));
        let mut faults = Vec::new();
        let Some(list) = list else {
            return match key {
                Some(_) => Err(vec!["FEDERATION_KEY needs FEDERATION".to_owned()]),
                None => Ok(None),
            };
        };
        for name in ["FALLBACK_DOMAIN", "TRUSTED_ISSUERS"] {
            if get(name).is_some() {
                faults.push(format!(
                    "{name} means nothing beside FEDERATION: set one of them"
                ));
            }
        }
        let seal = match key.map(|key| Seal::of_keys(key.as_bytes())) {
            None => Seal::None,
            Some(Some(seal)) => seal,
            Some(None) => {
                faults.push(format!("FEDERATION_KEY must be {A_KEY}"));
                Seal::None
            }
        };
        let tls = strict_tls_with(roots);
        let https = Https::new(Arc::new(PublicAddresses), tls, HttpsList::LIMITS);
        match HttpsList::new(&list, HostRule::Public, https) {
            Ok(lists) if faults.is_empty() => Ok(Some(Members::new(
                Arc::new(SystemClock),
                Arc::new(lists),
                seal,
                HostRule::Public,
                EVERY_MS,
            ))),
            Ok(_) => Err(faults),
            Err(_) => {
                faults.push("FEDERATION must be an https URL".to_owned());
                Err(faults)
            }
        }
    })
}

/// What `FEDERATION_KEY` must be, for messages.
const A_KEY: &str = "a public key (RSA of 2048 bits), as PEM or as in a support document";
