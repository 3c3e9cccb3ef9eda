//! The support document `/.well-known/browserid`: reading and writing it (PROTOCOL §1.3).

mod error;
mod path;

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::{Domain, HostRule, Json, PublicKey, Timestamp, claims::TimeClaim, json};

pub use error::SupportDocumentError;
pub use path::Path;

/// Most keys that a document may list. Each costs work to check, and a rotation needs two.
pub const MAX_KEYS: usize = 8;

/// Most DSA keys in groups of their own. To see that such a group is one takes up to 50 ms, and two are enough to change
/// from one to the next.
const MAX_OWN_GROUPS: usize = 2;

/// What a domain says about itself. In this order of precedence: disabled, delegated, supported.
#[derive(Clone, Debug, PartialEq)]
pub enum SupportDocument {
    /// The domain is its own authority.
    Supported(Arc<Support>),
    /// Another domain is the authority.
    Delegated {
        /// That domain, as written.
        authority: Domain,
    },
    /// The domain does not take part: like no document at all, but said.
    Disabled,
}

/// What an authority offers.
#[derive(Clone, Debug, PartialEq)]
pub struct Support {
    /// The sign-in page.
    pub authentication: Path,
    /// The page of the old browsers' hidden frame.
    pub provisioning: Path,
    /// The page that makes keys and assertions; only ours have one.
    pub agent: Option<Path>,
    /// Certificates issued before this moment count no more, and none without an `iat`. Only verifiers like ours look at
    /// it.
    pub not_before: Option<Timestamp>,
    first_key: PublicKey,
    other_keys: Vec<PublicKey>,
}

impl SupportDocument {
    /// Reads a document. `rule` says which hosts may be an authority.
    ///
    /// The order of checks is the reference's: JSON, object, `disabled`, `authority`, `authentication`, `provisioning`,
    /// `public-key`, `keys`, how many. Then what is ours alone: `not-before`. Unknown members are ignored; a member that stands twice is refused.
    pub fn parse(body: &[u8], rule: HostRule) -> Result<Self, SupportDocumentError> {
        let document = json::parse(body).map_err(SupportDocumentError::Json)?;
        match document {
            Value::Object(document) => read(&document, rule),
            // The reference takes a list for an object without members.
            Value::Array(_) => read(&Map::new(), rule),
            _ => Err(SupportDocumentError::NotAnObject),
        }
    }

    /// The document to publish.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Supported(support) => support.to_json(),
            Self::Delegated { authority } => json!({ "authority": authority.as_str() }),
            Self::Disabled => json!({ "disabled": true }),
        }
    }
}

impl SupportDocument {
    /// The same, where certificates from before `not_before` count no more. Only a supported one can say it.
    #[must_use]
    pub fn not_before(self, not_before: Option<Timestamp>) -> Self {
        match self {
            Self::Supported(support) => Self::Supported(Arc::new(Support {
                not_before,
                ..Arc::unwrap_or_clone(support)
            })),
            other => other,
        }
    }
}

impl From<Support> for SupportDocument {
    fn from(support: Support) -> Self {
        Self::Supported(Arc::new(support))
    }
}

impl Support {
    /// A document with at least one key. Readers refuse more than [`MAX_KEYS`] in all.
    pub fn new(
        first_key: PublicKey,
        other_keys: Vec<PublicKey>,
        authentication: Path,
        provisioning: Path,
        agent: Option<Path>,
    ) -> Self {
        Self {
            authentication,
            provisioning,
            agent,
            not_before: None,
            first_key,
            other_keys,
        }
    }

    /// In the order of trial; never empty.
    pub fn keys(&self) -> impl Iterator<Item = &PublicKey> {
        core::iter::once(&self.first_key).chain(&self.other_keys)
    }

    fn to_json(&self) -> Json {
        let mut document = json!({
            "public-key": self.first_key.to_json(),
            "authentication": self.authentication.as_str(),
            "provisioning": self.provisioning.as_str(),
        });
        if let Some(members) = document.as_object_mut() {
            if let Some(agent) = &self.agent {
                members.insert("agent".to_owned(), agent.as_str().into());
            }
            if !self.other_keys.is_empty() {
                let keys = self.other_keys.iter().map(PublicKey::to_json).collect();
                members.insert("keys".to_owned(), keys);
            }
            if let Some(not_before) = self.not_before {
                members.insert("not-before".to_owned(), not_before.as_millis().into());
            }
        }
        document
    }
}

fn read(
    document: &Map<String, Json>,
    rule: HostRule,
) -> Result<SupportDocument, SupportDocumentError> {
    match document.get("disabled") {
        Some(Value::Bool(true)) => return Ok(SupportDocument::Disabled),
        None | Some(Value::Bool(false)) => {}
        Some(_) => return Err(SupportDocumentError::DisabledMalformed),
    }
    if let Some(authority) = truthy(document, "authority") {
        let authority = authority
            .as_str()
            .ok_or(SupportDocumentError::AuthorityMalformed)?;
        let authority = Domain::parse(authority, rule)
            .map_err(|_| SupportDocumentError::AuthorityNotAHostName)?;
        return Ok(SupportDocument::Delegated { authority });
    }
    let authentication = path(document, "authentication")?;
    let provisioning = path(document, "provisioning")?;
    let mut keys = keys(document)?.into_iter();
    let first_key = keys.next().ok_or(SupportDocumentError::NoKey)?;
    Ok(Support {
        authentication,
        provisioning,
        agent: agent(document),
        not_before: not_before(document)?,
        first_key,
        other_keys: keys.collect(),
    }
    .into())
}

fn path(
    document: &Map<String, Json>,
    property: &'static str,
) -> Result<Path, SupportDocumentError> {
    match document.get(property) {
        Some(Value::String(text)) => Path::parse(text),
        _ => Err(SupportDocumentError::Missing { property }),
    }
}

/// `agent` is ours alone, so whatever else a stranger may mean by that member is ignored.
fn agent(document: &Map<String, Json>) -> Option<Path> {
    Path::parse(document.get("agent")?.as_str()?).ok()
}

/// `not-before` takes power away, so a document where it cannot be understood is none: neither null nor 0 is a moment.
fn not_before(document: &Map<String, Json>) -> Result<Option<Timestamp>, SupportDocumentError> {
    let Some(value) = document.get("not-before") else {
        return Ok(None);
    };
    match TimeClaim::read(Some(value)) {
        TimeClaim::At(moment) => Ok(Some(moment)),
        TimeClaim::Absent | TimeClaim::BeforeAll | TimeClaim::Malformed => {
            Err(SupportDocumentError::NotBeforeMalformed)
        }
    }
}

/// `public-key` first, then those of `keys` that are for signing. A document is read once and used again and again, so
/// its keys are prepared for that.
fn keys(document: &Map<String, Json>) -> Result<Vec<PublicKey>, SupportDocumentError> {
    let listed = match truthy(document, "keys") {
        None => [].as_slice(),
        Some(Value::Array(keys)) => keys,
        Some(_) => return Err(SupportDocumentError::KeysMalformed),
    };
    let keys: Vec<_> = truthy(document, "public-key")
        .into_iter()
        .chain(listed.iter().filter(|key| is_for_signing(key)))
        .collect();
    if keys.len() > MAX_KEYS {
        return Err(SupportDocumentError::KeysMalformed);
    }
    let mut own_groups = 0;
    let mut read = Vec::with_capacity(keys.len());
    for key in keys {
        let key = PublicKey::from_json(key).map_err(SupportDocumentError::Key)?;
        own_groups += usize::from(key.has_own_group());
        if own_groups > MAX_OWN_GROUPS {
            return Err(SupportDocumentError::KeysMalformed);
        }
        read.push(key.prepared());
    }
    Ok(read)
}

fn is_for_signing(key: &Json) -> bool {
    json::is_falsy(key.get("use")) || key.get("use").and_then(Value::as_str) == Some("sig")
}

fn truthy<'a>(document: &'a Map<String, Json>, name: &str) -> Option<&'a Json> {
    document
        .get(name)
        .filter(|value| !json::is_falsy(Some(value)))
}

#[cfg(test)]
mod tests;
