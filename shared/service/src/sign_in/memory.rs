//! argon2id in memory that is kept from one hash to the next.
//!
//! Given back after each hash, the 19 MiB come from another place the next time: with glibc 2.36 a process grew by as much with
//! every sign-in (measured by `tests/bench/functions`; Lambda's runtime has an older one), until the platform would end it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use argon2::{
    Argon2, Block, Params,
    password_hash::{Output, Salt, errors::Error as PhcError},
};

/// What is not in use: as many as there ever were at the same time.
#[derive(Default)]
pub(super) struct Memory(Mutex<Vec<Vec<Block>>>);

impl Memory {
    /// The raw hash. `argon2` has the parameters, and says how much memory it takes.
    pub(super) fn hash(
        &self,
        argon2: &Argon2<'_>,
        password: &[u8],
        salt: Salt<'_>,
    ) -> Result<Output, PhcError> {
        let mut buffer = [0; Salt::MAX_LENGTH];
        let salt = salt.decode_b64(&mut buffer)?;
        let params = argon2.params();
        let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);

        let mut blocks = self.idle().pop().unwrap_or_default();
        // What stands in them from before does not matter: the first pass writes every block.
        blocks.resize(params.block_count(), Block::default());
        let output = Output::init_with(length, |out| {
            Ok(argon2.hash_password_into_with_memory(password, salt, out, &mut blocks)?)
        });
        self.idle().push(blocks);
        output
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Vec<Block>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::{PasswordHasher, SaltString};
    use argon2::{Algorithm, Version};

    use super::*;

    fn argon2id(memory_kib: u32) -> Argon2<'static> {
        let params = Params::new(memory_kib, 2, 1, None).expect("parameters");
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
    }

    #[test]
    fn hash_is_argon2s_own_whatever_the_memory_held_before() {
        let memory = Memory::default();
        let salt = SaltString::encode_b64(&[7; 16]).expect("a salt");
        for (password, kib) in [
            ("one", 64),
            ("other", 64),
            ("one", 256),
            ("one", 32),
            ("one", 64),
        ] {
            let argon2 = argon2id(kib);
            let ours = memory.hash(&argon2, password.as_bytes(), salt.as_salt());
            let own = argon2
                .hash_password(password.as_bytes(), &salt)
                .expect("a hash");
            assert_eq!(ours.ok(), own.hash, "{password} {kib}");
        }
        assert_eq!(memory.idle().len(), 1, "all of them used the same");
    }
}
