use super::{Without, names::named};
use crate::{
    account::Account,
    client::Client,
    history::What,
    secret::Token,
    sign_in::{SignIn, SignInFailure},
};

impl SignIn {
    /// The account of who is signed in with `token`.
    pub async fn account(&self, token: Option<&Token>) -> Result<Account, SignInFailure> {
        let session = self.who(token).await?.ok_or(SignInFailure::NoSession)?;
        let account = self.accounts.find(&session.email).await?;
        account.ok_or(SignInFailure::NoSession)
    }

    /// Calls a passkey of who is signed in with `token` differently.
    pub async fn rename_passkey(
        &self,
        token: Option<&Token>,
        id: &[u8],
        name: &str,
        client: &Client,
    ) -> Result<(), SignInFailure> {
        let session = self.who(token).await?.ok_or(SignInFailure::NoSession)?;
        let name = named(name)?;
        self.edit_in(&session, |account| {
            let mut passkeys = account.ways.passkeys.iter_mut();
            let passkey = passkeys
                .find(|passkey| passkey.id == id)
                .ok_or(SignInFailure::PasskeyUnknown)?;
            passkey.name.clone_from(&name);
            Ok(())
        })
        .await?;
        let what = What::PasskeyRenamed { name };
        Ok(self.happened(&session.email, client, what).await?)
    }

    /// Removes a passkey of who is signed in with `token`, which has to be fresh, and ends the person's other sessions: one
    /// of them may have begun with it. Never the last way in.
    pub async fn remove_passkey(
        &self,
        token: Option<&Token>,
        id: &[u8],
        client: &Client,
    ) -> Result<(), SignInFailure> {
        let session = self.fresh(token).await?;
        let email = &session.email;
        let removed = self
            .edit_in(&session, |account| {
                let mut passkeys = account.ways.passkeys.iter();
                let place = passkeys
                    .position(|passkey| passkey.id == id)
                    .ok_or(SignInFailure::PasskeyUnknown)?;
                if !Self::has_other_way(account, Without::Passkey(id)) {
                    return Err(SignInFailure::LastWayIn);
                }
                Ok(account.ways.passkeys.remove(place))
            })
            .await?;
        let hash = token.map(Token::hash);
        self.sessions.end_all(email, hash.as_ref()).await?;
        let what = What::PasskeyRemoved { name: removed.name };
        Ok(self.happened(email, client, what).await?)
    }
}
