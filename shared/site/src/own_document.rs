//! The support document of a domain that runs this product, or of a fallback.

use core::fmt;

use browserid::{MAX_KEYS, Path, PublicKey, Support, SupportDocument, SupportDocumentError};

/// What stands at `/.well-known/browserid`: `first_key` is the one that signs, `other_keys` those that may still be
/// needed, or will be soon (in `keys`). A key that is named twice stands there once. Its three pages are those of
/// `static/persona`.
pub fn own_document(
    first_key: PublicKey,
    other_keys: impl IntoIterator<Item = PublicKey>,
) -> Result<SupportDocument, OwnDocumentError> {
    document(first_key, other_keys, "/persona/sign_in.html")
}

/// The same for a fallback: people show that an address is theirs by a mailed code. The pages know a fallback by this.
pub fn fallback_document(
    first_key: PublicKey,
    other_keys: impl IntoIterator<Item = PublicKey>,
) -> Result<SupportDocument, OwnDocumentError> {
    document(first_key, other_keys, "/persona/prove.html")
}

fn document(
    first_key: PublicKey,
    other_keys: impl IntoIterator<Item = PublicKey>,
    authentication: &str,
) -> Result<SupportDocument, OwnDocumentError> {
    let mut others: Vec<PublicKey> = Vec::new();
    for key in other_keys {
        if key != first_key && !others.contains(&key) {
            others.push(key);
        }
    }
    if others.len() >= MAX_KEYS {
        return Err(OwnDocumentError::TooManyKeys {
            keys: others.len() + 1,
        });
    }
    Ok(Support::new(
        first_key,
        others,
        Path::parse(authentication)?,
        Path::parse("/persona/provision.html")?,
        Some(Path::parse("/persona/agent.html")?),
    )
    .into())
}

/// Why there is no document.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum OwnDocumentError {
    /// One of our own paths is none: a bug of ours.
    Path(SupportDocumentError),
    /// Verifiers refuse a document with more than [`MAX_KEYS`].
    TooManyKeys {
        /// So many different ones.
        keys: usize,
    },
}

impl fmt::Display for OwnDocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(error) => write!(f, "{error}"),
            Self::TooManyKeys { keys } => {
                write!(f, "{keys} keys, and a document may list {MAX_KEYS}")
            }
        }
    }
}

impl core::error::Error for OwnDocumentError {}

impl From<SupportDocumentError> for OwnDocumentError {
    fn from(error: SupportDocumentError) -> Self {
        Self::Path(error)
    }
}
