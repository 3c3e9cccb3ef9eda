//! Sign-in, sign-out, enrolment, change of password, and the owner's commands.
//!
//! - [`SignIn`] in this file: sessions. Its other methods are in the files below.
//! - `password.rs`: sign in with a password.
//! - `changing.rs`: set a password, change it, remove it.
//! - `enrolment.rs`: the single-use link.
//! - `owner.rs`: what the owner's command does.
//! - `guesses.rs`: how often one may guess.
//! - `memory.rs`: what argon2id works in.
//! - `passwords.rs`: argon2id and the password policy.
//! - `weak.rs`: what no password may be.
//! - `failure.rs`: why not.

mod changing;
mod enrolment;
mod failure;
pub(crate) mod guesses;
mod memory;
mod owner;
mod password;
pub(crate) mod passwords;
mod weak;

use std::sync::Arc;

use browserid::{Domain, Email, Origin};

use crate::{
    account::{Account, PasswordHash},
    client::Client,
    history::NotKept,
    ports::{
        Accounts, Addresses, Audit, Ceremonies, Clock, Enrolments, History, Limits, Mailer,
        PanicSwitch, PortError, PublishedDocument, Random, Sessions, Webauthn,
    },
    secret::Token,
    session::Session,
    sessions::Person,
};

pub use self::{
    enrolment::LINK_MS,
    failure::SignInFailure,
    guesses::{ACCOUNT_LADDER, MAX_OVERALL, OVERALL_MS, SOURCE_LADDER, WINDOW_MS},
    password::Typed,
    passwords::{MAX_BYTES, MIN_CHARACTERS, Passwords},
};

/// So often a change is tried that others are faster with. Each loss means that somebody else's succeeded.
const EDITS: u32 = 8;

/// The operations and what they need.
pub struct SignIn {
    /// Who may sign in.
    pub accounts: Arc<dyn Accounts>,
    /// Further addresses of people.
    pub addresses: Arc<dyn Addresses>,
    /// What was certified.
    pub audit: Arc<dyn Audit>,
    /// Challenges under way.
    pub ceremonies: Arc<dyn Ceremonies>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Whose people are certified here: an owner may invite people of these domains, and of the owner's own.
    pub domains: Vec<Domain>,
    /// Links not used yet.
    pub enrolments: Arc<dyn Enrolments>,
    /// What happened.
    pub history: Arc<dyn History>,
    /// Counts of guesses.
    pub limits: Arc<dyn Limits>,
    /// How people are told what happened, where mail can be sent.
    pub notices: Option<Notices>,
    /// argon2id.
    pub passwords: Arc<Passwords>,
    /// The support document: the panic switch has it say that it was pulled. None where it is a file at a host of the owner's
    /// own.
    pub published: Option<Arc<dyn PublishedDocument>>,
    /// Where tokens come from.
    pub random: Arc<dyn Random>,
    /// Who is signed in.
    pub sessions: Arc<dyn Sessions>,
    /// Is everything stopped?
    pub switch: Arc<dyn PanicSwitch>,
    /// The mathematics of passkeys.
    pub webauthn: Arc<dyn Webauthn>,
}

/// What is needed to tell people by mail.
#[derive(Clone)]
pub struct Notices {
    /// Who delivers.
    pub mailer: Arc<dyn Mailer>,
    /// Where our own pages are: the link in the mail leads there.
    pub pages: Origin,
}

/// Everything that keeps something for [`SignIn`], in one.
pub trait Stores:
    Accounts
    + Addresses
    + Audit
    + Ceremonies
    + Enrolments
    + History
    + Limits
    + PanicSwitch
    + Sessions
    + 'static
{
}

impl<S> Stores for S where
    S: Accounts
        + Addresses
        + Audit
        + Ceremonies
        + Enrolments
        + History
        + Limits
        + PanicSwitch
        + Sessions
        + 'static
{
}

/// A session just made: the token leaves once, in the cookie.
pub struct NewSession {
    /// What pages show of whoever signed in.
    pub person: Person,
    /// What was stored.
    pub session: Session,
    /// For the browser.
    pub token: Token,
    /// A new device cookie for the browser, if it had none that the account knows.
    pub mark: Option<Token>,
}

impl SignIn {
    /// The operations over one store, without mail.
    pub fn over<S: Stores>(
        store: Arc<S>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        webauthn: Arc<dyn Webauthn>,
    ) -> Self {
        Self {
            accounts: store.clone(),
            addresses: store.clone(),
            audit: store.clone(),
            ceremonies: store.clone(),
            clock,
            domains: Vec::new(),
            enrolments: store.clone(),
            history: store.clone(),
            limits: store.clone(),
            notices: None,
            passwords: Arc::new(Passwords::new(Arc::clone(&random))),
            published: None,
            random,
            sessions: store.clone(),
            switch: store,
            webauthn,
        }
    }

    /// The same, telling people by mail.
    pub fn telling(self, notices: Notices) -> Self {
        Self {
            notices: Some(notices),
            ..self
        }
    }

    /// The same without a history: for a fallback.
    pub fn without_history(self) -> Self {
        Self {
            history: Arc::new(NotKept),
            ..self
        }
    }

    /// Changes an account by `edit`, which sees it as it is now, and may be called again if somebody else was faster. What
    /// `edit` refuses changes nothing. None if there is no such account.
    pub(crate) async fn edit<T: Send>(
        &self,
        email: &Email,
        mut edit: impl FnMut(&mut Account) -> Result<T, SignInFailure> + Send,
    ) -> Result<Option<T>, SignInFailure> {
        for _ in 1..=EDITS {
            let Some(mut account) = self.accounts.find(email).await? else {
                return Ok(None);
            };
            let before = account.clone();
            let done = edit(&mut account)?;
            if has_new_way_in(&before, &account) {
                account.ways.is_to_be_renewed = false;
            }
            if self.accounts.change(account).await? {
                return Ok(Some(done));
            }
        }
        Err(PortError::new("changing an account", "others keep changing it").into())
    }

    /// The same on behalf of `session`. Refused if its person said after it began that somebody else was in: what such a
    /// session was about to change is not changed any more.
    pub(crate) async fn edit_in<T: Send>(
        &self,
        session: &Session,
        mut edit: impl FnMut(&mut Account) -> Result<T, SignInFailure> + Send,
    ) -> Result<T, SignInFailure> {
        let edited = self
            .edit(&session.email, |account| {
                if account.ways.locked >= Some(session.created) {
                    return Err(SignInFailure::NoSession);
                }
                edit(account)
            })
            .await?;
        edited.ok_or(SignInFailure::NoSession)
    }

    /// The same on behalf of somebody who took a link of `known`, an account as it was before that. Refused if its person said
    /// since that somebody else was in: such a link is worthless, also to who took it just before.
    pub(crate) async fn edit_by_link<T: Send>(
        &self,
        known: &Account,
        mut edit: impl FnMut(&mut Account) -> Result<T, SignInFailure> + Send,
    ) -> Result<T, SignInFailure> {
        let edited = self
            .edit(&known.email, |account| {
                if account.ways.locked != known.ways.locked {
                    return Err(SignInFailure::EnrolmentInvalid);
                }
                edit(account)
            })
            .await?;
        edited.ok_or(SignInFailure::EnrolmentInvalid)
    }

    /// Who is signed in with this token. Writes at most once an hour, so that the idle lifetime
    /// counts from the last use.
    pub async fn who(&self, token: Option<&Token>) -> Result<Option<Session>, PortError> {
        let Some(hash) = token.map(Token::hash) else {
            return Ok(None);
        };
        let now = self.clock.now();
        let Some(mut session) = self.sessions.find(&hash).await? else {
            return Ok(None);
        };
        if !session.is_live(now) {
            return Ok(None);
        }
        if session.is_to_be_touched(now) {
            self.sessions.touch(&hash, now).await?;
            session.last_seen = now;
        }
        Ok(Some(session))
    }

    /// Starts a session for somebody who has just proved to know (or has just set) `password`. None if the account has
    /// another password by now or is gone.
    pub(crate) async fn start_session(
        &self,
        session: Session,
        password: &PasswordHash,
        client: &Client,
    ) -> Result<Option<NewSession>, SignInFailure> {
        let has_it = |account: &Account| account.password.as_ref() == Some(password);
        self.start_session_if(session, client, has_it).await
    }

    /// Starts a session if the account is there and `is_right` when the session is kept already, and the panic switch is
    /// not pulled then.
    ///
    /// Whoever changes a password, removes an account or pulls the switch does that first and ends the sessions afterwards;
    /// we keep the session first and look at all that afterwards. So either they end the session or we see the change: a
    /// sign-in on its way never outlives them.
    pub(crate) async fn start_session_if(
        &self,
        session: Session,
        client: &Client,
        is_right: impl FnOnce(&Account) -> bool + Send,
    ) -> Result<Option<NewSession>, SignInFailure> {
        let token = Token::random(self.random.as_ref())?;
        let session = session.on(client.device.clone());
        self.sessions.put(token.hash(), session.clone()).await?;
        let met = self.meet(&session, client, is_right).await;
        if let Ok(Some((person, mark))) = met {
            return Ok(Some(NewSession {
                person,
                session,
                token,
                mark,
            }));
        }
        self.sessions.end(&token.hash()).await?;
        met.map(|_| None)
    }
}

/// Whoever was asked to renew the ways in has done so: there is another password, or a passkey that was not there before.
fn has_new_way_in(before: &Account, after: &Account) -> bool {
    let known = |id: &[u8]| before.ways.passkeys.iter().any(|passkey| passkey.id == id);
    let mut passkeys = after.ways.passkeys.iter();
    (after.password.is_some() && after.password != before.password)
        || passkeys.any(|passkey| !known(&passkey.id))
}

#[cfg(test)]
mod tests;
