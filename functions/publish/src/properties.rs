//! What to publish: the properties of the template's custom resource.

use serde::{Deserialize, Deserializer};

/// What to publish.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Properties {
    /// Where the functions are, if they are not at the pages' own origin. Empty is none.
    #[serde(default)]
    pub api: String,
    pub bucket: String,
    pub domain: String,
    /// `own`, which is also what is not said, or `fallback`.
    #[serde(default)]
    pub identity_provider: IdentityProvider,
    /// The first one signs.
    #[serde(deserialize_with = "one_or_more")]
    pub key_ids: Vec<String>,
}

/// What the stack is.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IdentityProvider {
    /// For everybody whose domain has none.
    Fallback,
    /// For the people of its owner's domains.
    #[default]
    Own,
}

/// A list, or a text with commas.
fn one_or_more<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        List(Vec<String>),
        Text(String),
    }
    let ids = match Either::deserialize(deserializer)? {
        Either::List(ids) => ids,
        Either::Text(text) => text.split(',').map(|id| id.trim().to_owned()).collect(),
    };
    Ok(ids.into_iter().filter(|id| !id.is_empty()).collect())
}
