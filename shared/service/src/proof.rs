//! A proof under way: somebody says that an address is theirs, and a code was mailed there.

use browserid::{Email, Timestamp};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::{
    ports::{PortError, Random},
    secret::Token,
};

/// How long a code works: 10 minutes.
pub const PROOF_MS: u64 = 10 * 60 * 1000;

/// How often a code may be guessed.
pub const MAX_TRIES: u32 = 5;

/// So many codes there are: all of six digits.
const CODES: u64 = 1_000_000;
/// Numbers from here on are drawn again, so that no code is likelier than another.
const REJECTED: u64 = u64::MAX - u64::MAX % CODES;
/// One draw in 10^13 is rejected: so many in a row come from a broken source.
const DRAWS: u32 = 8;

/// A proof under way, kept under the hash of the token that the browser which asked holds in a cookie.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// What was mailed, hashed.
    pub code: CodeHash,
    /// Where it was mailed to.
    pub email: Email,
    /// At this moment it is over.
    pub expires: Timestamp,
}

impl Proof {
    /// A proof that begins now.
    pub fn start(code: CodeHash, email: Email, now: Timestamp) -> Self {
        Self {
            code,
            email,
            expires: now.plus_ms(PROOF_MS),
        }
    }

    /// When the code was mailed.
    pub fn created(&self) -> Timestamp {
        self.expires.minus_ms(PROOF_MS)
    }
}

/// Six digits for one mail. A secret: no `Clone`, no `Display`, no `Debug`; wiped when dropped.
pub struct Code(Zeroizing<String>);

impl Code {
    /// A new one, each as likely as every other.
    pub fn random(random: &dyn Random) -> Result<Self, PortError> {
        for _ in 1..=DRAWS {
            let mut bytes = Zeroizing::new([0; 8]);
            random.fill(bytes.as_mut())?;
            let number = u64::from_be_bytes(*bytes);
            if number < REJECTED {
                return Ok(Self(Zeroizing::new(format!("{:06}", number % CODES))));
            }
        }
        let source = "the source of randomness repeats itself";
        Err(PortError::new("making a code", source))
    }

    /// What a person typed: six ASCII digits, with blanks wherever they like.
    pub fn parse(typed: &str) -> Option<Self> {
        if typed.len() > 64 {
            return None;
        }
        let digits: Zeroizing<String> = Zeroizing::new(
            typed
                .chars()
                .filter(|character| !character.is_whitespace())
                .collect(),
        );
        let is_code = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_code.then_some(Self(digits))
    }

    /// The digits: for the mail, and for nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// SHA-256 over the browser's token and the code. The token has 256 bits and is stored nowhere here, so the million codes
/// cannot be tried against a stolen store.
#[derive(Clone, Copy, Debug)]
pub struct CodeHash(pub [u8; 32]);

impl CodeHash {
    /// The hash of `code` as this browser would show it.
    pub fn of(browser: &Token, code: &Code) -> Self {
        let mut digest = Sha256::new();
        digest.update(Zeroizing::new(browser.expose()).as_bytes());
        digest.update(b":");
        digest.update(code.expose());
        Self(digest.finalize().into())
    }
}

impl PartialEq for CodeHash {
    /// Takes the same time wherever the first difference is: whoever asked knows the token, and so every code's hash.
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for CodeHash {}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::world::{START, World, email};

    /// Gives these numbers, the last for ever.
    struct Numbers(Mutex<Vec<u64>>);

    impl Random for Numbers {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), PortError> {
            let mut numbers = self.0.lock().expect("no panic");
            let number = if numbers.len() > 1 {
                numbers.remove(0)
            } else {
                numbers[0]
            };
            bytes.copy_from_slice(&number.to_be_bytes());
            Ok(())
        }
    }

    fn drawn(numbers: &[u64]) -> Option<String> {
        let random = Numbers(Mutex::new(numbers.to_vec()));
        let code = Code::random(&random).ok();
        code.map(|code| code.expose().to_owned())
    }

    #[test]
    fn every_code_is_as_likely_as_every_other() {
        assert_eq!(drawn(&[0]).as_deref(), Some("000000"));
        assert_eq!(drawn(&[999_999]).as_deref(), Some("999999"));
        assert_eq!(drawn(&[1_000_000]).as_deref(), Some("000000"));
        // Below the limit are whole millions; what is above would make small codes likelier, and is drawn again.
        assert_eq!(REJECTED % CODES, 0);
        assert_eq!(drawn(&[REJECTED - 1]).as_deref(), Some("999999"));
        assert_eq!(drawn(&[REJECTED, u64::MAX, 42]).as_deref(), Some("000042"));
        assert_eq!(drawn(&[u64::MAX]), None);
    }

    #[test]
    fn typed_code_has_six_digits_and_any_blanks() {
        let parse = |text: &str| Code::parse(text).map(|code| code.expose().to_owned());
        for typed in ["012345", " 012345\n", "012 345", "0 1 2\u{a0}3 4 5"] {
            assert_eq!(parse(typed).as_deref(), Some("012345"), "{typed:?}");
        }
        for typed in [
            "",
            "12345",
            "0123456",
            "01234a",
            "-12345",
            "+12345",
            "012.345",
            "٠١٢٣٤٥",
            &" ".repeat(65),
        ] {
            assert_eq!(parse(typed), None, "{typed:?}");
        }
    }

    #[test]
    fn hash_is_of_both_the_browser_and_the_code() {
        let world = World::new();
        let token = || Token::random(world.as_ref()).expect("random");
        let code = |text: &str| Code::parse(text).expect("a code");
        let (mine, yours) = (token(), token());
        let hash = CodeHash::of(&mine, &code("012345"));
        assert_eq!(hash, CodeHash::of(&mine, &code("012 345")));
        assert_ne!(hash, CodeHash::of(&mine, &code("012346")));
        assert_ne!(hash, CodeHash::of(&yours, &code("012345")));
        let proof = Proof::start(hash, email("you@me.example"), START);
        assert_eq!(proof.expires, START.plus_ms(600_000));
        assert_eq!(proof.created(), START);
    }
}
