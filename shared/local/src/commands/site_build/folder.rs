//! The folder that the files go to: a new one, an empty one, or one that an earlier run made.

use std::fs;
use std::io;
use std::path::Path;

use super::readme::MARK;
use crate::complaint::Complaint;

/// A folder that is ours to fill.
pub struct Folder<'a>(&'a Path);

impl<'a> Folder<'a> {
    /// Refuses a folder with files of somebody else.
    pub fn open(path: &'a Path) -> Result<Self, Complaint> {
        let unusable = |error: io::Error| {
            Complaint::failure(format!(
                "`{}` cannot be used ({error}): choose another place with --out DIR",
                path.display()
            ))
        };
        let mut entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self(path)),
            Err(error) => return Err(unusable(error)),
        };
        let is_ours =
            || fs::read_to_string(path.join("README.txt")).is_ok_and(|text| text.starts_with(MARK));
        match entries.next() {
            Some(_) if !is_ours() => Err(Complaint::failure(format!(
                "`{}` has files that are not from `selfsame site build`: choose an empty or a new folder",
                path.display()
            ))),
            _ => Ok(Self(path)),
        }
    }

    /// Writes the file at a path of the site.
    pub fn write(&self, path: &str, content: &[u8]) -> Result<(), Complaint> {
        let file = self.0.join(path.trim_start_matches('/'));
        let made = match file.parent() {
            Some(folder) => fs::create_dir_all(folder),
            None => Ok(()),
        };
        made.and_then(|()| fs::write(file, content)).map_err(|error| {
            Complaint::failure(format!(
                "`{}{path}` cannot be written ({error}): make room, or choose another place with --out DIR",
                self.0.display()
            ))
        })
    }
}
