//! Every port in memory, for this crate's unit tests: it cannot use the store that ships (`local`
//! depends on it), and the tests want to see what was called.

mod fallback;
mod ways;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

pub(crate) use self::ways::answer;

use async_trait::async_trait;
use browserid::{Domain, Email, HostRule, Timestamp};

use crate::{
    account::{Account, Enrolment, PasswordHash},
    audit::AuditRow,
    ceremony::Ceremony,
    history::Event,
    ladder::Ladder,
    ports::{Accounts, Audit, Clock, Enrolments, Limits, PortError, Random, Said, Sessions},
    proof::Proof,
    secret::{Password, TokenHash},
    session::Session,
    sign_in::SignIn,
    ways::Handle,
};

/// When tests begin.
pub(crate) const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

/// The outside.
pub(crate) struct World {
    accounts: Mutex<BTreeMap<Email, Account>>,
    addresses: Mutex<BTreeMap<Email, Email>>,
    answer_ms: AtomicU64,
    audit: Mutex<Vec<AuditRow>>,
    broken: AtomicBool,
    calls: Mutex<Vec<&'static str>>,
    ceremonies: Mutex<BTreeMap<TokenHash, Ceremony>>,
    clock: AtomicU64,
    enrolments: Mutex<BTreeMap<TokenHash, Enrolment>>,
    history: Mutex<Vec<Event>>,
    limits: Mutex<BTreeMap<String, (u32, Timestamp)>>,
    mails: Mutex<Vec<String>>,
    overtaken: AtomicBool,
    proofs: Mutex<BTreeMap<TokenHash, (Proof, u32)>>,
    randomness: AtomicU64,
    said: Mutex<Said>,
    seen: Mutex<BTreeMap<Domain, Timestamp>>,
    sessions: Mutex<BTreeMap<TokenHash, Session>>,
    switch: Mutex<crate::panic::Switch>,
}

impl World {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            accounts: Mutex::default(),
            addresses: Mutex::default(),
            answer_ms: AtomicU64::new(0),
            audit: Mutex::default(),
            broken: AtomicBool::new(false),
            calls: Mutex::default(),
            ceremonies: Mutex::default(),
            clock: AtomicU64::new(START.as_millis()),
            enrolments: Mutex::default(),
            history: Mutex::default(),
            limits: Mutex::default(),
            mails: Mutex::default(),
            overtaken: AtomicBool::new(false),
            proofs: Mutex::default(),
            randomness: AtomicU64::new(1),
            said: Mutex::new(Said::NoSupport),
            seen: Mutex::default(),
            sessions: Mutex::default(),
            switch: Mutex::default(),
        })
    }

    pub(crate) fn sign_in(self: &Arc<Self>) -> SignIn {
        SignIn::over(self.clone(), self.clone(), self.clone(), self.clone())
    }

    /// The clock says so from now on.
    pub(crate) fn is_at(&self, now: Timestamp) {
        self.clock.store(now.as_millis(), Ordering::SeqCst);
    }

    /// Every store fails from now on.
    pub(crate) fn breaks(&self) {
        self.broken.store(true, Ordering::SeqCst);
    }

    /// The next session that is kept is overtaken: the person says that somebody else was in, which takes the codes away,
    /// sets another password, and ends all sessions, just before.
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
        let is_new = !accounts.contains_key(&account.email)
            && !lock(&self.addresses).contains_key(&account.email);
        if !is_new {
            return Ok(false);
        }
        accounts.entry(account.email.clone()).or_insert(account);
        Ok(is_new)
    }

    async fn find_by_handle(&self, handle: &Handle) -> Result<Option<Account>, PortError> {
        self.called("accounts.find_by_handle")?;
        let accounts = lock(&self.accounts);
        let mut has_it = accounts.values().filter(|a| a.ways.handle == Some(*handle));
        Ok(has_it.next().cloned())
    }

    async fn change(&self, account: Account) -> Result<bool, PortError> {
        self.called("accounts.change")?;
        let mut accounts = lock(&self.accounts);
        let known = accounts.get_mut(&account.email);
        Ok(known
            .filter(|known| known.revision == account.revision)
            .map(|known| {
                let revision = account.revision + 1;
                *known = Account {
                    revision,
                    ..account
                };
            })
            .is_some())
    }

    async fn remove(&self, email: &Email) -> Result<bool, PortError> {
        self.called("accounts.remove")?;
        lock(&self.addresses).retain(|_, holder| holder != email);
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

    async fn of(
        &self,
        email: &Email,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<AuditRow>, PortError> {
        self.called("audit.of")?;
        let from = from.max(until.minus_ms(crate::audit::AUDIT_RETENTION_MS));
        let rows = lock(&self.audit).clone();
        let is_asked = |row: &AuditRow| {
            let is_theirs = row.account == *email || row.email == *email;
            is_theirs && from <= row.time && row.time < until
        };
        Ok(rows.into_iter().filter(is_asked).collect())
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
                account.ways.recovery_codes.clear();
                account.ways.is_to_be_renewed = true;
                account.ways.locked = Some(session.created);
                account.revision += 1;
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

    async fn prove(&self, token: &TokenHash, now: Timestamp) -> Result<(), PortError> {
        self.called("sessions.prove")?;
        if let Some(session) = lock(&self.sessions).get_mut(token) {
            session.proved = session.proved.max(now);
        }
        Ok(())
    }

    async fn of(&self, email: &Email) -> Result<Vec<(TokenHash, Session)>, PortError> {
        self.called("sessions.of")?;
        let sessions = lock(&self.sessions).clone();
        let theirs = sessions.into_iter().filter(|(_, s)| s.email == *email);
        Ok(theirs.collect())
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

    async fn climb(
        &self,
        key: &str,
        ladder: &Ladder,
        now: Timestamp,
    ) -> Result<Result<(), u64>, PortError> {
        self.called("limits.climb")?;
        let mut limits = lock(&self.limits);
        let rung = limits.entry(key.to_owned()).or_insert((0, now));
        // Without a wait nobody is refused, even by a clock that was set back.
        if now < rung.1 && ladder.delay_ms(rung.0) > 0 {
            return Ok(Err(rung.1.since_ms(now)));
        }
        if rung.1.plus_ms(ladder.forget_ms) <= now {
            rung.0 = 0;
        }
        rung.0 += 1;
        rung.1 = now.plus_ms(ladder.delay_ms(rung.0));
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
