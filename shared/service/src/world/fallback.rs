//! What a fallback needs beyond: discovery, a mail server, proofs, and what was seen of domains.

use std::sync::{Arc, atomic::Ordering};

use async_trait::async_trait;
use browserid::{Domain, HostRule, Origin, Timestamp};

use super::{World, lock};
use crate::{
    fallback::Fallback,
    mail::{Mail, MailRefused},
    ports::{Authorities, Mailer, PortError, Proofs, Said, SupportSeen},
    proof::Proof,
    secret::TokenHash,
    standing::Standings,
};

impl World {
    pub(crate) fn standings(self: &Arc<Self>) -> Arc<Standings> {
        Arc::new(Standings {
            authorities: Arc::<Self>::clone(self),
            clock: Arc::<Self>::clone(self),
            issuer: Domain::parse("fallback.example", HostRule::Public).expect("a domain"),
            seen: Arc::<Self>::clone(self),
        })
    }

    pub(crate) fn fallback(self: &Arc<Self>) -> Fallback {
        Fallback {
            clock: Arc::<Self>::clone(self),
            limits: Arc::<Self>::clone(self),
            mailer: Arc::<Self>::clone(self),
            pages: Origin::parse("https://fallback.example").expect("an origin"),
            proofs: Arc::<Self>::clone(self),
            random: Arc::<Self>::clone(self),
            sign_in: Arc::new(self.sign_in()),
            standings: self.standings(),
        }
    }

    /// Discovery says so of every domain from now on.
    pub(crate) fn says(&self, said: Said) {
        *lock(&self.said) = said;
    }

    /// From now on every answer of discovery takes so long.
    pub(crate) fn answers_after(&self, ms: u64) {
        self.answer_ms.store(ms, Ordering::SeqCst);
    }

    /// The texts that were mailed.
    pub(crate) fn mails(&self) -> Vec<String> {
        lock(&self.mails).clone()
    }
}

#[async_trait]
impl Authorities for World {
    async fn ask(&self, _: &Domain) -> Result<Said, PortError> {
        self.called("authorities.ask")?;
        let answer_ms = self.answer_ms.load(Ordering::SeqCst);
        self.clock.fetch_add(answer_ms, Ordering::SeqCst);
        Ok(lock(&self.said).clone())
    }
}

#[async_trait]
impl Mailer for World {
    async fn send(&self, mail: &Mail) -> Result<Result<(), MailRefused>, PortError> {
        self.called("mailer.send")?;
        lock(&self.mails).push(mail.text.clone());
        Ok(Ok(()))
    }
}

#[async_trait]
impl Proofs for World {
    async fn put(&self, browser: TokenHash, proof: Proof) -> Result<(), PortError> {
        self.called("proofs.put")?;
        lock(&self.proofs).insert(browser, (proof, 0));
        Ok(())
    }

    async fn count_try(
        &self,
        browser: &TokenHash,
        max: u32,
        now: Timestamp,
    ) -> Result<Option<Proof>, PortError> {
        self.called("proofs.count_try")?;
        let mut proofs = lock(&self.proofs);
        let found = proofs.get_mut(browser);
        let live = found.filter(|(proof, tries)| now < proof.expires && *tries < max);
        Ok(live.map(|(proof, tries)| {
            *tries += 1;
            proof.clone()
        }))
    }

    async fn take(&self, browser: &TokenHash) -> Result<bool, PortError> {
        self.called("proofs.take")?;
        Ok(lock(&self.proofs).remove(browser).is_some())
    }
}

#[async_trait]
impl SupportSeen for World {
    async fn keep(&self, domain: &Domain, now: Timestamp) -> Result<(), PortError> {
        self.called("seen.keep")?;
        let mut seen = lock(&self.seen);
        let last = seen.entry(domain.clone()).or_insert(now);
        *last = now.max(*last);
        Ok(())
    }

    async fn find(&self, domain: &Domain) -> Result<Option<Timestamp>, PortError> {
        self.called("seen.find")?;
        Ok(lock(&self.seen).get(domain).copied())
    }
}
