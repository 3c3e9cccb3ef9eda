//! What a person has to do next, after a start.

use browserid::Origin;
use service::people::Person;
use service::sign_in::{SignIn, SignInFailure};

use crate::complaint::Complaint;
use crate::identity::EnrolmentLink;
use crate::served::any_address;

/// The account that the first start makes.
pub const FIRST: &str = "you@me.localhost";

/// Where the owner stands.
#[derive(Debug)]
pub enum NextStep {
    /// Open the link and make a passkey, or choose a password.
    Enrol {
        /// True if an earlier start made one too, which does not work any more.
        again: bool,
        /// For the account that the first start made.
        link: EnrolmentLink,
    },
    /// Everybody who is there came by `user add`, and nobody has a way in yet.
    AskForLink,
    /// Somebody can sign in.
    SignIn,
}

impl NextStep {
    /// Makes the first account, an owner's, if there is none at all, and a new link to the pages as long as it has no password.
    pub async fn find(sign_in: &SignIn, pages: &Origin) -> Result<Self, Complaint> {
        let people = sign_in
            .everybody()
            .await
            .map_err(|error| Complaint::failure(error.to_string()))?;
        if people.iter().any(Person::has_ways) {
            return Ok(Self::SignIn);
        }
        let first = any_address(FIRST)?;
        let again = people.iter().any(|person| person.account.email == first);
        if !again {
            if !people.is_empty() {
                return Ok(Self::AskForLink);
            }
            sign_in.add(first.clone(), None).await.map_err(broken)?;
            sign_in.make_owner(&first).await.map_err(broken)?;
        }
        let made = sign_in.link(&first).await.map_err(broken)?;
        let link = EnrolmentLink::at(made, pages.as_str());
        Ok(Self::Enrol { again, link })
    }
}

fn broken(failure: SignInFailure) -> Complaint {
    match failure {
        SignInFailure::Broken(error) => Complaint::failure(error.to_string()),
        failure => Complaint::failure(failure.to_string()),
    }
}
