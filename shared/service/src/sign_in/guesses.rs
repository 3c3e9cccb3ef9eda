use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use browserid::{Email, HostRule};
use sha2::{Digest, Sha256};

use super::{SignIn, SignInFailure};
use crate::{
    account::Account, client::Client, history::What, ladder::Ladder, ports::PortError, session::Way,
};

const MINUTE_MS: u64 = 60 * 1000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

/// Guesses at one account, and at one account from one browser that it knows. Five slips are free; then it takes longer each
/// time, up to a day. Who guesses whenever it may has 376 guesses in a year; who waits until all is forgotten has fewer.
pub const ACCOUNT_LADDER: Ladder = Ladder {
    delays_ms: &[
        MINUTE_MS,
        5 * MINUTE_MS,
        15 * MINUTE_MS,
        HOUR_MS,
        4 * HOUR_MS,
        12 * HOUR_MS,
        DAY_MS,
    ],
    forget_ms: 30 * DAY_MS,
    free: 5,
};

/// Guesses from one source, at whomever: a household or an office, whose people all slip now and then. Forgotten soon,
/// because right ones do not start it anew. At most 20 in an hour for who stays at it.
pub const SOURCE_LADDER: Ladder = Ladder {
    delays_ms: &[MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS],
    forget_ms: HOUR_MS,
    free: 20,
};

/// The window of limits that are no ladder and name none of their own: 15 minutes.
pub const WINDOW_MS: u64 = 15 * MINUTE_MS;

/// So many guesses are looked at in [`OVERALL_MS`], whoever makes them at whomever from browsers that the account does not
/// know. A window and no ladder: what every stranger climbs, one stranger a day could keep shut for all.
pub const MAX_OVERALL: u32 = 30;
/// A minute.
pub const OVERALL_MS: u64 = MINUTE_MS;

const OVERALL: &str = "guess:overall";

/// A guess that was counted, and may be looked at.
///
/// Counted before it is looked at, and given back when it was right: so a crowd of parallel guesses stays inside the limits.
/// For every address, known, unknown or none at all, the same is asked of the stores, in this order:
///
/// 1. the source is counted: one that is over its limit uses up nobody's guesses,
/// 2. the account is read, because it alone knows its browsers,
/// 3. from a browser that it knows: that browser's own ladder. A crowd of strangers does not keep it out.
/// 4. from any other: all such guesses together, and the account's ladder. What the account refuses is given back to all.
///
/// That it goes by 3 and not by 4 learns only who holds that browser's cookie.
pub(crate) struct Guess {
    /// As it was when the guess was counted.
    account: Option<Account>,
    /// What was typed, if it is an address.
    address: Option<Email>,
    /// What stands for address (and browser) in keys.
    digest: String,
    is_known_device: bool,
    source: String,
}

impl Guess {
    /// Whose password it is at, if it was an address.
    pub(crate) fn address(&self) -> Option<&Email> {
        self.address.as_ref()
    }

    /// From now on there is no such account unless `is_good` says so. The guess costs the same.
    pub(crate) fn only_if(&mut self, is_good: impl FnOnce(&Account) -> bool) {
        self.account = self.account.take().filter(is_good);
    }

    /// The account that it is at.
    pub(super) fn account(&self) -> Option<&Account> {
        self.account.as_ref()
    }

    /// The key of the ladder that guesses of this kind climb: the account's, or the browser's at this account.
    fn ladder(&self, kind: &str) -> String {
        let whose = if self.is_known_device {
            "device"
        } else {
            "account"
        };
        format!("{kind}:{whose}:{}", self.digest)
    }
}

impl SignIn {
    /// Counts a guess at the password of `typed`, however that is spelled, or refuses it.
    pub(crate) async fn count(&self, typed: &str, client: &Client) -> Result<Guess, SignInFailure> {
        let source = source_key("guess", &client.source);
        self.climb(&source, &SOURCE_LADDER).await?;

        let address = Email::from_typed(typed, HostRule::Public).ok();
        let account = self.find_or_nobody(address.as_ref()).await?;
        // Spellings of one address share one count; what is no address counts as typed.
        let spelled = address.as_ref().map_or(typed, Email::as_str).as_bytes();
        let device = account.as_ref().and_then(|account| client.known(account));
        let guess = Guess {
            is_known_device: device.is_some(),
            digest: device.map_or_else(
                || digest(&[spelled]),
                |device| digest(&[spelled, &device.mark.0]),
            ),
            account,
            address,
            source,
        };
        if !guess.is_known_device {
            self.count_overall().await?;
        }
        let counted = self.climb(&guess.ladder("guess"), &ACCOUNT_LADDER).await;
        if counted.is_err() && !guess.is_known_device {
            self.limits.take_back(OVERALL).await?;
        }
        counted?;
        Ok(guess)
    }

    /// The password was right: the account's (or the browser's) ladder starts anew, the others get this one back. (Not their
    /// earlier ones, or one right guess would pay for any number of wrong ones.)
    pub(super) async fn was_right(&self, guess: &Guess) -> Result<(), PortError> {
        self.password_was_right(guess).await?;
        self.source_is_right(guess).await
    }

    /// The source gets this one back.
    pub(super) async fn source_is_right(&self, guess: &Guess) -> Result<(), PortError> {
        self.limits.take_back(&guess.source).await
    }

    /// The password was right and what came with it was not: the source pays.
    pub(super) async fn password_was_right(&self, guess: &Guess) -> Result<(), PortError> {
        self.limits.clear(&guess.ladder("guess")).await?;
        if !guess.is_known_device {
            self.limits.take_back(OVERALL).await?;
        }
        Ok(())
    }

    /// Counts a guess at the code that follows a right password. It has a ladder of its own: one who knows the password may
    /// start that of the password anew as often as they like.
    pub(super) async fn count_second_step(&self, guess: &Guess) -> Result<(), SignInFailure> {
        self.climb(&guess.ladder("totp"), &ACCOUNT_LADDER).await
    }

    /// That code was right.
    pub(super) async fn second_step_was_right(&self, guess: &Guess) -> Result<(), PortError> {
        self.limits.clear(&guess.ladder("totp")).await
    }

    /// A guess was looked at and refused: its person can read that, known or not. (Those that are refused unread are not
    /// written down: anybody could fill the store with them.)
    pub(super) async fn refuse(
        &self,
        guess: &Guess,
        client: &Client,
        failure: SignInFailure,
    ) -> Result<SignInFailure, PortError> {
        if let Some(address) = &guess.address {
            self.keep_refusal(address, Way::Password, &failure, client)
                .await?;
        }
        Ok(failure)
    }

    /// Writes down that somebody was refused at `email`.
    pub(crate) async fn keep_refusal(
        &self,
        email: &Email,
        way: Way,
        failure: &SignInFailure,
        client: &Client,
    ) -> Result<(), PortError> {
        let code = failure.code().to_owned();
        let what = What::Refused { way, code };
        self.happened(email, client, what).await
    }

    /// Counts a guess of this kind from a source. Give the key back with [`source_was_right`](Self::source_was_right).
    pub(crate) async fn count_source(&self, kind: &str, source: &str) -> Result<(), SignInFailure> {
        self.climb(&source_key(kind, source), &SOURCE_LADDER).await
    }

    /// That one was no guess after all.
    pub(crate) async fn source_was_right(&self, kind: &str, source: &str) -> Result<(), PortError> {
        self.limits.take_back(&source_key(kind, source)).await
    }

    /// The account of an address. What is none is looked up all the same, where nobody can be.
    pub(crate) async fn find_or_nobody(
        &self,
        address: Option<&Email>,
    ) -> Result<Option<Account>, PortError> {
        let Some(looked_up) = address.cloned().or_else(nobody) else {
            return Ok(None);
        };
        let found = self.accounts.find(&looked_up).await?;
        Ok(found.filter(|_| address.is_some()))
    }

    async fn count_overall(&self) -> Result<(), SignInFailure> {
        let now = self.clock.now();
        let counted = self
            .limits
            .hit(OVERALL, MAX_OVERALL, OVERALL_MS, now)
            .await?;
        counted.map_err(|wait_ms| SignInFailure::too_many(wait_ms, now))
    }

    async fn climb(&self, key: &str, ladder: &Ladder) -> Result<(), SignInFailure> {
        let now = self.clock.now();
        let counted = self.limits.climb(key, ladder, now).await?;
        counted.map_err(|wait_ms| SignInFailure::too_many(wait_ms, now))
    }
}

/// `.invalid` is nobody's domain.
fn nobody() -> Option<Email> {
    Email::parse("nobody@nobody.invalid", HostRule::Public).ok()
}

fn source_key(kind: &str, source: &str) -> String {
    format!("{kind}:source:{source}")
}

/// Hashed: keys stay short, and a store's dump does not list what people typed.
pub(crate) fn digest(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        // With its length, so that no two lists run together into the same bytes.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    URL_SAFE_NO_PAD.encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_guesses_at_an_account_whenever_they_may_has_376_guesses_in_a_year() {
        let year = 365 * DAY_MS;
        let (mut now, mut count) = (0, 0);
        while now < year {
            count += 1;
            now += ACCOUNT_LADDER.delay_ms(count);
        }
        assert_eq!(count, 376);
    }

    #[test]
    fn who_lets_an_account_forget_in_between_has_fewer_guesses_in_a_year() {
        let year = 365 * DAY_MS;
        let (mut waited, mut count) = (0, 0);
        let of_rounds = core::iter::repeat_with(|| {
            count += 1;
            waited += ACCOUNT_LADDER.delay_ms(count);
            // What begins again after so many guesses, and as many rounds of them as begin in a year.
            u64::from(count) * year.div_ceil(waited + ACCOUNT_LADDER.forget_ms)
        });
        assert_eq!(of_rounds.take(40).max(), Some(280));
    }

    #[test]
    fn source_that_stays_at_it_has_20_guesses_in_an_hour() {
        let (mut waited, mut count) = (0, 0);
        let an_hour = core::iter::repeat_with(|| {
            count += 1;
            waited += SOURCE_LADDER.delay_ms(count);
            u64::from(count) * HOUR_MS / (waited + SOURCE_LADDER.forget_ms)
        });
        assert_eq!(an_hour.take(40).max(), Some(20));
    }

    #[test]
    fn address_that_stands_for_nobody_can_be_looked_up() {
        assert!(nobody().is_some());
    }
}
