//! What the tests of a store need, whatever it stands on.

use std::sync::Arc;

use browserid::{Domain, Email, HostRule, Timestamp};
use service::{
    account::{Account, Enrolment, PasswordHash},
    audit::AuditRow,
    ceremony::{CEREMONY_MS, Ceremony, Purpose},
    history::{Event, What},
    ports::{
        Accounts, Addresses, Audit, Ceremonies, Enrolments, History, Limits, PanicSwitch,
        PortError, Proofs, Sessions, SupportSeen,
    },
    proof::{CodeHash, Proof},
    secret::TokenHash,
    session::Session,
};
use tokio::sync::Barrier;

/// When tests begin.
pub const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

/// One store, seen through its ports.
pub struct Ports {
    pub accounts: Arc<dyn Accounts>,
    pub addresses: Arc<dyn Addresses>,
    pub audit: Arc<dyn Audit>,
    pub ceremonies: Arc<dyn Ceremonies>,
    pub enrolments: Arc<dyn Enrolments>,
    pub history: Arc<dyn History>,
    pub limits: Arc<dyn Limits>,
    pub proofs: Arc<dyn Proofs>,
    pub seen: Arc<dyn SupportSeen>,
    pub sessions: Arc<dyn Sessions>,
    pub switch: Arc<dyn PanicSwitch>,
}

impl Ports {
    pub fn of<S>(store: S) -> Self
    where
        S: Accounts
            + Addresses
            + Audit
            + Ceremonies
            + Enrolments
            + History
            + Limits
            + PanicSwitch
            + Proofs
            + Sessions
            + SupportSeen
            + 'static,
    {
        let store = Arc::new(store);
        Self {
            accounts: Arc::<S>::clone(&store),
            addresses: Arc::<S>::clone(&store),
            audit: Arc::<S>::clone(&store),
            ceremonies: Arc::<S>::clone(&store),
            enrolments: Arc::<S>::clone(&store),
            history: Arc::<S>::clone(&store),
            limits: Arc::<S>::clone(&store),
            proofs: Arc::<S>::clone(&store),
            seen: Arc::<S>::clone(&store),
            sessions: Arc::<S>::clone(&store),
            switch: store,
        }
    }

    pub async fn has_account(&self, email: &str) {
        let made = self.accounts.create(account(email)).await;
        assert!(made.expect("the store works"));
    }

    /// The same, whether or not it was there.
    pub async fn knows(&self, email: &str) {
        let account = account(email);
        let found = self.accounts.find(&account.email).await;
        if found.expect("the store works").is_none() {
            let made = self.accounts.create(account).await;
            made.expect("the store works");
        }
    }

    /// Sessions and enrolments are kept beside accounts only.
    pub async fn has_session(&self, token: u32, email: &str) {
        self.knows(email).await;
        let put = self.sessions.put(hash(token), session(email)).await;
        put.expect("the store works");
    }

    pub async fn has_enrolment(&self, token: u32, email: &str) {
        self.knows(email).await;
        let put = self.enrolments.put(hash(token), enrolment(email)).await;
        put.expect("the store works");
    }

    /// The account of `email` gets `address` too.
    pub async fn has_address(&self, address: &str, of: &str) {
        let given = self.addresses.give(&email(address), &email(of)).await;
        assert!(given.expect("the store works"));
    }

    /// Whose further address it is.
    pub async fn holder(&self, address: &str) -> Option<Email> {
        let holder = self.addresses.holder(&email(address)).await;
        holder.expect("the store works")
    }

    pub async fn find(&self, address: &str) -> Option<Account> {
        let found = self.accounts.find(&email(address)).await;
        found.expect("the store works")
    }

    pub async fn changes(&self, account: Account) -> bool {
        let changed = self.accounts.change(account).await;
        changed.expect("the store works")
    }

    pub async fn keeps(&self, event: &Event) {
        self.history.keep(event).await.expect("the store works");
    }

    /// All that happened at an address, newest first.
    pub async fn everything_of(&self, address: &str) -> Vec<Event> {
        let (from, until) = (Timestamp::from_millis(0), START.plus_ms(u64::MAX));
        let address = email(address);
        let events = self.history.of(&address, from, until, usize::MAX);
        events.await.expect("the store works")
    }

    /// Of the sessions 1 to `last`, those that are there.
    pub async fn sessions_up_to(&self, last: u32) -> Vec<u32> {
        let mut there = Vec::new();
        for token in 1..=last {
            let found = self.sessions.find(&hash(token)).await;
            if found.expect("the store works").is_some() {
                there.push(token);
            }
        }
        there
    }
}

pub fn email(text: &str) -> Email {
    Email::parse(text, HostRule::Public).expect("an address")
}

pub fn account(text: &str) -> Account {
    Account {
        password: Some(PasswordHash("$argon2id$…".to_owned())),
        ..Account::new(email(text), START)
    }
}

pub fn enrolment(text: &str) -> Enrolment {
    Enrolment {
        email: email(text),
        expires: START.plus_ms(1_000),
    }
}

pub fn domain(text: &str) -> Domain {
    Domain::parse(text, HostRule::Public).expect("a domain")
}

pub fn proof(text: &str) -> Proof {
    Proof::start(CodeHash([0x5a; 32]), email(text), START)
}

pub fn session(text: &str) -> Session {
    Session::start(email(text), START)
}

/// At `address`, so long after the beginning.
pub fn event(address: &str, later_ms: u64) -> Event {
    Event {
        device: "Firefox on Linux".to_owned(),
        email: email(address),
        source: "192.0.2.7".to_owned(),
        time: START.plus_ms(later_ms),
        what: What::SignedOut,
    }
}

/// One that began at START.
pub fn ceremony(purpose: Purpose) -> Ceremony {
    Ceremony {
        expires: START.plus_ms(CEREMONY_MS),
        purpose,
        state: vec![0, 255, 7],
    }
}

/// The hash of the `number`th token.
pub fn hash(number: u32) -> TokenHash {
    let mut bytes = [0xa5; 32];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    TokenHash(bytes)
}

/// What `count` calls give that all start when the last is ready.
pub async fn at_once<T, F>(count: u32, call: impl Fn(u32) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T, PortError>> + Send + 'static,
{
    let all_ready = Arc::new(Barrier::new(count as usize));
    let calls: Vec<_> = (1..=count)
        .map(|number| {
            let call = call(number);
            let all_ready = Arc::clone(&all_ready);
            tokio::spawn(async move {
                all_ready.wait().await;
                call.await
            })
        })
        .collect();
    let mut results = Vec::new();
    for call in calls {
        results.push(call.await.expect("no panic").expect("it works"));
    }
    results
}

/// The row of the `number`th certificate.
pub fn audit_row(number: u32) -> AuditRow {
    AuditRow {
        account: email("you@me.example"),
        email: email("you@me.example"),
        key_thumbprint: format!("thumbprint-{number}"),
        lifetime_ms: 86_400_000,
        request_id: Some(format!("request-{number}")),
        time: START,
    }
}
