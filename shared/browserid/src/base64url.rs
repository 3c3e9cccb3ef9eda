//! Strict base64url: unpadded, canonical, nothing else between the characters (RFC 4648 §5, PROTOCOL §3.1).

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::{NO_PAD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};

/// The text is not unpadded canonical base64url.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidBase64Url;

impl core::fmt::Display for InvalidBase64Url {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Illegal base64url string!")
    }
}

impl core::error::Error for InvalidBase64Url {}

/// Writes `bytes` without padding.
pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads what [`encode`] writes and nothing else.
///
/// The reference skips stray characters and takes padding, line ends and the standard alphabet, so that one signed
/// object has many spellings; here it has one.
pub fn decode(text: &str) -> Result<Vec<u8>, InvalidBase64Url> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidBase64Url)
}

/// Reads a number of a `kty` key: also with padding and in the standard alphabet, as the reference does (PROTOCOL §1.6).
///
/// Only numbers are read so, never what is signed: the spelling of a key is not part of anything that is compared.
pub(crate) fn decode_number(text: &str) -> Result<Vec<u8>, InvalidBase64Url> {
    let bare = match text.len() % 4 {
        0 => text
            .strip_suffix("==")
            .or_else(|| text.strip_suffix('='))
            .unwrap_or(text),
        _ => text,
    };
    decode(bare).or_else(|_| STANDARD_NO_PAD.decode(bare).map_err(|_| InvalidBase64Url))
}

/// What the reference's lenient decoder makes of a text that [`decode`] refuses: only to report the error that the
/// reference would go on to, never to use the bytes. None where it refuses too.
pub(crate) fn decode_as_reference(text: &str) -> Option<Vec<u8>> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &URL_SAFE,
        GeneralPurposeConfig::with_decode_allow_trailing_bits(NO_PAD, true),
    );
    if text.len() % 4 == 1 {
        return None;
    }
    let mut digits: String = text
        .chars()
        .map(|digit| match digit {
            '+' => '-',
            '/' => '_',
            other => other,
        })
        .filter(|digit| digit.is_ascii_alphanumeric() || matches!(digit, '-' | '_'))
        .collect();
    if digits.len() % 4 == 1 {
        digits.pop();
    }
    LENIENT.decode(digits).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for bytes in [&b""[..], b"f", b"fo", b"foo", &[0xff, 0xfe, 0xfd]] {
            assert_eq!(decode(&encode(bytes)).as_deref(), Ok(bytes));
        }
    }

    #[test]
    fn every_other_spelling_is_refused() {
        for text in [
            "Zg==", "Zg=", "Zh", "Z", "Zm8\n", " Zm8", "Zm_8!", "++++", "////", "Zm8é",
        ] {
            assert_eq!(decode(text), Err(InvalidBase64Url), "{text}");
        }
    }

    #[test]
    fn the_reference_skips_what_is_not_base64() {
        assert_eq!(decode_as_reference("Zh"), Some(b"f".to_vec()));
        assert_eq!(decode_as_reference("Z\ng=="), None);
        assert_eq!(decode_as_reference("Z\ng="), Some(b"f".to_vec()));
        assert_eq!(decode_as_reference("/+8"), Some(vec![0xff, 0xef]));
        assert_eq!(decode_as_reference("Zm9vZ!"), Some(b"foo".to_vec()));
        assert_eq!(decode_as_reference("Zm9vZm"), Some(b"foof".to_vec()));
        assert_eq!(decode_as_reference("Zm9vZm9vZ!"), Some(b"foofoo".to_vec()));
    }

    #[test]
    fn numbers_of_keys_may_be_padded_or_in_the_standard_alphabet() {
        assert_eq!(decode_number("_-8"), Ok(vec![0xff, 0xef]));
        assert_eq!(decode_number("/+8="), Ok(vec![0xff, 0xef]));
        assert_eq!(decode_number("AQAB"), Ok(vec![1, 0, 1]));
        for text in ["/-8", "AQAB=", "AQ=B", "AQAB\n", "AQ==="] {
            assert_eq!(decode_number(text), Err(InvalidBase64Url), "{text}");
        }
    }
}
