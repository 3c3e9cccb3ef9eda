//! Who is signed in, with what pages show of the account; a person's sessions, and their end.

use core::cmp::Reverse;

use browserid::{Email, Timestamp};

use crate::{
    account::Account,
    client::Client,
    history::What,
    ports::PortError,
    secret::{Token, TokenHash},
    session::Session,
    sign_in::{SignIn, SignInFailure},
};

/// What a page may know of whoever it is open for.
#[derive(Debug)]
pub struct Here {
    /// The panic switch is pulled.
    pub is_panic: bool,
    /// Who is signed in, by which session.
    pub person: Option<(Session, Person)>,
}

/// What pages show of somebody signed in.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// Every address that certificates are made for: the account's own first. Plus-addresses are not listed.
    pub addresses: Vec<Email>,
    /// The address that is offered first.
    pub default_address: Email,
    /// May invite and remove people, and pull the panic switch.
    pub is_owner: bool,
    /// Is to look through the ways in, and to set new ones.
    pub is_to_be_renewed: bool,
    /// Browsers that signed in since this one was last told of such; the newest first.
    pub new_devices: Vec<NewDevice>,
}

/// A browser that signed in for the first time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDevice {
    /// `Firefox on Linux`; empty if it did not say.
    pub name: String,
    /// When.
    pub time: Timestamp,
}

/// One of a person's sessions, for its person to see.
#[derive(Debug)]
pub struct Listed {
    /// Its name: the hash of its token, which opens nothing.
    pub id: TokenHash,
    /// Of the browser that asks.
    pub is_this: bool,
    /// The session.
    pub session: Session,
}

impl SignIn {
    /// Who is signed in with `token`, for a page in `client`'s browser.
    pub async fn here(&self, token: Option<&Token>, client: &Client) -> Result<Here, PortError> {
        let is_panic = self.switch.switch().await?.is_pulled;
        let Some(session) = self.who(token).await? else {
            let person = None;
            return Ok(Here { is_panic, person });
        };
        let person = match self.accounts.find(&session.email).await? {
            Some(account) => {
                let person = self.person(&session, &account, client).await?;
                Some((session, person))
            }
            None => None,
        };
        Ok(Here { is_panic, person })
    }

    /// What is shown of `account` in `session`.
    pub(crate) async fn person(
        &self,
        session: &Session,
        account: &Account,
        client: &Client,
    ) -> Result<Person, PortError> {
        let mut addresses = vec![account.email.clone()];
        addresses.extend(self.addresses.of(&account.email).await?);
        let ways = &account.ways;
        // One that was taken away while it was chosen is none.
        let chosen = ways.default_address.as_ref();
        let chosen = chosen.filter(|chosen| addresses.contains(chosen));
        let default_address = chosen.unwrap_or(&account.email).clone();
        Ok(Person {
            addresses,
            default_address,
            is_owner: ways.is_owner,
            is_to_be_renewed: ways.is_to_be_renewed,
            new_devices: new_devices(account, client, session.created),
        })
    }

    /// The session of `token`.
    pub(crate) async fn signed_in(&self, token: &Token) -> Result<Session, SignInFailure> {
        let session = self.who(Some(token)).await?;
        session.ok_or(SignInFailure::NoSession)
    }

    /// Every session of whoever is signed in with `token`; the newest first, those that are over not.
    pub async fn sessions(&self, token: &Token) -> Result<Vec<Listed>, SignInFailure> {
        let session = self.signed_in(token).await?;
        let (now, this) = (self.clock.now(), token.hash());
        let all = self.sessions.of(&session.email).await?;
        let live = all.into_iter().filter(|(_, other)| other.is_live(now));
        let mut listed: Vec<_> = live
            .map(|(id, session)| Listed {
                id,
                is_this: id == this,
                session,
            })
            .collect();
        listed.sort_by_key(|listed| (Reverse(listed.session.created), listed.id));
        Ok(listed)
    }

    /// Ends the session `id` of whoever is signed in with `token`. Somebody else's is unknown, as is one that is over.
    pub async fn end_session(
        &self,
        token: &Token,
        id: &TokenHash,
        client: &Client,
    ) -> Result<(), SignInFailure> {
        let session = self.signed_in(token).await?;
        let now = self.clock.now();
        let other = self.sessions.find(id).await?;
        other
            .filter(|other| other.email == session.email && other.is_live(now))
            .ok_or(SignInFailure::SessionUnknown)?;
        self.sessions.end(id).await?;
        let ended = self.happened(&session.email, client, What::SessionEnded);
        Ok(ended.await?)
    }

    /// Ends every session but that of `token`, whose person must have proved lately who they are.
    pub async fn end_other_sessions(
        &self,
        token: &Token,
        client: &Client,
    ) -> Result<(), SignInFailure> {
        let session = self.fresh(Some(token)).await?;
        let email = &session.email;
        self.sessions.end_all(email, Some(&token.hash())).await?;
        Ok(self.happened(email, client, What::AllSessionsEnded).await?)
    }

    /// Ends the session; fine if there is none.
    pub async fn sign_out(&self, token: Option<&Token>, client: &Client) -> Result<(), PortError> {
        let Some(token) = token else {
            return Ok(());
        };
        let session = self.who(Some(token)).await?;
        self.sessions.end(&token.hash()).await?;
        match session {
            Some(session) => self.happened(&session.email, client, What::SignedOut).await,
            None => Ok(()),
        }
    }

    /// Whoever is signed in with `token` has seen in this browser which devices are new.
    pub async fn saw_devices(&self, token: &Token, client: &Client) -> Result<(), SignInFailure> {
        let session = self.signed_in(token).await?;
        let now = self.clock.now();
        let seen = |account: &mut Account| {
            let mut devices = account.ways.devices.iter_mut();
            if let Some(device) = devices.find(|device| client.marks.contains(&device.mark)) {
                device.seen = device.seen.max(Some(now));
            }
            Ok(())
        };
        self.edit_in(&session, seen).await
    }
}

/// A browser that the account does not know (its cookie is gone) is told what came after its own session began.
fn new_devices(account: &Account, client: &Client, began: Timestamp) -> Vec<NewDevice> {
    let this = client.known(account);
    let since = this.map_or(began, |device| device.seen.unwrap_or(device.first));
    let devices = account.ways.devices.iter();
    let mut new: Vec<_> = devices
        .filter(|device| since < device.first && this.is_none_or(|this| this.mark != device.mark))
        .map(|device| NewDevice {
            name: device.name.clone(),
            time: device.first,
        })
        .collect();
    new.sort_by_key(|device| Reverse(device.time));
    new
}

#[cfg(test)]
mod tests;
