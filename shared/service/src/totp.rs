//! The second step after a password: codes that an app makes from a shared secret, a new one every 30 seconds (RFC 6238, with
//! SHA-1 and six digits, which is what every app knows).
//!
//! A code is taken from one step before to one step after ours, because clocks differ, and each once: neither the step of a
//! code that was right nor an earlier one is right again.

use browserid::{Email, Timestamp};
use totp_rs::{Builder, Secret};

use crate::{
    account::Account,
    client::Client,
    history::What,
    ports::{PortError, Random},
    secret::Token,
    sign_in::{SignIn, SignInFailure},
    ways::Totp,
};

/// A code is made from the number of this step since 1970.
pub const STEP_MS: u64 = 30 * 1000;
/// So many steps before and after ours count as well.
pub const SKEW_STEPS: u64 = 1;
/// What RFC 4226 recommends.
const SECRET_BYTES: usize = 20;

/// A new secret on its way to the person's app: it leaves once.
pub struct NewTotp {
    /// Base32, to be typed.
    pub secret: String,
    /// `otpauth://totp/…`, to be shown as a QR code.
    pub uri: String,
}

impl SignIn {
    /// A new secret for whoever is signed in with `token`, and has proved it lately. Nothing is asked for before a right code
    /// [confirmed](Self::confirm_totp) it; until then a later secret takes its place.
    pub async fn begin_totp(&self, token: &Token) -> Result<NewTotp, SignInFailure> {
        let session = self.fresh(Some(token)).await?;
        let totp = new(self.random.as_ref())?;
        self.edit_in(&session, |account| {
            match &account.ways.totp {
                Some(known) if known.is_confirmed => return Err(SignInFailure::TotpKnown),
                _ => account.ways.totp = Some(totp.clone()),
            }
            Ok(())
        })
        .await?;
        Ok(shown(&totp, &session.email)?)
    }

    /// From now on a code follows the password. `code` shows that the app has the secret.
    pub async fn confirm_totp(
        &self,
        token: &Token,
        code: &str,
        client: &Client,
    ) -> Result<(), SignInFailure> {
        let session = self.fresh(Some(token)).await?;
        let now = self.clock.now();
        self.edit_in(&session, |account| {
            let totp = account.ways.totp.as_mut();
            let totp = totp.ok_or(SignInFailure::TotpWrong)?;
            if totp.is_confirmed {
                return Err(SignInFailure::TotpKnown);
            }
            take(totp, code, now)?;
            totp.is_confirmed = true;
            Ok(())
        })
        .await?;
        self.happened(&session.email, client, What::TotpSet).await?;
        Ok(())
    }

    /// From now on the password is enough. Fine if it was before.
    pub async fn remove_totp(&self, token: &Token, client: &Client) -> Result<(), SignInFailure> {
        let session = self.fresh(Some(token)).await?;
        let was_set = self
            .edit_in(&session, |account| {
                let totp = account.ways.totp.take();
                Ok(totp.is_some_and(|totp| totp.is_confirmed))
            })
            .await?;
        if was_set {
            self.happened(&session.email, client, What::TotpRemoved)
                .await?;
        }
        Ok(())
    }

    /// Uses up the step of a right `code`: of many who show one code at once one gets through.
    pub(crate) async fn use_totp(&self, email: &Email, code: &str) -> Result<(), SignInFailure> {
        let now = self.clock.now();
        let used = self.edit(email, |account| {
            let totp = account.ways.totp.as_mut();
            let totp = totp.filter(|totp| totp.is_confirmed);
            take(totp.ok_or(SignInFailure::TotpWrong)?, code, now)
        });
        used.await?.ok_or(SignInFailure::TotpWrong)
    }
}

/// The second step that is asked for.
pub(crate) fn confirmed(account: &Account) -> Option<&Totp> {
    account.ways.totp.as_ref().filter(|totp| totp.is_confirmed)
}

fn new(random: &dyn Random) -> Result<Totp, PortError> {
    let mut secret = vec![0; SECRET_BYTES];
    random.fill(&mut secret)?;
    Ok(Totp {
        is_confirmed: false,
        last_step: 0,
        secret,
    })
}

fn shown(totp: &Totp, email: &Email) -> Result<NewTotp, PortError> {
    let secret = Secret::from(totp.secret.as_slice()).to_base32();
    let uri = Builder::new()
        .with_secret(totp.secret.as_slice())
        .with_account_name(email.as_str())
        .with_issuer(Some(email.domain().as_str()))
        .build_noncompliant()
        .to_url()
        .map_err(|error| PortError::new("writing a second step's link", error))?;
    Ok(NewTotp { secret, uri })
}

/// Moves the step on if `code` is right for one after it. Blanks in it are what an app shows for reading.
fn take(totp: &mut Totp, code: &str, now: Timestamp) -> Result<(), SignInFailure> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let codes = Builder::new()
        .with_secret(totp.secret.as_slice())
        .with_skew(0)
        .build_noncompliant();
    let step = now.as_millis() / STEP_MS;
    let earliest = step
        .saturating_sub(SKEW_STEPS)
        .max(totp.last_step.saturating_add(1));
    // The comparison takes the same time wherever the first difference is.
    let right = (earliest..=step + SKEW_STEPS).find(|step| {
        codes
            .check(&code, step.saturating_mul(STEP_MS / 1000))
            .is_some()
    });
    totp.last_step = right.ok_or(SignInFailure::TotpWrong)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::email;

    fn totp(last_step: u64) -> Totp {
        Totp {
            is_confirmed: true,
            last_step,
            secret: b"12345678901234567890".to_vec(),
        }
    }

    /// RFC 6238, appendix B, the last six digits.
    const RFC: [(u64, &str); 6] = [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ];

    #[test]
    fn codes_are_those_of_rfc_6238() {
        for (seconds, code) in RFC {
            let mut totp = totp(0);
            let taken = take(&mut totp, code, Timestamp::from_millis(seconds * 1000));
            assert!(taken.is_ok(), "{seconds}");
            assert_eq!(totp.last_step, seconds / 30);
        }
    }

    #[test]
    fn code_is_taken_from_one_step_before_to_one_after_its_own() {
        // 1 111 111 109 s lies in step 37 037 036, which begins at 1 111 111 080 s.
        let begins = 1_111_111_080_000_u64;
        for (now, is_right) in [
            (begins - 30_001, false),
            (begins - 30_000, true),
            (begins, true),
            (begins + 59_999, true),
            (begins + 60_000, false),
        ] {
            let mut totp = totp(0);
            let taken = take(&mut totp, "081804", Timestamp::from_millis(now));
            assert_eq!(taken.is_ok(), is_right, "{now}");
            assert_eq!(totp.last_step, if is_right { 37_037_036 } else { 0 });
        }
    }

    #[test]
    fn neither_the_step_of_a_right_code_nor_an_earlier_one_is_right_again() {
        let now = Timestamp::from_millis(1_111_111_109_000);
        for (last_step, is_right) in [
            (37_037_035, true),
            (37_037_036, false),
            (37_037_037, false),
            (u64::MAX - 1, false),
        ] {
            let taken = take(&mut totp(last_step), "081804", now);
            assert_eq!(taken.is_ok(), is_right, "{last_step}");
        }
    }

    #[test]
    fn six_digits_are_a_code_and_nothing_else() {
        let now = Timestamp::from_millis(1_111_111_109_000);
        for (code, is_right) in [
            ("081804", true),
            ("081 804", true),
            (" 081804 ", true),
            ("81804", false),
            ("0081804", false),
            ("+81804", false),
            ("08180a", false),
            ("٠٨١٨٠٤", false),
            ("", false),
        ] {
            assert_eq!(take(&mut totp(0), code, now).is_ok(), is_right, "{code:?}");
        }
    }

    #[test]
    fn link_names_issuer_and_person_and_holds_the_secret() {
        let shown = shown(&totp(0), &email("you+x@me.example")).expect("a link");
        assert_eq!(shown.secret, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(
            shown.uri,
            "otpauth://totp/me.example:you%2Bx%40me.example\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=me.example"
        );
    }
}
