/// Which hosts may stand in an address, an authority or an issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostRule {
    /// Host names of two labels or more; a port only below `.localhost`.
    Public,
    /// Also single labels: recorded cases examined with `--documents` / `--responses`.
    Recorded,
    /// Also IP literals and ports: `INSECURE_SSL`, `--map`.
    Insecure,
}
/// A lower-case ASCII host name, with a port where the rule allows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Domain(String);
impl Domain {
    /// `text` must already be lower case (the reference refuses upper case; callers that take typed input lower it first).
    pub fn parse(text: &str, rule: HostRule) -> Result<Self, InvalidDomain> { todo!() }
    pub fn as_str(&self) -> &str { &self.0 }
    /// The name without a port.
    pub fn host(&self) -> &str { todo!() }
    pub fn port(&self) -> Option<u16> { todo!() }
    /// True for `localhost` and every name below `.localhost`.
    pub fn is_localhost(&self) -> bool { todo!() }
}
impl core::fmt::Display for Domain { fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result { f.write_str(&self.0) } }
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidDomain { pub text: String }
/// An e-mail-like identity. Local part kept as written; Debug prints `***@domain`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email { text: String, domain: Domain }
impl Email {
    /// Strict, as signed objects must have it (upper-case letters in the domain are refused).
    pub fn parse(text: &str, rule: HostRule) -> Result<Self, InvalidEmail> { todo!() }
    /// As typed by a person: surrounding blanks cut, domain lowered (IDN to A-labels), local part kept.
    pub fn from_typed(text: &str, rule: HostRule) -> Result<Self, InvalidEmail> { todo!() }
    pub fn as_str(&self) -> &str { &self.text }
    pub fn local_part(&self) -> &str { todo!() }
    pub fn domain(&self) -> &Domain { &self.domain }
}
impl core::fmt::Debug for Email { fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result { write!(f, "***@{}", self.domain) } }
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidEmail;
/// scheme + host + port, port always filled in; parsed strictly (no path, user-info, blanks).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin(String);
impl Origin {
    pub fn parse(text: &str) -> Result<Self, InvalidOrigin> { todo!() }
    /// Serialised as browsers do: default port left out.
    pub fn as_str(&self) -> &str { &self.0 }
}
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidOrigin;
