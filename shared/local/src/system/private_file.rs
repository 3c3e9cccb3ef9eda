//! Files that only their owner can read, and that are there whole or not at all.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    io::{self, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU32, Ordering},
};

/// An empty file (mode 0600) in the same folder, to be filled and then [published](Draft::publish)
/// under the name `path`. Dropped unpublished, it is removed.
pub fn draft_beside(path: &Path) -> io::Result<Draft> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    // No two drafts of one process, and no two processes, get the same name. What a killed process
    // with our number left is emptied.
    name.push(format!(
        ".{}-{}",
        process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    ));
    let draft = path.with_file_name(name);
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&draft)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    Ok(Draft {
        name: path.to_owned(),
        path: draft,
    })
}

/// A file on its way.
pub struct Draft {
    name: PathBuf,
    path: PathBuf,
}

impl Draft {
    /// Where it is now.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Fills it.
    pub fn write(&self, content: &[u8]) -> io::Result<()> {
        OpenOptions::new()
            .write(true)
            .open(&self.path)?
            .write_all(content)
    }

    /// Gives it its name, on the disk when this returns. [`io::ErrorKind::AlreadyExists`] if something
    /// has that name: of many that publish at once, one does.
    pub fn publish(self) -> io::Result<()> {
        File::open(&self.path)?.sync_all()?;
        fs::hard_link(&self.path, &self.name)?;
        fs::remove_file(&self.path)?;
        sync_folder_of(&self.name)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Gone already when it was published; and if it cannot be removed it harms nobody.
        let _ = fs::remove_file(&self.path);
    }
}

/// True if the group or others may do anything with the file.
pub fn is_open_to_others(file: &File) -> io::Result<bool> {
    Ok(file.metadata()?.permissions().mode() & 0o077 != 0)
}

fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    File::open(folder)?.sync_all()
}
