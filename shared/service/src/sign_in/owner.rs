use browserid::Email;

use super::{SignIn, SignInFailure, passwords};
use crate::{account::Account, client::Client, history::What, ports::PortError, secret::Password};

impl SignIn {
    /// Adds a person: with a password, or without one until an enrolment [`link`](Self::link) is used.
    pub async fn add(&self, email: Email, password: Option<Password>) -> Result<(), SignInFailure> {
        let password = match password {
            Some(password) => {
                passwords::check(&password, &email)?;
                Some(self.passwords.hash(password).await?)
            }
            None => None,
        };
        let account = Account {
            password,
            ..Account::new(email, self.clock.now())
        };
        if !self.accounts.create(account).await? {
            return Err(SignInFailure::AccountExists);
        }
        Ok(())
    }

    /// Everybody, by address.
    pub async fn list(&self) -> Result<Vec<Account>, PortError> {
        self.accounts.list().await
    }

    /// Removes a person with sessions and links. False if there was none. Certificates already out
    /// live on until they expire, at most 24 h. For the command: it stays written down, like everything before.
    pub async fn remove(&self, email: &Email) -> Result<bool, PortError> {
        let was_there = self.accounts.remove(email).await?;
        if was_there {
            let address = email.as_str().to_owned();
            let removed = What::PersonRemoved { address };
            self.happened(email, &Client::none(), removed).await?;
        }
        Ok(was_there)
    }

    /// Ends every session of a person, who can sign in again. Certificates already out live on until they expire, at
    /// most 24 h. A sign-in that is under way at this moment counts as one that came after. For the command: it stands in
    /// the person's history.
    pub async fn sign_out_everywhere(&self, email: &Email) -> Result<(), SignInFailure> {
        if self.accounts.find(email).await?.is_none() {
            return Err(SignInFailure::NoSuchAccount);
        }
        self.sessions.end_all(email, None).await?;
        let client = Client::none();
        Ok(self
            .happened(email, &client, What::AllSessionsEnded)
            .await?)
    }
}
