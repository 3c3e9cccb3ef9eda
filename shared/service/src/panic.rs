//! The panic switch: one pull ends every session of everybody, and no certificate is made until it is released.

use browserid::{Email, Timestamp};

use crate::{
    ceremony::Purpose,
    client::Client,
    history::What,
    passkeys::{Challenge, Proof},
    ports::PortError,
    secret::{Token, TokenHash},
    session::Life,
    sign_in::{SignIn, SignInFailure, Typed},
};

/// How long the link of the command works: half an hour.
pub const RELEASE_MS: u64 = 30 * 60 * 1000;

/// The switch as it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Switch {
    /// Nobody can sign in.
    pub is_pulled: bool,
    /// When it was pulled last: certificates from before count no more, also after it was released. None if it never was.
    pub not_before: Option<Timestamp>,
    /// Who may take part in releasing it, if the command was asked.
    pub release: Option<Release>,
}

/// The link that the command printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// At this moment it is over.
    pub expires: Timestamp,
    /// Hash of the token in the link.
    pub token: TokenHash,
}

impl Switch {
    /// Since when it is pulled, if it is.
    pub fn pulled(&self) -> Option<Timestamp> {
        self.not_before.filter(|_| self.is_pulled)
    }

    /// It is pulled, and this is the token that the command printed last, and it is not over.
    pub fn may_be_released_by(&self, token: &TokenHash, now: Timestamp) -> bool {
        let is_it = |release: &Release| release.token == *token && now < release.expires;
        self.is_pulled && self.release.as_ref().is_some_and(is_it)
    }
}

/// It is pulled.
#[derive(Debug)]
pub struct Pulled {
    /// Certificates from before this moment count no more where verifiers look at `not-before`.
    pub not_before: Timestamp,
    /// Whether they can see it.
    pub published: Published,
}

/// Whether the support document says that the switch was pulled.
#[derive(Debug)]
pub enum Published {
    /// Not by us: it is a file at a host of the owner's own.
    Elsewhere,
    /// It could not be written. The next pull, by the command, writes it.
    Failed(PortError),
    /// It does.
    Yes,
}

impl Pulled {
    /// The last of the certificates from before ends: until then verifiers that do not look at `not-before` take them. No
    /// certificate for a session lives longer than the longest.
    pub fn certificates_live_until(&self) -> Timestamp {
        self.not_before.plus_ms(Life::Keep.certificate_ms())
    }
}

impl SignIn {
    /// Pulls the switch. By an owner who just proved to be one.
    pub async fn panic(
        &self,
        token: Option<&Token>,
        client: &Client,
    ) -> Result<Pulled, SignInFailure> {
        let owner = self.fresh_owner(token).await?;
        self.pull_for(Some(&owner.email), client).await
    }

    /// The same for the command.
    pub async fn pull(&self) -> Result<Pulled, SignInFailure> {
        self.pull_for(None, &Client::none()).await
    }

    /// Pulls the switch, ends every session of everybody, and has the support document say it. If it fails, what is done by
    /// then stays done, and the next call does the rest.
    ///
    /// The switch comes first: a sign-in on its way keeps its session and looks at the switch afterwards (see
    /// [`start_session_if`](Self::start_session_if)), so either it sees the switch or its session is ended here.
    async fn pull_for(
        &self,
        owner: Option<&Email>,
        client: &Client,
    ) -> Result<Pulled, SignInFailure> {
        let now = self.clock.now();
        self.switch.pull(now).await?;
        let not_before = self.switch.switch().await?.not_before.unwrap_or(now);
        // What fails for one person keeps nothing else from being done.
        let mut outcome = Ok(());
        for account in self.accounts.list().await? {
            let ended = self.sessions.end_all(&account.email, None).await;
            outcome = outcome.and(ended);
        }
        let published = self.publish(not_before).await;
        tracing::warn!("the panic switch was pulled");
        self.tell_everybody(owner, client, &What::PanicSwitchPulled)
            .await?;
        outcome?;
        Ok(Pulled {
            not_before,
            published,
        })
    }

    /// A document that cannot be written is no failure of the pull: by then whoever pulled is signed out as everybody is, so
    /// all that is left is to say what is to be done.
    async fn publish(&self, not_before: Timestamp) -> Published {
        let Some(document) = &self.published else {
            return Published::Elsewhere;
        };
        match document.set_not_before(not_before).await {
            Ok(()) => Published::Yes,
            Err(error) => {
                tracing::error!(error = %error, "the support document does not say that the panic switch was pulled");
                Published::Failed(error)
            }
        }
    }

    /// Lets whoever has the token that is given take part in a release, until that moment. For the command.
    pub async fn let_release(&self) -> Result<(Token, Timestamp), SignInFailure> {
        let token = Token::random(self.random.as_ref())?;
        let expires = self.clock.now().plus_ms(RELEASE_MS);
        if !self.switch.let_release(token.hash(), expires).await? {
            return Err(SignInFailure::NotPanicked);
        }
        Ok((token, expires))
    }

    /// A challenge for an owner's passkey, for who has the token of the command.
    pub async fn challenge_to_release(
        &self,
        token: &Token,
        client: &Client,
    ) -> Result<Challenge, SignInFailure> {
        self.count_challenge(client).await?;
        self.releasable(token).await?;
        let begun = self.webauthn.authentication()?;
        let token = token.hash();
        self.keep_challenge(Purpose::Release { token }, begun).await
    }

    /// Releases the switch by the token of the command and a passkey of an owner. Nobody is signed in by that.
    pub async fn release_with_passkey(
        &self,
        token: &Token,
        proof: Proof<'_>,
        client: &Client,
    ) -> Result<(), SignInFailure> {
        self.count_answer(client).await?;
        self.releasable(token).await?;
        let purpose = Purpose::Release {
            token: token.hash(),
        };
        let state = self.take_challenge(proof.browser, purpose).await?;
        let used = self.claimed(&proof)?;
        let account = self.accounts.find_by_handle(&used.0).await?;
        let owner = account
            .filter(|account| account.ways.is_owner)
            .ok_or(SignInFailure::PasskeyRefused)?;
        self.prove(&owner.email, &state, &proof, &used, client)
            .await?;
        self.was_proved(client).await?;
        self.release(token, &owner.email, client).await
    }

    /// Releases the switch by the token of the command and the password, with the second step where one is set, of an owner who
    /// has no passkey. Nobody is signed in by that.
    pub async fn release_with_password(
        &self,
        token: &Token,
        email: &str,
        typed: Typed,
        client: &Client,
    ) -> Result<(), SignInFailure> {
        // Before anything counts against the account: a stranger's link locks nobody.
        self.count_source("release", &client.source).await?;
        self.releasable(token).await?;
        self.source_was_right("release", &client.source).await?;
        let guess = self.count(email, client).await?;
        let account = self.prove_password(guess, typed, client).await?;
        if !account.ways.is_owner {
            return Err(SignInFailure::NotOwner);
        }
        // A password can be phished where a passkey cannot: whoever has one shows that.
        if !account.ways.passkeys.is_empty() {
            return Err(SignInFailure::PasskeyNeeded);
        }
        self.release(token, &account.email, client).await
    }

    /// Refused if `token` is not the one that may release.
    async fn releasable(&self, token: &Token) -> Result<(), SignInFailure> {
        let switch = self.switch.switch().await?;
        match switch.may_be_released_by(&token.hash(), self.clock.now()) {
            true => Ok(()),
            false => Err(SignInFailure::ReleaseInvalid),
        }
    }

    async fn release(
        &self,
        token: &Token,
        owner: &Email,
        client: &Client,
    ) -> Result<(), SignInFailure> {
        let now = self.clock.now();
        if !self.switch.release(&token.hash(), now).await? {
            return Err(SignInFailure::ReleaseInvalid);
        }
        tracing::warn!("the panic switch was released");
        self.tell_everybody(Some(owner), client, &What::PanicReleased)
            .await
    }

    /// Writes it into everybody's history. Where from is the business of whoever did it.
    async fn tell_everybody(
        &self,
        owner: Option<&Email>,
        client: &Client,
        what: &What,
    ) -> Result<(), SignInFailure> {
        let nobody = Client::none();
        for account in self.accounts.list().await? {
            let is_theirs = Some(&account.email) == owner;
            let client = if is_theirs { client } else { &nobody };
            self.happened(&account.email, client, what.clone()).await?;
        }
        Ok(())
    }

    /// Refused while the switch is pulled: for what would use something up that a session is to follow.
    pub(crate) async fn not_panicked(&self) -> Result<(), SignInFailure> {
        match self.switch.switch().await?.is_pulled {
            true => Err(SignInFailure::Panicked),
            false => Ok(()),
        }
    }
}
