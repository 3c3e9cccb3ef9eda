//! One request over plain HTTP to a server that the owner named: this machine, or the target of a `--map`.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// How long one request may take, from the connection to the last byte.
pub const DEADLINE: Duration = Duration::from_secs(3);
/// How long a body may be.
pub const LIMIT: usize = 64 * 1024;

/// Why there was no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// Nobody there, or it stopped speaking HTTP half way.
    Connection,
    /// It took longer than [`DEADLINE`].
    Timeout,
    /// The body is longer than [`LIMIT`].
    TooLarge,
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connection => "no connection",
            Self::Timeout => "no answer in time",
            Self::TooLarge => "the answer is too long",
        })
    }
}

/// Sends `request` to `host:port` and reads the whole answer. Redirects are answers like any other.
pub async fn exchange(
    host: &str,
    port: u16,
    request: Request<Full<Bytes>>,
) -> Result<Response<Bytes>, NoAnswer> {
    tokio::time::timeout(DEADLINE, converse(host, port, request))
        .await
        .unwrap_or(Err(NoAnswer::Timeout))
}

async fn converse(
    host: &str,
    port: u16,
    request: Request<Full<Bytes>>,
) -> Result<Response<Bytes>, NoAnswer> {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let stream = TcpStream::connect((host, port)).await.map_err(lost)?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(lost)?;
    let answer = async {
        let (head, body) = sender
            .send_request(request)
            .await
            .map_err(lost)?
            .into_parts();
        let body = Limited::new(body, LIMIT).collect().await.map_err(|error| {
            if error.is::<LengthLimitError>() {
                NoAnswer::TooLarge
            } else {
                NoAnswer::Connection
            }
        })?;
        Ok(Response::from_parts(head, body.to_bytes()))
    };
    tokio::pin!(answer);
    tokio::select! {
        answer = &mut answer => answer,
        // The connection may end with the last byte, before the body has been read out.
        _ = connection => answer.await,
    }
}

fn lost<E>(_: E) -> NoAnswer {
    NoAnswer::Connection
}
