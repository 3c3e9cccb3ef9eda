//! Mails.

use std::sync::Arc;

use async_trait::async_trait;
use aws::{Failure, SdkConfig};
use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::error::BuildError;
use aws_sdk_sesv2::operation::RequestId;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, MessageHeader};
use browserid::{Domain, Email, Origin};
use service::mail::{Mail, MailRefused, Sender, has_mailbox};
use service::ports::{Mailer, PortError};
use service::sign_in::Notices;

use crate::SesError;

/// Sends through SES, from one identity.
pub struct Ses {
    client: Client,
    from: String,
}

impl Ses {
    /// `sender`'s address, or its domain, must be an identity that SES has verified in this region. Asks nobody yet.
    pub fn new(config: &SdkConfig, sender: &Sender) -> Self {
        Self {
            client: Client::new(config),
            // A host name holds nothing that would end the quotes.
            from: format!("\"{}\" <{}>", sender.host, sender.address.as_str()),
        }
    }

    /// How people are told what happened at their account: from `address`, in the name of `host`, with links to `pages`.
    pub fn notices(config: &SdkConfig, address: Email, host: Domain, pages: Origin) -> Notices {
        let sender = Sender { address, host };
        Notices {
            mailer: Arc::new(Self::new(config, &sender)),
            pages,
        }
    }

    /// As [`Mailer::send`], with the error's type. SES keeps the mail when this returns; it may be sent twice if SES's answer
    /// to a first attempt was lost.
    pub async fn deliver(&self, mail: &Mail) -> Result<(), SesError> {
        let content = content(mail).map_err(|_| SesError::NotSent {
            reason: "the mail could not be built".to_owned(),
        })?;
        let to = Destination::builder().to_addresses(mail.to.as_str());
        let answer = self
            .client
            .send_email()
            .from_email_address(&self.from)
            .destination(to.build())
            .content(content)
            .send()
            .await
            .map_err(|error| Failure::of(&error))?;
        match answer.message_id() {
            Some(id) if !id.is_empty() => Ok(()),
            _ => Err(SesError::Garbage {
                request_id: answer.request_id().map(str::to_owned),
            }),
        }
    }
}

fn content(mail: &Mail) -> Result<EmailContent, BuildError> {
    let utf8 = |text: &str| Content::builder().data(text).charset("UTF-8").build();
    let header = |name: &str, value: &str| MessageHeader::builder().name(name).value(value).build();
    let body = Body::builder()
        .text(utf8(&mail.text)?)
        .html(utf8(&mail.html)?)
        .build();
    let message = Message::builder()
        .subject(utf8(&mail.subject)?)
        .body(body)
        // RFC 3834: nobody waits for an answer. RFC 3282: what it is written in.
        .headers(header("Auto-Submitted", "auto-generated")?)
        .headers(header("Content-Language", mail.language.tag())?)
        .build();
    Ok(EmailContent::builder().simple(message).build())
}

#[async_trait]
impl Mailer for Ses {
    /// SES takes every address that is one and learns later whether there is such a mailbox: refused is only what
    /// [no mail server can know](has_mailbox), without asking.
    async fn send(&self, mail: &Mail) -> Result<Result<(), MailRefused>, PortError> {
        if !has_mailbox(&mail.to) {
            return Ok(Err(MailRefused));
        }
        let sent = self.deliver(mail).await;
        sent.map(Ok)
            .map_err(|error| PortError::new("sending a mail with SES", error))
    }
}
