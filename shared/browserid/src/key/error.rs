use core::fmt;

use crate::json::JsonError;

/// Why a key is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// RSA exponent even, below 3 or above 32 bits.
    Exponent,
    /// DSA parameters that are no group of a supported size: p or q not prime, q no divisor of p−1, g not of order q.
    Group,
    /// The text of the key is no JSON that we read.
    Json(JsonError),
    /// A member is not a text of digits in its form.
    MalformedMember {
        /// Which.
        name: &'static str,
    },
    /// A member is not there.
    MissingMember {
        /// Which.
        name: &'static str,
    },
    /// RSA modulus even.
    Modulus,
    /// Not a JSON object.
    NotAnObject,
    /// A size without a label: RSA other than 1024 or 2048 bits ± 1, DSA p other than 1024 or 2048 bits.
    Size {
        /// Bits of n or p.
        bits: usize,
    },
    /// Not a SubjectPublicKeyInfo of an RSA key.
    Spki,
    /// `algorithm` (or else `kty`) names nothing we know.
    UnknownAlgorithm {
        /// What it names, shortened; None if there is no such member.
        name: Option<String>,
    },
    /// DSA y outside the group.
    Value,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exponent => f.write_str("bad exponent"),
            Self::Group => f.write_str("bad DSA parameters"),
            Self::Json(error) => error.fmt(f),
            Self::MalformedMember { name } => write!(f, "malformed member `{name}`"),
            Self::MissingMember { name } => write!(f, "missing member `{name}`"),
            Self::Modulus => f.write_str("bad modulus"),
            Self::NotAnObject => f.write_str("not an object"),
            Self::Size { bits } => write!(f, "bad key size: {bits}"),
            Self::Spki => f.write_str("not a SubjectPublicKeyInfo of an RSA key"),
            Self::UnknownAlgorithm { name } => {
                let name = name.as_deref().unwrap_or("undefined");
                write!(f, "no such algorithm: {name}")
            }
            Self::Value => f.write_str("the value y is outside the group"),
        }
    }
}

impl core::error::Error for KeyError {}

/// Why a signature is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureError {
    /// Not made with this key over this message.
    Invalid,
    /// A DSA signature that is longer than r and s.
    Malformed,
}

impl fmt::Display for SignatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Invalid => "invalid signature",
            Self::Malformed => "malformed signature",
        })
    }
}

impl core::error::Error for SignatureError {}
