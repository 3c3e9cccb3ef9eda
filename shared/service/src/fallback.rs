//! The fallback: people whose domain has no support prove their address by a mailed code.
//!
//! 1. [`Fallback::ask`]: a code is mailed, and the browser that asked gets a token.
//! 2. [`Fallback::confirm`]: token and code together make a session.
//! 3. A certificate: [`Sign`](crate::sign::Sign), which asks [`Standings`] again.

mod failure;

use std::sync::Arc;

use browserid::{Email, Origin, Timestamp};

use crate::{
    mail::Language,
    ports::{Clock, Limits, Mailer, Proofs, Random},
    secret::{Password, Token},
    sign_in::{NewSession, SignIn},
    standing::Standings,
};

pub use failure::FallbackFailure;

/// The operations and what they need.
pub struct Fallback {
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Counts of mails and guesses.
    pub limits: Arc<dyn Limits>,
    /// Who delivers.
    pub mailer: Arc<dyn Mailer>,
    /// Where our own pages are: the link in the mail leads there.
    pub pages: Origin,
    /// Codes under way.
    pub proofs: Arc<dyn Proofs>,
    /// Where codes and tokens come from.
    pub random: Arc<dyn Random>,
    /// Accounts, passwords, sessions.
    pub sign_in: Arc<SignIn>,
    /// May we speak for a domain?
    pub standings: Arc<Standings>,
}

/// A code is on its way.
pub struct Asked {
    /// At this moment it is over.
    pub expires: Timestamp,
    /// For the browser that asked: without it the code is worth nothing.
    pub token: Token,
}

impl Fallback {
    /// Mails a code to `email`. Known and unknown addresses look alike.
    pub async fn ask(
        &self,
        email: &str,
        language: Language,
        source: &str,
    ) -> Result<Asked, FallbackFailure> {
        let _ = (email, language, source, &self.mailer, &self.proofs);
        Err(FallbackFailure::CodeInvalid)
    }

    /// Starts a session for whoever holds the browser's token and the mailed code. `is_shared`: on a computer that
    /// others use too, for one hour.
    pub async fn confirm(
        &self,
        browser: &Token,
        code: &str,
        is_shared: bool,
        source: &str,
    ) -> Result<NewSession, FallbackFailure> {
        let _ = (browser, code, is_shared, source);
        Err(FallbackFailure::CodeInvalid)
    }

    /// Signs a known person in by the password that they set here.
    pub async fn with_password(
        &self,
        email: &str,
        password: Password,
        is_shared: bool,
        source: &str,
    ) -> Result<NewSession, FallbackFailure> {
        let _ = (email, password, is_shared, source);
        Err(FallbackFailure::CodeInvalid)
    }

    /// Whoever is signed in sets a password: the first, or one more without the old one if the session began with a code
    /// in the last minutes. Ends the other sessions.
    pub async fn set_password(
        &self,
        session: &Token,
        new: Password,
        source: &str,
    ) -> Result<Email, FallbackFailure> {
        let _ = (session, new, source);
        Err(FallbackFailure::NoSession)
    }
}
