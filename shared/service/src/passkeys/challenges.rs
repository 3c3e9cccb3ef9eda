use browserid::Timestamp;

use crate::{
    ceremony::{CEREMONY_MS, Ceremony, Purpose},
    client::Client,
    ports::{Begun, PortError},
    secret::Token,
    session::Session,
    sign_in::{SignIn, SignInFailure, WINDOW_MS},
};

/// So many challenges a source gets in 15 minutes: each is a row in a store, and a page that is opened asks for one.
pub const MAX_CHALLENGES: u32 = 100;
/// So many answers of a source may prove nothing in 15 minutes. Nobody guesses a signature; this bounds our work.
pub const MAX_ANSWERS: u32 = 30;

/// A challenge, on its way out.
pub struct Challenge {
    /// For the browser, in a cookie: who answers has to have it.
    pub browser: Token,
    /// The value of `publicKey`, as JSON.
    pub options: String,
}

impl SignIn {
    /// Who is signed in with `token` and has proved within the last 5 minutes to be the person.
    ///
    /// Fails with [`NoSession`](SignInFailure::NoSession) or [`StepUpNeeded`](SignInFailure::StepUpNeeded).
    pub async fn fresh(&self, token: Option<&Token>) -> Result<Session, SignInFailure> {
        let session = self.who(token).await?.ok_or(SignInFailure::NoSession)?;
        match session.is_fresh(self.clock.now()) {
            true => Ok(session),
            false => Err(SignInFailure::StepUpNeeded),
        }
    }

    /// Counts one more challenge of this source, or refuses it.
    pub(crate) async fn count_challenge(&self, client: &Client) -> Result<(), SignInFailure> {
        let key = format!("passkey:challenge:{}", client.source);
        self.hit(&key, MAX_CHALLENGES).await
    }

    /// Counts one more answer of this source, or refuses it unread. Given back with
    /// [`was_proved`](Self::was_proved).
    pub(crate) async fn count_answer(&self, client: &Client) -> Result<(), SignInFailure> {
        self.hit(&answers(client), MAX_ANSWERS).await
    }

    /// The answer proved something: it does not count.
    pub(crate) async fn was_proved(&self, client: &Client) -> Result<(), PortError> {
        self.limits.take_back(&answers(client)).await
    }

    /// Keeps a challenge for `purpose` until it is answered or over.
    pub(crate) async fn keep_challenge(
        &self,
        purpose: Purpose,
        begun: Begun,
    ) -> Result<Challenge, SignInFailure> {
        let browser = Token::random(self.random.as_ref())?;
        let ceremony = Ceremony {
            expires: self.clock.now().plus_ms(CEREMONY_MS),
            purpose,
            state: begun.state,
        };
        self.ceremonies.put(browser.hash(), ceremony).await?;
        Ok(Challenge {
            browser,
            options: begun.options,
        })
    }

    /// Takes the challenge of this browser: whatever comes of the answer, it is not answered a second time. Refused if there
    /// is none, if it is over, or if it was made for another purpose.
    pub(crate) async fn take_challenge(
        &self,
        browser: Option<&Token>,
        purpose: Purpose,
    ) -> Result<Vec<u8>, SignInFailure> {
        let browser = browser.ok_or(SignInFailure::PasskeyRefused)?;
        let now = self.clock.now();
        let ceremony = self.ceremonies.take(&browser.hash(), now).await?;
        ceremony
            .filter(|ceremony| ceremony.purpose == purpose)
            .map(|ceremony| ceremony.state)
            .ok_or(SignInFailure::PasskeyRefused)
    }

    async fn hit(&self, key: &str, max: u32) -> Result<(), SignInFailure> {
        let now: Timestamp = self.clock.now();
        self.limits
            .hit(key, max, WINDOW_MS, now)
            .await?
            .map_err(|wait_ms| SignInFailure::too_many(wait_ms, now))
    }
}

fn answers(client: &Client) -> String {
    format!("passkey:source:{}", client.source)
}
