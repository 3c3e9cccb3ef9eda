//! Which addresses are whose: an account has its own, further ones that it was given, and every plus-address of these.

use browserid::{Email, HostRule};

use crate::{
    client::Client,
    history::What,
    people::typed,
    ports::{Addresses, PortError},
    secret::Token,
    sign_in::{SignIn, SignInFailure},
};

/// So many further addresses a person may have.
pub const MAX_ADDRESSES: usize = 20;

impl SignIn {
    /// Has `address`, the account's own or a further one, offered first. By whoever is signed in.
    pub async fn set_default_address(
        &self,
        token: Option<&Token>,
        address: &str,
        client: &Client,
    ) -> Result<(), SignInFailure> {
        let session = self.who(token).await?.ok_or(SignInFailure::NoSession)?;
        let address = typed(address)?;
        let holder = self.addresses.holder(&address).await?;
        if holder.as_ref() != Some(&session.email) {
            return Err(SignInFailure::NotYourAddress);
        }
        let edited = self.edit_in(&session, |account| {
            let further = (address != account.email).then(|| address.clone());
            account.ways.default_address = further;
            Ok(())
        });
        edited.await?;
        let what = What::DefaultAddressSet {
            address: address.as_str().to_owned(),
        };
        Ok(self.happened(&session.email, client, what).await?)
    }

    /// Gives a person an address more. By an owner who just proved to be one.
    ///
    /// Refused if it is somebody's, be it in other upper and lower case, or if anybody else ever used it: sites know people by
    /// their addresses.
    pub async fn give_address(
        &self,
        token: Option<&Token>,
        address: &str,
        to: &str,
        client: &Client,
    ) -> Result<(), SignInFailure> {
        let owner = self.fresh_owner(token).await?;
        let address = self.address_here(&owner, address)?;
        let to = typed(to)?;
        if self.was_used(&address, Some(&to)).await?
            || self.is_like_anothers(&address, Some(&to)).await?
        {
            return Err(SignInFailure::AddressTaken);
        }
        let client = client.shown_to(&to, &owner.email);
        self.add_address(&address, &to, &client).await
    }

    /// Gives a person an address more that is nobody's now. For the command, which may give one that somebody had before.
    pub async fn add_address(
        &self,
        address: &Email,
        to: &Email,
        client: &Client,
    ) -> Result<(), SignInFailure> {
        if self.accounts.find(to).await?.is_none() {
            return Err(SignInFailure::NoSuchAccount);
        }
        if self.addresses.of(to).await?.len() >= MAX_ADDRESSES {
            return Err(SignInFailure::TooManyAddresses { max: MAX_ADDRESSES });
        }
        if !self.addresses.give(address, to).await? {
            return Err(SignInFailure::AddressTaken);
        }
        let what = What::AddressAdded {
            address: address.as_str().to_owned(),
        };
        Ok(self.happened(to, client, what).await?)
    }

    /// Takes a further address away from a person. By an owner who just proved to be one.
    pub async fn take_address(
        &self,
        token: Option<&Token>,
        address: &str,
        from: &str,
        client: &Client,
    ) -> Result<(), SignInFailure> {
        let owner = self.fresh_owner(token).await?;
        let from = typed(from)?;
        let client = client.shown_to(&from, &owner.email);
        self.remove_address(&typed(address)?, &from, &client).await
    }

    /// Takes a further address away from a person. For the command.
    pub async fn remove_address(
        &self,
        address: &Email,
        from: &Email,
        client: &Client,
    ) -> Result<(), SignInFailure> {
        if !self.addresses.take_away(address, from).await? {
            return Err(SignInFailure::NoSuchAddress);
        }
        self.edit(from, |account| {
            let chosen = &mut account.ways.default_address;
            chosen.take_if(|chosen| *chosen == *address);
            Ok(())
        })
        .await?;
        let what = What::AddressRemoved {
            address: address.as_str().to_owned(),
        };
        Ok(self.happened(from, client, what).await?)
    }
}

/// Whose `address` is. `asking` is an account that is known to be there: for its own plus-addresses one look-up is enough.
///
/// Exactly one account has an address, or none. One that exists as an account or as a further address is its holder's;
/// else a plus-address (`local+anything@domain`) belongs to whoever has what stands before the *first* plus. So
/// `a+b+c@domain` is never disputed between `a` and `a+b`: of addresses with a plus nobody has plus-addresses.
pub(crate) async fn holder(
    addresses: &dyn Addresses,
    address: &Email,
    asking: &Email,
) -> Result<Option<Email>, PortError> {
    if let Some(holder) = addresses.holder(address).await? {
        return Ok(Some(holder));
    }
    match before_plus(address) {
        Some(base) if base == *asking => Ok(Some(base)),
        Some(base) => addresses.holder(&base).await,
        None => Ok(None),
    }
}

/// `you@me.example` of `you+shop@me.example`. None if it is no plus-address.
fn before_plus(address: &Email) -> Option<Email> {
    let (base, rest) = address.local_part().split_once('+')?;
    if base.is_empty() || rest.is_empty() {
        return None;
    }
    Email::parse(&format!("{base}@{}", address.domain()), HostRule::Public).ok()
}
