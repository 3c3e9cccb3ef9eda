//! Bundles as browsers and issuers make them, written here by hand and not by the product.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::Key;

/// The site that asks.
pub const AUDIENCE: &str = "https://rp.example";

/// The moment of everything whose time does not matter: 2026-11-21T12:00:00Z.
pub const NOW_MS: u64 = 1_795_262_400_000;

/// One person's assertion for [`AUDIENCE`], and what is needed to check it.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// Certificate and assertion.
    pub text: String,
    /// Whose address it is and who certified it.
    pub domain: String,
    /// What that domain publishes.
    pub document: Value,
}

/// What was signed, and the signature.
#[derive(Clone, Debug)]
pub struct Signed {
    /// Header and payload.
    pub message: Vec<u8>,
    /// The bytes.
    pub signature: Vec<u8>,
}

impl Bundle {
    /// `person@domain`, certified by `issuer` for an hour from ten seconds before `now_ms`, says for two minutes that
    /// they hold `user`.
    pub fn new(issuer: &Key, user: &Key, domain: &str, now_ms: u64) -> Self {
        let certificate = json!({
            "iss": domain,
            "iat": now_ms - 10_000,
            "exp": now_ms + 3_600_000,
            "public-key": user.public,
            "principal": {"email": format!("person@{domain}")},
        });
        let assertion = json!({"aud": AUDIENCE, "exp": now_ms + 120_000});
        Self {
            text: format!(
                "{}~{}",
                token(issuer, &certificate),
                token(user, &assertion)
            ),
            domain: domain.to_owned(),
            document: document(issuer),
        }
    }

    /// The two signed objects in it.
    pub fn signed(&self) -> [Signed; 2] {
        let (certificate, assertion) = self.text.split_once('~').expect("a tilde");
        [certificate, assertion].map(|token| {
            let (message, signature) = token.rsplit_once('.').expect("dots");
            Signed {
                message: message.as_bytes().to_vec(),
                signature: URL_SAFE_NO_PAD.decode(signature).expect("base64url"),
            }
        })
    }

    /// The body of a request to `/v2`.
    pub fn request(&self) -> Vec<u8> {
        json!({"assertion": self.text, "audience": AUDIENCE})
            .to_string()
            .into_bytes()
    }
}

/// The support document of an issuer, with our own member too.
pub fn document(issuer: &Key) -> Value {
    json!({
        "public-key": issuer.public,
        "authentication": "/persona/sign_in.html",
        "provisioning": "/persona/provision.html",
        "agent": "/persona/agent.html",
    })
}

fn token(key: &Key, payload: &Value) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let input = format!("{}.{}", encode(&json!({"alg": key.label})), encode(payload));
    let signature = key.sign(input.as_bytes());
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
}
