//! Recovery codes: for the day when every other way in is lost. Ten of them, each good once; a new set takes the place of
//! the old one.
//!
//! A code has 80 bits. Nobody guesses that, so nobody can lock them either: what limits guesses at passwords does not count
//! here, and a source is only slowed down.

use browserid::{Email, HostRule};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{
    account::Account,
    client::Client,
    history::What,
    ports::{PortError, Random},
    secret::Token,
    session::{Life, Session, Way},
    sign_in::{NewSession, SignIn, SignInFailure, guesses::digest},
    ways::SecretHash,
};

/// So many codes there are in a set.
pub const CODES: usize = 10;
/// So many refusals a day are written into one person's history: whoever fills it with more tells nothing new.
pub const MAX_NOTED: u32 = 20;

const DAY_MS: u64 = 24 * 60 * 60 * 1000;
const BYTES: usize = 10;
const LETTERS: usize = 16;
const GROUP: usize = 4;
/// Crockford's: without I, L, O and U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A recovery code. No `Clone`, `Display` or `Debug`; wiped when dropped.
pub struct RecoveryCode(Zeroizing<String>);

impl RecoveryCode {
    /// A new one.
    pub fn random(random: &dyn Random) -> Result<Self, PortError> {
        let mut bytes = Zeroizing::new([0; BYTES]);
        random.fill(bytes.as_mut_slice())?;
        let bits = bytes
            .iter()
            .fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        let letter = |at: usize| {
            let index = (bits >> (5 * (LETTERS - 1 - at))) & 31;
            let letter = usize::try_from(index).ok().and_then(|i| ALPHABET.get(i));
            char::from(*letter.unwrap_or(&b'0'))
        };
        Ok(Self(Zeroizing::new((0..LETTERS).map(letter).collect())))
    }

    /// Reads one as people type it: in either case, with or without blanks and hyphens, with letters that look like
    /// others. None for what cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let is_between = |c: &char| c.is_whitespace() || "-‐‑‒–—−_.".contains(*c);
        let letters = text.chars().filter(|c| !is_between(c)).map(|c| {
            let letter = match c.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let is_one = u8::try_from(letter).is_ok_and(|letter| ALPHABET.contains(&letter));
            is_one.then_some(letter)
        });
        let letters: Option<String> = letters.take(LETTERS + 1).collect();
        let letters = Zeroizing::new(letters?);
        (letters.len() == LETTERS).then_some(Self(letters))
    }

    /// In groups of four, to be read and typed: shown once.
    pub fn expose(&self) -> String {
        let mut text = String::with_capacity(LETTERS + LETTERS / GROUP);
        for (at, letter) in self.0.chars().enumerate() {
            if at > 0 && at % GROUP == 0 {
                text.push('-');
            }
            text.push(letter);
        }
        text
    }

    /// What stores keep of it.
    pub fn hash(&self) -> SecretHash {
        SecretHash(Sha256::digest(self.0.as_bytes()).into())
    }
}

impl SignIn {
    /// Ten new codes for whoever is signed in with `token`, and has proved it lately. The old ones are worth nothing.
    pub async fn make_codes(
        &self,
        token: &Token,
        client: &Client,
    ) -> Result<Vec<RecoveryCode>, SignInFailure> {
        let session = self.fresh(Some(token)).await?;
        let codes = core::iter::repeat_with(|| RecoveryCode::random(self.random.as_ref()));
        let codes = codes.take(CODES).collect::<Result<Vec<_>, _>>()?;
        self.edit_in(&session, |account| {
            account.ways.recovery_codes = codes.iter().map(RecoveryCode::hash).collect();
            Ok(())
        })
        .await?;
        self.happened(&session.email, client, What::CodesMade)
            .await?;
        Ok(codes)
    }

    /// Signs in with a recovery code, which is used up. The session is fresh, so that new ways in can be added at once.
    ///
    /// A wrong code, a used one, an unknown or malformed address: the same answer, and the same is asked of the stores.
    pub async fn with_recovery_code(
        &self,
        email: &str,
        code: &str,
        life: Life,
        client: &Client,
    ) -> Result<NewSession, SignInFailure> {
        // No code is used up for nothing.
        self.not_panicked().await?;
        self.count_source(KIND, &client.source).await?;
        let address = Email::from_typed(email, HostRule::Public).ok();
        let account = self.find_or_nobody(address.as_ref()).await?;
        let hash = RecoveryCode::parse(code).map(|code| code.hash());
        let is_right = is_among(account.as_ref(), hash.as_ref());
        let (Some(account), Some(hash), true) = (account, hash, is_right) else {
            return Err(self.refuse_code(address.as_ref(), client).await?);
        };

        // Of many who show the same code at once one finds it here.
        let left = self.edit(&account.email, |account| {
            let codes = &mut account.ways.recovery_codes;
            let at = codes.iter().position(|known| *known == hash);
            codes.remove(at.ok_or(SignInFailure::WrongCredentials)?);
            Ok(codes.len())
        });
        let left = left.await?.ok_or(SignInFailure::WrongCredentials)?;
        let session = Session::start(account.email.clone(), self.clock.now())
            .by(Way::RecoveryCode)
            .living(life);
        let email = session.email.clone();
        // Whoever said meanwhile that somebody else was in took the codes away: this one as well.
        let is_still_right = |now: &Account| now.ways.locked == account.ways.locked;
        let session = self
            .start_session_if(session, client, is_still_right)
            .await?
            .ok_or(SignInFailure::WrongCredentials)?;
        self.source_was_right(KIND, &client.source).await?;
        self.happened(&email, client, What::CodeUsed { left })
            .await?;
        Ok(session)
    }

    /// Writes the refusal down, as long as there are not too many of them.
    async fn refuse_code(
        &self,
        address: Option<&Email>,
        client: &Client,
    ) -> Result<SignInFailure, PortError> {
        let failure = SignInFailure::WrongCredentials;
        if let Some(address) = address {
            let key = format!("{KIND}:noted:{}", digest(&[address.as_str().as_bytes()]));
            let now = self.clock.now();
            let counted = self.limits.hit(&key, MAX_NOTED, DAY_MS, now).await?;
            if counted.is_ok() {
                self.keep_refusal(address, Way::RecoveryCode, &failure, client)
                    .await?;
            }
        }
        Ok(failure)
    }
}

const KIND: &str = "recovery";

/// Compares with a whole set, however many there are and wherever the right one stands.
fn is_among(account: Option<&Account>, hash: Option<&SecretHash>) -> bool {
    let known = account.map_or(&[][..], |account| &account.ways.recovery_codes);
    let none = SecretHash([0; 32]);
    let asked = hash.unwrap_or(&none);
    let mut found = subtle::Choice::from(0);
    for at in 0..CODES.max(known.len()) {
        let expected = known.get(at).unwrap_or(&none);
        found |= expected.0.ct_eq(&asked.0) & subtle::Choice::from(u8::from(at < known.len()));
    }
    bool::from(found) && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Count(core::sync::atomic::AtomicU8);

    impl Random for Count {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), PortError> {
            for byte in bytes {
                *byte = self.0.fetch_add(1, core::sync::atomic::Ordering::SeqCst);
            }
            Ok(())
        }
    }

    fn code(first: u8) -> RecoveryCode {
        RecoveryCode::random(&Count(first.into())).expect("it works")
    }

    #[test]
    fn code_is_sixteen_letters_of_five_bits_in_groups_of_four() {
        assert_eq!(code(0).expose(), "000G-40R4-0M30-E209");
        assert_eq!(code(246).expose(), "YVVZ-HYFT-ZFYF-VZQZ");
    }

    #[test]
    fn code_is_read_as_people_type_it() {
        let hash = code(0).hash();
        for text in [
            "000G-40R4-0M30-E209",
            "000g40r40m30e209",
            " 000G 40R4 0M30 E209\n",
            "OOOG-4OR4-OM3O-E2O9",
            "000G–40R4—0M30_E209",
        ] {
            let read = RecoveryCode::parse(text).map(|code| code.hash());
            assert_eq!(read, Some(hash), "{text}");
        }
        let ones = RecoveryCode::parse("iIlL 1111 1111 1111").map(|code| code.expose());
        assert_eq!(ones.as_deref(), Some("1111-1111-1111-1111"));
        for text in [
            "",
            "000G-40R4-0M30-E20",
            "000G-40R4-0M30-E2099",
            "000G-40R4-0M30-E20U",
            "000G-40R4-0M30-E20ß",
            "000G-40R4-0M30-E20\u{130}",
        ] {
            assert!(RecoveryCode::parse(text).is_none(), "{text}");
        }
        assert!(RecoveryCode::parse(&"0".repeat(1_000_000)).is_none());
    }
}
