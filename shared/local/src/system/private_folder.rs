//! A folder for files that only their owner can read, gone when it is done with.

use std::fmt::Write;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use service::ports::Random;

/// Exists (mode 0700) as long as this value.
pub struct PrivateFolder {
    path: PathBuf,
}

impl PrivateFolder {
    /// A new one among the system's temporary files, under a name that nobody could take before us.
    pub fn new(random: &dyn Random) -> io::Result<Self> {
        let mut bytes = [0; 16];
        random.fill(&mut bytes).map_err(io::Error::other)?;
        let mut name = String::from("selfsame-");
        for byte in bytes {
            write!(name, "{byte:02x}").map_err(io::Error::other)?;
        }
        let path = std::env::temp_dir().join(name);
        DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self { path })
    }

    /// Where a file of this name is or would be.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Makes a file (mode 0600).
    pub fn write(&self, name: &str, content: &[u8]) -> io::Result<PathBuf> {
        let path = self.file(name);
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)?
            .write_all(content)?;
        Ok(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        // If it cannot be removed, nobody else can read it.
        let _ = fs::remove_dir_all(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::system::SystemRandom;

    #[test]
    fn a_private_folder_is_its_owners_alone_and_goes_with_its_files() {
        let folder = PrivateFolder::new(&SystemRandom).expect("it is made");
        let file = folder.write("event", b"content").expect("it is written");
        let mode = |path: &Path| {
            let metadata = fs::metadata(path).expect("it is there");
            metadata.permissions().mode() & 0o777
        };
        assert_eq!(mode(folder.path()), 0o700);
        assert_eq!(mode(&file), 0o600);
        assert!(folder.write("event", b"again").is_err(), "it is kept");
        let path = folder.path().to_owned();
        drop(folder);
        assert!(!path.exists());
    }

    #[test]
    fn two_private_folders_are_two() {
        let [one, other] = [(); 2].map(|()| PrivateFolder::new(&SystemRandom).expect("made"));
        assert_ne!(one.path(), other.path());
    }
}
