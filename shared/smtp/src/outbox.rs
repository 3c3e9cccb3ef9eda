//! Mails as files.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use service::mail::{Mail, MailRefused};
use service::ports::{Clock, Mailer, PortError, Random};

use crate::Sender;
use crate::letter::{random_name, written};

/// A mailer that writes each mail into a folder, as a file of its own that mail programs open (`.eml`), and sends nothing.
/// Only the owner of the process can read folder and files: they hold codes.
pub struct Outbox {
    clock: Arc<dyn Clock>,
    folder: PathBuf,
    random: Arc<dyn Random>,
    sender: Sender,
    told: Box<Told>,
}

type Told = dyn Fn(&Path, &Mail) + Send + Sync;

impl Outbox {
    /// Writes into `folder`, which is made when the first mail comes. `told` hears of each mail when its file is there.
    pub fn new(
        folder: PathBuf,
        sender: Sender,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        told: impl Fn(&Path, &Mail) + Send + Sync + 'static,
    ) -> Self {
        Self {
            clock,
            folder,
            random,
            sender,
            told: Box::new(told),
        }
    }
}

#[async_trait]
impl Mailer for Outbox {
    async fn send(&self, mail: &Mail) -> Result<Result<(), MailRefused>, PortError> {
        let failed = |error: io::Error| PortError::new("writing a mail into the outbox", error);
        let now = self.clock.now();
        let name = random_name(self.random.as_ref())?;
        let bytes = written(mail, &self.sender, &name, now)
            .map_err(|error| PortError::new("writing a mail", error))?;
        // By time; no part of the name comes from the mail.
        let path = self
            .folder
            .join(format!("{:013}-{name}.eml", now.as_millis()));
        let (folder, file) = (self.folder.clone(), path.clone());
        let kept = tokio::task::spawn_blocking(move || keep(&folder, &file, &bytes)).await;
        kept.map_err(|error| failed(error.into()))?
            .map_err(failed)?;
        (self.told)(&path, mail);
        Ok(Ok(()))
    }
}

/// Whoever looks sees the whole file or none.
fn keep(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let unfinished = path.with_extension("unfinished");
    let mut options = File::options();
    let written = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&unfinished)
        .and_then(|mut file| file.write_all(bytes))
        .and_then(|()| fs::rename(&unfinished, path));
    if written.is_err() {
        // It holds a code, or half of one.
        let _ = fs::remove_file(&unfinished);
    }
    written
}

#[cfg(test)]
mod tests;
