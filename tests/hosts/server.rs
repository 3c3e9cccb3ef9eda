//! A server on loopback that answers as a function says, and a client that follows nothing.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// A request.
#[derive(Debug)]
pub struct Asked {
    /// Without the port.
    pub host: String,
    /// Was there an `Origin`?
    pub has_origin: bool,
    /// Without the query.
    pub path: String,
}

/// An answer; header names in lower case.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn new(status: u16, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![("content-type".into(), media_type.into())],
            body: body.into(),
        }
    }

    /// A page, such as hosts show.
    pub fn html(status: u16) -> Self {
        let body = format!("<!doctype html><title>{status}</title><p>A page of the host.");
        Self::new(status, "text/html; charset=utf-8", body)
    }

    pub fn text(status: u16, text: &str) -> Self {
        Self::new(status, "text/plain; charset=utf-8", text)
    }

    pub fn redirect(status: u16, to: &str) -> Self {
        Self::html(status).with("location", to)
    }

    /// Sets a header, instead of another value if there is one.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        let name = name.to_lowercase();
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.into()));
        self
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(known, _)| known == name);
        let (_, value) = found.next()?;
        assert!(found.next().is_none(), "{name} twice: {self:?}");
        Some(value)
    }
}

/// Stopped when dropped.
pub struct Server {
    port: u16,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub fn start(answer: impl Fn(&Asked) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                // Whoever hangs up early has not asked.
                let Ok(stream) = stream else { continue };
                let _ = serve(stream, &answer);
            }
        });
        Self {
            port,
            stop,
            thread: Some(thread),
        }
    }

    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(mut stream: TcpStream, answer: &impl Fn(&Asked) -> Reply) -> std::io::Result<()> {
    let mut lines = Vec::new();
    for line in BufReader::new(stream.try_clone()?).lines() {
        match line? {
            line if line.is_empty() => break,
            line => lines.push(line),
        }
    }
    let target = lines.first().and_then(|line| line.split(' ').nth(1));
    let value = |name: &str| {
        let mut pairs = lines.iter().filter_map(|line| line.split_once(": "));
        pairs.find(|(known, _)| known.eq_ignore_ascii_case(name))
    };
    let Some(target) = target else {
        return Ok(());
    };
    let reply = answer(&Asked {
        host: value("host")
            .and_then(|(_, host)| host.split(':').next())
            .unwrap_or_default()
            .to_owned(),
        has_origin: value("origin").is_some(),
        path: target.split('?').next().unwrap_or_default().to_owned(),
    });
    let mut head = format!("HTTP/1.1 {} It\r\n", reply.status);
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!(
        "content-length: {}\r\nconnection: close\r\n\r\n",
        reply.body.len()
    ));
    stream.write_all(head.as_bytes())?;
    stream.write_all(&reply.body)
}

/// One GET, as a program sends it that follows nothing.
pub fn ask(host: &str, port: u16, path: &str, headers: &[(&str, &str)]) -> Reply {
    let stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    ask_on(stream, &format!("{host}:{port}"), path, headers)
}

/// The same on any connection.
pub fn ask_on(
    mut stream: impl Read + Write,
    host: &str,
    path: &str,
    headers: &[(&str, &str)],
) -> Reply {
    let mut request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("it answers");
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let body = answer.split_off(end.expect("a head") + 4);
    let head = String::from_utf8(answer).expect("text");
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1));
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    Reply {
        status: status
            .and_then(|status| status.parse().ok())
            .expect("a status"),
        headers,
        body,
    }
}
