use crate::{Code, Domain, HostRule, Support};
/// How discovery behaves; no default: each is a decision of the operator.
#[derive(Clone, Debug)]
pub struct DiscoveryRules { pub fallback: Option<Domain>, pub max_delegations: usize, pub hosts: HostRule, pub strict_content_type: bool }
/// `GET /.well-known/browserid?domain=<principal>` on `host`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question { pub host: Domain, pub principal: Domain }
/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer { Response { status: u16, content_type: Option<String>, body: Vec<u8> }, Unreachable(Unreachable) }
/// Why there was no response. `NoSuchHost` is an answer ("no support"); the others are trouble, on which no fallback speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unreachable { Connection, Forbidden, NoSuchHost, Timeout, Tls, TooLarge { limit: usize } }
/// A state machine without I/O.
#[derive(Clone, Debug)]
pub struct Discovery { }
impl Discovery {
    pub fn start(principal: Domain, rules: &DiscoveryRules) -> Self { todo!() }
    /// The question to answer next, or None when it is done.
    pub fn question(&self) -> Option<Question> { todo!() }
    /// Answers `question()`.
    pub fn answer(&mut self, answer: Answer) { todo!() }
    /// Some once `question()` is None.
    pub fn outcome(&self) -> Option<&Result<Authority, DiscoveryError>> { todo!() }
}
/// Only Discovery makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct Authority { pub(crate) domain: Domain, pub(crate) chain: Vec<Domain>, pub(crate) support: Support }
impl Authority {
    pub fn domain(&self) -> &Domain { &self.domain }
    pub fn chain(&self) -> &[Domain] { &self.chain }
    pub fn support(&self) -> &Support { &self.support }
}
/// Display gives the reference's reason (PROTOCOL 1.7).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DiscoveryError { Disabled { domain: Domain, chain: Vec<Domain> } }
impl DiscoveryError { pub fn code(&self) -> Code { todo!() } }
impl core::fmt::Display for DiscoveryError { fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result { todo!() } }
