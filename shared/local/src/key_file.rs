//! The issuer's private key in a file: PKCS#8, PEM, mode 0600, made on first use.

mod error;

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    sync::Arc,
};

use async_trait::async_trait;
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{RSA_PKCS1_SHA256, RsaKeyPair},
};
use browserid::PublicKey;
use rand_core::OsRng;
use rsa::{
    RsaPrivateKey,
    pkcs1::DecodeRsaPrivateKey,
    pkcs8::{DecodePrivateKey, EncodePrivateKey, EncodePublicKey, LineEnding},
    traits::PublicKeyParts,
};
use service::ports::{PortError, Signed, Signer};
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

use crate::system::private_file;

pub use self::error::KeyFileError;

/// What every BrowserID verifier accepts, and the most that the original ones do.
pub const BITS: usize = 2048;
/// No file of one key is longer.
const LONGEST: u64 = 16 * 1024;

/// Signs with the key of a file.
pub struct KeyFile {
    pair: Arc<RsaKeyPair>,
    public_key: PublicKey,
}

impl KeyFile {
    /// Opens `file`, or makes a key there. Of several that start at once, all end with one key.
    pub fn open_or_create(file: &Path) -> Result<Self, KeyFileError> {
        match Self::open(file) {
            Err(KeyFileError::Unusable { source, .. })
                if source.kind() == io::ErrorKind::NotFound => {}
            result => return result,
        }
        match create(file) {
            // Another process was faster: its key is the key.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            result => result.map_err(|error| KeyFileError::unusable(file, error))?,
        }
        Self::open(file)
    }

    /// Opens `file`. Refused: a file that others can read, and anything but an RSA key of 2048 bits.
    pub fn open(file: &Path) -> Result<Self, KeyFileError> {
        let pem = read(file)?;
        let key = RsaPrivateKey::from_pkcs8_pem(&pem)
            .or_else(|_| RsaPrivateKey::from_pkcs1_pem(&pem))
            .map_err(|_| KeyFileError::no_key(file))?;
        let bits = key.n().bits();
        if bits != BITS {
            return Err(KeyFileError::WrongSize {
                bits,
                file: file.to_owned(),
            });
        }
        Self::of(&key).ok_or_else(|| KeyFileError::no_key(file))
    }

    /// A key that was read already. None if it is none that aws-lc signs with, or none that verifiers have a label for.
    pub fn of(key: &RsaPrivateKey) -> Option<Self> {
        let pkcs8 = key.to_pkcs8_der().ok()?;
        let pair = RsaKeyPair::from_pkcs8(pkcs8.as_bytes()).ok()?;
        let spki = key.to_public_key().to_public_key_der().ok()?;
        Some(Self {
            pair: Arc::new(pair),
            public_key: PublicKey::from_spki(spki.as_bytes()).ok()?,
        })
    }
}

#[async_trait]
impl Signer for KeyFile {
    fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    async fn sign(&self, message: &[u8]) -> Result<Signed, PortError> {
        const DOING: &str = "signing with the key file";
        let pair = Arc::clone(&self.pair);
        let message = message.to_owned();
        spawn_blocking(move || {
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                &message,
                &mut signature,
            )
            .map(|()| Signed {
                request_id: None,
                signature,
            })
        })
        .await
        .map_err(|error| PortError::new(DOING, error))?
        .map_err(|error| PortError::new(DOING, error))
    }
}

/// A new key, to be kept in a file of mode 0600.
pub fn new_pem() -> io::Result<Zeroizing<String>> {
    RsaPrivateKey::new(&mut OsRng, BITS)
        .map_err(io::Error::other)?
        .to_pkcs8_pem(LineEnding::LF)
        .map_err(io::Error::other)
}

/// Makes a key in `file`, on the disk when this returns. [`io::ErrorKind::AlreadyExists`] if there is
/// one: it is kept.
pub fn create(file: &Path) -> io::Result<()> {
    let draft = private_file::draft_beside(file)?;
    draft.write(new_pem()?.as_bytes())?;
    draft.publish()
}

/// The text of a file that nobody else can read.
pub fn read(path: &Path) -> Result<Zeroizing<String>, KeyFileError> {
    let unusable = |error| KeyFileError::unusable(path, error);
    let file = File::open(path).map_err(unusable)?;
    if private_file::is_open_to_others(&file).map_err(unusable)? {
        return Err(KeyFileError::Exposed {
            file: path.to_owned(),
        });
    }
    let mut pem = Zeroizing::new(String::with_capacity(LONGEST as usize));
    match file.take(LONGEST).read_to_string(&mut pem) {
        Ok(_) => Ok(pem),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(KeyFileError::no_key(path)),
        Err(error) => Err(unusable(error)),
    }
}

#[cfg(test)]
mod tests;
