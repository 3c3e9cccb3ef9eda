use crate::{Domain, HostRule, PublicKey};
/// An absolute path on the authority's own origin (PROTOCOL 1.5); concatenated, never resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path(String);
impl Path { pub fn parse(text: &str) -> Result<Self, SupportDocumentError> { todo!() } pub fn as_str(&self) -> &str { &self.0 } }
#[derive(Clone, Debug, PartialEq)]
pub enum SupportDocument { Supported(Support), Delegated { authority: Domain }, Disabled }
impl SupportDocument {
    pub fn parse(body: &[u8], rule: HostRule) -> Result<Self, SupportDocumentError> { todo!() }
    pub fn to_json(&self) -> serde_json::Value { todo!() }
}
#[derive(Clone, Debug, PartialEq)]
pub struct Support { pub authentication: Path, pub provisioning: Path, pub agent: Option<Path>, first_key: PublicKey, other_keys: Vec<PublicKey> }
impl Support {
    pub fn new(first_key: PublicKey, other_keys: Vec<PublicKey>, authentication: Path, provisioning: Path, agent: Option<Path>) -> Self { Self { authentication, provisioning, agent, first_key, other_keys } }
    /// In the order of trial; never empty.
    pub fn keys(&self) -> impl Iterator<Item = &PublicKey> { std::iter::once(&self.first_key).chain(&self.other_keys) }
}
/// Display gives the reference's text (PROTOCOL 1.7, the part after "Error: ").
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SupportDocumentError { InvalidJson }
