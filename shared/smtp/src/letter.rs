//! A mail as it stands on the wire and in a file.

use std::time::{Duration, UNIX_EPOCH};

use browserid::{Email, Timestamp};
use lettre::address::{Address, Envelope};
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use service::mail::{Mail, Sender};
use service::ports::{PortError, Random};

/// A name for one mail: 128 random bits, in hexadecimal digits.
pub(crate) fn random_name(random: &dyn Random) -> Result<String, PortError> {
    let mut bytes = [0; 16];
    random.fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The mail in RFC 5322's form, ASCII throughout. `name` becomes its Message-ID, at the sender's domain.
///
/// A port in an address is left out: no mail program reads one. Whoever sends the mail must look first whether mail servers
/// know such addresses.
pub(crate) fn written(
    mail: &Mail,
    sender: &Sender,
    name: &str,
    now: Timestamp,
) -> Result<Vec<u8>, lettre::error::Error> {
    let (from, to) = (unchecked(&sender.address), unchecked(&mail.to));
    let message = Message::builder()
        .date(UNIX_EPOCH + Duration::from_millis(now.as_millis()))
        .message_id(Some(format!("<{name}@{}>", sender.address.domain().host())))
        .from(Mailbox::new(Some(sender.host.to_string()), from.clone()))
        .to(Mailbox::new(None, to.clone()))
        .subject(&mail.subject)
        .header(AutoSubmitted)
        .header(ContentLanguage(mail.language.tag()))
        .envelope(Envelope::new(Some(from), vec![to])?)
        .multipart(MultiPart::alternative_plain_html(
            mail.text.clone(),
            mail.html.clone(),
        ))?;
    Ok(message.formatted())
}

fn unchecked(email: &Email) -> Address {
    Address::new_dangerous(email.local_part(), email.domain().host())
}

/// Says to mail programs that nobody waits for an answer, such as "out of office" (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// What it is written in (RFC 3282).
#[derive(Clone)]
struct ContentLanguage(&'static str);

impl Header for ContentLanguage {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Language")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Err("never read".into())
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.to_owned())
    }
}
