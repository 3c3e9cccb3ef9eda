//! One mail, one connection.

use std::error::Error;

use lettre::address::Address;
use lettre::transport::smtp::Error as LettreError;
use lettre::transport::smtp::authentication::Mechanism;
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use rustls::pki_types::ServerName;
use service::mail::MailRefused;
use tokio::net::TcpStream;

use crate::server::{Security, Server};
use crate::stream::Bounded;
use crate::trust::Trust;
use crate::{SmtpError, Step};

/// Answers to RCPT that say that there is no such mailbox, or none that takes mail. 552 (full) may pass, 550 and the others
/// do not.
const NO_SUCH_MAILBOX: [u16; 5] = [550, 551, 553, 554, 556];

/// A mail with its envelope.
pub(crate) struct Letter<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) from: Address,
    pub(crate) to: Address,
}

/// From the connection to AUTH. `step` tells how far it got.
pub(crate) async fn open(
    server: &Server,
    trust: &Trust,
    hello: ClientId,
    step: &mut Step,
) -> Result<AsyncSmtpConnection, SmtpError> {
    let stream = connected(server, trust, step).await?;
    *step = Step::Greeting;
    let mut connection = AsyncSmtpConnection::connect_with_transport(stream, &hello)
        .await
        .map_err(|error| SmtpError::of(Step::Greeting, &error))?;
    if server.security == Security::StartTls {
        *step = Step::StartTls;
        let failed = |error: LettreError| SmtpError::of(Step::StartTls, &error);
        let parameters = trust.parameters(&server.host).map_err(failed)?;
        let upgraded = connection.starttls(parameters, &hello).await;
        upgraded.map_err(failed)?;
    }
    if let Some(credentials) = &server.credentials {
        *step = Step::Auth;
        let mechanisms = [Mechanism::Plain, Mechanism::Login];
        let proven = connection.auth(&mechanisms, credentials).await;
        proven.map_err(|error| SmtpError::of(Step::Auth, &error))?;
    }
    Ok(connection)
}

async fn connected(
    server: &Server,
    trust: &Trust,
    step: &mut Step,
) -> Result<Box<dyn AsyncTokioStream>, SmtpError> {
    *step = Step::Connect;
    let failed = |error| SmtpError::of_io(Step::Connect, &error);
    let stream = TcpStream::connect((server.host.as_str(), server.port)).await;
    let stream = stream.map_err(failed)?;
    // Each answer is waited for: nothing is won by collecting what is sent.
    stream.set_nodelay(true).map_err(failed)?;
    let peer = stream.peer_addr().map_err(failed)?;
    let stream = Bounded::new(stream, peer);
    if server.security != Security::Implicit {
        return Ok(Box::new(stream));
    }
    *step = Step::Tls;
    let name = ServerName::try_from(server.host.clone()).map_err(|_| SmtpError::Untrusted {
        reason: "the server has no name".to_owned(),
    })?;
    let secured = trust.connector.connect(name, stream).await;
    let secured = secured.map_err(|error| SmtpError::of_io(Step::Tls, &error))?;
    Ok(Box::new(Bounded::new(secured, peer)))
}

/// From MAIL to the server's answer to the mail itself.
pub(crate) async fn hand_over(
    connection: &mut AsyncSmtpConnection,
    letter: Letter<'_>,
    step: &mut Step,
) -> Result<Result<(), MailRefused>, SmtpError> {
    *step = Step::Sender;
    let answer = connection.command(Mail::new(Some(letter.from), Vec::new()));
    let answer = answer.await;
    answer.map_err(|error| SmtpError::of(Step::Sender, &error))?;
    *step = Step::Recipient;
    let answer = connection.command(Rcpt::new(letter.to, Vec::new())).await;
    match answer {
        Ok(_) => {}
        Err(error) if is_about_the_mailbox(&error) => return Ok(Err(MailRefused)),
        Err(error) => return Err(SmtpError::of(Step::Recipient, &error)),
    }
    *step = Step::Data;
    let answer = connection.command(Data).await;
    answer.map_err(|error| SmtpError::of(Step::Data, &error))?;
    *step = Step::Body;
    let answer = connection.message(letter.bytes).await;
    answer.map_err(|error| SmtpError::of(Step::Body, &error))?;
    Ok(Ok(()))
}

/// A refusal of the mailbox and not of us: `550 5.7.1` and its kin say that *we* may not send there (relaying, a list of bad
/// senders), which is for the log and for the owner's hands, and not for every visitor's eyes.
fn is_about_the_mailbox(error: &LettreError) -> bool {
    let status = error.status().map_or(0, u16::from);
    let words = error.source().map(ToString::to_string).unwrap_or_default();
    NO_SUCH_MAILBOX.contains(&status) && !words.starts_with("5.7.")
}
