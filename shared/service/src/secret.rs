/// A 256-bit random token. No Clone, no Display, no Debug of its value.
pub struct Token([u8; 32]);
impl Token {
    pub fn random(random: &dyn crate::ports::Random) -> Result<Self, crate::ports::PortError> { todo!() }
    /// base64url, 43 characters.
    pub fn expose(&self) -> String { todo!() }
    pub fn parse(text: &str) -> Option<Self> { todo!() }
    pub fn hash(&self) -> TokenHash { todo!() }
}
/// SHA-256 of a token: what stores keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TokenHash(pub [u8; 32]);
/// A password as typed; wiped when dropped.
pub struct Password(String);
impl Password { pub fn new(text: String) -> Self { Self(text) } }
