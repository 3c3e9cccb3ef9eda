//! A verification under construction.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::dice::Dice;
use super::signers::Signer;
use crate::oracle::{Decisions, World};

/// A bundle in its parts, and under what it is verified.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The last part.
    pub assertion: Token,
    /// As whom the site asks.
    pub audience: Value,
    /// The parts before it.
    pub certificates: Vec<Token>,
    /// The operator's.
    pub decisions: Decisions,
    /// The clock.
    pub now_ms: u64,
    /// In place of the parts.
    pub text: Option<String>,
    /// The internet.
    pub world: Arc<World>,
}

/// A signed object.
#[derive(Clone, Debug)]
pub struct Token {
    /// JSON.
    pub header: String,
    /// JSON.
    pub payload: Value,
    /// Who signs it.
    pub signer: Arc<Signer>,
    text: Arc<str>,
}

impl Token {
    /// Signed.
    pub fn new(signer: &Arc<Signer>, payload: Value, dice: &mut Dice) -> Self {
        let header = json!({"alg": signer.label}).to_string();
        let text = signer.token(&header, &payload.to_string(), dice).into();
        Self {
            header,
            payload,
            signer: Arc::clone(signer),
            text,
        }
    }

    /// Signs what is there now.
    pub fn sign(&mut self, dice: &mut Dice) {
        let payload = self.payload.to_string();
        self.sign_text(&payload, dice);
    }

    /// Signs this text in place of the payload.
    pub fn sign_text(&mut self, payload: &str, dice: &mut Dice) {
        self.text = self.signer.token(&self.header, payload, dice).into();
    }

    /// Another key, its label, its signature.
    pub fn sign_as(&mut self, signer: &Arc<Signer>, dice: &mut Dice) {
        *self = Self::new(signer, self.payload.take(), dice);
    }

    /// As it is sent.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Header, payload, signature, as they are sent.
    pub fn segments(&self) -> [&str; 3] {
        let mut parts = self.text.split('.');
        [(); 3].map(|()| parts.next().unwrap_or_default())
    }

    /// The signature's bytes.
    pub fn signature(&self) -> Vec<u8> {
        URL_SAFE_NO_PAD
            .decode(self.segments()[2])
            .unwrap_or_default()
    }

    /// Puts one segment in place of another.
    pub fn set_segment(&mut self, at: usize, segment: &str) {
        let mut segments = self.segments();
        segments[at] = segment;
        self.text = segments.join(".").into();
    }

    /// Another signature, whoever made it.
    pub fn set_signature(&mut self, bytes: &[u8]) {
        self.set_segment(2, &URL_SAFE_NO_PAD.encode(bytes));
    }
}

impl Draft {
    /// What is sent.
    pub fn bundle(&self) -> String {
        self.text.clone().unwrap_or_else(|| {
            let parts: Vec<_> = self.tokens().map(Token::text).collect();
            parts.join("~")
        })
    }

    /// All parts.
    pub fn tokens(&self) -> impl Iterator<Item = &Token> {
        self.certificates.iter().chain([&self.assertion])
    }

    /// One of the first certificate and the assertion.
    pub fn any_token(&mut self, dice: &mut Dice) -> &mut Token {
        match dice.below(2) {
            0 => self.certificate(),
            _ => &mut self.assertion,
        }
    }

    /// The first part.
    pub fn certificate(&mut self) -> &mut Token {
        &mut self.certificates[0]
    }

    /// The internet, to be changed for this one.
    pub fn world(&mut self) -> &mut World {
        Arc::make_mut(&mut self.world)
    }

    /// The host that certified it.
    pub fn issuer(&self) -> String {
        let issuer = self.certificates[0].payload["iss"].as_str();
        issuer.unwrap_or_default().to_owned()
    }
}
