use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{ParamsString, PasswordHash as Phc, SaltString, errors::Error as PhcError},
};
use browserid::Email;
use tokio::{sync::Semaphore, task::spawn_blocking};

use super::{SignInFailure, memory::Memory, weak};
use crate::{
    account::PasswordHash,
    ports::{PortError, Random},
    secret::Password,
};

/// Fewer characters can be guessed at the rate that the limits allow, or from a stolen store.
pub const MIN_CHARACTERS: usize = 12;
/// Nobody types more; more would only be work for us.
pub const MAX_BYTES: usize = 1024;

/// Memory, passes, lanes: what OWASP names for argon2id. Less would make a stolen store cheaper to
/// search; more would make a sign-in slower and a function bigger. One hash takes 13 ms of one core
/// compiled for speed (as `cargo run` is), 25 ms compiled for size.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// RFC 9106 recommends 128 bits.
const SALT_BYTES: usize = 16;
/// So many are hashed at the same time, the others wait: memory stays under 2 × 19 MiB.
const AT_ONCE: usize = 2;

/// Stands in for the hash of somebody who is not there. Nothing fits it: the answer is not read.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1\
    $AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// argon2id with fixed parameters, off the async threads.
pub struct Passwords {
    memory: Arc<Memory>,
    random: Arc<dyn Random>,
    slots: Arc<Semaphore>,
}

impl Passwords {
    /// `random` gives the salts.
    pub fn new(random: Arc<dyn Random>) -> Self {
        Self {
            memory: Arc::default(),
            random,
            slots: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// What to store for `password`. The policy is the caller's to check.
    pub(crate) async fn hash(&self, password: Password) -> Result<PasswordHash, PortError> {
        let mut salt = [0; SALT_BYTES];
        self.random.fill(&mut salt)?;
        let memory = Arc::clone(&self.memory);
        self.run("hashing a password", move || {
            let salt = SaltString::encode_b64(&salt)?;
            let argon2 = argon2id(parameters()?);
            let hash = memory.hash(&argon2, password.as_bytes(), salt.as_salt())?;
            let phc = Phc {
                algorithm: Algorithm::Argon2id.ident(),
                version: Some(Version::V0x13.into()),
                params: ParamsString::try_from(argon2.params())?,
                salt: Some(salt.as_salt()),
                hash: Some(hash),
            };
            Ok(PasswordHash(phc.to_string()))
        })
        .await
    }

    /// Does `password` belong to `hash`? Without a hash: no, after just as long.
    pub(super) async fn fits(
        &self,
        password: Password,
        hash: Option<&PasswordHash>,
    ) -> Result<bool, PortError> {
        let known = hash.is_some();
        let phc = hash.map_or_else(|| NOBODY.to_owned(), |hash| hash.0.clone());
        let memory = Arc::clone(&self.memory);
        self.run("checking a password", move || {
            let phc = Phc::new(&phc)?;
            let kind = (phc.algorithm, phc.version);
            if kind != (Algorithm::Argon2id.ident(), Some(Version::V0x13.into())) {
                return Err(PhcError::Algorithm);
            }
            let (Some(salt), Some(expected)) = (phc.salt, phc.hash) else {
                return Err(PhcError::PhcStringField);
            };
            // The parameters are the hash's own.
            let argon2 = argon2id(Params::try_from(&phc)?);
            let hash = memory.hash(&argon2, password.as_bytes(), salt)?;
            // Compares in constant time.
            Ok(hash == expected && known)
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce() -> Result<T, PhcError> + Send + 'static,
    ) -> Result<T, PortError> {
        let slot = Arc::clone(&self.slots)
            .acquire_owned()
            .await
            .map_err(|error| PortError::new(doing, error))?;
        let worked = spawn_blocking(move || {
            let result = work();
            // Given back here and not by the caller, who may have gone away meanwhile.
            drop(slot);
            result
        });
        match worked.await {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(error)) => Err(PortError::new(doing, error.to_string())),
            Err(error) => Err(PortError::new(doing, error)),
        }
    }
}

/// The password policy: at least 12 characters (Unicode scalar values), at most 1024 bytes, and none that anybody would try
/// first at `email`.
pub(crate) fn check(password: &Password, email: &Email) -> Result<(), SignInFailure> {
    check_length(password)?;
    if weak::is_weak(password.text(), email) {
        return Err(SignInFailure::PasswordWeak);
    }
    Ok(())
}

/// The part of it that asks for nobody's address.
pub(crate) fn check_length(password: &Password) -> Result<(), SignInFailure> {
    if password.characters() < MIN_CHARACTERS {
        return Err(SignInFailure::PasswordTooShort {
            min: MIN_CHARACTERS,
        });
    }
    if password.as_bytes().len() > MAX_BYTES {
        return Err(SignInFailure::PasswordTooLong { max: MAX_BYTES });
    }
    Ok(())
}

fn parameters() -> Result<Params, PhcError> {
    Ok(Params::new(MEMORY_KIB, PASSES, LANES, None)?)
}

fn argon2id(params: Params) -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{World, password};

    #[tokio::test]
    async fn hash_is_a_phc_string_with_our_parameters_and_its_own_salt() {
        let passwords = Passwords::new(World::new());
        let one = passwords
            .hash(password("the same"))
            .await
            .expect("it works");
        let other = passwords
            .hash(password("the same"))
            .await
            .expect("it works");
        assert!(
            one.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{}",
            one.0
        );
        assert_ne!(one, other);
        for hash in [&one, &other] {
            assert!(
                passwords
                    .fits(password("the same"), Some(hash))
                    .await
                    .expect("it works")
            );
            assert!(
                !passwords
                    .fits(password("The same"), Some(hash))
                    .await
                    .expect("it works")
            );
        }
    }

    #[tokio::test]
    async fn nobody_costs_the_same_work_as_somebody_and_fits_nothing() {
        let nobody = Phc::new(NOBODY).expect("a PHC string");
        let params = Params::try_from(&nobody).expect("argon2's");
        assert_eq!(nobody.algorithm, Algorithm::Argon2id.ident());
        assert_eq!(nobody.version, Some(Version::V0x13.into()));
        assert_eq!(
            (params.m_cost(), params.t_cost(), params.p_cost()),
            (MEMORY_KIB, PASSES, LANES)
        );
        let salt = nobody.salt.expect("a salt");
        let salt_bytes = salt.decode_b64(&mut [0; 64]).map(<[u8]>::len);
        assert_eq!(salt_bytes, Ok(SALT_BYTES));
        let hash = nobody.hash.map(|hash| hash.len());
        assert_eq!(hash, Some(Params::DEFAULT_OUTPUT_LEN));

        let passwords = Passwords::new(World::new());
        assert!(!passwords.fits(password(""), None).await.expect("it works"));
    }

    #[tokio::test]
    async fn broken_hash_is_an_error_and_not_a_wrong_password() {
        let passwords = Passwords::new(World::new());
        let broken = PasswordHash("$argon2id$".to_owned());
        assert!(
            passwords
                .fits(password("any"), Some(&broken))
                .await
                .is_err()
        );
    }

    #[test]
    fn length_is_counted_in_characters_below_and_in_bytes_above() {
        let check = |text: String| check_length(&password(&text)).map_err(|failure| failure.code());
        assert_eq!(check("ä".repeat(11)), Err("password_too_short"));
        assert_eq!(check("ä".repeat(12)), Ok(()));
        assert_eq!(check("🦀".repeat(256)), Ok(()));
        assert_eq!(check("🦀".repeat(256) + "a"), Err("password_too_long"));
    }
}
