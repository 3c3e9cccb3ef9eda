//! What people are told by mail: a new browser, new ways in, links. Each such mail has a link that can only lock.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use browserid::Timestamp;
use sha2::{Digest, Sha256};

use crate::{
    account::Account,
    history::{Event, What},
    mail::{self, Told},
    not_me::{self, LINK_MS},
    ports::PortError,
    secret::Token,
    session::FRESH_MS,
    sign_in::{Notices, SignIn},
};

/// So many mails a person gets in [`WINDOW_MS`]: whoever has got hold of an account cannot flood its mailbox.
pub const MAX_NOTICES: u32 = 10;
/// An hour.
pub const WINDOW_MS: u64 = 60 * 60 * 1000;

impl SignIn {
    /// Tells the person of `event` if it is one to hear of at once, and if they ever signed in (before that, whoever set the
    /// account up is at work).
    pub(crate) async fn tell_of(&self, event: &Event) -> Result<(), PortError> {
        let (Some(told), Some(_)) = (told(&event.what), &self.notices) else {
            return Ok(());
        };
        match self.accounts.find(&event.email).await? {
            Some(account) if !account.ways.devices.is_empty() || account.ways.is_to_be_renewed => {
                self.tell(&account, told, event, since(event)).await
            }
            _ => Ok(()),
        }
    }

    /// Tells the person of a sign-in with a browser that their account did not know.
    pub(crate) async fn tell_of_device(
        &self,
        account: &Account,
        event: &Event,
    ) -> Result<(), PortError> {
        self.tell(account, Told::NewDevice, event, Some(event.time))
            .await
    }

    /// Sends it. What cannot be sent is logged and written down, and stops nothing: the mail server's troubles must not
    /// keep people out.
    async fn tell(
        &self,
        account: &Account,
        told: Told,
        event: &Event,
        since: Option<Timestamp>,
    ) -> Result<(), PortError> {
        let Some(notices) = &self.notices else {
            return Ok(());
        };
        let sent = self.send(notices, account, told, event, since).await;
        let why = match sent {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(why)) => why.to_owned(),
            Err(error) => error.to_string(),
        };
        tracing::error!(error = why, "a person could not be told by mail");
        let event = Event {
            device: String::new(),
            email: account.email.clone(),
            source: String::new(),
            time: self.clock.now(),
            what: What::MailNotSent,
        };
        self.history.keep(&event).await
    }

    async fn send(
        &self,
        notices: &Notices,
        account: &Account,
        told: Told,
        event: &Event,
        since: Option<Timestamp>,
    ) -> Result<Result<(), &'static str>, PortError> {
        // Hashed, as in all keys of limits.
        let address = URL_SAFE_NO_PAD.encode(Sha256::digest(account.email.as_str()));
        let key = format!("notices:account:{address}");
        let now = self.clock.now();
        let is_counted = self.limits.hit(&key, MAX_NOTICES, WINDOW_MS, now).await?;
        if is_counted.is_err() {
            return Ok(Err("too many mails to one person"));
        }
        let pages = notices.pages.as_str();
        let link = match since {
            Some(since) => {
                let token = Token::random(self.random.as_ref())?;
                let link = not_me::Link {
                    email: account.email.clone(),
                    is_used: false,
                    // Not before there was this account: the link is for no other of this address.
                    since: since.max(account.created),
                };
                let ceremony = link.keep_until(now.plus_ms(LINK_MS));
                self.ceremonies.put(token.hash(), ceremony).await?;
                // Behind `#`: no server's log ever holds it.
                Some(format!("{pages}/persona/not_me.html#{}", token.expose()))
            }
            None => None,
        };
        let host = pages.split_once("://").map_or(pages, |(_, host)| host);
        let language = account.ways.language.unwrap_or_default();
        let mail = mail::notice(event, told, link.as_deref(), host, language);
        let sent = notices.mailer.send(&mail).await?;
        Ok(sent.map_err(|_| "the address takes no mail"))
    }
}

/// What a mail says of it. None: the history is enough.
fn told(what: &What) -> Option<Told> {
    Some(match what {
        What::CodesMade => Told::CodesMade,
        What::LinkMade => Told::LinkMade,
        What::NotMe => Told::Locked,
        What::PanicSwitchPulled => Told::PanicSwitchPulled,
        What::PasskeyAdded { .. } => Told::PasskeyAdded,
        What::PasskeyCopied { .. } => Told::PasskeyCopied,
        What::PasskeyRemoved { .. } => Told::PasskeyRemoved,
        What::PasswordRemoved => Told::PasswordRemoved,
        What::PasswordSet => Told::PasswordSet,
        What::TotpRemoved => Told::TotpRemoved,
        What::TotpSet => Told::TotpSet,
        _ => return None,
    })
}

/// From when on everything is undone by the mail's link. Whoever changed a way in proved themselves at most [`FRESH_MS`]
/// before; what they did in that time goes too. None where there is nothing to lock.
fn since(event: &Event) -> Option<Timestamp> {
    match event.what {
        What::NotMe | What::PanicSwitchPulled => None,
        _ => Some(event.time.minus_ms(FRESH_MS)),
    }
}

#[cfg(test)]
mod tests;
