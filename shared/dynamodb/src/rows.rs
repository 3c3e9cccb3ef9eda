//! Where rows stand and how they are read.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use browserid::{Domain, Email, HostRule, Timestamp};
use service::secret::TokenHash;

use crate::StoreError;

/// A row as DynamoDB's client has it.
pub(crate) type Item = HashMap<String, AttributeValue>;

pub(crate) fn text(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

pub(crate) fn number(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

pub(crate) fn time(time: Timestamp) -> AttributeValue {
    number(time.as_millis())
}

/// For `expires_s`: the first whole second at which it is over.
pub(crate) fn expires_s(time: Timestamp) -> AttributeValue {
    number(time.as_millis().div_ceil(1_000))
}

/// What stands for a token in keys: 43 characters of base64url.
pub(crate) fn hash(token: &TokenHash) -> String {
    text_of(&token.0)
}

/// base64url.
pub(crate) fn text_of(hash: &[u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(hash)
}

/// Every account is in one partition, so that the list is one query.
pub(crate) const ACCOUNTS: &str = "accounts";

/// The partition of the sessions of an address.
pub(crate) fn sessions_of(email: &Email) -> String {
    format!("sessions#{}", email.as_str())
}

/// Where a row stands. The texts are what stands in the table: change none.
#[derive(Clone)]
pub(crate) struct Key {
    family: &'static str,
    pk: String,
    sk: String,
}

impl Key {
    pub(crate) fn account(email: &Email) -> Self {
        Self {
            family: "account",
            pk: ACCOUNTS.to_owned(),
            sk: email.as_str().to_owned(),
        }
    }

    pub(crate) fn audit(month: &str, sk: String) -> Self {
        Self {
            family: "audit",
            pk: format!("audit#{month}"),
            sk,
        }
    }

    pub(crate) fn domain(domain: &Domain) -> Self {
        Self {
            family: "domain",
            pk: format!("domain#{domain}"),
            sk: "domain".to_owned(),
        }
    }

    pub(crate) fn enrolment(token: &TokenHash) -> Self {
        Self {
            family: "enrolment",
            pk: format!("enrolment#{}", hash(token)),
            sk: "enrolment".to_owned(),
        }
    }

    /// Names the enrolment that an address has.
    pub(crate) fn enrolment_of(email: &Email) -> Self {
        Self {
            family: "enrolment of an address",
            pk: format!("enrolments#{}", email.as_str()),
            sk: "enrolment".to_owned(),
        }
    }

    pub(crate) fn limit(key: &str) -> Self {
        Self {
            family: "limit",
            pk: format!("limit#{key}"),
            sk: "limit".to_owned(),
        }
    }

    pub(crate) fn proof(browser: &TokenHash) -> Self {
        Self {
            family: PROOF,
            pk: format!("proof#{}", hash(browser)),
            sk: "proof".to_owned(),
        }
    }

    pub(crate) fn session(token: &TokenHash) -> Self {
        Self {
            family: "session",
            pk: format!("session#{}", hash(token)),
            sk: "session".to_owned(),
        }
    }

    /// Names a session that an address has.
    pub(crate) fn session_of(email: &Email, token: &TokenHash) -> Self {
        Self {
            family: SESSION_OF,
            pk: sessions_of(email),
            sk: hash(token),
        }
    }

    pub(crate) fn family(&self) -> &'static str {
        self.family
    }

    /// The key's attributes.
    pub(crate) fn item(self) -> Item {
        self.with([])
    }

    /// The whole row.
    pub(crate) fn with<const N: usize>(self, attributes: [(&str, AttributeValue); N]) -> Item {
        let key = [("pk", text(self.pk)), ("sk", text(self.sk))];
        key.into_iter()
            .chain(attributes)
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}

/// The family of [`Key::proof`].
pub(crate) const PROOF: &str = "proof";

/// The family of [`Key::session_of`].
pub(crate) const SESSION_OF: &str = "session of an address";

/// A row that was read.
#[derive(Debug)]
pub(crate) struct Row {
    family: &'static str,
    item: Item,
}

impl Row {
    pub(crate) fn new(family: &'static str, item: Item) -> Self {
        Self { family, item }
    }

    pub(crate) fn text(&self, name: &'static str) -> Result<&str, StoreError> {
        match self.item.get(name) {
            Some(AttributeValue::S(text)) => Ok(text),
            _ => Err(self.unreadable("a text is missing")),
        }
    }

    /// None if there is no such attribute.
    pub(crate) fn text_if_any(&self, name: &'static str) -> Result<Option<&str>, StoreError> {
        match self.item.get(name) {
            Some(AttributeValue::S(text)) => Ok(Some(text)),
            None => Ok(None),
            Some(_) => Err(self.unreadable("a text is none")),
        }
    }

    pub(crate) fn number(&self, name: &'static str) -> Result<u64, StoreError> {
        match self.item.get(name) {
            Some(AttributeValue::N(number)) => number
                .parse()
                .map_err(|_| self.unreadable("a number is out of range")),
            _ => Err(self.unreadable("a number is missing")),
        }
    }

    pub(crate) fn time(&self, name: &'static str) -> Result<Timestamp, StoreError> {
        self.number(name).map(Timestamp::from_millis)
    }

    pub(crate) fn address(&self, name: &'static str) -> Result<Email, StoreError> {
        // Checked by the rule of the day when it came in; here it only has to be an address.
        Email::parse(self.text(name)?, HostRule::Insecure)
            .map_err(|_| self.unreadable("its address is none"))
    }

    pub(crate) fn token(&self, name: &'static str) -> Result<TokenHash, StoreError> {
        self.hash(name).map(TokenHash)
    }

    /// True for 1, false if there is no such attribute.
    pub(crate) fn flag(&self, name: &'static str) -> Result<bool, StoreError> {
        match self.item.get(name) {
            Some(AttributeValue::N(one)) if one == "1" => Ok(true),
            None => Ok(false),
            Some(_) => Err(self.unreadable("a flag is none")),
        }
    }

    pub(crate) fn hash(&self, name: &'static str) -> Result<[u8; 32], StoreError> {
        let bytes = URL_SAFE_NO_PAD.decode(self.text(name)?).ok();
        bytes
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| self.unreadable("its hash is none"))
    }

    fn unreadable(&self, reason: &'static str) -> StoreError {
        StoreError::Row {
            family: self.family,
            reason,
        }
    }
}
