//! Several people at one domain. The owner invites and removes; nobody acts for anybody else.
//!
//! An owner is a person with [`Ways::is_owner`](crate::ways::Ways::is_owner): the first account of a new data folder, and whoever
//! the command makes one. From the pages an owner cannot let anybody into an account that is or was somebody's: there is no
//! link for people who are there, and an address that was ever used is not given out again. Owners are removed by the command
//! alone, so that a stolen session locks nobody out who could undo it.

use browserid::{Email, HostRule, Timestamp};

use crate::{
    account::Account,
    client::Client,
    history::What,
    ports::PortError,
    secret::Token,
    sign_in::{SignIn, SignInFailure},
};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// So many events of an address are looked through; one with more was used, whatever they are.
const MAX_EVENTS: usize = 10_000;

/// Somebody at this domain, as owners see them.
#[derive(Debug, PartialEq)]
pub struct Person {
    /// Their account. Nothing but its address, its beginning, and whether it has a way in and is an owner's leaves.
    pub account: Account,
    /// Their further addresses.
    pub addresses: Vec<Email>,
}

impl Person {
    /// Can sign in: whoever was invited and did not use the link yet cannot.
    pub fn has_ways(&self) -> bool {
        self.account.password.is_some() || !self.account.ways.passkeys.is_empty()
    }
}

impl SignIn {
    /// Everybody, by address. For owners.
    pub async fn people(&self, token: Option<&Token>) -> Result<Vec<Person>, SignInFailure> {
        let session = self.who(token).await?.ok_or(SignInFailure::NoSession)?;
        self.owner(&session.email).await?;
        Ok(self.everybody().await?)
    }

    /// Everybody, by address. For the command.
    pub async fn everybody(&self) -> Result<Vec<Person>, PortError> {
        let mut people = Vec::new();
        for account in self.accounts.list().await? {
            let addresses = self.addresses.of(&account.email).await?;
            people.push(Person { account, addresses });
        }
        Ok(people)
    }

    /// Makes an account for `address` and a link that lets its person in the first time, with the moment when it stops. By an
    /// owner who just proved to be one.
    ///
    /// Refused if the address is somebody's or ever was: as an account, as a further address, or in a certificate; and if it is
    /// somebody's but for upper and lower case.
    pub async fn invite(
        &self,
        token: Option<&Token>,
        address: &str,
        client: &Client,
    ) -> Result<(Token, Timestamp), SignInFailure> {
        let owner = self.fresh_owner(token).await?;
        let address = self.address_here(&owner, address)?;
        let is_somebodys = self.addresses.holder(&address).await?.is_some();
        if is_somebodys
            || self.was_used(&address, None).await?
            || self.is_like_anothers(&address, None).await?
        {
            return Err(SignInFailure::AddressTaken);
        }
        let account = Account::new(address.clone(), self.clock.now());
        if !self.accounts.create(account).await? {
            return Err(SignInFailure::AddressTaken);
        }
        let link = self.make_link(&address, &Client::none()).await?;
        let invited = What::Invited {
            address: address.as_str().to_owned(),
        };
        self.happened(&owner.email, client, invited).await?;
        Ok(link)
    }

    /// Removes a person, who is no owner, with sessions, links and addresses. What happened stays written down. By an owner who
    /// just proved to be one. Certificates already out live on until they expire.
    pub async fn dismiss(
        &self,
        token: Option<&Token>,
        address: &str,
        client: &Client,
    ) -> Result<(), SignInFailure> {
        let owner = self.fresh_owner(token).await?;
        let address = typed(address)?;
        let account = self.accounts.find(&address).await?;
        let account = account.ok_or(SignInFailure::NoSuchAccount)?;
        if account.ways.is_owner {
            return Err(SignInFailure::OwnerStays);
        }
        if !self.accounts.remove(&address).await? {
            return Err(SignInFailure::NoSuchAccount);
        }
        let removed = || What::PersonRemoved {
            address: address.as_str().to_owned(),
        };
        self.happened(&address, &Client::none(), removed()).await?;
        Ok(self.happened(&owner.email, client, removed()).await?)
    }

    /// Makes somebody an owner. For the command.
    pub async fn make_owner(&self, email: &Email) -> Result<(), SignInFailure> {
        let made = self.edit(email, |account| {
            account.ways.is_owner = true;
            Ok(())
        });
        made.await?.ok_or(SignInFailure::NoSuchAccount)?;
        let client = Client::none();
        Ok(self.happened(email, &client, What::OwnerMade).await?)
    }

    /// The account, if it is an owner's.
    pub(crate) async fn owner(&self, email: &Email) -> Result<Account, SignInFailure> {
        let account = self.accounts.find(email).await?;
        let account = account.ok_or(SignInFailure::NoSession)?;
        match account.ways.is_owner {
            true => Ok(account),
            false => Err(SignInFailure::NotOwner),
        }
    }

    /// The owner who is signed in and just proved to be there. That somebody is no owner is said first: no proof helps.
    pub(crate) async fn fresh_owner(
        &self,
        token: Option<&Token>,
    ) -> Result<Account, SignInFailure> {
        let session = self.who(token).await?.ok_or(SignInFailure::NoSession)?;
        let owner = self.owner(&session.email).await?;
        match session.is_fresh(self.clock.now()) {
            true => Ok(owner),
            false => Err(SignInFailure::StepUpNeeded),
        }
    }

    /// An address of a domain whose people are certified here, or of the owner's own.
    pub(crate) fn address_here(
        &self,
        owner: &Account,
        address: &str,
    ) -> Result<Email, SignInFailure> {
        let address = typed(address)?;
        let domain = address.domain();
        if domain == owner.email.domain() || self.domains.contains(domain) {
            return Ok(address);
        }
        Err(SignInFailure::NotOurDomain)
    }

    /// Does somebody but `except` have an address that differs in nothing but upper and lower case? To us these are two; to
    /// many sites they are one, and whoever has one of them could be the other there.
    pub(crate) async fn is_like_anothers(
        &self,
        address: &Email,
        except: Option<&Email>,
    ) -> Result<bool, PortError> {
        let is_like = |other: &Email| other.as_str().eq_ignore_ascii_case(address.as_str());
        let people = self.everybody().await?;
        let mut others = people
            .iter()
            .filter(|person| Some(&person.account.email) != except);
        Ok(
            others
                .any(|other| is_like(&other.account.email) || other.addresses.iter().any(is_like)),
        )
    }

    /// Did anybody but `except` ever use this address, as far as anything is written down?
    ///
    /// That somebody was invited, or tried to sign in and was refused, is no use: strangers can do that.
    pub(crate) async fn was_used(
        &self,
        address: &Email,
        except: Option<&Email>,
    ) -> Result<bool, PortError> {
        let (from, until) = (Timestamp::from_millis(0), self.clock.now().plus_ms(DAY_MS));
        let events = self.history.of(address, from, until, MAX_EVENTS).await?;
        let is_use = |what: &What| {
            !matches!(
                what,
                What::LinkMade
                    | What::OwnerMade
                    | What::PersonRemoved { .. }
                    | What::Refused { .. }
            )
        };
        if events.len() >= MAX_EVENTS || events.iter().any(|event| is_use(&event.what)) {
            return Ok(true);
        }
        let rows = self.audit.of(address, from, until).await?;
        let by_others =
            |row: &crate::audit::AuditRow| row.email == *address && Some(&row.account) != except;
        Ok(rows.iter().any(by_others))
    }
}

/// An address as somebody types it.
pub(crate) fn typed(address: &str) -> Result<Email, SignInFailure> {
    Email::from_typed(address, HostRule::Public).map_err(|_| SignInFailure::AddressMalformed)
}

#[cfg(test)]
mod tests;
