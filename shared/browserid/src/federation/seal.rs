//! Who answers for a list: nobody but the road that it came (a file, TLS), or the holder of a key.

use serde_json::{Map, Value};

use crate::{
    HostRule, IssueError, Json, PublicKey, base64url, json,
    token::{Unverified, VerifyError},
};

use super::list::{MAX_LIST_BYTES, read};
use super::{MemberList, MemberListError};

/// A key that may sign member lists: RSA of 2048 bits (or one less).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListKey(PublicKey);

/// What a list must show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seal {
    /// Nothing: the road that it comes is trusted.
    None,
    /// A signature by one of these; more than one while the key changes.
    SignedBy(Vec<ListKey>),
}

impl ListKey {
    /// None if the key is too weak, or of another kind.
    pub fn new(key: PublicKey) -> Option<Self> {
        (key.is_rsa() && key.bits() >= crate::issue::MIN_RSA_BITS).then_some(Self(key))
    }
}

impl Seal {
    /// The keys in a text: one key object or an array of them, or SubjectPublicKeyInfo as PEM, one block after the other. At
    /// most four; None if one of them cannot sign lists.
    pub fn of_keys(text: &[u8]) -> Option<Self> {
        let keys = match json::parse(text) {
            Ok(Value::Array(keys)) => keys.iter().map(PublicKey::from_json).collect(),
            Ok(key) => PublicKey::from_json(&key).map(|key| vec![key]),
            Err(_) => pem_blocks(text)
                .map(|pem| PublicKey::from_spki(pem.as_bytes()))
                .collect(),
        };
        let keys: Vec<_> = keys.ok()?;
        let keys: Vec<_> = keys.into_iter().map(ListKey::new).collect::<Option<_>>()?;
        (1..=MAX_KEYS)
            .contains(&keys.len())
            .then_some(Self::SignedBy(keys))
    }
}

/// Most keys that may sign a list: a change needs two.
const MAX_KEYS: usize = 4;

fn pem_blocks(text: &[u8]) -> impl Iterator<Item = &str> {
    const END: &str = "-----END PUBLIC KEY-----";
    // What is no text holds no PEM.
    let text = core::str::from_utf8(text).unwrap_or_default().trim();
    let blocks = text.split_inclusive(END).map(str::trim);
    blocks.filter(|block| !block.is_empty()).take(MAX_KEYS + 1)
}

impl MemberList {
    /// Reads a list: a JSON object, or a signed object (`header.payload.signature`) whose payload is one. `hosts` says
    /// which names may stand in it.
    ///
    /// # Errors
    /// Its shape, its signature, or that it has one although none is asked for. Not that it is over: see
    /// [`check_current`](Self::check_current).
    pub fn parse(text: &[u8], seal: &Seal, hosts: HostRule) -> Result<Self, MemberListError> {
        let text = text.trim_ascii();
        let is_plain = text.first().is_none_or(|first| *first == b'{');
        let members = match (is_plain, seal) {
            (true, Seal::None) => plain(text)?,
            (true, Seal::SignedBy(_)) => return Err(MemberListError::Unsigned),
            (false, Seal::None) => return Err(MemberListError::SignedByUnknown),
            (false, Seal::SignedBy(keys)) => signed(text, keys)?,
        };
        read(&members, hosts)
    }
}

fn plain(text: &[u8]) -> Result<Map<String, Json>, MemberListError> {
    match json::parse_within(text, MAX_LIST_BYTES) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(MemberListError::Json(json::JsonError::Malformed)),
        Err(error) => Err(MemberListError::Json(error)),
    }
}

/// What is in it is looked at only after a key has confirmed it.
fn signed(text: &[u8], keys: &[ListKey]) -> Result<Map<String, Json>, MemberListError> {
    if text.len() > MAX_LIST_BYTES {
        return Err(MemberListError::Json(json::JsonError::TooLarge));
    }
    // What is no text is no base64url either.
    let text = core::str::from_utf8(text).unwrap_or_default();
    let list = Unverified::parse_within(text, MAX_LIST_BYTES, |payload| payload)
        .map_err(MemberListError::Token)?;
    let mut refusal = VerifyError::AlgorithmMismatch;
    for ListKey(key) in keys {
        match list.verify(key) {
            Ok(verified) => return Ok(verified.claims().clone()),
            Err(error) => refusal = error,
        }
    }
    Err(MemberListError::Signature(refusal))
}

/// A list without its signature. Not Clone: it is signed at most once.
#[derive(Debug)]
pub struct PreparedList {
    key: PublicKey,
    signing_input: String,
}

impl PreparedList {
    /// Takes a plain list that can be read; its bytes are signed as they are.
    pub fn new(plain: &[u8], key: &ListKey, hosts: HostRule) -> Result<Self, MemberListError> {
        MemberList::parse(plain, &Seal::None, hosts)?;
        let ListKey(key) = key;
        let header = format!(r#"{{"alg":"{}"}}"#, key.algorithm().label());
        Ok(Self {
            key: key.clone(),
            signing_input: format!(
                "{}.{}",
                base64url::encode(header.as_bytes()),
                base64url::encode(plain.trim_ascii())
            ),
        })
    }

    /// The ASCII text to sign: RSA PKCS#1 v1.5 with SHA-256.
    pub fn signing_input(&self) -> &str {
        &self.signing_input
    }

    /// The signed list, if the signature is the key's.
    ///
    /// # Errors
    /// [`IssueError::SignatureRefused`]
    pub fn complete(self, signature: &[u8]) -> Result<String, IssueError> {
        self.key
            .verify(self.signing_input.as_bytes(), signature)
            .map_err(|_| IssueError::SignatureRefused)?;
        Ok(format!(
            "{}.{}",
            self.signing_input,
            base64url::encode(signature)
        ))
    }
}
