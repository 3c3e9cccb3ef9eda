//! Requests to a router and what comes back, as plain values.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request};
use http_body_util::BodyExt;
use hyper::body::Frame;
use serde_json::Value;
use tower::ServiceExt;
use web::source::Source;

/// A request under construction.
#[derive(Clone, Debug)]
pub struct Call {
    body: Vec<u8>,
    headers: Vec<(String, String)>,
    is_streamed: bool,
    method: Method,
    source: Option<Source>,
    target: String,
}

impl Call {
    /// Any method, by name.
    pub fn new(method: &str, target: &str) -> Self {
        Self {
            body: Vec::new(),
            headers: Vec::new(),
            is_streamed: false,
            method: method.parse().expect("a method"),
            source: None,
            target: target.to_owned(),
        }
    }

    /// GET.
    pub fn get(target: &str) -> Self {
        Self::new("GET", target)
    }

    /// POST, without a body yet.
    pub fn post(target: &str) -> Self {
        Self::new("POST", target)
    }

    /// One more header line.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A body and its type.
    pub fn body(self, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        self.header("content-type", kind).untyped(body)
    }

    /// A body without a type.
    pub fn untyped(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// A JSON body.
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// A form as a browser sends it.
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        let form = fields.iter().map(|(name, value)| {
            let escaped: String = value
                .bytes()
                .map(|byte| match byte {
                    b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                        char::from(byte).to_string()
                    }
                    _ => format!("%{byte:02X}"),
                })
                .collect();
            format!("{name}={escaped}")
        });
        let form = form.collect::<Vec<_>>().join("&");
        self.body("application/x-www-form-urlencoded", form)
    }

    /// The body comes in pieces and no length is declared.
    pub fn streamed(mut self) -> Self {
        self.is_streamed = true;
        self
    }

    /// Where it comes from.
    pub fn from_source(mut self, source: &str) -> Self {
        self.source = Some(Source(source.to_owned()));
        self
    }

    /// True if its path begins so.
    pub fn is_to(&self, path: &str) -> bool {
        self.target.starts_with(path)
    }

    fn into_request(self) -> Request<Body> {
        let length = self.body.len();
        let body = if self.is_streamed {
            let pieces: Vec<_> = self.body.chunks(1000).map(<[u8]>::to_vec).collect();
            Body::new(Pieces(pieces.into_iter()))
        } else {
            Body::from(self.body)
        };
        let mut request = Request::new(body);
        *request.method_mut() = self.method;
        *request.uri_mut() = self.target.parse().expect("a target");
        if length > 0 && !self.is_streamed {
            request
                .headers_mut()
                .insert("content-length", length.into());
        }
        for (name, value) in self.headers {
            request.headers_mut().append(
                HeaderName::try_from(name).expect("a header's name"),
                HeaderValue::try_from(value).expect("a header's value"),
            );
        }
        if let Some(source) = self.source {
            request.extensions_mut().insert(source);
        }
        request
    }
}

/// A body in pieces, of unknown length.
struct Pieces(std::vec::IntoIter<Vec<u8>>);

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let piece = self.0.next().map(Bytes::from);
        Poll::Ready(piece.map(|piece| Ok(Frame::data(piece))))
    }
}

/// What came back.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// The body as text.
    pub body: String,
    /// In the order of their names, which are in lower case.
    pub headers: Vec<(String, String)>,
    /// The status.
    pub status: u16,
}

impl Heard {
    /// The only value of a header; None if it is not there.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(header, _)| header == name);
        let value = values.next()?;
        assert!(values.next().is_none(), "{name} twice: {self:?}");
        Some(&value.1)
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// `code` of the body; empty if there is none.
    pub fn code(&self) -> String {
        let body: Value = serde_json::from_str(&self.body).unwrap_or_default();
        body["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Fails unless `always` are there with these values, and beside them only headers that stand in `maybe`.
    pub fn assert_headers(&self, always: &[(&str, &str)], maybe: &[&str]) {
        for (name, value) in always {
            assert_eq!(self.header(name), Some(*value), "{name}: {self:?}");
        }
        for (name, value) in &self.headers {
            let is_listed =
                always.iter().any(|(known, _)| known == name) || maybe.contains(&name.as_str());
            assert!(is_listed, "not on the list: {name}: {value}");
        }
    }
}

/// Sends it.
pub async fn send(router: &Router, call: Call) -> Heard {
    let answer = router.clone().oneshot(call.into_request()).await;
    let (head, body) = match answer {
        Ok(response) => response.into_parts(),
        Err(never) => match never {},
    };
    let body = body.collect().await.expect("a whole body").to_bytes();
    let mut headers: Vec<(String, String)> = head
        .headers
        .iter()
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        })
        .collect();
    headers.sort();
    Heard {
        body: String::from_utf8(body.to_vec()).expect("text"),
        headers,
        status: head.status.as_u16(),
    }
}
