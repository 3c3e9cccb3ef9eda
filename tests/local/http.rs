//! One request at a time to a site on this machine, as a browser or a program would send it.

use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// A site: its name and the port of the product.
#[derive(Clone, Debug)]
pub struct Site {
    pub host: &'static str,
    pub port: u16,
}

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Site {
    pub fn origin(&self) -> String {
        format!("http://{}:{}", self.host, self.port)
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], "").await
    }

    /// A JSON request of the site's own page, with a cookie if there is one.
    pub async fn own_page_sends(
        &self,
        method: Method,
        path: &str,
        cookie: &str,
        body: &Value,
    ) -> Answer {
        let origin = self.origin();
        let mut headers = vec![
            ("origin", origin.as_str()),
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/json"),
        ];
        if !cookie.is_empty() {
            headers.push(("cookie", cookie));
        }
        self.send(method, path, &headers, &body.to_string()).await
    }

    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, format!("{}:{}", self.host, self.port));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request
            .body(Full::new(Bytes::from(body.to_owned())))
            .expect("a request");
        exchange(self.port, request).await
    }
}

/// Sends any request to the port, with whatever `Host` it has.
pub async fn exchange(port: u16, request: Request<Full<Bytes>>) -> Answer {
    let stream = TcpStream::connect(("127.0.0.1", port))
        .await
        .expect("somebody listens");
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .expect("it speaks HTTP");
    let connection = tokio::spawn(connection);
    let response = sender.send_request(request).await.expect("an answer");
    let (head, body) = response.into_parts();
    let body = body.collect().await.expect("the whole answer").to_bytes();
    connection.abort();
    Answer {
        status: head.status,
        headers: head.headers,
        body,
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("a text"))
    }

    /// The cookie that was set, as a browser sends it back.
    pub fn cookie(&self) -> String {
        let set = self.header("set-cookie");
        set.split(';').next().unwrap_or_default().to_owned()
    }
}
