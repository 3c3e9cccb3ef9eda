//! The people of this machine. Works while the server runs: the store is opened for one operation at a time.

use std::path::Path;

use browserid::{Email, Origin};
use service::client::Client;
use service::people::Person;
use service::secret::Password;
use service::sign_in::{Notices, SignIn, SignInFailure};

use super::{Done, Listed, refused};
use crate::arguments::{
    AddressArguments, AddressCommand, UserAddArguments, UserArguments, UserCommand,
    UserLinkArguments,
};
use crate::complaint::Complaint;
use crate::data_folder::DataFolder;
use crate::hosts;
use crate::identity::{self, EnrolmentLink};
use crate::network::DEFAULT_PORT;
use crate::output;
use crate::post::Post;
use crate::served::{self, Served};

/// More than the longest password.
const PASSWORD_LIMIT: usize = 4096;

pub(super) async fn run(command: &UserCommand) -> Result<Done, Complaint> {
    match command {
        UserCommand::Add(options) => add(options).await,
        UserCommand::Link(options) => link(options).await,
        UserCommand::List(options) => list(&options.place.data).await,
        UserCommand::Owner(options) => make_owner(options).await,
        UserCommand::Address(AddressCommand::Add(options)) => add_address(options).await,
        UserCommand::Address(AddressCommand::Remove(options)) => remove_address(options).await,
        UserCommand::Remove(options) => remove(options).await,
        UserCommand::SignOut(options) => sign_out(options).await,
    }
}

async fn add(options: &UserAddArguments) -> Result<Done, Complaint> {
    let email = served::any_address(&options.user.user.email)?;
    let password = if options.password_stdin {
        Some(read_password()?)
    } else {
        None
    };
    let data = &options.user.user.place.data;
    Served::at(data)?.address(email.as_str())?;
    let folder = DataFolder::open(data)?;
    let sign_in = operations(&folder)?;
    let has_password = password.is_some();
    sign_in
        .add(email.clone(), password)
        .await
        .map_err(|failure| explained(failure, &email))?;
    if options.owner {
        let made = sign_in.make_owner(&email).await;
        made.map_err(|failure| explained(failure, &email))?;
    }
    if has_password {
        return Ok(Done::HasPassword(email));
    }
    make_link(&sign_in, email, &folder, options.user.port).await
}

async fn link(options: &UserLinkArguments) -> Result<Done, Complaint> {
    let (email, folder, sign_in) = person(&options.user)?;
    Served::read(&folder)?.address(email.as_str())?;
    make_link(&sign_in, email, &folder, options.port).await
}

async fn list(data: &Path) -> Result<Done, Complaint> {
    let folder = existing(data)?;
    let sign_in = operations(&folder)?;
    let people = sign_in
        .everybody()
        .await
        .map_err(|error| Complaint::failure(error.to_string()))?;
    let people = people
        .into_iter()
        .map(|Person { account, addresses }| Listed {
            addresses: addresses
                .iter()
                .map(|one| one.as_str().to_owned())
                .collect(),
            email: account.email.as_str().to_owned(),
            has_password: account.password.is_some(),
            is_owner: account.ways.is_owner,
            passkeys: account.ways.passkeys.len(),
        });
    Ok(Done::List {
        people: people.collect(),
        served: Served::read(&folder)?.all().to_vec(),
    })
}

async fn remove(options: &UserArguments) -> Result<Done, Complaint> {
    let (email, _, sign_in) = person(options)?;
    let removed = sign_in
        .remove(&email)
        .await
        .map_err(|error| explained(SignInFailure::from(error), &email))?;
    if !removed {
        return Err(explained(SignInFailure::NoSuchAccount, &email));
    }
    Ok(Done::Removed(email))
}

async fn make_owner(options: &UserArguments) -> Result<Done, Complaint> {
    let (email, _, sign_in) = person(options)?;
    let made = sign_in.make_owner(&email).await;
    made.map_err(|failure| explained(failure, &email))?;
    Ok(Done::Owner(email))
}

async fn add_address(options: &AddressArguments) -> Result<Done, Complaint> {
    let (email, folder, sign_in) = person(&options.user)?;
    let address = Served::read(&folder)?.address(&options.address)?;
    let client = Client::none();
    let given = sign_in.add_address(&address, &email, &client).await;
    given.map_err(|failure| explained(failure, &email))?;
    Ok(Done::HasAddress { address, email })
}

/// Also one of a domain that is not served any more.
async fn remove_address(options: &AddressArguments) -> Result<Done, Complaint> {
    let address = served::any_address(&options.address)?;
    let (email, _, sign_in) = person(&options.user)?;
    let client = Client::none();
    let taken = sign_in.remove_address(&address, &email, &client).await;
    taken.map_err(|failure| explained(failure, &email))?;
    Ok(Done::LostAddress { address, email })
}

async fn sign_out(options: &UserArguments) -> Result<Done, Complaint> {
    let (email, _, sign_in) = person(options)?;
    sign_in
        .sign_out_everywhere(&email)
        .await
        .map_err(|failure| explained(failure, &email))?;
    Ok(Done::SignedOut(email))
}

/// Somebody who may be in the data folder, which must be there: also of a domain that is not served any more.
fn person(options: &UserArguments) -> Result<(Email, DataFolder, SignIn), Complaint> {
    let email = served::any_address(&options.email)?;
    let folder = existing(&options.place.data)?;
    let sign_in = operations(&folder)?;
    Ok((email, folder, sign_in))
}

async fn make_link(
    sign_in: &SignIn,
    email: Email,
    folder: &DataFolder,
    port: Option<u16>,
) -> Result<Done, Complaint> {
    let made = sign_in
        .link(&email)
        .await
        .map_err(|failure| explained(failure, &email))?;
    let running = folder.running_port();
    let port = port.or(running).unwrap_or(DEFAULT_PORT);
    Ok(Done::Link {
        email,
        url: EnrolmentLink::new(made, port).url,
        condition: match running {
            Some(_) => "",
            None => " and while `selfsame serve` runs",
        },
    })
}

fn read_password() -> Result<Password, Complaint> {
    let bytes = output::read_stdin(PASSWORD_LIMIT)?;
    let mut text = String::from_utf8(bytes).map_err(|_| {
        Complaint::usage("the password on standard input is no text: write it in UTF-8")
    })?;
    // The end of the line is not part of it.
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(Password::new(text))
}

pub(in crate::commands) fn existing(data: &Path) -> Result<DataFolder, Complaint> {
    DataFolder::existing(data).ok_or_else(|| {
        Complaint::failure(format!(
            "there is no data folder `{}`: start `selfsame serve` once, or name the folder with --data DIR",
            data.display()
        ))
    })
}

fn explained(failure: SignInFailure, email: &Email) -> Complaint {
    let reason = match &failure {
        SignInFailure::Broken(error) => error.to_string(),
        failure => format!("{failure}: choose another one"),
    };
    refused(failure.code(), &reason, email.as_str(), "")
}

/// The operations over a data folder. What is done tells people by mail as the running server does: through the mail server
/// that the environment names, or into the outbox.
pub(in crate::commands) fn operations(folder: &DataFolder) -> Result<SignIn, Complaint> {
    let port = folder.running_port().unwrap_or(DEFAULT_PORT);
    let pages = hosts::origin(hosts::IDENTITY, port);
    let pages =
        Origin::parse(&pages).map_err(|_| Complaint::failure(format!("`{pages}` is no origin")))?;
    let sign_in = identity::sign_in(&identity::open_store(folder)?, pages.clone());
    let post = Post::typed_or_set(None, None, None);
    Ok(match post.and_then(|post| post.commands_mailer(folder)) {
        Ok(mailer) => sign_in.telling(Notices { mailer, pages }),
        // Nothing of what commands do may fail for that: stopping everything least of all.
        Err(complaint) => {
            output::note(&format!("nobody is told by mail: {complaint}"));
            sign_in
        }
    })
}
