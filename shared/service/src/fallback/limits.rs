use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use browserid::Email;
use sha2::{Digest, Sha256};

use super::{Fallback, FallbackFailure};
use crate::sign_in::{SignInFailure, WINDOW_MS};

/// So many mails go to one mailbox in an hour, whoever asks.
pub const MAX_MAILS_AN_HOUR: u32 = 5;
/// So many in a day: with five tries each, a mailbox's owner can be guessed at 100 times a day among a million codes.
pub const MAX_MAILS_A_DAY: u32 = 20;
/// So many mails one source may ask for in an hour, to whatever mailboxes.
pub const MAX_MAILS_A_SOURCE: u32 = 20;
/// So many wrong codes one source may show in [`WINDOW_MS`], whatever browsers it claims to be.
pub const MAX_CODES_A_SOURCE: u32 = 20;
/// So often may an address set a password without the old one in [`WINDOW_MS`]: each costs an argon2id.
pub const MAX_PASSWORDS: u32 = 10;
/// An hour.
pub const MAILBOX_HOUR_MS: u64 = 60 * 60 * 1000;
/// A day.
pub const MAILBOX_DAY_MS: u64 = 24 * MAILBOX_HOUR_MS;

impl Fallback {
    /// Counts one mail, or refuses it. The source first: one that is over its limit uses up nobody's mailbox.
    pub(super) async fn count_mail(
        &self,
        email: &Email,
        source: &str,
    ) -> Result<(), FallbackFailure> {
        let mailbox = mailbox(email);
        for (key, max, window_ms) in [
            (
                format!("mail:source:{source}"),
                MAX_MAILS_A_SOURCE,
                MAILBOX_HOUR_MS,
            ),
            (
                format!("mail:hour:{mailbox}"),
                MAX_MAILS_AN_HOUR,
                MAILBOX_HOUR_MS,
            ),
            (
                format!("mail:day:{mailbox}"),
                MAX_MAILS_A_DAY,
                MAILBOX_DAY_MS,
            ),
        ] {
            self.count(&key, max, window_ms).await?;
        }
        Ok(())
    }

    /// No mail was sent after all: its mailbox gets it back, the source that asked does not. Otherwise a domain that gives no
    /// answer would use up its people's mails.
    pub(super) async fn no_mail(&self, email: &Email) -> Result<(), FallbackFailure> {
        let mailbox = mailbox(email);
        self.limits
            .take_back(&format!("mail:hour:{mailbox}"))
            .await?;
        self.limits
            .take_back(&format!("mail:day:{mailbox}"))
            .await?;
        Ok(())
    }

    /// Counts one code that is shown, or refuses it.
    pub(super) async fn count_code(&self, source: &str) -> Result<(), FallbackFailure> {
        self.count(&code_key(source), MAX_CODES_A_SOURCE, WINDOW_MS)
            .await
    }

    /// The code was right: this one was no guess.
    pub(super) async fn code_was_right(&self, source: &str) -> Result<(), FallbackFailure> {
        Ok(self.limits.take_back(&code_key(source)).await?)
    }

    /// Counts one password that is set, or refuses it.
    pub(super) async fn count_password(&self, email: &Email) -> Result<(), FallbackFailure> {
        let key = format!("password:set:{}", mailbox(email));
        self.count(&key, MAX_PASSWORDS, WINDOW_MS).await
    }

    async fn count(&self, key: &str, max: u32, window_ms: u64) -> Result<(), FallbackFailure> {
        let now = self.clock.now();
        let counted = self.limits.hit(key, max, window_ms, now).await?;
        counted.map_err(|wait_ms| SignInFailure::too_many(wait_ms, now).into())
    }
}

fn code_key(source: &str) -> String {
    format!("code:source:{source}")
}

/// What stands for the mailbox of an address in keys. Spellings that mostly reach the same one share it: letters of either
/// case, and what follows a `+`. Otherwise one mailbox could be flooded under a thousand names. Hashed: keys stay short, and
/// a store's dump does not list what people typed.
fn mailbox(email: &Email) -> String {
    let local = email.local_part();
    let plain = match local.split_once('+') {
        Some((plain, _)) if !plain.is_empty() => plain,
        _ => local,
    };
    let address = format!("{}@{}", plain.to_lowercase(), email.domain());
    URL_SAFE_NO_PAD.encode(Sha256::digest(address))
}

#[cfg(test)]
mod tests {
    use super::mailbox;
    use crate::world::email;

    #[test]
    fn spellings_of_one_mailbox_share_its_count() {
        let one = mailbox(&email("you@me.example"));
        for same in ["You@me.example", "you+a@me.example", "YOU+b+c@me.example"] {
            assert_eq!(mailbox(&email(same)), one, "{same}");
        }
        for other in ["you@you.example", "yo@me.example", "+you@me.example"] {
            assert_ne!(mailbox(&email(other)), one, "{other}");
        }
    }
}
