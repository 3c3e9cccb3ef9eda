//! An authenticator in software, with the browser around it: it makes one passkey and uses it, as it should or otherwise.

use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::Signer as _;
use rand_core::{OsRng, RngCore};
use rsa::pkcs1v15::SigningKey;
use rsa::signature::SignatureEncoding;
use rsa::traits::PublicKeyParts;
use rsa::{BigUint, RsaPrivateKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Somebody was there.
pub const PRESENT: u8 = 0x01;
/// It was the person.
pub const VERIFIED: u8 = 0x04;
/// The passkey can be on other devices too.
pub const CAN_BE_BACKED_UP: u8 = 0x08;
/// It is.
pub const IS_BACKED_UP: u8 = 0x10;
const HAS_KEY: u8 = 0x40;

/// What it signs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA with P-256.
    Es256,
    /// Ed25519.
    EdDsa,
    /// RSA.
    Rs256,
}

impl Algorithm {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Es256, Self::EdDsa, Self::Rs256];
}

#[derive(Clone)]
enum Key {
    Es256(p256::ecdsa::SigningKey),
    EdDsa(ed25519_dalek::SigningKey),
    Rs256(Box<RsaPrivateKey>),
}

/// A passkey and everything that is said when it is used. Attacks change what they like.
#[derive(Clone)]
pub struct Passkey {
    /// Of a frame in a page of another origin.
    pub cross_origin: bool,
    /// Goes up by one with each use, if it is not zero.
    pub counter: u32,
    /// [`PRESENT`] and so on.
    pub flags: u8,
    /// The user handle that it was made for.
    pub handle: Vec<u8>,
    /// The credential id.
    pub id: Vec<u8>,
    key: Key,
    /// Of the page.
    pub origin: String,
    /// Of the relying party.
    pub rp_id: String,
    /// `webauthn.create` or `webauthn.get`, if not the right one.
    pub wrong_type: Option<&'static str>,
}

impl Passkey {
    /// A new one, which pages at `origin` may use.
    pub fn new(algorithm: Algorithm, origin: &str) -> Self {
        let key = match algorithm {
            Algorithm::Es256 => Key::Es256(p256::ecdsa::SigningKey::random(&mut OsRng)),
            Algorithm::EdDsa => Key::EdDsa(ed25519_dalek::SigningKey::from_bytes(&random())),
            Algorithm::Rs256 => Key::Rs256(Box::new(an_rsa_key())),
        };
        Self::with(key, origin)
    }

    fn with(key: Key, origin: &str) -> Self {
        let host = origin.split_once("://").expect("an origin").1;
        Self {
            cross_origin: false,
            counter: 0,
            flags: PRESENT | VERIFIED,
            handle: Vec::new(),
            id: random::<32>().to_vec(),
            key,
            origin: origin.to_owned(),
            rp_id: host.split(':').next().expect("a host").to_owned(),
            wrong_type: None,
        }
    }

    /// `navigator.credentials.create`: what the browser answers.
    pub fn make(&mut self, options: &Value) -> Value {
        self.handle = bytes(&options["user"]["id"]);
        let client_data = self.client_data("webauthn.create", options);
        let data = self.made_data();
        self.registration(&client_data, &attestation("none", &[0xa0], &data))
    }

    /// The answer with an attestation of its own.
    pub fn registration(&self, client_data: &str, attestation: &[u8]) -> Value {
        json!({
            "id": text(&self.id),
            "rawId": text(&self.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {"credProps": {"rk": true}},
            "response": {
                "clientDataJSON": text(client_data.as_bytes()),
                "attestationObject": text(attestation),
                "transports": ["hybrid", "internal"],
            },
        })
    }

    /// `navigator.credentials.get`: what the browser answers.
    pub fn answer(&mut self, options: &Value) -> Value {
        if self.counter > 0 {
            self.counter += 1;
        }
        let client_data = self.client_data("webauthn.get", options);
        self.assertion(&client_data)
    }

    /// The answer with a client data of its own.
    pub fn assertion(&self, client_data: &str) -> Value {
        let data = self.data(self.flags);
        let signature = self.sign(&[&data[..], &Sha256::digest(client_data)].concat());
        json!({
            "id": text(&self.id),
            "rawId": text(&self.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": text(client_data.as_bytes()),
                "authenticatorData": text(&data),
                "signature": text(&signature),
                "userHandle": text(&self.handle),
            },
        })
    }

    /// As browsers write it.
    pub fn client_data(&self, kind: &str, options: &Value) -> String {
        let kind = self.wrong_type.unwrap_or(kind);
        let challenge = options["challenge"].as_str().expect("a challenge");
        let (origin, cross) = (&self.origin, self.cross_origin);
        format!(
            r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{origin}","crossOrigin":{cross}}}"#
        )
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let mut data = Sha256::digest(&self.rp_id).to_vec();
        data.push(flags);
        data.extend(self.counter.to_be_bytes());
        data
    }

    /// Authenticator data with the new key.
    pub fn made_data(&self) -> Vec<u8> {
        let mut data = self.data(self.flags | HAS_KEY);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).expect("short").to_be_bytes());
        data.extend(&self.id);
        data.extend(self.cose());
        data
    }

    /// The public key.
    pub fn cose(&self) -> Vec<u8> {
        match &self.key {
            Key::Es256(key) => {
                let point = key.verifying_key().to_encoded_point(false);
                let (x, y) = (point.x().expect("x"), point.y().expect("y"));
                [
                    &[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20][..],
                    x,
                    &[0x22, 0x58, 0x20],
                    y,
                ]
                .concat()
            }
            Key::EdDsa(key) => {
                let head = [0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20];
                [&head[..], key.verifying_key().as_bytes()].concat()
            }
            Key::Rs256(key) => rsa_cose(&key.n().to_bytes_be()),
        }
    }

    /// Signs anything.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.key {
            Key::Es256(key) => {
                let signature: p256::ecdsa::DerSignature = key.sign(message);
                signature.as_bytes().to_vec()
            }
            Key::EdDsa(key) => key.sign(message).to_bytes().to_vec(),
            Key::Rs256(key) => {
                let key = SigningKey::<Sha256>::new(key.as_ref().clone());
                key.sign(message).to_vec()
            }
        }
    }
}

/// An attestation object: format, statement (CBOR), authenticator data.
pub fn attestation(format: &str, statement: &[u8], data: &[u8]) -> Vec<u8> {
    let format_head = 0x60 | u8::try_from(format.len()).expect("short");
    [
        b"\xa3\x63fmt",
        &[format_head][..],
        format.as_bytes(),
        b"\x67attStmt",
        statement,
        b"\x68authData",
        &byte_string(data),
    ]
    .concat()
}

/// The CBOR of a byte string.
pub fn byte_string(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).expect("short");
    let head = match u8::try_from(length) {
        Ok(length) if length < 24 => vec![0x40 | length],
        Ok(length) => vec![0x58, length],
        Err(_) => [&[0x59][..], &length.to_be_bytes()].concat(),
    };
    [&head, bytes].concat()
}

/// base64url.
pub fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The way back.
pub fn bytes(text: &Value) -> Vec<u8> {
    let text = text.as_str().expect("a text");
    URL_SAFE_NO_PAD.decode(text).expect("base64url")
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    OsRng.fill_bytes(&mut bytes);
    bytes
}

/// An RSA key with this modulus, for RS256.
pub fn rsa_cose(n: &[u8]) -> Vec<u8> {
    let head = [0xa4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20];
    [&head[..], &byte_string(n), &[0x21, 0x43, 0x01, 0x00, 0x01]].concat()
}

/// Made once: that takes a while.
fn an_rsa_key() -> RsaPrivateKey {
    static KEY: OnceLock<RsaPrivateKey> = OnceLock::new();
    let make = || {
        let e = BigUint::from(65_537_u32);
        RsaPrivateKey::new_with_exp(&mut OsRng, 2048, &e).expect("a key")
    };
    KEY.get_or_init(make).clone()
}
