//! Throw-away keys that sign.

use std::sync::LazyLock;

use browserid::{Json, PublicKey, base64url};
use rsa::{BigUint, Pkcs1v15Sign, RsaPrivateKey};
use serde_json::json;
use sha2::{Digest as _, Sha256};

/// A private key and the key object that goes with it.
pub struct Signer {
    pub json: Json,
    pub key: PublicKey,
    secret: RsaPrivateKey,
}

/// The issuer's: RS256.
pub static ISSUER: LazyLock<Signer> = LazyLock::new(|| recorded("RS256a"));
/// The user's: RS256.
pub static USER: LazyLock<Signer> = LazyLock::new(|| recorded("RS256b"));
/// RS128.
pub static SHORT: LazyLock<Signer> = LazyLock::new(|| recorded("RS128a"));
/// RS128 of the one size that aws-lc does not take.
pub static ODD: LazyLock<Signer> = LazyLock::new(|| {
    let secret = RsaPrivateKey::new(&mut rand_core::OsRng, 1023).expect("a key");
    Signer::new(secret)
});

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({})", self.key.thumbprint())
    }
}

impl Signer {
    fn new(secret: RsaPrivateKey) -> Self {
        use rsa::traits::PublicKeyParts as _;
        let json =
            json!({"algorithm": "RS", "n": secret.n().to_string(), "e": secret.e().to_string()});
        Self {
            key: PublicKey::from_json(&json).expect("a key"),
            json,
            secret,
        }
    }

    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.secret
            .sign(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(message))
            .expect("a signature")
    }

    /// What the `rsa` crate alone says.
    pub fn confirms(&self, message: &[u8], signature: &[u8]) -> bool {
        self.secret
            .to_public_key()
            .verify(
                Pkcs1v15Sign::new::<Sha256>(),
                &Sha256::digest(message),
                signature,
            )
            .is_ok()
    }

    pub fn token(&self, payload: &Json) -> String {
        let header = json!({"alg": self.key.algorithm().label()});
        let segment = |json: &Json| base64url::encode(json.to_string().as_bytes());
        let input = format!("{}.{}", segment(&header), segment(payload));
        let signature = base64url::encode(&self.sign(input.as_bytes()));
        format!("{input}.{signature}")
    }
}

fn recorded(name: &str) -> Signer {
    let keys: Json = serde_json::from_str(include_str!("../../shared/browserid/tests/keys.json"))
        .expect("throw-away keys");
    let number = |member: &str| {
        let digits = keys[name]["secret"][member].as_str().expect("digits");
        BigUint::parse_bytes(digits.as_bytes(), 10).expect("digits")
    };
    let secret = RsaPrivateKey::from_components(number("n"), number("e"), number("d"), vec![]);
    Signer::new(secret.expect("a secret key"))
}
