//! Who speaks for a domain, and with which keys.

use serde_json::{Map, Value};

use super::keys::Key;
use super::{Asked, Said, encoding, is_truthy, names};

/// An authority.
pub struct Found {
    /// The end of the chain.
    pub host: String,
    /// Its keys.
    pub keys: Vec<Key>,
    /// Its certificates count from this moment, if it says so.
    pub not_before: Option<u64>,
}

/// Why a walk led nowhere.
#[derive(PartialEq)]
pub enum Lost {
    /// The domain says that it takes no part, or says nothing that can be read.
    NoSupport,
    /// Nobody knows.
    Trouble,
}

/// How many hosts one look-up may ask: five delegations have six.
pub fn most_hosts() -> usize {
    6
}

/// The domain itself or whom it delegates to; the fallback (or its delegate) only if the domain has no support.
pub fn authority(domain: &str, asked: &Asked) -> Option<Found> {
    let mut left = most_hosts();
    match walk(domain, asked, &mut left) {
        Ok(found) => Some(found),
        Err(Lost::Trouble) => None,
        Err(Lost::NoSupport) => walk(asked.decisions.fallback.as_ref()?, asked, &mut left).ok(),
    }
}

/// Along the delegations.
pub fn walk(start: &str, asked: &Asked, left: &mut usize) -> Result<Found, Lost> {
    let mut chain = vec![start.to_owned()];
    loop {
        let host = chain.last().cloned().unwrap_or_default();
        *left = left.checked_sub(1).ok_or(Lost::Trouble)?;
        match read(asked.world.get(&host), asked.decisions.strict_content_type)? {
            Document::Keys(keys, not_before) => {
                return Ok(Found {
                    host,
                    keys,
                    not_before,
                });
            }
            Document::Elsewhere(next) if chain.contains(&next) || chain.len() > 5 => {
                return Err(Lost::NoSupport);
            }
            Document::Elsewhere(next) => chain.push(next),
        }
    }
}

/// What a document says.
#[derive(Debug)]
pub enum Document {
    /// Ask there.
    Elsewhere(String),
    /// The domain is an authority, with these keys; its certificates count from this moment.
    Keys(Vec<Key>, Option<u64>),
}

fn read(said: Option<&Said>, is_strict: bool) -> Result<Document, Lost> {
    let (body, content_type) = match said {
        None | Some(Said::Nothing) => return Err(Lost::NoSupport),
        Some(Said::Trouble) => return Err(Lost::Trouble),
        Some(Said::Response { status, .. }) if *status >= 500 => return Err(Lost::Trouble),
        Some(Said::Response { status, .. }) if *status != 200 => return Err(Lost::NoSupport),
        Some(Said::Response {
            body, content_type, ..
        }) => (body, content_type),
    };
    let header = content_type.as_deref().unwrap_or_default();
    let kind = header.split(';').next().unwrap_or_default();
    let kind = kind.trim_matches([' ', '\t']).to_ascii_lowercase();
    let document = encoding::json(body).ok_or(Lost::NoSupport)?;
    let document = match document {
        Value::Object(members) => members,
        _ => return Err(Lost::NoSupport),
    };
    let only_delegates = document.len() == 1 && document.get("authority").is_some_and(is_truthy);
    match kind.as_str() {
        "application/json" => {}
        "application/octet-stream" if only_delegates && !is_strict => {}
        _ => return Err(Lost::NoSupport),
    }
    meaning(&document).ok_or(Lost::NoSupport)
}

/// What a document says, whoever serves it. None: disabled, or nothing that can be read.
pub fn meaning(document: &Map<String, Value>) -> Option<Document> {
    let truthy = |name: &str| document.get(name).filter(|value| is_truthy(value));
    if document
        .get("disabled")
        .is_some_and(|value| *value != Value::Bool(false))
    {
        return None;
    }
    if let Some(authority) = truthy("authority") {
        let authority = authority
            .as_str()
            .filter(|host| names::is_public_host(host))?;
        return Some(Document::Elsewhere(authority.to_owned()));
    }
    for page in ["authentication", "provisioning"] {
        document.get(page)?.as_str().filter(|path| is_path(path))?;
    }
    let listed = match truthy("keys") {
        None => &Vec::new(),
        Some(keys) => keys.as_array()?,
    };
    let is_for_signing = |key: &&Value| match key.get("use").filter(|purpose| is_truthy(purpose)) {
        None => true,
        Some(purpose) => *purpose == "sig",
    };
    let keys: Vec<_> = truthy("public-key")
        .into_iter()
        .chain(listed.iter().filter(is_for_signing))
        .collect();
    if keys.is_empty() || keys.len() > 8 {
        return None;
    }
    let keys: Option<Vec<_>> = keys.into_iter().map(Key::read).collect();
    let not_before = match document.get("not-before") {
        None => None,
        Some(value) => Some(super::time(value).filter(|moment| *moment > 0)?),
    };
    Some(Document::Keys(keys?, not_before))
}

fn is_path(text: &str) -> bool {
    let is_odd = |letter: char| {
        letter.is_control() || letter.is_whitespace() || "\u{feff}?#\\\"'<>|{}^`".contains(letter)
    };
    text.starts_with('/') && !text.contains(is_odd)
}
