use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::{SignIn, SignInFailure};
use crate::ports::PortError;

/// So many wrong guesses are free in one window; the next is refused unread. With 12 characters and
/// 40 guesses an hour nobody gets anywhere; with no limit a dictionary would.
pub const MAX_GUESSES: u32 = 10;
/// 15 minutes: long enough to matter to a machine, short enough for a person.
pub const WINDOW_MS: u64 = 15 * 60 * 1000;

/// One guess, counted before it is looked at.
///
/// The source is counted first: one that is over its limit cannot use up other people's. What turns
/// out right is taken back, so that only wrong guesses stay counted; counting first and taking back
/// (instead of counting failures afterwards) keeps a crowd of parallel guesses inside the limit.
pub(crate) struct Guess {
    account: Option<String>,
    source: String,
}

impl Guess {
    /// At the password of `address`, however it is spelled and whether or not it exists.
    pub(crate) fn at_password(address: &str, source: &str) -> Self {
        // Hashed: keys stay short, and a store's dump does not list what people typed.
        let address = URL_SAFE_NO_PAD.encode(Sha256::digest(address));
        Self {
            account: Some(format!("password:account:{address}")),
            source: format!("password:source:{source}"),
        }
    }

    /// At an enrolment link.
    pub(super) fn at_enrolment(source: &str) -> Self {
        Self {
            account: None,
            source: format!("enrolment:source:{source}"),
        }
    }
}

impl SignIn {
    /// Counts a guess, or refuses it.
    pub(crate) async fn count(&self, guess: &Guess) -> Result<(), SignInFailure> {
        let now = self.clock.now();
        for key in [Some(&guess.source), guess.account.as_ref()]
            .into_iter()
            .flatten()
        {
            self.limits
                .hit(key, MAX_GUESSES, WINDOW_MS, now)
                .await?
                .map_err(|wait_ms| SignInFailure::too_many(wait_ms, now))?;
        }
        Ok(())
    }

    /// The guess was right: the account's count starts anew, the source gets this one back (but not
    /// its earlier ones, or one right guess would pay for any number of wrong ones).
    pub(crate) async fn was_right(&self, guess: &Guess) -> Result<(), PortError> {
        if let Some(account) = &guess.account {
            self.limits.clear(account).await?;
        }
        self.limits.take_back(&guess.source).await
    }
}
