//! One request and its answer.

use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, HOST, ORIGIN, USER_AGENT};
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, timeout_at};

use super::Prober;
use super::connect::Place;
use super::tls;
use crate::observation::{Exchange, Failure, TlsSeen};

/// A request. There is no place in it for a cookie.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    body: Option<&'static str>,
    limit: Option<usize>,
    method: Method,
    origin: Option<String>,
    path: String,
}

impl Ask {
    pub(super) fn get(path: &str) -> Self {
        Self {
            body: None,
            limit: None,
            method: Method::GET,
            origin: None,
            path: path.to_owned(),
        }
    }

    /// As a page of `origin` asks.
    pub(super) fn post(path: &str, origin: &str, body: &'static str) -> Self {
        Self {
            body: Some(body),
            method: Method::POST,
            origin: Some(origin.to_owned()),
            ..Self::get(path)
        }
    }

    pub(super) fn at_most(self, bytes: usize) -> Self {
        Self {
            limit: Some(bytes),
            ..self
        }
    }

    fn request(&self, place: &Place) -> Option<Request<Full<Bytes>>> {
        let mut request = Request::builder()
            .method(&self.method)
            .uri(&self.path)
            .header(HOST, &place.authority)
            .header(
                USER_AGENT,
                concat!("selfsame-doctor/", env!("CARGO_PKG_VERSION")),
            )
            .header(ACCEPT, "application/json, text/html, */*")
            .header(ACCEPT_ENCODING, "identity");
        if let Some(origin) = &self.origin {
            request = request.header(ORIGIN, origin);
        }
        if self.body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        request.body(Full::from(self.body.unwrap_or_default())).ok()
    }
}

impl Prober {
    /// Asks over a connection of its own. Never fails: trouble is written down too.
    pub(super) async fn ask(
        &self,
        place: &Place,
        ask: Ask,
        until: Instant,
    ) -> (Exchange, Option<TlsSeen>) {
        let began = Instant::now();
        let by = until.min(began + self.limits.request);
        let mut exchange = Exchange {
            method: ask.method.to_string(),
            url: format!("{}{}", place.origin, ask.path),
            ..Exchange::default()
        };
        let mut shown = None;
        // On the heap: a dozen of these wait side by side.
        let conversation = Box::pin(self.converse(place, &ask, by, &mut exchange, &mut shown));
        let conversation = timeout_at(by, conversation).await;
        exchange.failure = match conversation {
            Ok(Ok(())) => None,
            Ok(Err(failure)) => Some(failure),
            Err(_) if by == until => Some(Failure::Late),
            Err(_) => Some(Failure::Timeout),
        };
        exchange.took = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        (exchange, shown)
    }

    async fn converse(
        &self,
        place: &Place,
        ask: &Ask,
        by: Instant,
        exchange: &mut Exchange,
        shown: &mut Option<TlsSeen>,
    ) -> Result<(), Failure> {
        let stream = place.connect(by).await?;
        let limit = ask.limit.unwrap_or(self.limits.body);
        let request = ask.request(place).ok_or(Failure::NotHttp)?;
        let Some(name) = place.server.clone() else {
            if place.is_secure() {
                return Err(Failure::NoAddress);
            }
            return self.speak(stream, request, limit, exchange).await;
        };
        let (stream, seen) = tls::secure(stream, name, &self.trust, (self.clock)()).await;
        *shown = Some(seen);
        self.speak(stream.ok_or(Failure::Tls)?, request, limit, exchange)
            .await
    }

    async fn speak<S>(
        &self,
        stream: S,
        request: Request<Full<Bytes>>,
        limit: usize,
        exchange: &mut Exchange,
    ) -> Result<(), Failure>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin,
    {
        let (mut sender, connection) = http1::Builder::new()
            .max_buf_size(MAX_HEAD)
            .max_headers(MAX_HEADERS)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|error| lost(&error))?;
        let answer = async {
            let response = sender
                .send_request(request)
                .await
                .map_err(|error| lost(&error))?;
            exchange.when = (self.clock)();
            read(response, limit, exchange).await
        };
        tokio::pin!(answer);
        tokio::select! {
            answer = &mut answer => answer,
            // The connection may end with the last byte, before the body has been read out.
            _ = connection => answer.await,
        }
    }
}

const MAX_HEAD: usize = 32 * 1024;
const MAX_HEADERS: usize = 100;

async fn read(
    response: Response<Incoming>,
    limit: usize,
    exchange: &mut Exchange,
) -> Result<(), Failure> {
    let (head, mut body) = response.into_parts();
    exchange.status = head.status.as_u16();
    for (name, value) in &head.headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        let value = match name.as_str() {
            "set-cookie" => without_value(&value),
            _ => value.into_owned(),
        };
        exchange.headers.push((name.as_str().to_owned(), value));
    }
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.map_err(|error| lost(&error))?.into_data() {
            let left = limit.saturating_sub(bytes.len());
            bytes.extend_from_slice(data.get(..left).unwrap_or(&data));
            if data.len() > left {
                exchange.is_cut = true;
                break;
            }
        }
    }
    exchange.bytes = bytes.len();
    let text = bytes.strip_prefix(b"\xef\xbb\xbf".as_slice());
    exchange.is_bom = text.is_some();
    let text = text.unwrap_or(&bytes);
    exchange.is_not_text = std::str::from_utf8(text).is_err();
    exchange.body = String::from_utf8_lossy(text).into_owned();
    Ok(())
}

/// A cookie's name and attributes. Its value is nobody's business but the browser's it is meant for.
fn without_value(cookie: &str) -> String {
    let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
    let name = pair.split('=').next().unwrap_or_default();
    format!("{name}=;{attributes}")
}

fn lost(error: &hyper::Error) -> Failure {
    if error.is_parse() {
        Failure::NotHttp
    } else {
        Failure::Closed
    }
}
