//! The people, their domains, and the bundles that are right.

use std::sync::Arc;

use serde_json::{Value, json};

use super::dice::Dice;
use super::draft::{Draft, Token};
use super::signers::Signer;
use crate::oracle::{Decisions, Said, World};

/// The moment of every good bundle.
pub const NOW: u64 = 1_400_000_000_000;
/// The site that they are for.
pub const SITE: &str = "https://rp.example";

/// What mutations draw from.
pub struct Stage {
    /// The good bundles.
    pub bases: Vec<Draft>,
    /// Keys that nobody certified, of each kind.
    pub strangers: Vec<Arc<Signer>>,
    /// Those of them with short keys only.
    pub quick: Vec<Draft>,
    /// Owns `mallory.example`, which is a working identity provider.
    pub mallory: Arc<Signer>,
    /// Too short for anybody.
    pub tiny: Arc<Signer>,
    /// Whose keys are certified.
    pub users: Vec<Arc<Signer>>,
}

/// Who certifies in which domain's name: address, host of the issuer, its key.
struct Issuer {
    email: Option<&'static str>,
    host: &'static str,
    key: usize,
}

/// 200, as JSON.
pub fn served(document: &Value) -> Said {
    said(200, Some("application/json"), &document.to_string())
}

/// Any answer.
pub fn said(status: u16, content_type: Option<&str>, body: &str) -> Said {
    Said::Response {
        body: Arc::new(body.as_bytes().to_vec()),
        content_type: content_type.map(str::to_owned),
        status,
    }
}

/// A document with these keys.
pub fn supporting(first: &Value, others: &[Value]) -> Value {
    let mut document = json!({"public-key": first, "authentication": "/sign_in.html", "provisioning": "/provision.html"});
    if !others.is_empty() {
        document["keys"] = others.into();
    }
    document
}

impl Stage {
    /// Always the same one.
    pub fn new() -> Self {
        let dice = &mut Dice::new(1, 1);
        let rsa = |name| Arc::new(Signer::rsa(name));
        let mut dsa = |label| Arc::new(Signer::dsa(label, dice));
        let issuers = [
            rsa("RS256a"),
            rsa("RS128a"),
            dsa("DS128"),
            dsa("DS256"),
            dsa("DS128"),
            rsa("RS128b"),
        ];
        let users = vec![rsa("RS256b"), dsa("DS128"), rsa("RS128c"), dsa("DS256")];
        let mut stage = Self {
            bases: Vec::new(),
            quick: Vec::new(),
            mallory: dsa("DS128"),
            strangers: vec![dsa("DS128"), dsa("DS256"), rsa("RS256c")],
            tiny: rsa("RS64a"),
            users,
        };
        let world = Arc::new(stage.world(&issuers));
        for issuer in ISSUERS {
            for user in &stage.users {
                let key = &issuers[issuer.key];
                stage.bases.push(good(issuer, key, user, &world, dice));
            }
        }
        let is_short = |draft: &&Draft| {
            draft
                .tokens()
                .all(|token| token.signer.label.ends_with("128"))
        };
        stage.quick = stage.bases.iter().filter(is_short).cloned().collect();
        stage
    }

    fn world(&self, keys: &[Arc<Signer>]) -> World {
        let own = |at: usize| served(&supporting(&keys[at].public, &[]));
        let to = |host: &str| served(&json!({ "authority": host }));
        let other = [
            keys[3].kty(),
            json!({"use": "enc"}),
            self.strangers[2].public.clone(),
            keys[1].public.clone(),
        ];
        let html = Some("text/html");
        World::from_iter(
            [
                ("idp.example", own(0)),
                ("short.example", own(1)),
                ("ds128.example", own(2)),
                ("ds256.example", own(3)),
                ("many.example", served(&supporting(&keys[2].public, &other))),
                ("fallback.example", own(4)),
                ("trusted.example", own(5)),
                (
                    "mallory.example",
                    served(&supporting(&self.mallory.public, &[])),
                ),
                ("me.example", to("short.example")),
                (
                    "octets.example",
                    said(
                        200,
                        Some("application/octet-stream"),
                        r#"{"authority":"short.example"}"#,
                    ),
                ),
                ("far.example", to("hop1.example")),
                ("hop1.example", to("hop2.example")),
                ("hop2.example", to("hop3.example")),
                ("hop3.example", to("hop4.example")),
                ("hop4.example", to("ds128.example")),
                ("toofar.example", to("far.example")),
                ("circle.example", to("round.example")),
                ("round.example", to("circle.example")),
                (
                    "disabled.example",
                    served(&json!({"disabled": true, "authority": "mallory.example"})),
                ),
                ("broken.example", said(200, Some("application/json"), "{")),
                ("page.example", said(200, html, "<!doctype html>")),
                ("missing.example", said(404, html, "")),
                ("moved.example", said(302, None, "")),
                ("failing.example", said(503, html, "")),
                ("slow.example", Said::Trouble),
            ]
            .map(|(host, said)| (host.to_owned(), said)),
        )
    }
}

impl Default for Stage {
    fn default() -> Self {
        Self::new()
    }
}

/// Every way to be an authority, and which of the six issuers' keys signs.
const ISSUERS: &[Issuer] = &[
    issuer(Some("alice@idp.example"), "idp.example", 0),
    issuer(Some("Bob+1@short.example"), "short.example", 1),
    issuer(Some("carol@ds128.example"), "ds128.example", 2),
    issuer(Some("dave@ds256.example"), "ds256.example", 3),
    issuer(Some("erin@many.example"), "many.example", 1),
    issuer(Some("me@me.example"), "short.example", 1),
    issuer(Some("me@octets.example"), "short.example", 1),
    issuer(Some("me@far.example"), "ds128.example", 2),
    issuer(Some("ann@missing.example"), "fallback.example", 4),
    issuer(Some("ann@disabled.example"), "fallback.example", 4),
    issuer(Some("ann@broken.example"), "fallback.example", 4),
    issuer(Some("ann@circle.example"), "fallback.example", 4),
    issuer(Some("ann@nowhere.example"), "fallback.example", 4),
    issuer(Some("alice@idp.example"), "trusted.example", 5),
    issuer(None, "trusted.example", 5),
];

const fn issuer(email: Option<&'static str>, host: &'static str, key: usize) -> Issuer {
    Issuer { email, host, key }
}

fn good(
    issuer: &Issuer,
    key: &Arc<Signer>,
    user: &Arc<Signer>,
    world: &Arc<World>,
    dice: &mut Dice,
) -> Draft {
    let mut certificate = json!({
        "public-key": user.public, "iat": NOW - 10_000, "exp": NOW + 3_600_000, "iss": issuer.host,
    });
    match issuer.email {
        // Some issuers write the address the other way, and the key too.
        Some(email) if issuer.key == 3 => {
            certificate["sub"] = email.into();
            certificate["public-key"] = user.kty();
        }
        Some(email) => certificate["principal"] = json!({ "email": email }),
        None => certificate["principal"] = json!({"unverified-email": "test@example.com"}),
    }
    let assertion = json!({"exp": NOW + 120_000, "aud": SITE});
    Draft {
        assertion: Token::new(user, assertion, dice),
        audience: SITE.into(),
        certificates: vec![Token::new(key, certificate, dice)],
        decisions: Decisions {
            fallback: Some("fallback.example".to_owned()),
            strict_content_type: false,
            strong_keys: false,
            trusted: vec!["trusted.example".to_owned()],
        },
        now_ms: NOW,
        text: None,
        world: Arc::clone(world),
    }
}
