use browserid::{Email, Timestamp};

use super::Challenge;
use crate::{
    account::Account,
    ceremony::Purpose,
    client::Client,
    history::What,
    ports::NotProved,
    secret::Token,
    session::{FRESH_MS, Life, Session, Way},
    sign_in::{NewSession, SignIn, SignInFailure},
    ways::Handle,
};

/// A browser's answer to a challenge, and the token that says whose challenge it was.
pub struct Proof<'a> {
    /// `PublicKeyCredential.toJSON()`, as JSON.
    pub answer: &'a [u8],
    /// The token of the challenge, if one came.
    pub browser: Option<&'a Token>,
}

impl SignIn {
    /// A challenge for whoever wants to sign in.
    pub async fn challenge(&self, client: &Client) -> Result<Challenge, SignInFailure> {
        self.count_challenge(client).await?;
        let begun = self.webauthn.authentication()?;
        self.keep_challenge(Purpose::SignIn, begun).await
    }

    /// Signs in with a passkey, for as long as `life` says. The limit of passwords is none of passkeys.
    ///
    /// A passkey that the account does not have and an answer that is wrong look the same.
    pub async fn with_passkey(
        &self,
        proof: Proof<'_>,
        life: Life,
        client: &Client,
    ) -> Result<NewSession, SignInFailure> {
        self.count_answer(client).await?;
        let state = self.take_challenge(proof.browser, Purpose::SignIn).await?;
        let (handle, id) = self.claimed(&proof)?;
        let account = self.accounts.find_by_handle(&handle).await?;
        let email = account.ok_or(SignInFailure::PasskeyRefused)?.email;
        let used = (handle, id);
        self.prove(&email, &state, &proof, &used, client).await?;
        let session = Session::start(email, self.clock.now())
            .by(Way::Passkey)
            .living(life);
        let has_it = |account: &Account| has(account, &used);
        let session = self
            .start_session_if(session, client, has_it)
            .await?
            .ok_or(SignInFailure::PasskeyRefused)?;
        self.was_proved(client).await?;
        Ok(session)
    }

    /// A challenge for whoever is signed in with `token`.
    pub async fn challenge_again(
        &self,
        token: Option<&Token>,
        client: &Client,
    ) -> Result<Challenge, SignInFailure> {
        let token = token.ok_or(SignInFailure::NoSession)?;
        let session = self.who(Some(token)).await?;
        session.ok_or(SignInFailure::NoSession)?;
        self.count_challenge(client).await?;
        let begun = self.webauthn.authentication()?;
        let session = token.hash();
        self.keep_challenge(Purpose::ProveAgain { session }, begun)
            .await
    }

    /// Proves with a passkey of the same person who is signed in with `token`. Gives the moment until which that counts.
    pub async fn prove_again(
        &self,
        token: Option<&Token>,
        proof: Proof<'_>,
        client: &Client,
    ) -> Result<Timestamp, SignInFailure> {
        let token = token.ok_or(SignInFailure::NoSession)?;
        let session = self.who(Some(token)).await?;
        let email = session.ok_or(SignInFailure::NoSession)?.email;
        self.count_answer(client).await?;
        let purpose = Purpose::ProveAgain {
            session: token.hash(),
        };
        let state = self.take_challenge(proof.browser, purpose).await?;
        let used = self.claimed(&proof)?;
        self.prove(&email, &state, &proof, &used, client).await?;
        let now = self.clock.now();
        self.sessions.prove(&token.hash(), now).await?;
        self.was_proved(client).await?;
        Ok(now.plus_ms(FRESH_MS))
    }

    /// Whose passkey the answer says it is of.
    pub(crate) fn claimed(&self, proof: &Proof<'_>) -> Result<(Handle, Vec<u8>), SignInFailure> {
        let claimed = self.webauthn.claimed(proof.answer);
        claimed.ok_or(SignInFailure::PasskeyRefused)
    }

    /// Has `proof` been made by this passkey of this person? Its counter and flags are the new ones from then on.
    ///
    /// Looked at inside the edit: of two answers with the same counter, the copy's and the passkey's own, the second one sees
    /// the first one's.
    pub(crate) async fn prove(
        &self,
        email: &Email,
        state: &[u8],
        proof: &Proof<'_>,
        used: &(Handle, Vec<u8>),
        client: &Client,
    ) -> Result<(), SignInFailure> {
        let now = self.clock.now();
        let mut copied = None;
        let edited = self.edit(email, |account| {
            let is_theirs = account.ways.handle == Some(used.0);
            let mut passkeys = account.ways.passkeys.iter_mut();
            let passkey = passkeys
                .find(|passkey| is_theirs && passkey.id == used.1)
                .ok_or(SignInFailure::PasskeyRefused)?;
            let proved = self
                .webauthn
                .authenticate(state, proof.answer, &used.0, passkey);
            *passkey = proved.map_err(|why| {
                copied = matches!(why, NotProved::Copied).then(|| passkey.name.clone());
                log(&why);
                SignInFailure::PasskeyRefused
            })?;
            passkey.last_used = Some(now);
            Ok(())
        });
        match edited.await {
            Ok(Some(())) => Ok(()),
            Ok(None) => Err(SignInFailure::PasskeyRefused),
            Err(failure @ SignInFailure::PasskeyRefused) => {
                let what = match copied {
                    Some(name) => What::PasskeyCopied { name },
                    None => What::Refused {
                        way: Way::Passkey,
                        code: failure.code().to_owned(),
                    },
                };
                self.happened(email, client, what).await?;
                Err(failure)
            }
            Err(failure) => Err(failure),
        }
    }
}

/// Does the account have this passkey?
pub(super) fn has(account: &Account, (handle, id): &(Handle, Vec<u8>)) -> bool {
    let mut passkeys = account.ways.passkeys.iter();
    account.ways.handle == Some(*handle) && passkeys.any(|passkey| passkey.id == *id)
}

/// Why an answer was refused: whoever sent it does not learn it.
pub(super) fn log(why: &NotProved) {
    match why {
        NotProved::Copied => tracing::warn!("a passkey's counter went back: it was copied"),
        NotProved::Wrong(reason) => tracing::info!(reason, "a passkey's answer proves nothing"),
    }
}
