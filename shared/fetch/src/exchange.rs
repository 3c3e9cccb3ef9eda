//! One question and its answer, as HTTP.

use browserid::{Answer, Domain, Question, Unreachable};
use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Empty};
use hyper::body::{Body, Incoming};
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap,
    TRANSFER_ENCODING, USER_AGENT,
};
use hyper::{Request, Response, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use service::ports::Fetched;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout_at;

use crate::Limits;
use crate::connection::{Connection, lost};
use crate::freshness::{host_time, keep};
use crate::limits::Deadlines;

/// Sends `GET /.well-known/browserid?domain=…` over the stream that `connect` opens, reads the answer and closes: for streams
/// that are not to be kept, such as plain HTTP to a server that the owner named. Connecting counts against the limits.
///
/// `spent_ms` is how long the walk that the question belongs to has taken already. Never fails: trouble is an answer too.
pub async fn ask_over<S>(
    connect: impl Future<Output = Result<S, Unreachable>>,
    question: &Question,
    limits: &Limits,
    spent_ms: u64,
) -> Fetched
where
    S: AsyncRead + AsyncWrite + Send + Unpin,
{
    let get = Get::document(question);
    let conversation = async {
        let deadlines = Deadlines::from_now(limits, spent_ms)?;
        let headers = async {
            let mut connection = Connection::over(connect.await?).await?;
            let response = connection.ask(&get, limits.body).await?;
            Ok((connection, response))
        };
        let headers = timeout_at(deadlines.headers, headers).await;
        let (mut connection, response) = headers.unwrap_or(Err(Unreachable::Timeout))?;
        let rest = timeout_at(deadlines.whole, connection.rest(response, limits.body)).await;
        let (fetched, _) = rest.unwrap_or(Err(Unreachable::Timeout))?;
        Ok(fetched)
    };
    fetched(conversation.await)
}

/// Trouble is an answer too, of which nothing more is known.
pub(crate) fn fetched(heard: Result<Fetched, Unreachable>) -> Fetched {
    heard.unwrap_or_else(|unreachable| Answer::Unreachable(unreachable).into())
}

/// What is asked for, and of whom.
#[derive(Clone, Debug)]
pub(crate) struct Get {
    pub(crate) host: Domain,
    /// Path and query.
    pub(crate) target: String,
}

impl Get {
    /// `GET /.well-known/browserid?domain=…`
    pub(crate) fn document(question: &Question) -> Self {
        let principal = utf8_percent_encode(question.principal.as_str(), QUERY);
        Self {
            host: question.host.clone(),
            target: format!("/.well-known/browserid?domain={principal}"),
        }
    }
}

pub(crate) fn request(get: &Get) -> Result<Request<Empty<Bytes>>, Unreachable> {
    Request::get(&get.target)
        .header(HOST, get.host.as_str())
        .header(USER_AGENT, concat!("selfsame/", env!("CARGO_PKG_VERSION")))
        .header(ACCEPT, "application/json")
        .header(ACCEPT_ENCODING, "identity")
        .body(Empty::new())
        .map_err(|_| Unreachable::Connection)
}

/// What stands unescaped in the query: letters, digits, and what host names are made of.
const QUERY: &percent_encoding::AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// The answer, and true if it was read to its end.
pub(crate) async fn read(
    response: Response<Incoming>,
    max_body: usize,
) -> Result<(Fetched, bool), Unreachable> {
    let (head, mut body) = response.into_parts();
    if !is_framed_clearly(&head.headers) {
        return Err(Unreachable::Connection);
    }
    let content_type = head
        .headers
        .get(CONTENT_TYPE)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let read = if head.status == StatusCode::OK && is_plain(&head.headers) {
        read_body(&mut body, max_body).await?
    } else {
        Vec::new()
    };
    let fetched = Fetched {
        answer: Answer::Response {
            status: head.status.as_u16(),
            content_type,
            body: read,
        },
        host_time: host_time(&head.headers),
        keep: keep(&head.headers),
    };
    Ok((fetched, body.is_end_stream()))
}

/// Two ways to say where the body ends are one too many: whoever stands between us and the host may believe the other one.
/// Of the transfer codings, `chunked` alone is known.
fn is_framed_clearly(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => true,
        (Some(coding), None) => {
            coding.as_bytes().eq_ignore_ascii_case(b"chunked")
                && !headers.contains_key(CONTENT_LENGTH)
        }
        (Some(_), Some(_)) => false,
    }
}

/// False if the body is encoded, although we asked for it as it is. It is not read then, and counts as an empty one: it is
/// no JSON either way, and a few bytes cannot unfold into many.
fn is_plain(headers: &HeaderMap) -> bool {
    let mut encodings = headers.get_all(CONTENT_ENCODING).iter();
    encodings.all(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// Counts what really comes: a Content-Length is a promise of a stranger, good only for giving up early.
async fn read_body(body: &mut Incoming, max_body: usize) -> Result<Vec<u8>, Unreachable> {
    let too_large = Unreachable::TooLarge { limit: max_body };
    if body.size_hint().lower() > max_body as u64 {
        return Err(too_large);
    }
    let mut read = BytesMut::new();
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.map_err(lost)?.into_data() {
            if read.len() + data.len() > max_body {
                return Err(too_large);
            }
            read.extend_from_slice(&data);
        }
    }
    Ok(read.into())
}
