//! Browsers that an account knows: by a token in a cookie of their own, which outlives the session and lets nobody in.

use browserid::Timestamp;

use crate::{
    account::Account,
    client::Client,
    history::{Event, What},
    secret::{Token, TokenHash},
    session::{Session, Way},
    sessions::Person,
    sign_in::{SignIn, SignInFailure},
    ways::KnownDevice,
};

/// So many browsers an account knows; the one that was away longest is forgotten first.
pub const MAX_DEVICES: usize = 30;

/// How an account took the browser that signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Met {
    /// It was there before.
    Again,
    /// It is the first one ever.
    First,
    /// It is a new one beside others.
    Stranger,
}

impl SignIn {
    /// Looks at the account of a session that is kept already, notes the browser there and writes the sign-in down. Inside:
    /// what pages show, and the token that the browser is known by from now on, if it was not. None if there is no such
    /// account, or not `is_right`.
    pub(crate) async fn meet(
        &self,
        session: &Session,
        client: &Client,
        is_right: impl FnOnce(&Account) -> bool + Send,
    ) -> Result<Option<(Person, Option<Token>)>, SignInFailure> {
        if self.switch.switch().await?.is_pulled {
            return Err(SignInFailure::Panicked);
        }
        let token = Token::random(self.random.as_ref())?;
        let mut is_right = Some(is_right);
        let met = self
            .edit(&session.email, |account| {
                // Asked once: whoever changes the account after that ends the session.
                let is_wrong = is_right.take().is_some_and(|is_right| !is_right(account));
                if is_wrong {
                    return Err(SignInFailure::WrongCredentials);
                }
                let met = meet(account, client, token.hash(), session.created);
                Ok((met, account.clone()))
            })
            .await;
        let (met, account) = match met {
            Err(SignInFailure::WrongCredentials) | Ok(None) => return Ok(None),
            Ok(Some(met)) => met,
            Err(failure) => return Err(failure),
        };
        let event = Event {
            device: session.device.clone(),
            email: session.email.clone(),
            source: client.source.clone(),
            // Not a moment later: whoever reports this sign-in reports all that came of it.
            time: session.created,
            what: What::SignedIn {
                way: session.way,
                new_device: met != Met::Again,
            },
        };
        self.history.keep(&event).await?;
        // Whoever holds a mailed code has just read the mailbox.
        if met == Met::Stranger && session.way != Way::MailedCode {
            self.tell_of_device(&account, &event).await?;
        }
        let person = self.person(session, &account, client).await?;
        Ok(Some((person, (met != Met::Again).then_some(token))))
    }
}

/// Notes in `account` that `client` signs in now. If it is new it is known by `mark` from then on.
pub(crate) fn meet(account: &mut Account, client: &Client, mark: TokenHash, now: Timestamp) -> Met {
    let ways = &mut account.ways;
    let known = ways
        .devices
        .iter_mut()
        .find(|device| client.marks.contains(&device.mark));
    if let Some(device) = known {
        device.last = device.last.max(now);
        ways.language = Some(client.language);
        return Met::Again;
    }
    // Whoever was told that somebody else was in has signed in before, whatever is known of browsers.
    let is_first = ways.devices.is_empty() && !ways.is_to_be_renewed;
    ways.devices.push(KnownDevice {
        first: now,
        last: now,
        mark,
        name: client.device.clone(),
        seen: None,
    });
    while ways.devices.len() > MAX_DEVICES {
        let last = ways.devices.iter().map(|device| device.last).min();
        let Some(oldest) = ways
            .devices
            .iter()
            .position(|device| Some(device.last) == last)
        else {
            break;
        };
        ways.devices.remove(oldest);
    }
    if is_first {
        ways.language = Some(client.language);
        return Met::First;
    }
    // Its language is not taken: a stranger does not choose what the mail about them is written in.
    Met::Stranger
}

#[cfg(test)]
mod tests;
