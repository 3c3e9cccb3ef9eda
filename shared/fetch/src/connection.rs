//! A connection that questions go over, one after the other.

use std::error::Error;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use browserid::Unreachable;
use bytes::Bytes;
use http_body_util::Empty;
use hyper::Response;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use service::ports::Fetched;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;

use crate::exchange::{Get, read, request};
use crate::metered::{Meter, Metered, TooMuch};

/// Lines of head that are read; more are an error.
pub const MAX_HEADERS: usize = 64;
/// Bytes of head that are read; more are an error.
pub const MAX_HEAD: usize = 16 * 1024;

/// HTTP/1.1 over a stream that is open already. It belongs to one question at a time, and nothing reads from it or writes to
/// it while it belongs to none.
pub(crate) struct Connection<S>
where
    S: AsyncRead + AsyncWrite + Send + Unpin,
{
    /// What does the reading and writing while it is polled.
    driver: http1::Connection<TokioIo<Metered<S>>, Empty<Bytes>>,
    is_over: bool,
    meter: Arc<Meter>,
    sender: http1::SendRequest<Empty<Bytes>>,
    /// When it was opened.
    pub(crate) since: Instant,
}

impl<S> Connection<S>
where
    S: AsyncRead + AsyncWrite + Send + Unpin,
{
    pub(crate) async fn over(stream: S) -> Result<Self, Unreachable> {
        let meter = Arc::new(Meter::default());
        let stream = TokioIo::new(Metered::new(stream, Arc::clone(&meter)));
        let (sender, driver) = http1::Builder::new()
            .max_buf_size(MAX_HEAD)
            .max_headers(MAX_HEADERS)
            .handshake(stream)
            .await
            .map_err(lost)?;
        Ok(Self {
            driver,
            is_over: false,
            meter,
            sender,
            since: Instant::now(),
        })
    }

    /// Sends the request and reads the headers of the answer. There is no deadline in here.
    pub(crate) async fn ask(
        &mut self,
        get: &Get,
        max_body: usize,
    ) -> Result<Response<Incoming>, Unreachable> {
        // Twice the body leaves room for any chunking that deserves the name: chunks of five bytes and more.
        self.meter.begin(2 * (max_body + MAX_HEAD));
        let response = self.sender.send_request(request(get)?);
        self.drive(response).await.map_err(lost)
    }

    /// Reads the rest: at most `max_body` bytes of the body of a 200, and no other body. True if the answer was read to its
    /// end, so that another could follow.
    pub(crate) async fn rest(
        &mut self,
        response: Response<Incoming>,
        max_body: usize,
    ) -> Result<(Fetched, bool), Unreachable> {
        self.drive(read(response, max_body)).await
    }

    /// True if not a byte of an answer came since the last question.
    pub(crate) fn is_untouched(&self) -> bool {
        self.meter.is_untouched()
    }

    /// True if another question may be asked: the host keeps the connection open, and has not sent a byte more than its
    /// answer. Such a byte could otherwise become the beginning of the answer to the next question.
    pub(crate) async fn is_idle(&mut self) -> bool {
        if !self.is_over {
            self.is_over =
                poll_fn(|cx| Poll::Ready(Pin::new(&mut self.driver).poll(cx).is_ready())).await;
        }
        !self.is_over && self.sender.is_ready()
    }

    async fn drive<T>(&mut self, work: impl Future<Output = T>) -> T {
        tokio::pin!(work);
        if !self.is_over {
            tokio::select! {
                done = &mut work => return done,
                // It may be over before the answer has been taken out of it.
                _ = &mut self.driver => self.is_over = true,
            }
        }
        work.await
    }
}

pub(crate) fn lost(error: hyper::Error) -> Unreachable {
    if error.is_parse_too_large() {
        return Unreachable::TooLarge { limit: MAX_HEAD };
    }
    let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
    while let Some(error) = cause {
        let inner = error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        if let Some(TooMuch { limit }) = inner.and_then(|inner| inner.downcast_ref()) {
            return Unreachable::TooLarge { limit: *limit };
        }
        cause = error.source();
    }
    Unreachable::Connection
}
