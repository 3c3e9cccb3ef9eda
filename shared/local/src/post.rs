//! How the mails of the fallback, and of the identity provider in its name, leave: through a mail server, or as files into the data folder.

use std::path::Path;
use std::sync::Arc;

use browserid::{Email, HostRule};
use service::mail::Mail;
use service::ports::Mailer;
use smtp::{Outbox, Sender, Server, Settings, Smtp};

use crate::complaint::Complaint;
use crate::data_folder::DataFolder;
use crate::fallback;
use crate::output;
use crate::system::{SystemClock, SystemRandom};

/// How mails leave. The default is the outbox: nothing is sent, and codes stand on standard output.
#[derive(Default)]
pub struct Post {
    /// Where mails come from; `no-reply@fallback.localhost` unless named.
    pub from: Option<Email>,
    /// Authorities to believe beside the public ones, as PEM.
    pub roots: Option<String>,
    /// Through whom, if not into the outbox.
    pub server: Option<Server>,
}

impl Post {
    /// As typed; what is not typed as the environment says: `SELFSAME_MAIL`, `SELFSAME_MAIL_FROM`, `SELFSAME_MAIL_ROOTS`.
    pub fn typed_or_set(
        server: Option<String>,
        from: Option<String>,
        roots: Option<String>,
    ) -> Result<Self, Complaint> {
        let server = or_variable(server, "SELFSAME_MAIL");
        let from = or_variable(from, "SELFSAME_MAIL_FROM");
        let roots = or_variable(roots, "SELFSAME_MAIL_ROOTS");
        Self::parse(server.as_deref(), from.as_deref())?.trusting(roots.as_deref())
    }

    /// Reads both as typed.
    pub fn parse(server: Option<&str>, from: Option<&str>) -> Result<Self, Complaint> {
        let server = server.map(Server::parse).transpose();
        let from = from.map(|from| {
            Email::from_typed(from, HostRule::Public).map_err(|_| {
                Complaint::usage(format!(
                    "`{from}` is no address: --mail-from takes one such as no-reply@my.domain"
                ))
            })
        });
        Ok(Self {
            from: from.transpose()?,
            roots: None,
            server: server.map_err(|error| Complaint::usage(error.to_string()))?,
        })
    }

    /// With the authorities of this file beside the public ones: for a mail server whose owner signs for it.
    pub fn trusting(self, file: Option<&str>) -> Result<Self, Complaint> {
        let read = |file: &str| {
            std::fs::read_to_string(file).map_err(|error| {
                Complaint::usage(format!("--mail-roots cannot be read: {file}: {error}"))
            })
        };
        Ok(Self {
            roots: file.map(read).transpose()?,
            ..self
        })
    }

    /// Whoever delivers, while the server runs: the outbox tells of each mail on standard output.
    pub(crate) fn mailer(self, folder: &DataFolder) -> Result<Arc<dyn Mailer>, Complaint> {
        self.telling(folder, tell)
    }

    /// Whoever delivers for a command: what a script reads on standard output is the command's own.
    pub(crate) fn commands_mailer(self, folder: &DataFolder) -> Result<Arc<dyn Mailer>, Complaint> {
        self.telling(folder, |file, mail| output::note(&line(file, mail)))
    }

    fn telling(
        self,
        folder: &DataFolder,
        told: impl Fn(&Path, &Mail) + Send + Sync + 'static,
    ) -> Result<Arc<dyn Mailer>, Complaint> {
        let host = fallback::domain()?;
        let address = match self.from {
            Some(address) => address,
            None => Email::from_typed(&format!("no-reply@{host}"), HostRule::Public)
                .map_err(|error| Complaint::failure(error.to_string()))?,
        };
        let sender = Sender { address, host };
        let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
        let Some(server) = self.server else {
            let outbox = Outbox::new(folder.outbox(), sender, clock, random, told);
            return Ok(Arc::new(outbox));
        };
        let settings = Settings {
            deadline: Settings::DEADLINE,
            roots: self.roots,
            sender,
            server,
        };
        let smtp = Smtp::new(settings, clock, random)
            .map_err(|error| Complaint::usage(error.to_string()))?;
        Ok(Arc::new(smtp))
    }
}

/// For the person in front of the screen, who has no mailbox at `ann@mail.localhost`. On standard output: no log ever holds
/// a code.
fn tell(file: &Path, mail: &Mail) {
    // Whoever closed our standard output does not want to read it.
    let _ = output::print(&format!("{}\n", line(file, mail)));
}

fn line(file: &Path, mail: &Mail) -> String {
    let what = match code_in(mail) {
        Some(code) => format!("code {code}"),
        None => mail.subject.clone(),
    };
    format!(
        "mail to ***@{}: {what} ({})",
        mail.to.domain(),
        file.display()
    )
}

/// What was typed, or what the environment says.
fn or_variable(typed: Option<String>, name: &str) -> Option<String> {
    typed.or_else(|| {
        #[expect(
            clippy::disallowed_methods,
            reason = "options of commands, read once at their start"
        )]
        let value = std::env::var(name).ok();
        value.filter(|value| !value.is_empty())
    })
}

/// The line of six digits.
fn code_in(mail: &Mail) -> Option<&str> {
    let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|byte| byte.is_ascii_digit());
    mail.text.lines().find(is_code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_server_or_a_sender_that_is_none_is_wrong_usage_and_not_repeated_with_its_password() {
        for (server, from) in [
            (Some("ftp://user:secret@mail.example"), None),
            (Some("smtp://user:secret@"), None),
            (Some("secret"), None),
            (None, Some("nobody")),
        ] {
            let complaint = Post::parse(server, from).err().expect("refused");
            assert_eq!(complaint.status(), 2);
            assert!(!complaint.to_string().contains("secret"), "{complaint}");
        }
        let post = Post::parse(
            Some("smtp://user:secret@mail.example"),
            Some("a@my.example"),
        );
        assert!(post.is_ok_and(|post| post.server.is_some() && post.from.is_some()));
    }

    #[test]
    fn authorities_come_from_a_file_of_certificates() {
        let folder = tempfile::tempdir().expect("a folder");
        let missing = folder.path().join("missing.pem");
        let post = Post::default().trusting(missing.to_str());
        let complaint = post.err().expect("refused");
        assert_eq!(complaint.status(), 2);
        let data = DataFolder::open(folder.path()).expect("a folder");
        let file = folder.path().join("odd.pem");
        std::fs::write(&file, "no certificate").expect("written");
        let sender = Some("a@my.example");
        let post = Post::parse(Some("smtps://mail.example"), sender)
            .and_then(|post| post.trusting(file.to_str()));
        let refused = post.and_then(|post| post.mailer(&data)).err();
        assert_eq!(refused.expect("refused").status(), 2);
        // An address of the local product is none that mail can come from.
        let post = Post::parse(Some("smtps://mail.example"), Some("a@b.localhost:8080"));
        let refused = post.and_then(|post| post.mailer(&data)).err();
        assert_eq!(refused.expect("refused").status(), 2);
    }
}
