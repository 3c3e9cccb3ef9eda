use crate::Json;
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Algorithm { Rs128, Rs256, Ds128, Ds256 }
impl Algorithm { pub fn label(self) -> &'static str { todo!() } }
/// A checked public key: only keys that may be used exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey { algorithm: Algorithm }
impl PublicKey {
    pub fn from_json(json: &Json) -> Result<Self, KeyError> { todo!() }
    pub fn from_slice(json: &[u8]) -> Result<Self, KeyError> { todo!() }
    /// From SubjectPublicKeyInfo, PEM or DER (`support-document --spki`, KMS GetPublicKey).
    pub fn from_spki(spki: &[u8]) -> Result<Self, KeyError> { todo!() }
    pub fn algorithm(&self) -> Algorithm { self.algorithm }
    /// Bits of the modulus n, or of the DSA prime p.
    pub fn bits(&self) -> usize { todo!() }
    /// The form to publish and to certify: `algorithm` RS with decimal strings, DS with hex strings.
    pub fn to_json(&self) -> serde_json::Value { todo!() }
    /// base64url(SHA-256 of the canonical form): to name a key in logs and explanations.
    pub fn thumbprint(&self) -> String { todo!() }
    /// `message` is the signing input, not a digest.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> { todo!() }
}
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError { NotAnObject }
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureError { Invalid, Malformed }
