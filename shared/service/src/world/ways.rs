//! The ports of history, further addresses, ceremonies and the panic switch in memory, and passkeys of play.

use async_trait::async_trait;
use browserid::{Email, Timestamp};

use super::{World, lock};
use crate::{
    ceremony::Ceremony,
    history::Event,
    panic::{Release, Switch},
    ports::{
        Addresses, Begun, Ceremonies, History, NotProved, PanicSwitch, PortError, Registered,
        Webauthn,
    },
    secret::{Token, TokenHash},
    ways::{Handle, Passkey},
};

impl World {
    /// Everything that happened so far, in order.
    pub(crate) fn events(&self) -> Vec<Event> {
        lock(&self.history).clone()
    }

    /// What has to be signed for the challenge that this browser got.
    pub(crate) fn state_of(&self, browser: &Token) -> Vec<u8> {
        let ceremonies = lock(&self.ceremonies);
        let ceremony = ceremonies.get(&browser.hash());
        ceremony.expect("a challenge under way").state.clone()
    }
}

#[async_trait]
impl Addresses for World {
    async fn holder(&self, address: &Email) -> Result<Option<Email>, PortError> {
        self.called("addresses.holder")?;
        if lock(&self.accounts).contains_key(address) {
            return Ok(Some(address.clone()));
        }
        Ok(lock(&self.addresses).get(address).cloned())
    }

    async fn of(&self, email: &Email) -> Result<Vec<Email>, PortError> {
        self.called("addresses.of")?;
        let addresses = lock(&self.addresses);
        let theirs = addresses.iter().filter(|(_, holder)| *holder == email);
        Ok(theirs.map(|(address, _)| address.clone()).collect())
    }

    async fn give(&self, address: &Email, to: &Email) -> Result<bool, PortError> {
        self.called("addresses.give")?;
        let accounts = lock(&self.accounts);
        let mut addresses = lock(&self.addresses);
        if !accounts.contains_key(to)
            || accounts.contains_key(address)
            || addresses.contains_key(address)
        {
            return Ok(false);
        }
        addresses.insert(address.clone(), to.clone());
        Ok(true)
    }

    async fn take_away(&self, address: &Email, from: &Email) -> Result<bool, PortError> {
        self.called("addresses.take_away")?;
        let mut addresses = lock(&self.addresses);
        let is_theirs = addresses.get(address) == Some(from);
        if is_theirs {
            addresses.remove(address);
        }
        Ok(is_theirs)
    }
}

#[async_trait]
impl History for World {
    async fn keep(&self, event: &Event) -> Result<(), PortError> {
        self.called("history.keep")?;
        lock(&self.history).push(event.clone());
        Ok(())
    }

    async fn of(
        &self,
        email: &Email,
        from: Timestamp,
        until: Timestamp,
        max: usize,
    ) -> Result<Vec<Event>, PortError> {
        self.called("history.of")?;
        let mut events = lock(&self.history).clone();
        events.retain(|event| event.email == *email && from <= event.time && event.time < until);
        events.reverse();
        events.sort_by_key(|event| core::cmp::Reverse(event.time));
        events.truncate(max);
        Ok(events)
    }
}

#[async_trait]
impl Ceremonies for World {
    async fn put(&self, browser: TokenHash, ceremony: Ceremony) -> Result<(), PortError> {
        self.called("ceremonies.put")?;
        lock(&self.ceremonies).insert(browser, ceremony);
        Ok(())
    }

    async fn take(
        &self,
        browser: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<Ceremony>, PortError> {
        self.called("ceremonies.take")?;
        let ceremony = lock(&self.ceremonies).remove(browser);
        Ok(ceremony.filter(|ceremony| now < ceremony.expires))
    }
}

#[async_trait]
impl PanicSwitch for World {
    async fn switch(&self) -> Result<Switch, PortError> {
        self.called("switch.switch")?;
        Ok(lock(&self.switch).clone())
    }

    async fn pull(&self, now: Timestamp) -> Result<(), PortError> {
        self.called("switch.pull")?;
        let mut switch = lock(&self.switch);
        if !switch.is_pulled {
            *switch = Switch {
                is_pulled: true,
                not_before: switch.not_before.max(Some(now)),
                release: None,
            };
        }
        Ok(())
    }

    async fn let_release(&self, token: TokenHash, expires: Timestamp) -> Result<bool, PortError> {
        self.called("switch.let_release")?;
        let mut switch = lock(&self.switch);
        if switch.is_pulled {
            switch.release = Some(Release { expires, token });
        }
        Ok(switch.is_pulled)
    }

    async fn release(&self, token: &TokenHash, now: Timestamp) -> Result<bool, PortError> {
        self.called("switch.release")?;
        let mut switch = lock(&self.switch);
        let may = switch.may_be_released_by(token, now);
        if may {
            switch.is_pulled = false;
            switch.release = None;
        }
        Ok(may)
    }
}

/// Passkeys of play: an answer is made by [`answer`]. It proves what it says if the state is the
/// challenge's; a state of `copied` is that of an authenticator that was copied. The mathematics are the crate `webauthn`'s.
impl Webauthn for World {
    fn registration(&self, handle: &Handle, _: &Email, _: &[&[u8]]) -> Result<Begun, PortError> {
        self.called("webauthn.registration")?;
        self.challenge(&format!("{:?}", handle.0))
    }

    fn register(&self, state: &[u8], answer: &[u8]) -> Result<Registered, NotProved> {
        match answer.strip_prefix(state) {
            Some(id) if !id.is_empty() => Ok(Registered {
                credential: b"new".to_vec(),
                id: id.to_vec(),
                is_backed_up: false,
            }),
            _ => Err(NotProved::Wrong("another challenge".to_owned())),
        }
    }

    fn authentication(&self) -> Result<Begun, PortError> {
        self.called("webauthn.authentication")?;
        self.challenge("anybody")
    }

    fn claimed(&self, answer: &[u8]) -> Option<(Handle, Vec<u8>)> {
        let (handle, rest) = answer.split_first_chunk::<32>()?;
        let (length, rest) = rest.split_first()?;
        Some((Handle(*handle), rest.get(..usize::from(*length))?.to_vec()))
    }

    fn authenticate(
        &self,
        state: &[u8],
        answer: &[u8],
        handle: &Handle,
        passkey: &Passkey,
    ) -> Result<Passkey, NotProved> {
        let claimed = self.claimed(answer);
        if claimed != Some((*handle, passkey.id.clone())) {
            return Err(NotProved::Wrong("another passkey".to_owned()));
        }
        let signed = answer.get(33 + passkey.id.len()..).unwrap_or_default();
        if signed == b"copied" {
            return Err(NotProved::Copied);
        }
        if signed != state {
            return Err(NotProved::Wrong("another challenge".to_owned()));
        }
        Ok(Passkey {
            credential: b"used".to_vec(),
            ..passkey.clone()
        })
    }
}

impl World {
    fn challenge(&self, whose: &str) -> Result<Begun, PortError> {
        let mut bytes = [0; 8];
        crate::ports::Random::fill(self, &mut bytes)?;
        let state = format!("{whose}:{:?}", u64::from_be_bytes(bytes)).into_bytes();
        Ok(Begun {
            options: r#"{"challenge":"play"}"#.to_owned(),
            state,
        })
    }
}

/// What an authenticator of play answers.
pub(crate) fn answer(handle: &Handle, id: &[u8], state: &[u8]) -> Vec<u8> {
    let length = u8::try_from(id.len()).expect("a short id");
    [&handle.0[..], &[length], id, state].concat()
}
