use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use redb::{
    Database, DatabaseError, Durability, ReadOnlyDatabase, ReadTransaction, ReadableDatabase,
    WriteTransaction, backends::InMemoryBackend,
};

use super::{error::StoreError, rows};
use crate::system::private_file;

/// How often, and how far apart, a file that another process has open is tried again: 5 s in all.
const TRIES: u32 = 2_500;
const PAUSE: Duration = Duration::from_millis(2);

/// Where the rows are.
pub(super) enum Medium {
    File(PathBuf),
    Memory(Database),
}

impl Medium {
    pub(super) fn in_memory() -> Result<Self, StoreError> {
        let database = Database::builder()
            .create_with_backend(InMemoryBackend::new())
            .map_err(redb::Error::from)?;
        write(&database, rows::make_tables)?;
        Ok(Self::Memory(database))
    }

    pub(super) fn in_file(file: &Path) -> Result<Self, StoreError> {
        if !fs::exists(file).map_err(|error| StoreError::unusable(file, error))? {
            make(file)?;
        }
        let medium = Self::File(file.to_owned());
        // A broken or newer store shows at the start and not half way through a sign-in.
        let format = medium.read(rows::format)?;
        if format > rows::FORMAT {
            return Err(StoreError::Newer {
                file: file.to_owned(),
            });
        }
        if format < rows::FORMAT {
            medium.write(rows::make_tables)?;
        }
        // And so does a file that may only be read.
        open_to_write(file)?;
        Ok(medium)
    }

    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&ReadTransaction) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match self {
            Self::File(file) => read(&open_to_read(file)?, work),
            Self::Memory(database) => read(database, work),
        }
    }

    pub(super) fn write<T>(
        &self,
        work: impl FnOnce(&WriteTransaction) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match self {
            Self::File(file) => write(&open_to_write(file)?, work),
            Self::Memory(database) => write(database, work),
        }
    }
}

fn read<T>(
    database: &impl ReadableDatabase,
    work: impl FnOnce(&ReadTransaction) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    work(&database.begin_read()?)
}

fn write<T>(
    database: &Database,
    work: impl FnOnce(&WriteTransaction) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let mut transaction = database.begin_write()?;
    // Committed means on the disk.
    transaction.set_durability(Durability::Immediate)?;
    let done = work(&transaction)?;
    transaction.commit()?;
    Ok(done)
}

/// Makes the store beside its place and moves it there when it is whole: a process killed meanwhile
/// leaves no half-made store, and of two that start at once both end up with the same one.
fn make(file: &Path) -> Result<(), StoreError> {
    let draft =
        private_file::draft_beside(file).map_err(|error| StoreError::unusable(file, error))?;
    let database =
        Database::create(draft.path()).map_err(|error| StoreError::opening(file, error))?;
    write(&database, rows::make_tables)?;
    drop(database);
    match draft.publish() {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        result => result.map_err(|error| StoreError::unusable(file, error)),
    }
}

fn open_to_write(file: &Path) -> Result<Database, StoreError> {
    patiently(file, TRIES, || Database::open(file))
}

fn open_to_read(file: &Path) -> Result<ReadOnlyDatabase, StoreError> {
    patiently(file, TRIES, || match ReadOnlyDatabase::open(file) {
        // Whoever wrote last was killed: opening it to write repairs it.
        Err(DatabaseError::RepairAborted) => {
            drop(Database::open(file)?);
            ReadOnlyDatabase::open(file)
        }
        result => result,
    })
}

fn patiently<D>(
    file: &Path,
    tries: u32,
    open: impl Fn() -> Result<D, DatabaseError>,
) -> Result<D, StoreError> {
    for _ in 0..tries {
        match open() {
            Err(DatabaseError::DatabaseAlreadyOpen) => thread::sleep(PAUSE),
            result => return result.map_err(|error| StoreError::opening(file, error)),
        }
    }
    Err(StoreError::Busy {
        file: file.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn file_that_stays_open_elsewhere_is_busy_after_a_bounded_number_of_tries() {
        let file = Path::new("store.redb");
        let tries = Cell::new(0);
        let opened: Result<(), _> = patiently(file, 3, || {
            tries.set(tries.get() + 1);
            Err(DatabaseError::DatabaseAlreadyOpen)
        });
        let complaint = opened.map_err(|error| error.to_string());
        assert_eq!(
            complaint,
            Err(
                "the store `store.redb` is kept open by another program: end that, or try again"
                    .to_owned()
            )
        );
        assert_eq!(tries.get(), 3);
    }

    #[test]
    fn file_that_is_let_go_in_time_is_opened() {
        let tries = Cell::new(0);
        let opened = patiently(Path::new("store.redb"), 3, || {
            tries.set(tries.get() + 1);
            match tries.get() {
                3 => Ok("opened"),
                _ => Err(DatabaseError::DatabaseAlreadyOpen),
            }
        });
        assert!(matches!(opened, Ok("opened")));
    }
}
