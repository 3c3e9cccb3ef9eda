//! Mail through an SMTP server.

use core::fmt;
use core::time::Duration;
use std::error::Error;
use std::sync::Arc;

use async_trait::async_trait;
use browserid::Email;
use lettre::address::Address;
use lettre::transport::smtp::extension::ClientId;
use service::mail::{Mail, MailRefused, has_mailbox};
use service::ports::{Clock, Mailer, PortError, Random};
use tokio::time::timeout;

use crate::letter::{random_name, written};
use crate::session::{Letter, hand_over, open};
use crate::trust::Trust;
use crate::{Sender, Server, SmtpError, Step};

/// How long we wait for the server to say good-bye. The mail is delivered or refused by then.
const GOOD_BYE: Duration = Duration::from_secs(1);

/// What [`Smtp`] must know. It holds a password: it cannot be printed.
pub struct Settings {
    /// For one mail, from finding the server to its answer.
    pub deadline: Duration,
    /// Authorities to believe beside the public ones: certificates as PEM.
    pub roots: Option<String>,
    /// Who sends.
    pub sender: Sender,
    /// Through whom.
    pub server: Server,
}

impl Settings {
    /// The product's deadline: below the patience of a visitor, and of every front.
    pub const DEADLINE: Duration = Duration::from_secs(10);
}

/// A mailer that hands each mail to one server, over a connection of its own.
pub struct Smtp {
    clock: Arc<dyn Clock>,
    deadline: Duration,
    from: Address,
    random: Arc<dyn Random>,
    sender: Sender,
    server: Server,
    trust: Trust,
}

impl Smtp {
    /// Asks nobody yet.
    pub fn new(
        settings: Settings,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, InvalidSettings> {
        let from = address(&settings.sender.address).ok_or(InvalidSettings::Sender)?;
        let trust = Trust::with(settings.roots.as_deref()).ok_or(InvalidSettings::Roots)?;
        Ok(Self {
            clock,
            deadline: settings.deadline,
            from,
            random,
            sender: settings.sender,
            server: settings.server,
            trust,
        })
    }

    /// As [`Mailer::send`], with the error's type.
    async fn deliver(&self, bytes: &[u8], to: Address) -> Result<Outcome, SmtpError> {
        let letter = Letter {
            bytes,
            from: self.from.clone(),
            to,
        };
        let hello = ClientId::Domain(self.sender.address.domain().host().to_owned());
        let mut step = Step::Connect;
        let whole = async {
            let mut connection = open(&self.server, &self.trust, hello, &mut step).await?;
            let outcome = hand_over(&mut connection, letter, &mut step).await?;
            Ok((connection, outcome))
        };
        let Ok(result) = timeout(self.deadline, whole).await else {
            return Err(SmtpError::TimedOut { at: step });
        };
        let (mut connection, outcome) = result?;
        let _ = timeout(GOOD_BYE, connection.quit()).await;
        Ok(outcome)
    }
}

type Outcome = Result<(), MailRefused>;

#[async_trait]
impl Mailer for Smtp {
    /// An address that [no mail server can know](has_mailbox) is refused without asking.
    async fn send(&self, mail: &Mail) -> Result<Outcome, PortError> {
        let failed = |error: SmtpError| PortError::new("handing over a mail by SMTP", error);
        let Some(to) = address(&mail.to) else {
            return Ok(Err(MailRefused));
        };
        let name = random_name(self.random.as_ref())?;
        let bytes = written(mail, &self.sender, &name, self.clock.now())
            .map_err(|_| failed(SmtpError::NotWritten))?;
        self.deliver(&bytes, to).await.map_err(failed)
    }
}

fn address(email: &Email) -> Option<Address> {
    let address = Address::new(email.local_part(), email.domain().as_str());
    address.ok().filter(|_| has_mailbox(email))
}

/// Why there is no mailer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidSettings {
    /// What is to be believed is no list of certificates.
    Roots,
    /// The sender's is no address that mail servers know.
    Sender,
}

impl fmt::Display for InvalidSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Roots => "the mail server's authorities must be certificates in PEM form",
            Self::Sender => "the sender's must be an address that mail can come from",
        })
    }
}

impl Error for InvalidSettings {}
