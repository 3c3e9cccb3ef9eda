use core::fmt;

use crate::{json::JsonError, key::KeyError};

/// Why a support document is not taken. Display gives the reference's text (PROTOCOL §1.7, the part after `Error: `);
/// where the reference gives a text of its JavaScript engine, one of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SupportDocumentError {
    /// `authority` is there but no text.
    AuthorityMalformed,
    /// `authority` is no host name under the rule.
    AuthorityNotAHostName,
    /// `disabled` is there but neither true nor false.
    DisabledMalformed,
    /// The body is no JSON that we read.
    Json(JsonError),
    /// A key cannot be used.
    Key(KeyError),
    /// `keys` is no list, or there are more than [`MAX_KEYS`](super::MAX_KEYS) keys, or more than two DSA keys in groups
    /// of their own.
    KeysMalformed,
    /// A path is not there, or is no text.
    Missing {
        /// Which.
        property: &'static str,
    },
    /// Neither `public-key` nor `keys` gives a key.
    NoKey,
    /// The body is JSON but no object.
    NotAnObject,
    /// `not-before` is there and is no moment: a whole number of milliseconds above 0.
    NotBeforeMalformed,
    /// A path holds what no path may hold.
    PathMalformed,
    /// A path does not start with a slash.
    PathWithoutSlash,
}

impl fmt::Display for SupportDocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AuthorityMalformed => f.write_str("malformed authority"),
            Self::AuthorityNotAHostName => f.write_str("the authority is not a valid hostname"),
            Self::DisabledMalformed => f.write_str("disabled must be either true or false"),
            Self::Json(error) => write!(f, "declaration of support is malformed ({error})"),
            Self::Key(error) => {
                f.write_str("mal-formed public key in support doc: ")?;
                write_key_error(f, error)
            }
            Self::KeysMalformed => f.write_str("mal-formed list of public keys in support doc"),
            Self::Missing { property } => {
                write!(
                    f,
                    "support document missing required property: '{property}'"
                )
            }
            Self::NoKey => {
                f.write_str("support document missing required property 'keys' and/or 'public-key'")
            }
            Self::NotAnObject => f.write_str("support document must contain a json object"),
            Self::NotBeforeMalformed => f.write_str("malformed not-before"),
            Self::PathMalformed => f.write_str("invalid path"),
            Self::PathWithoutSlash => f.write_str("invalid path: must start with a slash"),
        }
    }
}

impl core::error::Error for SupportDocumentError {}

/// The reference names its two error classes; it looks for `algorithm` in texts and lists too, and takes the bits of a
/// missing modulus for not a number.
fn write_key_error(f: &mut fmt::Formatter<'_>, error: &KeyError) -> fmt::Result {
    match error {
        KeyError::UnknownAlgorithm { .. } => write!(f, "NotImplementedError: {error}"),
        KeyError::NotAnObject => f.write_str("NotImplementedError: no such algorithm: undefined"),
        KeyError::Size { .. } => write!(f, "KeySizeNotSupportedError: {error}"),
        KeyError::MissingMember { name: "n" } => {
            f.write_str("KeySizeNotSupportedError: bad key size: NaN")
        }
        _ => write!(f, "{error}"),
    }
}
