use browserid::Email;

use super::{Challenge, Proof, names::named, using};
use crate::{
    account::{Account, Enrolment},
    ceremony::Purpose,
    client::Client,
    history::What,
    ports::Begun,
    secret::Token,
    session::{Session, Way},
    sign_in::{NewSession, SignIn, SignInFailure},
    ways::{Handle, Passkey},
};

/// So many passkeys a person has at most: they have to fit into one row.
pub const MAX_PASSKEYS: usize = 20;
impl SignIn {
    /// A challenge for one more passkey of whoever is signed in with `token`, which has to be fresh.
    pub async fn challenge_to_add(
        &self,
        token: Option<&Token>,
        client: &Client,
    ) -> Result<Challenge, SignInFailure> {
        let session = self.fresh(token).await?;
        let hash = token.ok_or(SignInFailure::NoSession)?.hash();
        self.count_challenge(client).await?;
        let begun = self.register(&session.email).await?;
        let begun = begun.ok_or(SignInFailure::NoSession)?;
        self.keep_challenge(Purpose::Add { session: hash }, begun)
            .await
    }

    /// Adds a passkey for whoever is signed in with `token`, which has to be fresh. Gives its id.
    pub async fn add_passkey(
        &self,
        token: Option<&Token>,
        proof: Proof<'_>,
        name: &str,
        client: &Client,
    ) -> Result<Vec<u8>, SignInFailure> {
        let session = self.fresh(token).await?;
        let hash = token.ok_or(SignInFailure::NoSession)?.hash();
        let name = named(name)?;
        self.count_answer(client).await?;
        let purpose = Purpose::Add { session: hash };
        let state = self.take_challenge(proof.browser, purpose).await?;
        let new = self.made(&state, &proof, &name)?;
        self.edit_in(&session, |account| put(account, &new)).await?;
        let email = session.email;
        // Whoever ends sessions for good ends them first and takes ways in away afterwards: either they see this passkey, or
        // we see that the session is over.
        if self.who(token).await?.is_none() {
            self.edit(&email, |account| {
                account.ways.passkeys.retain(|passkey| *passkey != new);
                Ok(())
            })
            .await?;
            return Err(SignInFailure::NoSession);
        }
        self.was_proved(client).await?;
        self.happened(&email, client, What::PasskeyAdded { name })
            .await?;
        Ok(new.id)
    }

    /// A challenge for a passkey of whoever has this link.
    pub async fn challenge_to_enrol(
        &self,
        link: &Token,
        client: &Client,
    ) -> Result<Challenge, SignInFailure> {
        let Enrolment { email, .. } = self.look_at_enrolment(link, &client.source).await?;
        self.count_challenge(client).await?;
        let begun = self.register(&email).await?;
        let begun = begun.ok_or(SignInFailure::EnrolmentInvalid)?;
        let link = link.hash();
        self.keep_challenge(Purpose::Enrol { link }, begun).await
    }

    /// Uses the link up, adds the passkey, ends the other sessions, signs in. What is refused leaves the link as it is.
    pub async fn enrol_passkey(
        &self,
        link: &Token,
        proof: Proof<'_>,
        name: &str,
        client: &Client,
    ) -> Result<NewSession, SignInFailure> {
        let name = named(name)?;
        self.not_panicked().await?;
        let Enrolment { email, .. } = self.look_at_enrolment(link, &client.source).await?;
        self.count_answer(client).await?;
        let purpose = Purpose::Enrol { link: link.hash() };
        let state = self.take_challenge(proof.browser, purpose).await?;
        let new = self.made(&state, &proof, &name)?;
        // Tried on what the account is now, so that one that does not fit costs no link.
        let known = self.accounts.find(&email).await?;
        let known = known.ok_or(SignInFailure::EnrolmentInvalid)?;
        put(&mut known.clone(), &new)?;
        let now = self.clock.now();
        let taken = self.enrolments.take(&link.hash(), now).await?;
        let Enrolment { email, .. } = taken.ok_or(SignInFailure::EnrolmentInvalid)?;
        let handle = self
            .edit_by_link(&known, |account| put(account, &new))
            .await?;
        self.sessions.end_all(&email, None).await?;
        self.happened(&email, client, What::LinkUsed).await?;
        self.happened(&email, client, What::PasskeyAdded { name })
            .await?;
        let session = Session::start(email, now).by(Way::Link);
        let used = (handle, new.id);
        let session = self
            .start_session_if(session, client, |account| using::has(account, &used))
            .await?
            .ok_or(SignInFailure::EnrolmentInvalid)?;
        self.was_proved(client).await?;
        Ok(session)
    }

    /// Begins to make a passkey. The handle is drawn with the first one, and is never another. None if there is no such
    /// account.
    async fn register(&self, email: &Email) -> Result<Option<Begun>, SignInFailure> {
        let Some(mut account) = self.accounts.find(email).await? else {
            return Ok(None);
        };
        if account.ways.passkeys.len() >= MAX_PASSKEYS {
            return Err(SignInFailure::TooManyPasskeys { max: MAX_PASSKEYS });
        }
        let handle = match account.ways.handle {
            Some(handle) => handle,
            None => {
                let mut new = Handle([0; 32]);
                self.random.fill(&mut new.0)?;
                let set = |account: &mut Account| Ok(*account.ways.handle.get_or_insert(new));
                let Some(handle) = self.edit(email, set).await? else {
                    return Ok(None);
                };
                handle
            }
        };
        account.ways.handle = Some(handle);
        let passkeys = account.ways.passkeys.iter();
        let known: Vec<&[u8]> = passkeys.map(|passkey| passkey.id.as_slice()).collect();
        Ok(Some(self.webauthn.registration(&handle, email, &known)?))
    }

    /// The passkey that the answer makes.
    fn made(&self, state: &[u8], proof: &Proof<'_>, name: &str) -> Result<Passkey, SignInFailure> {
        let registered = self.webauthn.register(state, proof.answer);
        let registered = registered.map_err(|why| {
            using::log(&why);
            SignInFailure::PasskeyRefused
        })?;
        Ok(Passkey {
            created: self.clock.now(),
            credential: registered.credential,
            id: registered.id,
            is_backed_up: registered.is_backed_up,
            last_used: None,
            name: name.to_owned(),
        })
    }
}

/// Puts it there. Gives the handle that it was made for.
fn put(account: &mut Account, new: &Passkey) -> Result<Handle, SignInFailure> {
    let ways = &mut account.ways;
    // Made for a handle that is gone, with the account that it was of.
    let handle = ways.handle.ok_or(SignInFailure::PasskeyRefused)?;
    if ways.passkeys.iter().any(|passkey| passkey.id == new.id) {
        return Err(SignInFailure::PasskeyKnown);
    }
    if ways.passkeys.len() >= MAX_PASSKEYS {
        return Err(SignInFailure::TooManyPasskeys { max: MAX_PASSKEYS });
    }
    ways.passkeys.push(new.clone());
    Ok(handle)
}
