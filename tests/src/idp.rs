//! An identity provider in memory: `https://idp.example`, with Alice, who has a password.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use axum::Router;
use axum::extract::Request;
use axum::routing::any;
use browserid::{Domain, Email, HostRule, Origin, Profile, Timestamp};
use local::store::Store;
use local::system::SystemRandom;
use serde_json::json;
use service::ports::{Clock, PortError, Sessions, Signer};
use service::secret::{Password, TokenHash};
use service::session::Session;
use service::sign::{Sign, Speaks};
use service::sign_in::{Notices, SignIn};
use tower::ServiceExt;
use web::cookie::SessionCookie;
use web::front::{Front, OriginSecret};
use web::pages::Pages;
use webauthn::RelyingParty;

use crate::clock::SetClock;
use crate::fallback::Outbox;
use crate::fallback::{cookie_of, cookies};
use crate::http::{Call, Heard, send};
use crate::keys::FixedSigner;
use crate::tokens::{ALICE, IDP};

/// Where its pages are.
pub const ORIGIN: &str = "https://idp.example";
/// A second domain, whose people are certified too.
pub const FAMILY: &str = "family.example";
/// Somebody at the same domain.
pub const BOB: &str = "bob@idp.example";
/// Alice's.
pub const PASSWORD: &str = "correct horse battery";

/// Headers on every answer of the identity provider's functions.
pub const ALWAYS: [(&str, &str); 5] = [
    ("cache-control", "no-store"),
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'",
    ),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];
/// Headers on some of them where the pages are at the functions' own origin. Nothing of CORS is among them.
pub const MAYBE: [&str; 5] = [
    "allow",
    "content-length",
    "content-type",
    "retry-after",
    "set-cookie",
];

/// The same where the pages are elsewhere.
pub const MAYBE_ELSEWHERE: [&str; 12] = [
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-max-age",
    "allow",
    "content-length",
    "content-type",
    "retry-after",
    "set-cookie",
    "vary",
];

/// The routers of `sign-in` and `sign` over one store.
pub struct Idp {
    /// Their clock.
    pub clock: Arc<SetClock>,
    maybe: &'static [&'static str],
    /// What was mailed.
    pub outbox: Arc<Outbox>,
    /// Counts what `sign` reads.
    pub sessions: Arc<CountedSessions>,
    sign: Router,
    /// The operations, for what the owner's command does.
    pub sign_in: Arc<SignIn>,
    sign_in_router: Router,
    /// Counts signatures.
    pub signer: Arc<FixedSigner>,
}

impl Idp {
    /// With Alice, who is not signed in.
    pub async fn new() -> Self {
        Self::at(Front::Direct, Pages::Here(origin())).await
    }

    /// The same, with the pages at [`ORIGIN`] and the functions at another origin of that site.
    pub async fn elsewhere() -> Self {
        Self::at(Front::Direct, Pages::Elsewhere(origin())).await
    }

    /// The same, behind a front that knows the secret.
    pub async fn behind(secret: &str) -> Self {
        let secret = OriginSecret::new(secret.to_owned()).expect("a long one without blanks");
        Self::at(Front::Behind(Arc::new(secret)), Pages::Here(origin())).await
    }

    async fn at(front: Front, pages: Pages) -> Self {
        let signer = Arc::new(FixedSigner::new());
        let idp = Self::on(front, pages, signer.clone(), signer);
        idp.with_alice().await
    }

    /// The same with a signer of the test's own.
    pub async fn with_signer(signer: Arc<dyn Signer>) -> Self {
        let unused = Arc::new(FixedSigner::new());
        let idp = Self::on(Front::Direct, Pages::Here(origin()), signer, unused);
        idp.with_alice().await
    }

    /// The same over a store of the caller's.
    pub async fn over(store: Store) -> Self {
        let signer = Arc::new(FixedSigner::new());
        let idp = Self::of(
            Front::Direct,
            Pages::Here(origin()),
            signer.clone(),
            signer,
            store,
            vec![profile().issuer().clone()],
        );
        idp.with_alice().await
    }

    /// Two domains, Alice as owner, and [`BOB`], who is none; he has [`PASSWORD`] too.
    pub async fn with_family() -> Self {
        let signer = Arc::new(FixedSigner::new());
        let family = Domain::parse(FAMILY, HostRule::Public).expect("a domain");
        let idp = Self::of(
            Front::Direct,
            Pages::Here(origin()),
            signer.clone(),
            signer,
            Store::in_memory().expect("memory"),
            vec![profile().issuer().clone(), family],
        );
        let idp = idp.with_alice().await;
        let owner = idp.sign_in.make_owner(&alice()).await;
        owner.expect("Alice has an account");
        idp.with(BOB).await
    }

    /// And somebody more with [`PASSWORD`].
    pub async fn with(self, email: &str) -> Self {
        let password = Password::new(PASSWORD.to_owned());
        let added = self.sign_in.add(address(email), Some(password)).await;
        added.expect("nobody has this address");
        self
    }

    async fn with_alice(self) -> Self {
        let password = Password::new(PASSWORD.to_owned());
        let added = self.sign_in.add(alice(), Some(password)).await;
        added.expect("an empty store takes Alice");
        self
    }

    fn on(front: Front, pages: Pages, signer: Arc<dyn Signer>, counted: Arc<FixedSigner>) -> Self {
        let store = Store::in_memory().expect("memory");
        let domains = vec![profile().issuer().clone()];
        Self::of(front, pages, signer, counted, store, domains)
    }

    fn of(
        front: Front,
        pages: Pages,
        signer: Arc<dyn Signer>,
        counted: Arc<FixedSigner>,
        store: Store,
        domains: Vec<Domain>,
    ) -> Self {
        let clock = Arc::new(SetClock::new());
        let store = Arc::new(store);
        let random = Arc::new(SystemRandom);
        let sessions = Arc::new(CountedSessions {
            reads: AtomicUsize::new(0),
            store: Arc::clone(&store),
        });
        let outbox = Arc::new(Outbox::default());
        let sign_in = SignIn::over(
            Arc::clone(&store),
            Arc::clone(&clock) as _,
            random.clone(),
            Arc::new(RelyingParty::new(pages.origin().clone())),
        );
        let notices = Notices {
            mailer: Arc::clone(&outbox) as _,
            pages: pages.origin().clone(),
        };
        let sign_in = Arc::new(SignIn {
            domains: domains.clone(),
            notices: Some(notices),
            ..sign_in
        });
        let sign = Sign {
            addresses: Some(Arc::clone(&store) as _),
            audit: Arc::clone(&store) as _,
            clock: Arc::clone(&clock) as _,
            profile: profile(),
            sessions: Arc::clone(&sessions) as _,
            signer,
            speaks: Speaks::For(domains),
        };
        Self {
            clock,
            maybe: match pages {
                Pages::Elsewhere(_) => &MAYBE_ELSEWHERE,
                Pages::Here(_) => &MAYBE,
            },
            outbox,
            sessions,
            sign: web::sign::router(web::sign::Deps {
                cookie: SessionCookie::host_prefixed(),
                front: front.clone(),
                pages: pages.clone(),
                sign: Arc::new(sign),
            }),
            sign_in_router: routers_of_people(web::sign_in::Deps {
                cookie: SessionCookie::host_prefixed(),
                front,
                pages,
                sign_in: Arc::clone(&sign_in),
            }),
            sign_in,
            signer: counted,
        }
    }

    /// Sends it to the function that its path belongs to, and checks what holds for every answer.
    pub async fn send(&self, call: Call) -> Heard {
        self.send_checked(&self.sign_in_router, call).await
    }

    /// The same for the signing function.
    pub async fn send_to_sign(&self, call: Call) -> Heard {
        self.send_checked(&self.sign, call).await
    }

    async fn send_checked(&self, router: &Router, call: Call) -> Heard {
        let heard = send(router, call).await;
        heard.assert_headers(&ALWAYS, self.maybe);
        if heard.status != 200 {
            assert_eq!(heard.header("set-cookie"), None, "{heard:?}");
        }
        if heard.status == 204 {
            assert_eq!(heard.body, "", "{heard:?}");
        } else if heard.status != 200 {
            assert_eq!(heard.json()["status"], "failure", "{heard:?}");
            assert!(!heard.code().is_empty(), "{heard:?}");
        }
        heard
    }

    /// The signing function's router, for answers without a body.
    pub fn sign_router(&self) -> Router {
        self.sign.clone()
    }

    /// Signs Alice in; gives the value for a `Cookie` header.
    pub async fn sign_alice_in(&self) -> String {
        self.sign_in_as(ALICE).await
    }

    /// Signs somebody with [`PASSWORD`] in; gives the value for a `Cookie` header.
    pub async fn sign_in_as(&self, email: &str) -> String {
        let call = from_page("POST", "/persona/session");
        let heard = self
            .send(call.json(&json!({"email": email, "password": PASSWORD})))
            .await;
        assert_eq!(heard.status, 200, "{heard:?}");
        cookie(&heard)
    }

    /// Who the session's cookie stands for, as `GET /persona/session` tells.
    pub async fn who(&self, cookie: &str) -> Option<String> {
        let call = Call::get("/persona/session").header("cookie", cookie);
        let heard = self.send(call).await;
        assert_eq!(heard.status, 200, "{heard:?}");
        heard.json()["email"].as_str().map(str::to_owned)
    }

    /// An enrolment link's token for Alice, as the owner's command makes it.
    pub async fn link(&self) -> String {
        let link = self.sign_in.link(&alice()).await;
        link.expect("Alice has an account").0.expose()
    }

    /// What stands in Alice's history, newest first, as text.
    pub async fn events(&self) -> String {
        let (history, whose) = (&self.sign_in.history, alice());
        let events = history.of(
            &whose,
            Timestamp::from_millis(0),
            self.now().plus_ms(1),
            100,
        );
        format!("{:?}", events.await.expect("memory"))
    }

    /// The time there.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// The routers of the sign-in function and of the one that pulls the panic switch, at [`ORIGIN`].
pub fn sign_in_router(sign_in: Arc<SignIn>) -> Router {
    routers_of_people(web::sign_in::Deps {
        cookie: SessionCookie::host_prefixed(),
        front: Front::Direct,
        pages: Pages::Here(origin()),
        sign_in,
    })
}

fn routers_of_people(deps: web::sign_in::Deps) -> Router {
    let panic = web::panic::router(deps.clone());
    let sign_in = web::sign_in::router(deps);
    Router::new()
        .route(
            "/persona/panic",
            any(|request: Request| panic.oneshot(request)),
        )
        .fallback(|request: Request| sign_in.oneshot(request))
}

/// The router of the signing function at [`ORIGIN`].
pub fn sign_router(sign: Sign) -> Router {
    web::sign::router(web::sign::Deps {
        cookie: SessionCookie::host_prefixed(),
        front: Front::Direct,
        pages: Pages::Here(origin()),
        sign: Arc::new(sign),
    })
}

/// `idp.example` with its key.
pub fn profile() -> Profile {
    let issuer = Domain::parse(IDP, HostRule::Public).expect("a domain");
    Profile::new(issuer, crate::keys::ISSUER.public())
}

/// Her address.
pub fn alice() -> Email {
    Email::parse(ALICE, HostRule::Public).expect("an address")
}

/// An address.
pub fn address(text: &str) -> Email {
    Email::parse(text, HostRule::Public).expect("an address")
}

/// A request as a page of [`ORIGIN`] makes it.
pub fn from_page(method: &str, target: &str) -> Call {
    Call::new(method, target)
        .header("origin", ORIGIN)
        .header("sec-fetch-site", "same-origin")
}

/// The session's cookie that an answer sets, as the browser sends it back.
pub fn cookie(heard: &Heard) -> String {
    cookie_of(heard, "__Host-selfsame").expect("a cookie")
}

/// Every cookie that an answer sets, as the browser sends them back: the one by which it is known among them.
pub fn jar(heard: &Heard) -> String {
    let lines = cookies(heard);
    let pairs = lines.iter().filter_map(|line| line.split(';').next());
    pairs.collect::<Vec<_>>().join("; ")
}

fn origin() -> Origin {
    Origin::parse(ORIGIN).expect("an origin")
}

/// Passes on to the store and counts reads.
pub struct CountedSessions {
    reads: AtomicUsize,
    store: Arc<Store>,
}

impl CountedSessions {
    /// How many sessions were looked up.
    pub fn reads(&self) -> usize {
        self.reads.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Sessions for CountedSessions {
    async fn put(&self, token: TokenHash, session: Session) -> Result<(), PortError> {
        Sessions::put(self.store.as_ref(), token, session).await
    }

    async fn find(&self, token: &TokenHash) -> Result<Option<Session>, PortError> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        Sessions::find(self.store.as_ref(), token).await
    }

    async fn touch(&self, token: &TokenHash, now: Timestamp) -> Result<(), PortError> {
        self.store.touch(token, now).await
    }

    async fn prove(&self, token: &TokenHash, now: Timestamp) -> Result<(), PortError> {
        self.store.prove(token, now).await
    }

    async fn of(&self, email: &Email) -> Result<Vec<(TokenHash, Session)>, PortError> {
        Sessions::of(self.store.as_ref(), email).await
    }

    async fn end(&self, token: &TokenHash) -> Result<(), PortError> {
        self.store.end(token).await
    }

    async fn end_all(&self, email: &Email, except: Option<&TokenHash>) -> Result<(), PortError> {
        self.store.end_all(email, except).await
    }
}
