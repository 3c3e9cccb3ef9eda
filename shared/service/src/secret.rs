//! Values that must not be seen: no `Clone`, no `Display`, no `Debug`; wiped when dropped.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use crate::ports::{PortError, Random};

/// A 256-bit random token: a session's or an enrolment link's.
pub struct Token([u8; 32]);

impl Token {
    /// The text's length in the form that leaves.
    pub const TEXT_LENGTH: usize = 43;

    /// A new one.
    pub fn random(random: &dyn Random) -> Result<Self, PortError> {
        let mut token = Self([0; 32]);
        random.fill(&mut token.0)?;
        Ok(token)
    }

    /// Reads what [`expose`](Self::expose) wrote, and nothing else: 43 characters of base64url whose
    /// unused bits are zero.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != Self::TEXT_LENGTH {
            return None;
        }
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text).ok()?);
        let mut token = Self([0; 32]);
        if bytes.len() != token.0.len() {
            return None;
        }
        token.0.copy_from_slice(&bytes);
        Some(token)
    }

    /// base64url, 43 characters: for the cookie or the link, and for nothing else.
    pub fn expose(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What stores keep of it. Looking a token up by its hash also makes the time of the look-up
    /// say nothing about the token.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0).into())
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// SHA-256 of a [`Token`]: what stores keep. It opens nothing.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct TokenHash(pub [u8; 32]);

impl TokenHash {
    /// Reads what [`text`](Self::text) wrote, and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        // As long as a token, and read with the same care.
        Token::parse(text).map(|bytes| Self(bytes.0))
    }

    /// base64url, 43 characters: a name for what belongs to the token, which may be shown.
    pub fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

/// A password as typed: not trimmed, not normalised.
///
/// No Unicode normalisation: browsers hand over what the keyboard gave (NFC everywhere that
/// matters), and a person whose two keyboards differ is refused, never let in wrongly.
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes the text over; it is wiped when the password is dropped.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Unicode scalar values, the nearest cheap thing to what a person counts.
    pub(crate) fn characters(&self) -> usize {
        self.0.chars().count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Sevens;

    impl Random for Sevens {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), PortError> {
            bytes.fill(7);
            Ok(())
        }
    }

    #[test]
    fn token_reads_back_what_it_exposed() {
        let Ok(token) = Token::random(&Sevens) else {
            panic!("the source never fails");
        };
        let text = token.expose();
        assert_eq!(text, "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc");
        assert_eq!(text.len(), Token::TEXT_LENGTH);
        assert_eq!(
            Token::parse(&text).map(|read| read.hash()),
            Some(token.hash())
        );
    }

    #[test]
    fn hash_of_a_token_is_the_sha_256_of_its_bytes() {
        let hash = Token([0; 32]).hash();
        assert_eq!(hash.0[..4], [0x66, 0x68, 0x7a, 0xad]);
    }

    #[test]
    fn token_in_any_other_spelling_is_refused() {
        let right = Token([7; 32]).expose();
        for wrong in [
            String::new(),
            right[..42].to_owned(),
            format!("{right}="),
            format!("{right}A"),
            format!(" {}", &right[1..]),
            // The last character carries two unused bits; they must be zero.
            format!("{}d", &right[..42]),
            right.replace('B', "+"),
        ] {
            assert!(Token::parse(&wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn characters_of_a_password_are_not_bytes() {
        assert_eq!(Password::new("ä€🦀".to_owned()).characters(), 3);
    }
}
