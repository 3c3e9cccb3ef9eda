//! Where rows stand and how they are read.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use browserid::{Domain, Email, HostRule, Timestamp};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use service::{secret::TokenHash, ways::Handle};

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

/// One of a few names: of a type whose values serde writes as texts.
pub(crate) fn name(value: &impl Serialize) -> AttributeValue {
    match serde_json::to_value(value) {
        Ok(Value::String(name)) => text(name),
        // No such type comes here; nobody could read this back.
        _ => text(""),
    }
}

/// So that the order of texts is that of times, which have 13 digits until the year 2286.
pub(crate) fn sortable(time: Timestamp) -> String {
    format!("{:013}", time.as_millis().min(9_999_999_999_999))
}

/// What stands for a token in keys: 43 characters of base64url.
pub(crate) fn hash(token: &TokenHash) -> String {
    text_of(&token.0)
}

/// base64url.
pub(crate) fn text_of(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Every account is in one partition, so that the list is one query.
pub(crate) const ACCOUNTS: &str = "accounts";

/// The partition of the sessions of an address.
pub(crate) fn sessions_of(email: &Email) -> String {
    format!("sessions#{}", email.as_str())
}

/// The partition of the further addresses of an account.
pub(crate) fn addresses_of(email: &Email) -> String {
    format!("addresses#{}", email.as_str())
}

/// The partition of what happened at an address.
pub(crate) fn history_of(email: &Email) -> String {
    format!("history#{}", email.as_str())
}

/// The partition of the certificates of a month.
pub(crate) fn audit_of(month: &str) -> String {
    format!("audit#{month}")
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

    /// A further address: says whose it is.
    pub(crate) fn address(address: &Email) -> Self {
        Self {
            family: "address",
            pk: format!("address#{}", address.as_str()),
            sk: "address".to_owned(),
        }
    }

    /// Names a further address that an account has.
    pub(crate) fn address_of(email: &Email, address: &Email) -> Self {
        Self {
            family: ADDRESS_OF,
            pk: addresses_of(email),
            sk: address.as_str().to_owned(),
        }
    }

    pub(crate) fn audit(month: &str, sk: String) -> Self {
        Self {
            family: AUDIT,
            pk: audit_of(month),
            sk,
        }
    }

    pub(crate) fn ceremony(browser: &TokenHash) -> Self {
        Self {
            family: CEREMONY,
            pk: format!("ceremony#{}", hash(browser)),
            sk: "ceremony".to_owned(),
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

    /// Finds an account by what authenticators know the person by.
    pub(crate) fn handle(handle: &Handle) -> Self {
        Self {
            family: "handle",
            pk: format!("handle#{}", text_of(&handle.0)),
            sk: "handle".to_owned(),
        }
    }

    pub(crate) fn history(email: &Email, sk: String) -> Self {
        Self {
            family: HISTORY,
            pk: history_of(email),
            sk,
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

    pub(crate) fn panic_switch() -> Self {
        Self {
            family: "switch",
            pk: "switch".to_owned(),
            sk: "panic".to_owned(),
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

/// The family of [`Key::address_of`].
pub(crate) const ADDRESS_OF: &str = "address of an account";

/// The family of [`Key::audit`].
pub(crate) const AUDIT: &str = "audit";

/// The family of [`Key::ceremony`].
pub(crate) const CEREMONY: &str = "ceremony";

/// The family of [`Key::history`].
pub(crate) const HISTORY: &str = "history";

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

    /// None if there is no such attribute.
    pub(crate) fn number_if_any(&self, name: &'static str) -> Result<Option<u64>, StoreError> {
        match self.item.get(name) {
            None => Ok(None),
            Some(_) => self.number(name).map(Some),
        }
    }

    pub(crate) fn time(&self, name: &'static str) -> Result<Timestamp, StoreError> {
        self.number(name).map(Timestamp::from_millis)
    }

    /// None if there is no such attribute.
    pub(crate) fn time_if_any(&self, name: &'static str) -> Result<Option<Timestamp>, StoreError> {
        let number = self.number_if_any(name)?;
        Ok(number.map(Timestamp::from_millis))
    }

    /// What [`name`] wrote. None if there is no such attribute.
    pub(crate) fn name_if_any<T: DeserializeOwned>(
        &self,
        name: &'static str,
    ) -> Result<Option<T>, StoreError> {
        let Some(text) = self.text_if_any(name)? else {
            return Ok(None);
        };
        serde_json::from_value(Value::String(text.to_owned()))
            .map(Some)
            .map_err(|_| self.unreadable("a name is none"))
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

    /// What [`text_of`] made of some bytes.
    pub(crate) fn bytes(&self, name: &'static str) -> Result<Vec<u8>, StoreError> {
        URL_SAFE_NO_PAD
            .decode(self.text(name)?)
            .map_err(|_| self.unreadable("its bytes are none"))
    }

    pub(crate) fn unreadable(&self, reason: &'static str) -> StoreError {
        StoreError::Row {
            family: self.family,
            reason,
        }
    }
}
