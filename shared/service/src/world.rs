//! Every port in memory, for this crate's unit tests: it cannot use the store that ships (`local`
//! depends on it), and the tests want to see what was called.

mod fallback;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use browserid::{Domain, Email, HostRule, Timestamp};

use crate::{
    account::{Account, Enrolment, PasswordHash},
    audit::AuditRow,
    ports::{Accounts, Audit, Clock, Enrolments, Limits, PortError, Random, Said, Sessions},
    proof::Proof,
    secret::{Password, TokenHash},
    session::Session,
    sign_in::{Passwords, SignIn},
};

/// When tests begin.
pub(crate) const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

/// The outside.
pub(crate) struct World {
    accounts: Mutex<BTreeMap<Email, Account>>,
    answer_ms: AtomicU64,
    audit: Mutex<Vec<AuditRow>>,
    broken: AtomicBool,
    calls: Mutex<Vec<&'static str>>,
    clock: AtomicU64,
    enrolments: Mutex<BTreeMap<TokenHash, Enrolment>>,
    limits: Mutex<BTreeMap<String, (u32, Timestamp)>>,
    mails: Mutex<Vec<String>>,
    overtaken: AtomicBool,
    proofs: Mutex<BTreeMap<TokenHash, (Proof, u32)>>,
    randomness: AtomicU64,
    said: Mutex<Said>,
    seen: Mutex<BTreeMap<Domain, Timestamp>>,
    sessions: Mutex<BTreeMap<TokenHash, Session>>,
}

impl World {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            accounts: Mutex::default(),
            answer_ms: AtomicU64::new(0),
            audit: Mutex::default(),
            broken: AtomicBool::new(false),
            calls: Mutex::default(),
            clock: AtomicU64::new(START.as_millis()),
            enrolments: Mutex::default(),
            limits: Mutex::default(),
            mails: Mutex::default(),
            overtaken: AtomicBool::new(false),
            proofs: Mutex::default(),
            randomness: AtomicU64::new(1),
            said: Mutex::new(Said::NoSupport),
            seen: Mutex::default(),
            sessions: Mutex::default(),
        })
    }

    pub(crate) fn sign_in(self: &Arc<Self>) -> SignIn {
        SignIn {
            accounts: Arc::<Self>::clone(self),
            clock: Arc::<Self>::clone(self),
            enrolments: Arc::<Self>::clone(self),
            limits: Arc::<Self>::clone(self),
            passwords: Arc::new(Passwords::new(Arc::<Self>::clone(self))),
            random: Arc::<Self>::clone(self),
            sessions: Arc::<Self>::clone(self),
        }
    }

    /// The clock says so from now on.
    pub(crate) fn is_at(&self, now: Timestamp) {
        self.clock.store(now.as_millis(), Ordering::SeqCst);
    }

    /// Every store fails from now on.
    pub(crate) fn breaks(&self) {
        self.broken.store(true, Ordering::SeqCst);
    }

    /// The next session that is kept is overtaken: somebody sets another password, and ends all
    /// sessions, just before.
    pub(crate) fn overtakes_the_next_session(&self) {
        self.overtaken.store(true, Ordering::SeqCst);
    }

    pub(crate) fn keeps(&self, token: TokenHash, session: Session) {
        lock(&self.sessions).insert(token, session);
    }

    /// What stores were asked since the last call of this.
    pub(crate) fn calls(&self) -> Vec<&'static str> {
        core::mem::take(&mut lock(&self.calls))
    }

    /// The audit rows so far.
    pub(crate) fn audit_rows(&self) -> Vec<AuditRow> {
        lock(&self.audit).clone()
    }

    pub(crate) fn session_count(&self) -> usize {
        lock(&self.sessions).len()
    }

    fn called(&self, name: &'static str) -> Result<(), PortError> {
        lock(&self.calls).push(name);
        if self.broken.load(Ordering::SeqCst) {
            return Err(PortError::new(name, "the world is broken"));
        }
        Ok(())
    }
}

/// An address.
pub(crate) fn email(text: &str) -> Email {
    Email::parse(text, HostRule::Public).expect("an address")
}

/// A password.
pub(crate) fn password(text: &str) -> Password {
    Password::new(text.to_owned())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Clock for World {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.load(Ordering::SeqCst))
    }

    fn elapsed_us(&self) -> u64 {
        self.clock.load(Ordering::SeqCst).saturating_mul(1000)
    }
}

impl Random for World {
    /// Never the same twice, which is all that tests need.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), PortError> {
        let count = self.randomness.fetch_add(1, Ordering::SeqCst).to_be_bytes();
        bytes.fill(0);
        bytes[..8].copy_from_slice(&count);
        Ok(())
    }
}

#[async_trait]
impl Accounts for World {
    async fn find(&self, email: &Email) -> Result<Option<Account>, PortError> {
        self.called("accounts.find")?;
        Ok(lock(&self.accounts).get(email).cloned())
    }

    async fn list(&self) -> Result<Vec<Account>, PortError> {
        self.called("accounts.list")?;
        Ok(lock(&self.accounts).values().cloned().collect())
    }

    async fn create(&self, account: Account) -> Result<bool, PortError> {
        self.called("accounts.create")?;
        let mut accounts = lock(&self.accounts);
        let is_new = !accounts.contains_key(&account.email);
        accounts.entry(account.email.clone()).or_insert(account);
        Ok(is_new)
    }

    async fn set_password(&self, email: &Email, password: PasswordHash) -> Result<bool, PortError> {
        self.called("accounts.set_password")?;
        let mut accounts = lock(&self.accounts);
        let account = accounts.get_mut(email);
        Ok(account
            .map(|account| account.password = Some(password))
            .is_some())
    }

    async fn remove(&self, email: &Email) -> Result<bool, PortError> {
        self.called("accounts.remove")?;
        lock(&self.sessions).retain(|_, session| session.email != *email);
        lock(&self.enrolments).retain(|_, enrolment| enrolment.email != *email);
        Ok(lock(&self.accounts).remove(email).is_some())
    }
}

#[async_trait]
impl Audit for World {
    async fn keep(&self, row: &AuditRow) -> Result<(), PortError> {
        self.called("audit.keep")?;
        lock(&self.audit).push(row.clone());
        Ok(())
    }
}

#[async_trait]
impl Enrolments for World {
    async fn put(&self, token: TokenHash, enrolment: Enrolment) -> Result<(), PortError> {
        self.called("enrolments.put")?;
        let mut enrolments = lock(&self.enrolments);
        enrolments.retain(|_, other| other.email != enrolment.email);
        enrolments.insert(token, enrolment);
        Ok(())
    }

    async fn find(
        &self,
        token: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<Enrolment>, PortError> {
        self.called("enrolments.find")?;
        let enrolment = lock(&self.enrolments).get(token).cloned();
        Ok(enrolment.filter(|enrolment| now < enrolment.expires))
    }

    async fn take(
        &self,
        token: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<Enrolment>, PortError> {
        self.called("enrolments.take")?;
        let enrolment = lock(&self.enrolments).remove(token);
        Ok(enrolment.filter(|enrolment| now < enrolment.expires))
    }
}

#[async_trait]
impl Sessions for World {
    async fn put(&self, token: TokenHash, session: Session) -> Result<(), PortError> {
        self.called("sessions.put")?;
        let mut sessions = lock(&self.sessions);
        if self.overtaken.swap(false, Ordering::SeqCst) {
            let mut accounts = lock(&self.accounts);
            if let Some(account) = accounts.get_mut(&session.email) {
                account.password = Some(PasswordHash("another".to_owned()));
            }
            sessions.clear();
        }
        sessions.insert(token, session);
        Ok(())
    }

    async fn find(&self, token: &TokenHash) -> Result<Option<Session>, PortError> {
        self.called("sessions.find")?;
        Ok(lock(&self.sessions).get(token).cloned())
    }

    async fn touch(&self, token: &TokenHash, now: Timestamp) -> Result<(), PortError> {
        self.called("sessions.touch")?;
        if let Some(session) = lock(&self.sessions).get_mut(token) {
            session.last_seen = session.last_seen.max(now);
        }
        Ok(())
    }

    async fn end(&self, token: &TokenHash) -> Result<(), PortError> {
        self.called("sessions.end")?;
        lock(&self.sessions).remove(token);
        Ok(())
    }

    async fn end_all(&self, email: &Email, except: Option<&TokenHash>) -> Result<(), PortError> {
        self.called("sessions.end_all")?;
        lock(&self.sessions)
            .retain(|token, session| session.email != *email || Some(token) == except);
        Ok(())
    }
}

#[async_trait]
impl Limits for World {
    async fn hit(
        &self,
        key: &str,
        max: u32,
        window_ms: u64,
        now: Timestamp,
    ) -> Result<Result<(), u64>, PortError> {
        self.called("limits.hit")?;
        let mut limits = lock(&self.limits);
        let limit = limits
            .entry(key.to_owned())
            .or_insert((0, now.plus_ms(window_ms)));
        if limit.1 <= now {
            *limit = (0, now.plus_ms(window_ms));
        }
        if limit.0 == max {
            return Ok(Err(limit.1.since_ms(now)));
        }
        limit.0 += 1;
        Ok(Ok(()))
    }

    async fn take_back(&self, key: &str) -> Result<(), PortError> {
        self.called("limits.take_back")?;
        if let Some(limit) = lock(&self.limits).get_mut(key) {
            limit.0 = limit.0.saturating_sub(1);
        }
        Ok(())
    }

    async fn clear(&self, key: &str) -> Result<(), PortError> {
        self.called("limits.clear")?;
        lock(&self.limits).remove(key);
        Ok(())
    }
}
