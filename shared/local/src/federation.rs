//! A federation's member list on this machine: from a file or an https URL, and how it stands.

mod standing;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use browserid::{HostRule, MAX_LIST_BYTES, MemberList, Seal};
use fetch::{Https, HttpsList};
use service::federation::Members;
use service::ports::{Clock, MemberLists, PortError};

use crate::complaint::Complaint;
use crate::output;

pub use standing::{around, listed};

/// No file of keys is longer.
const KEYS: usize = 64 * 1024;

/// How often a list at a URL is read, in milliseconds: five minutes.
const URL_EVERY_MS: u64 = 5 * 60 * 1000;

/// How often one in a file is, in milliseconds.
const FILE_EVERY_MS: u64 = 1000;

/// How long a file may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// `FEDERATION` and `FEDERATION_KEY`.
#[derive(Clone, Debug)]
pub struct FederationSource {
    /// The path of a file, or an https URL.
    pub list: String,
    /// A file with the keys of which one must have signed it.
    pub key: Option<PathBuf>,
}

impl FederationSource {
    /// Nothing but `https://` is a URL: over anything else a list could be changed on its way.
    pub fn is_url(&self) -> bool {
        self.list.starts_with("https://")
    }

    /// The members, not read yet. `https` is how a URL is read.
    pub fn members(
        &self,
        clock: Arc<dyn Clock>,
        hosts: HostRule,
        https: impl FnOnce() -> Result<Https, Complaint>,
    ) -> Result<Arc<Members>, Complaint> {
        let seal = seal(self.key.as_deref())?;
        let (lists, every_ms): (Arc<dyn MemberLists>, _) = if self.is_url() {
            let list = HttpsList::new(&self.list, hosts, https()?).map_err(|error| {
                Complaint::usage(format!("FEDERATION is {error}: give https://HOST/PATH"))
            })?;
            (Arc::new(list), URL_EVERY_MS)
        } else {
            (Arc::new(ListFile(self.list.clone().into())), FILE_EVERY_MS)
        };
        Ok(Members::new(clock, lists, seal, hosts, every_ms))
    }
}

/// What a list must show, given the file of keys.
pub fn seal(key: Option<&Path>) -> Result<Seal, Complaint> {
    let Some(file) = key else {
        return Ok(Seal::None);
    };
    let text = output::read_file(file, KEYS)?;
    Seal::of_keys(&text).ok_or_else(|| {
        Complaint::usage(format!(
            "`{}` holds no public key that can sign lists: give RSA of 2048 bits, as `openssl rsa -pubout` or a support document writes it",
            file.display()
        ))
    })
}

/// Reads a list from a file, once.
pub fn read_list(file: &Path, seal: &Seal, hosts: HostRule) -> Result<MemberList, Complaint> {
    let text = output::read_file(file, MAX_LIST_BYTES)?;
    MemberList::parse(&text, seal, hosts).map_err(|error| {
        Complaint::failure(format!(
            "`{}` is no member list that can be believed: {error}",
            file.display()
        ))
    })
}

/// A list in a file.
struct ListFile(PathBuf);

#[async_trait]
impl MemberLists for ListFile {
    async fn read(&self) -> Result<Vec<u8>, PortError> {
        let Self(file) = self;
        let file = file.clone();
        let reading = tokio::task::spawn_blocking(move || read_regular(&file));
        let trouble = |why: String| PortError::new("reading the member list", why);
        match tokio::time::timeout(PATIENCE, reading).await {
            Ok(Ok(Ok(bytes))) => Ok(bytes),
            Ok(Ok(Err(error))) => Err(trouble(error.to_string())),
            Ok(Err(error)) => Err(trouble(error.to_string())),
            Err(_) => Err(trouble("no answer in time".to_owned())),
        }
    }
}

/// Of anything but a file (a pipe, a folder) nothing is read: it might never end.
fn read_regular(file: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::{Error, Read};
    if !std::fs::metadata(file)?.is_file() {
        return Err(Error::other("not a file"));
    }
    let mut bytes = Vec::new();
    let limit = MAX_LIST_BYTES as u64 + 1;
    let opened = std::fs::File::open(file)?;
    opened.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}
