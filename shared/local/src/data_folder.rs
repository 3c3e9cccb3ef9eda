//! The folder with everything that must survive: key, accounts, sessions, the guestbook.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::complaint::Complaint;

/// Where `serve` keeps its state unless told otherwise.
pub const DEFAULT: &str = ".selfsame";

/// A folder that exists and that only its owner can read, if we made it.
#[derive(Clone, Debug)]
pub struct DataFolder {
    path: PathBuf,
}

impl DataFolder {
    /// Makes the folder (mode 0700) if there is none.
    pub fn open(path: &Path) -> Result<Self, Complaint> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(|error| unusable(path, &error))?;
        // A folder that cannot be entered or read would only show later, half way through a sign-in.
        fs::read_dir(path).map_err(|error| unusable(path, &error))?;
        Ok(Self { path: path.into() })
    }

    /// The folder, if it is there already; nothing is made.
    pub fn existing(path: &Path) -> Option<Self> {
        path.is_dir().then(|| Self { path: path.into() })
    }

    /// Accounts, sessions, enrolments, limits.
    pub fn store(&self) -> PathBuf {
        self.path.join("store.redb")
    }

    /// The domains that are served beside our own, one a line.
    pub fn domains(&self) -> PathBuf {
        self.path.join("domains.txt")
    }

    /// The issuer's private key.
    pub fn key(&self) -> PathBuf {
        self.path.join("key.pem")
    }

    /// The private key of the fallback.
    pub fn fallback_key(&self) -> PathBuf {
        self.path.join("fallback.pem")
    }

    /// Accounts, sessions, proofs of the fallback. A file of its own, so that nobody there is somebody here.
    pub fn fallback_store(&self) -> PathBuf {
        self.path.join("fallback.redb")
    }

    /// Mails that were not given to a mail server.
    pub fn outbox(&self) -> PathBuf {
        self.path.join("outbox")
    }

    /// Visitors and sessions of the guestbook.
    pub fn guestbook(&self) -> PathBuf {
        self.path.join("guestbook.redb")
    }

    /// Takes the folder for one server; the second one is told where the first runs.
    pub fn occupy(&self) -> Result<Occupied, Complaint> {
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        let file = options
            .mode(0o600)
            .open(self.port_file())
            .map_err(|error| unusable(&self.path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Occupied { file }),
            Err(TryLockError::WouldBlock) => Err(Complaint::failure(format!(
                "another selfsame{} uses the data folder `{}`: stop it, or give this one its own with --data DIR",
                match self.written_port() {
                    Some(port) => format!(" (on http://localhost:{port})"),
                    None => String::new(),
                },
                self.path.display(),
            ))),
            Err(TryLockError::Error(error)) => Err(unusable(&self.path, &error)),
        }
    }

    /// The port of the server that runs on this folder now, if there is one.
    pub fn running_port(&self) -> Option<u16> {
        let file = File::open(self.port_file()).ok()?;
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => self.written_port(),
            _ => None,
        }
    }

    fn written_port(&self) -> Option<u16> {
        fs::read_to_string(self.port_file())
            .ok()?
            .trim()
            .parse()
            .ok()
    }

    fn port_file(&self) -> PathBuf {
        self.path.join("port")
    }
}

/// Held as long as a server runs on the folder; the system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub struct Occupied {
    file: File,
}

impl Occupied {
    /// Writes down where the server answers, for commands such as `user add`.
    pub fn announce(&self, port: u16) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.write_all_at(format!("{port}\n").as_bytes(), 0)
    }
}

fn unusable(path: &Path, error: &io::Error) -> Complaint {
    Complaint::failure(format!(
        "the data folder `{}` cannot be used ({error}): make it a folder that you may read and write, or give another with --data DIR",
        path.display()
    ))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::DataFolder;

    #[test]
    fn a_new_folder_is_the_owners_alone() {
        let parent = tempfile::tempdir().expect("a folder");
        let folder = DataFolder::open(&parent.path().join("a/b")).expect("it is made");
        let mode = fs::metadata(&folder.path)
            .expect("it is there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[test]
    fn a_folder_serves_one_server_and_says_where_it_is() {
        let parent = tempfile::tempdir().expect("a folder");
        let folder = DataFolder::open(parent.path()).expect("it is there");
        assert_eq!(folder.running_port(), None);
        let occupied = folder.occupy().expect("nobody else has it");
        occupied.announce(65_000).expect("it is written");
        occupied.announce(4_242).expect("it is replaced");
        let complaint = folder
            .occupy()
            .expect_err("the first still has it")
            .to_string();
        assert!(complaint.contains("http://localhost:4242"), "{complaint}");
        drop(occupied);
        assert_eq!(folder.running_port(), None);
        folder.occupy().expect("it is free again");
    }

    #[test]
    fn a_file_in_the_place_of_the_folder_is_one_line_saying_what_to_do() {
        let parent = tempfile::tempdir().expect("a folder");
        let path = parent.path().join("data");
        fs::write(&path, "a file").expect("it is written");
        let complaint = DataFolder::open(&path).expect_err("it is a file");
        assert!(complaint.to_string().contains("--data DIR"), "{complaint}");
        assert_eq!(complaint.status(), 1);
    }
}
