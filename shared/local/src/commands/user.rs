//! `selfsame user …`: who may sign in. Works while the server runs: the store is opened for one operation at a time.

use std::path::Path;

use browserid::Email;
use service::secret::Password;
use service::sign_in::{SignIn, SignInFailure};

use crate::arguments::{UserAddArguments, UserArguments, UserCommand, UserListArguments};
use crate::complaint::Complaint;
use crate::data_folder::DataFolder;
use crate::identity::{self, EnrolmentLink};
use crate::network::DEFAULT_PORT;
use crate::output;

/// More than the longest password.
const PASSWORD_LIMIT: usize = 4096;

/// Does one of the four.
pub async fn run(command: UserCommand) -> Result<(), Complaint> {
    match command {
        UserCommand::Add(options) => add(options).await,
        UserCommand::Link(options) => link(options).await,
        UserCommand::Remove(options) => remove(options).await,
        UserCommand::List(options) => list(options).await,
    }
}

async fn add(options: UserAddArguments) -> Result<(), Complaint> {
    let email = identity::own_address(&options.user.email)?;
    let password = if options.password_stdin {
        Some(read_password()?)
    } else {
        None
    };
    let folder = DataFolder::open(&options.user.data)?;
    let sign_in = identity::sign_in(&identity::open_store(&folder)?);
    let has_password = password.is_some();
    sign_in
        .add(email.clone(), password)
        .await
        .map_err(|failure| explained(failure, &email))?;
    if has_password {
        output::note(&format!(
            "{} can sign in with this password",
            email.as_str()
        ));
        return Ok(());
    }
    print_link(&sign_in, &email, &folder, &options.user).await
}

async fn link(options: UserArguments) -> Result<(), Complaint> {
    let email = identity::own_address(&options.email)?;
    let folder = existing(&options.data)?;
    let sign_in = identity::sign_in(&identity::open_store(&folder)?);
    print_link(&sign_in, &email, &folder, &options).await
}

async fn remove(options: UserArguments) -> Result<(), Complaint> {
    let email = identity::own_address(&options.email)?;
    let folder = existing(&options.data)?;
    let sign_in = identity::sign_in(&identity::open_store(&folder)?);
    let removed = sign_in
        .remove(&email)
        .await
        .map_err(|error| explained(SignInFailure::from(error), &email))?;
    if !removed {
        return Err(explained(SignInFailure::NoSuchAccount, &email));
    }
    output::note(&format!(
        "{} is gone and signed out; certificates already given out end within 24 hours",
        email.as_str()
    ));
    Ok(())
}

async fn list(options: UserListArguments) -> Result<(), Complaint> {
    let folder = existing(&options.data)?;
    let sign_in = identity::sign_in(&identity::open_store(&folder)?);
    let accounts = sign_in
        .list()
        .await
        .map_err(|error| Complaint::failure(error.to_string()))?;
    let mut lines = String::new();
    for account in accounts {
        let state = match account.password {
            Some(_) => "has a password",
            None => "has no password yet",
        };
        lines.push_str(&format!("{}\t{state}\n", account.email.as_str()));
    }
    output::print(&lines)
}

/// The link alone on standard output, for scripts; the rest is for people.
async fn print_link(
    sign_in: &SignIn,
    email: &Email,
    folder: &DataFolder,
    options: &UserArguments,
) -> Result<(), Complaint> {
    let made = sign_in
        .link(email)
        .await
        .map_err(|failure| explained(failure, email))?;
    let running = folder.running_port();
    let port = options.port.or(running).unwrap_or(DEFAULT_PORT);
    let link = EnrolmentLink::new(made, port);
    output::note(&format!(
        "{} can choose a password here, once, within 24 hours{}:",
        email.as_str(),
        match running {
            Some(_) => "",
            None => " and while `selfsame serve` runs",
        }
    ));
    output::print(&format!("{}\n", link.url))
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

fn existing(data: &Path) -> Result<DataFolder, Complaint> {
    DataFolder::existing(data).ok_or_else(|| {
        Complaint::failure(format!(
            "there is no data folder `{}`: start `selfsame serve` once, or name the folder with --data DIR",
            data.display()
        ))
    })
}

fn explained(failure: SignInFailure, email: &Email) -> Complaint {
    let address = email.as_str();
    Complaint::failure(match failure {
        SignInFailure::AccountExists => format!(
            "{address} has an account already: `selfsame user link {address}` makes a link for a new password"
        ),
        SignInFailure::NoSuchAccount => {
            format!("{address} has no account: `selfsame user list` shows who has one")
        }
        SignInFailure::Broken(error) => error.to_string(),
        failure => format!("{failure}: choose another one"),
    })
}
