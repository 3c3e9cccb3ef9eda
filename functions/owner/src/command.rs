//! What each command does.

use browserid::{Domain, Email, HostRule, Origin};
use serde_json::{Value, json};
use service::sign_in::{SignIn, SignInFailure};

use crate::failure::Failure;

/// The operations that the owner's commands are.
pub struct Owner {
    /// The domains behind the `@` of the people.
    pub domains: Vec<Domain>,
    /// Where a link leads.
    pub pages: Origin,
    /// Who may sign in.
    pub sign_in: SignIn,
}

impl Owner {
    pub async fn add(&self, email: &str) -> Result<Value, Failure> {
        self.sign_in.add(self.own(email)?, None).await?;
        self.link(email).await
    }

    pub async fn link(&self, email: &str) -> Result<Value, Failure> {
        let (token, expires) = self.sign_in.link(&self.own(email)?).await?;
        // The token stands behind `#`, so that no log of a server ever holds it.
        let link = format!(
            "{}/persona/enrol.html#{}",
            self.pages.as_str(),
            token.expose()
        );
        Ok(json!({"status": "okay", "link": link, "expires": expires.as_millis()}))
    }

    pub async fn list(&self) -> Result<Value, Failure> {
        let accounts = self.sign_in.list().await?;
        let users: Vec<Value> = accounts
            .iter()
            .map(|account| {
                json!({
                    "email": account.email.as_str(),
                    "has_password": account.password.is_some(),
                    "created": account.created.as_millis(),
                })
            })
            .collect();
        Ok(json!({"status": "okay", "users": users}))
    }

    pub async fn remove(&self, email: &str) -> Result<Value, Failure> {
        match self.sign_in.remove(&self.own(email)?).await? {
            true => Ok(json!({"status": "okay"})),
            false => Err(SignInFailure::NoSuchAccount.into()),
        }
    }

    pub async fn sign_out(&self, email: &str) -> Result<Value, Failure> {
        self.sign_in.sign_out_everywhere(&self.own(email)?).await?;
        Ok(json!({"status": "okay"}))
    }

    /// An address as the owner types it. Only those of our own domains can be certified here.
    fn own(&self, text: &str) -> Result<Email, Failure> {
        Email::from_typed(text, HostRule::Public)
            .ok()
            .filter(|email| self.domains.contains(email.domain()))
            .ok_or_else(|| Failure::address(&self.domains))
    }
}
