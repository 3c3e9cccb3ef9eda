//! Asks a function's URL: an address of Amazon's that no SDK speaks for.

use std::error::Error;
use std::time::Duration;

use aws_smithy_async::future::timeout::Timeout;
use aws_smithy_async::rt::sleep::{AsyncSleep, TokioSleep};
use aws_smithy_http_client::Connector;
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::{Deadlines, Failure, Settings, trust};

/// A function's URL, asked without credentials: over TLS, believing Amazon's roots alone. No redirect is followed and
/// nothing is tried twice.
#[derive(Debug)]
pub struct FunctionUrl {
    connector: Connector,
    /// Where AWS is, if it is elsewhere (`AWS_ENDPOINT_URL`): the request goes there, for the same host.
    endpoint: Option<String>,
    host: String,
    within: Duration,
}

/// What it answered.
#[derive(Debug, PartialEq)]
pub struct Page {
    /// At most as long as was asked.
    pub body: Vec<u8>,
    /// As sent.
    pub content_type: Option<String>,
    /// Of HTTP.
    pub status: u16,
}

impl FunctionUrl {
    /// `host` is the URL's; `deadlines.operation` is for all of a question. None (as with every client of AWS) if the
    /// library takes no such trust.
    pub fn new(settings: &Settings, host: &str, deadlines: Deadlines) -> Option<Self> {
        Some(Self {
            connector: trust::connector(deadlines)?,
            endpoint: settings.endpoint().map(str::to_owned),
            host: host.to_owned(),
            within: deadlines.operation,
        })
    }

    /// `GET`s a path with its query. An answer over `limit` bytes is none.
    pub async fn get(&self, path: &str, limit: usize) -> Result<Page, Failure> {
        let late = TokioSleep::new().sleep(self.within);
        let asked = Timeout::new(Box::pin(self.asked(path, limit)), late);
        asked.await.unwrap_or(Err(Failure::TimedOut))
    }

    async fn asked(&self, path: &str, limit: usize) -> Result<Page, Failure> {
        let front = match &self.endpoint {
            Some(endpoint) => endpoint.trim_end_matches('/').to_owned(),
            None => format!("https://{}", self.host),
        };
        let not_sent = |error: &dyn Error| Failure::NotSent {
            reason: error.to_string(),
        };
        let mut request = HttpRequest::empty();
        request
            .set_uri(format!("{front}{path}"))
            .map_err(|error| not_sent(&error))?;
        if self.endpoint.is_some() {
            request
                .headers_mut()
                .try_insert("host", self.host.clone())
                .map_err(|error| not_sent(&error))?;
        }
        let answer = self
            .connector
            .call(request)
            .await
            .map_err(|error| of(&error))?;
        let status = answer.status().as_u16();
        let content_type = answer.headers().get("content-type").map(str::to_owned);
        let body = Limited::new(answer.into_body(), limit);
        let body = body.collect().await.map_err(|error| Failure::Unreachable {
            reason: match error.downcast_ref::<LengthLimitError>() {
                Some(_) => format!("more than {limit} bytes"),
                None => "the answer broke off".to_owned(),
            },
        })?;
        Ok(Page {
            body: body.to_bytes().into(),
            content_type,
            status,
        })
    }
}

fn of(error: &ConnectorError) -> Failure {
    match error.is_timeout() {
        true => Failure::TimedOut,
        false => Failure::Unreachable {
            reason: crate::failure::root_cause(error),
        },
    }
}
