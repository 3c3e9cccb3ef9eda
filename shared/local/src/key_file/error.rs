use core::fmt;
use std::{
    error::Error,
    io,
    path::{Path, PathBuf},
};

/// Why a key file cannot be used. Display is one sentence for the owner, saying what to do.
#[derive(Debug)]
#[non_exhaustive]
pub enum KeyFileError {
    /// Others than the owner can read it.
    Exposed {
        /// The key file.
        file: PathBuf,
    },
    /// Something else than an RSA private key.
    NoKey {
        /// The file.
        file: PathBuf,
    },
    /// The operating system says no.
    Unusable {
        /// The key file.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// An RSA key, but not of 2048 bits.
    WrongSize {
        /// How many it has.
        bits: usize,
        /// The key file.
        file: PathBuf,
    },
}

impl KeyFileError {
    pub(super) fn no_key(file: &Path) -> Self {
        Self::NoKey {
            file: file.to_owned(),
        }
    }

    pub(super) fn unusable(file: &Path, source: io::Error) -> Self {
        Self::Unusable {
            file: file.to_owned(),
            source,
        }
    }
}

impl fmt::Display for KeyFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exposed { file } => write!(
                f,
                "the key file `{0}` can be read by others than you: chmod 600 {0}",
                file.display()
            ),
            Self::NoKey { file } => write!(
                f,
                "`{}` is no RSA private key in PEM: put a backup in its place, or make a new key with `selfsame keygen`",
                file.display()
            ),
            Self::Unusable { file, source } => write!(
                f,
                "the key file `{}` cannot be used ({source}): make it a file that you may read, in a folder that you may write",
                file.display()
            ),
            Self::WrongSize { bits, file } => write!(
                f,
                "the key in `{}` has {bits} bits, and verifiers accept 2048: make one with `selfsame keygen`",
                file.display()
            ),
        }
    }
}

impl Error for KeyFileError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unusable { source, .. } => Some(source),
            _ => None,
        }
    }
}
