//! One question over a stream that is connected already.

use browserid::{Answer, Domain, Question, Unreachable};
use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Empty};
use hyper::body::{Body, Incoming};
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, ACCEPT_ENCODING, CONNECTION, CONTENT_TYPE, HOST, USER_AGENT};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::io::{AsyncRead, AsyncWrite};

/// Lines of head that are read; more are an error.
pub const MAX_HEADERS: usize = 64;
/// Bytes of head that are read; more are an error.
pub const MAX_HEAD: usize = 16 * 1024;

/// Sends `GET /.well-known/browserid?domain=…` over `stream` and reads the answer, at most `max_body` bytes of it. Only
/// the body of a 200 is read. There is no deadline in here: put one around it.
pub async fn ask_over<S>(stream: S, question: &Question, max_body: usize) -> Answer
where
    S: AsyncRead + AsyncWrite + Send + Unpin,
{
    match exchange(stream, question, max_body).await {
        Ok(answer) => answer,
        Err(unreachable) => Answer::Unreachable(unreachable),
    }
}

async fn exchange<S>(stream: S, question: &Question, max_body: usize) -> Result<Answer, Unreachable>
where
    S: AsyncRead + AsyncWrite + Send + Unpin,
{
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(MAX_HEAD)
        .max_headers(MAX_HEADERS)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(lost)?;
    let request = request(question)?;
    let conversation = async {
        let response = sender.send_request(request).await.map_err(lost)?;
        read(response, max_body).await
    };
    tokio::pin!(conversation);
    // The connection does the reading and writing; it may be done before the answer has been taken out of it.
    tokio::select! {
        answer = &mut conversation => answer,
        _ = connection => conversation.await,
    }
}

fn request(question: &Question) -> Result<Request<Empty<Bytes>>, Unreachable> {
    let principal = utf8_percent_encode(question.principal.as_str(), QUERY);
    Request::get(format!("/.well-known/browserid?domain={principal}"))
        .header(HOST, host_header(&question.host))
        .header(USER_AGENT, concat!("selfsame/", env!("CARGO_PKG_VERSION")))
        .header(ACCEPT, "application/json")
        .header(ACCEPT_ENCODING, "identity")
        .header(CONNECTION, "close")
        .body(Empty::new())
        .map_err(|_| Unreachable::Connection)
}

/// What stands unescaped in the query: letters, digits, and what host names are made of.
const QUERY: &percent_encoding::AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

fn host_header(host: &Domain) -> &str {
    host.as_str()
}

async fn read(response: Response<Incoming>, max_body: usize) -> Result<Answer, Unreachable> {
    let (head, body) = response.into_parts();
    let content_type = head
        .headers
        .get(CONTENT_TYPE)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let body = match head.status {
        StatusCode::OK => read_body(body, max_body).await?,
        _ => Vec::new(),
    };
    Ok(Answer::Response {
        status: head.status.as_u16(),
        content_type,
        body,
    })
}

/// Counts what really comes: a Content-Length is a promise of a stranger, good only for giving up early.
async fn read_body(mut body: Incoming, max_body: usize) -> Result<Vec<u8>, Unreachable> {
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

fn lost(error: hyper::Error) -> Unreachable {
    if error.is_parse_too_large() {
        Unreachable::TooLarge { limit: MAX_HEAD }
    } else {
        Unreachable::Connection
    }
}
