use core::fmt;
use std::{
    error::Error,
    io,
    path::{Path, PathBuf},
};

use redb::{DatabaseError, StorageError};

/// Why the store cannot be used. Display is one sentence for the owner, saying what to do.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// Another program keeps it open.
    Busy {
        /// The store.
        file: PathBuf,
    },
    /// Not a store, or one that is damaged.
    Damaged {
        /// The store.
        file: PathBuf,
        /// What the database found.
        reason: String,
    },
    /// Another account has the handle that this one would get.
    HandleTaken,
    /// Written by a later version of the program.
    Newer {
        /// The store.
        file: PathBuf,
    },
    /// A row that this version cannot read.
    Row {
        /// What is wrong with it; never its content.
        reason: String,
        /// Where it is.
        table: &'static str,
    },
    /// A transaction failed.
    Transaction(redb::Error),
    /// The operating system says no.
    Unusable {
        /// The store.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl StoreError {
    pub(super) fn unusable(file: &Path, source: io::Error) -> Self {
        Self::Unusable {
            file: file.to_owned(),
            source,
        }
    }

    /// What opening `file` gave.
    pub(super) fn opening(file: &Path, error: DatabaseError) -> Self {
        let file = file.to_owned();
        match error {
            DatabaseError::DatabaseAlreadyOpen => Self::Busy { file },
            // The database says so when the file has other content, or ends too early.
            DatabaseError::Storage(StorageError::Io(source))
                if !matches!(
                    source.kind(),
                    io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
                ) =>
            {
                Self::Unusable { file, source }
            }
            error => Self::Damaged {
                file,
                reason: error.to_string(),
            },
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy { file } => write!(
                f,
                "the store `{}` is kept open by another program: end that, or try again",
                file.display()
            ),
            Self::Damaged { file, reason } => write!(
                f,
                "`{0}` is no store of selfsame or is damaged ({reason}): put a backup in its place, or move it away to start anew",
                file.display()
            ),
            Self::HandleTaken => f.write_str("another account has the same handle"),
            Self::Newer { file } => write!(
                f,
                "the store `{}` was written by a newer selfsame: use that one",
                file.display()
            ),
            Self::Row { reason, table } => write!(
                f,
                "a row of the table `{table}` cannot be read ({reason}): put a backup of the store in its place"
            ),
            Self::Transaction(error) => write!(f, "the store failed: {error}"),
            Self::Unusable { file, source } => write!(
                f,
                "the store `{}` cannot be used ({source}): make it a file that you may read and write, in a folder that you may write",
                file.display()
            ),
        }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Transaction(error) => Some(error),
            Self::Unusable { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl From<redb::Error> for StoreError {
    fn from(error: redb::Error) -> Self {
        Self::Transaction(error)
    }
}

macro_rules! from_redb {
    ($($error:ident),+) => {$(
        impl From<redb::$error> for StoreError {
            fn from(error: redb::$error) -> Self {
                Self::Transaction(error.into())
            }
        }
    )+};
}

from_redb!(
    CommitError,
    SetDurabilityError,
    StorageError,
    TableError,
    TransactionError
);
