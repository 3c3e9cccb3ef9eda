//! Passkeys, proving once more, and the ways in: from a browser's point of view, with an authenticator in software.

#[path = "passkeys/attacks.rs"]
mod attacks;
#[path = "passkeys/crossing.rs"]
mod crossing;
#[path = "passkeys/enrolling.rs"]
mod enrolling;
#[path = "passkeys/keeping.rs"]
mod keeping;
#[path = "passkeys/signing_in.rs"]
mod signing_in;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use service::session::FRESH_MS;
use tests::authenticator::{Algorithm, Passkey};
use tests::http::{Call, Heard};
use tests::idp::{Idp, ORIGIN, PASSWORD, from_page};
use tests::tokens::ALICE;

const SESSION: &str = "__Host-selfsame";
const CEREMONY: &str = "__Host-selfsame-passkey";

/// A browser: it keeps cookies, and sends them.
struct Browser<'a> {
    cookies: BTreeMap<String, String>,
    idp: &'a Idp,
    source: &'static str,
}

impl<'a> Browser<'a> {
    fn new(idp: &'a Idp) -> Self {
        Self {
            cookies: BTreeMap::new(),
            idp,
            source: "192.0.2.1",
        }
    }

    async fn send(&mut self, call: Call) -> Heard {
        let pairs = self.cookies.iter();
        let pairs: Vec<_> = pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut call = call.from_source(self.source);
        if !pairs.is_empty() {
            call = call.header("cookie", &pairs.join("; "));
        }
        let heard = self.idp.send(call).await;
        for (_, line) in heard
            .headers
            .iter()
            .filter(|(name, _)| name == "set-cookie")
        {
            let (pair, attributes) = line.split_once("; ").expect("attributes");
            let (name, value) = pair.split_once('=').expect("a pair");
            for expected in ["Path=/", "Secure", "HttpOnly", "SameSite=Strict"] {
                assert!(attributes.contains(expected), "{line}");
            }
            match attributes.ends_with("Max-Age=0") {
                true => self.cookies.remove(name),
                false => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        heard
    }

    async fn post(&mut self, path: &str, body: &Value) -> Heard {
        self.send(from_page("POST", path).json(body)).await
    }

    async fn delete(&mut self, path: &str, body: &Value) -> Heard {
        self.send(from_page("DELETE", path).json(body)).await
    }

    async fn get(&mut self, path: &str) -> Value {
        let heard = self.send(Call::get(path)).await;
        assert_eq!(heard.status, 200, "{heard:?}");
        heard.json()
    }

    async fn who(&mut self) -> Value {
        self.get("/persona/session").await["email"].clone()
    }

    /// The options of a challenge.
    async fn challenge(&mut self, path: &str, body: &Value) -> Value {
        let heard = self.post(path, body).await;
        assert_eq!(heard.status, 200, "{heard:?}");
        let heard = heard.json();
        assert_eq!(heard["status"], "okay");
        assert!(self.cookies.contains_key(CEREMONY));
        heard["publicKey"].clone()
    }

    async fn sign_in_with_password(&mut self) {
        let body = json!({"email": ALICE, "password": PASSWORD});
        let heard = self.post("/persona/session", &body).await;
        assert_eq!(heard.status, 200, "{heard:?}");
    }

    /// Signs in with it.
    async fn sign_in(&mut self, passkey: &mut Passkey) -> Heard {
        let options = self
            .challenge("/persona/passkey/challenge", &json!({}))
            .await;
        let credential = passkey.answer(&options);
        let body = json!({"credential": credential});
        self.post("/persona/passkey", &body).await
    }

    /// Proves once more with it.
    async fn again(&mut self, passkey: &mut Passkey) -> Heard {
        let options = self.challenge("/persona/again/challenge", &json!({})).await;
        let credential = passkey.answer(&options);
        self.post("/persona/again", &json!({"credential": credential}))
            .await
    }

    /// Adds it, in a session that is fresh.
    async fn add(&mut self, passkey: &mut Passkey, name: &str) -> Heard {
        let options = self
            .challenge("/persona/ways/passkey/challenge", &json!({}))
            .await;
        let credential = passkey.make(&options);
        let body = json!({"credential": credential, "name": name});
        self.post("/persona/ways/passkey", &body).await
    }
}

fn passkey(algorithm: Algorithm) -> Passkey {
    Passkey::new(algorithm, ORIGIN)
}

/// Alice's browser, signed in, and a passkey of hers called Phone.
async fn with_passkey(idp: &Idp) -> (Browser<'_>, Passkey) {
    let mut browser = Browser::new(idp);
    browser.sign_in_with_password().await;
    let mut phone = passkey(Algorithm::Es256);
    let heard = browser.add(&mut phone, "Phone").await;
    assert_eq!(heard.status, 200, "{heard:?}");
    (browser, phone)
}

/// Status and code.
fn refusal(heard: &Heard) -> (u16, String) {
    (heard.status, heard.code())
}

fn expect(heard: &Heard, status: u16, code: &str) {
    assert_eq!(refusal(heard), (status, code.to_owned()), "{heard:?}");
}

/// One answer of each kind that is about passkeys, for the table of codes.
pub async fn of_every_code() -> Vec<Heard> {
    let idp = Idp::new().await;
    let (mut browser, mut phone) = with_passkey(&idp).await;
    let unknown = json!({"id": "AA", "name": "Key"});
    let mut heard = vec![
        browser.add(&mut phone, "Again").await,
        browser.post("/persona/ways/passkey/name", &unknown).await,
        browser
            .post("/persona/passkey", &json!({"credential": {}}))
            .await,
    ];
    let unnamed = browser.add(&mut passkey(Algorithm::EdDsa), " ").await;
    heard.push(unnamed);
    for _ in 1..20 {
        let added = browser.add(&mut passkey(Algorithm::EdDsa), "Key").await;
        assert_eq!(added.status, 200, "{added:?}");
    }
    let path = "/persona/ways/passkey/challenge";
    heard.push(browser.post(path, &json!({})).await);
    heard
}
