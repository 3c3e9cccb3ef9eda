//! A fallback in memory: `https://fallback.example`, with a discovery and a mail server that say what the test says.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::Router;
use browserid::{Domain, Email, HostRule, Origin, Profile};
use local::store::Store;
use local::system::SystemRandom;
use serde_json::json;
use service::fallback::Fallback;
use service::mail::{Mail, MailRefused};
use service::ports::{Accounts, Authorities, Mailer, PortError, Said};
use service::sign::{Sign, Speaks};
use service::sign_in::SignIn;
use service::standing::Standings;
use web::cookie::SessionCookie;
use web::front::Front;
use web::pages::Pages;
use webauthn::RelyingParty;

use crate::clock::SetClock;
use crate::http::{Call, Heard, send};
use crate::idp::{ALWAYS, MAYBE};
use crate::keys::{FixedSigner, ISSUER, USER};

/// Where its pages are.
pub const ORIGIN: &str = "https://fallback.example";
/// Somebody whose domain has no support.
pub const ANNA: &str = "anna@plain.example";
/// The session's cookie.
pub const SESSION: &str = "__Host-selfsame";
/// The cookie of a proof under way.
pub const PROOF: &str = "__Host-selfsame-proof";

/// The router over one store.
pub struct FallbackIdp {
    /// Its clock.
    pub clock: Arc<SetClock>,
    /// What discovery says.
    pub discovery: Arc<SetDiscovery>,
    /// What it mailed.
    pub outbox: Arc<Outbox>,
    router: Router,
    /// Counts signatures.
    pub signer: Arc<FixedSigner>,
    store: Arc<Store>,
}

impl FallbackIdp {
    /// Nobody is known, no domain has support.
    pub fn new() -> Self {
        let clock = Arc::new(SetClock::new());
        let store = Arc::new(Store::in_memory().expect("memory"));
        let random = Arc::new(SystemRandom);
        let discovery = Arc::new(SetDiscovery::default());
        let outbox = Arc::new(Outbox::default());
        let signer = Arc::new(FixedSigner::new());
        let issuer = Domain::parse("fallback.example", HostRule::Public).expect("a domain");
        let standings = Arc::new(Standings {
            authorities: Arc::clone(&discovery) as _,
            clock: Arc::clone(&clock) as _,
            issuer: issuer.clone(),
            seen: Arc::clone(&store) as _,
        });
        let sign_in = Arc::new(
            SignIn::over(
                Arc::clone(&store),
                Arc::clone(&clock) as _,
                random.clone(),
                Arc::new(RelyingParty::new(origin())),
            )
            .without_history(),
        );
        let fallback = Arc::new(Fallback {
            clock: Arc::clone(&clock) as _,
            limits: Arc::clone(&store) as _,
            mailer: Arc::clone(&outbox) as _,
            pages: origin(),
            proofs: Arc::clone(&store) as _,
            random,
            sign_in,
            standings: Arc::clone(&standings),
        });
        let sign = Arc::new(Sign {
            addresses: None,
            audit: Arc::clone(&store) as _,
            clock: Arc::clone(&clock) as _,
            profile: Profile::new(issuer, ISSUER.public()),
            sessions: Arc::clone(&store) as _,
            signer: Arc::clone(&signer) as _,
            speaks: Speaks::ForEverybodyElse(standings),
        });
        Self {
            clock,
            discovery,
            outbox,
            router: fallback_router(fallback, sign),
            signer,
            store,
        }
    }

    /// Sends it, and checks what holds for every answer.
    pub async fn send(&self, call: Call) -> Heard {
        let heard = send(&self.router, call).await;
        heard.assert_headers(&ALWAYS, &MAYBE);
        if heard.status != 200 {
            assert_eq!(heard.header("set-cookie"), None, "{heard:?}");
            assert_eq!(heard.json()["status"], "failure", "{heard:?}");
            assert!(!heard.code().is_empty(), "{heard:?}");
        }
        heard
    }

    /// Asks for a code as a new browser; gives its cookie and the code that was mailed.
    pub async fn ask(&self, email: &str) -> (String, String) {
        let heard = self.send(ask(email)).await;
        assert_eq!(heard.status, 200, "{heard:?}");
        let proof = cookie_of(&heard, PROOF).expect("a cookie");
        (proof, self.outbox.last().code)
    }

    /// Asks for a code and shows it; gives the session's cookie.
    pub async fn prove(&self, email: &str) -> String {
        let (proof, code) = self.ask(email).await;
        let heard = self.send(confirm(&proof, &code)).await;
        assert_eq!(heard.status, 200, "{heard:?}");
        cookie_of(&heard, SESSION).expect("a cookie")
    }

    /// Who the session's cookie stands for, as `GET /persona/session` tells.
    pub async fn who(&self, cookie: &str) -> Option<String> {
        let call = Call::get("/persona/session").header("cookie", cookie);
        let heard = self.send(call).await;
        assert_eq!(heard.status, 200, "{heard:?}");
        heard.json()["email"].as_str().map(str::to_owned)
    }

    /// Has a key certified.
    pub async fn certify(&self, email: &str, cookie: &str) -> Heard {
        let path = format!(
            "/persona/sign/?email={}&duration=86400",
            email.replace('@', "%40")
        );
        let call = from_page("POST", &path).header("cookie", cookie);
        self.send(call.json(&USER.to_json())).await
    }

    /// True if the address has an account.
    pub async fn knows(&self, email: &str) -> bool {
        let email = Email::parse(email, HostRule::Public).expect("an address");
        let found = Accounts::find(self.store.as_ref(), &email).await;
        found.expect("memory works").is_some()
    }
}

impl Default for FallbackIdp {
    fn default() -> Self {
        Self::new()
    }
}

/// The router of a fallback at [`ORIGIN`].
pub fn fallback_router(fallback: Arc<Fallback>, sign: Arc<Sign>) -> Router {
    web::fallback::router(web::fallback::Deps {
        cookie: SessionCookie::host_prefixed(),
        fallback,
        front: Front::Direct,
        pages: Pages::Here(origin()),
        sign,
    })
}

/// A request as a page of [`ORIGIN`] makes it.
pub fn from_page(method: &str, target: &str) -> Call {
    Call::new(method, target)
        .header("origin", ORIGIN)
        .header("sec-fetch-site", "same-origin")
}

/// A code is asked for.
pub fn ask(email: &str) -> Call {
    from_page("POST", "/persona/proof").json(&json!({"email": email}))
}

/// A code is shown, by the browser that has this cookie.
pub fn confirm(proof: &str, code: &str) -> Call {
    from_page("POST", "/persona/proof/confirm")
        .header("cookie", proof)
        .json(&json!({"code": code}))
}

/// Another code than this one.
pub fn wrong(code: &str) -> String {
    let number: u32 = code.parse().expect("digits");
    format!("{:06}", (number + 1) % 1_000_000)
}

/// The cookie of this name that an answer sets, as the browser sends it back. None if it does not, or clears it.
pub fn cookie_of(heard: &Heard, name: &str) -> Option<String> {
    cookies(heard)
        .into_iter()
        .filter_map(|line| line.split(';').next().map(str::to_owned))
        .find(|pair| {
            pair.split_once('=')
                .is_some_and(|(set, value)| set == name && !value.is_empty())
        })
}

/// Every `Set-Cookie` line.
pub fn cookies(heard: &Heard) -> Vec<String> {
    let lines = heard
        .headers
        .iter()
        .filter(|(name, _)| name == "set-cookie");
    lines.map(|(_, line)| line.clone()).collect()
}

fn origin() -> Origin {
    Origin::parse(ORIGIN).expect("an origin")
}

/// Discovery as the test says; "no support" for domains that it says nothing of.
#[derive(Default)]
pub struct SetDiscovery {
    asked: AtomicUsize,
    said: Mutex<BTreeMap<String, Said>>,
}

impl SetDiscovery {
    /// From now on.
    pub fn says(&self, domain: &str, said: Said) {
        let mut all = self.said.lock().expect("no panic");
        all.insert(domain.to_owned(), said);
    }

    /// It has support from now on: its own.
    pub fn supports(&self, domain: &str) {
        let authority = Domain::parse(domain, HostRule::Public).expect("a domain");
        self.says(domain, Said::Supported { authority });
    }

    /// How often it was asked.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Authorities for SetDiscovery {
    async fn ask(&self, domain: &Domain) -> Result<Said, PortError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let all = self.said.lock().expect("no panic");
        Ok(all.get(domain.as_str()).cloned().unwrap_or(Said::NoSupport))
    }
}

/// A mail server.
#[derive(Default)]
pub struct Outbox {
    how: Mutex<How>,
    sent: Mutex<Vec<Sent>>,
}

#[derive(Clone, Copy, Default)]
enum How {
    Breaks,
    #[default]
    Delivers,
    Refuses,
}

/// A mail that was handed over.
#[derive(Clone, Debug)]
pub struct Sent {
    /// What the link has behind `#`: a code, or the token of "this was not me". Empty without a link.
    pub code: String,
    /// `de` and the like.
    pub language: &'static str,
    /// Everything that the mail shows.
    pub shown: String,
    /// To whom.
    pub to: String,
}

impl Outbox {
    /// From now on no address takes mail.
    pub fn refuses(&self) {
        *self.how.lock().expect("no panic") = How::Refuses;
    }

    /// From now on it cannot be reached.
    pub fn breaks(&self) {
        *self.how.lock().expect("no panic") = How::Breaks;
    }

    /// All that was delivered.
    pub fn sent(&self) -> Vec<Sent> {
        self.sent.lock().expect("no panic").clone()
    }

    /// The last one that was delivered.
    pub fn last(&self) -> Sent {
        self.sent().last().cloned().expect("a mail")
    }
}

#[async_trait]
impl Mailer for Outbox {
    async fn send(&self, mail: &Mail) -> Result<Result<(), MailRefused>, PortError> {
        match *self.how.lock().expect("no panic") {
            How::Breaks => return Err(PortError::new("handing a mail over", "it is away")),
            How::Delivers => (),
            How::Refuses => return Ok(Err(MailRefused)),
        }
        let (_, rest) = mail.text.split_once('#').unwrap_or_default();
        let secret = rest.split_whitespace().next().unwrap_or_default();
        self.sent.lock().expect("no panic").push(Sent {
            code: secret.trim_start_matches("code=").to_owned(),
            language: mail.language.tag(),
            shown: format!("{}\n{}\n{}", mail.subject, mail.text, mail.html),
            to: mail.to.as_str().to_owned(),
        });
        Ok(Ok(()))
    }
}
