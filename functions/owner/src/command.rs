//! What each command does to people.

use browserid::{Domain, Email, Origin};
use serde_json::{Value, json};
use service::people::Person;
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
    pub async fn add(&self, email: &str, is_owner: bool) -> Result<Value, Failure> {
        let own = self.own(email)?;
        self.sign_in.add(own.clone(), None).await?;
        if is_owner {
            self.sign_in.make_owner(&own).await?;
        }
        self.link(email).await
    }

    pub async fn link(&self, email: &str) -> Result<Value, Failure> {
        let (token, expires) = self.sign_in.link(&self.own(email)?).await?;
        let link = self.page("enrol", &token);
        Ok(json!({"status": "okay", "link": link, "expires": expires.as_millis()}))
    }

    pub async fn list(&self) -> Result<Value, Failure> {
        let people = self.sign_in.everybody().await?;
        let users: Vec<Value> = people.iter().map(listed).collect();
        Ok(json!({"status": "okay", "users": users}))
    }

    pub async fn make_owner(&self, email: &str) -> Result<Value, Failure> {
        self.sign_in.make_owner(&self.own(email)?).await?;
        Ok(json!({"status": "okay"}))
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
}

fn listed(person: &Person) -> Value {
    let Person { account, addresses } = person;
    let addresses: Vec<&str> = addresses.iter().map(Email::as_str).collect();
    json!({
        "addresses": addresses,
        "created": account.created.as_millis(),
        "email": account.email.as_str(),
        "has_password": account.password.is_some(),
        "is_owner": account.ways.is_owner,
        "passkeys": account.ways.passkeys.len(),
    })
}
