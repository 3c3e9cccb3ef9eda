//! A stream that gives up when the other side has sent more than an answer can need.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Counts every byte that is read, also those that HTTP throws away: interim answers, chunk sizes, trailers.
pub(crate) struct Metered<S> {
    meter: Arc<Meter>,
    stream: S,
}

impl<S> Metered<S> {
    pub(crate) fn new(stream: S, meter: Arc<Meter>) -> Self {
        Self { meter, stream }
    }
}

/// How much of one answer was read.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    limit: AtomicUsize,
    read: AtomicUsize,
}

impl Meter {
    /// From here on another answer is read, of at most `limit` bytes.
    pub(crate) fn begin(&self, limit: usize) {
        self.limit.store(limit, Ordering::Relaxed);
        self.read.store(0, Ordering::Relaxed);
    }

    /// True if not a byte of the answer has come.
    pub(crate) fn is_untouched(&self) -> bool {
        self.read.load(Ordering::Relaxed) == 0
    }

    fn count(&self, bytes: usize) -> Result<(), TooMuch> {
        let read = self.read.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let limit = self.limit.load(Ordering::Relaxed);
        if read > limit {
            return Err(TooMuch { limit });
        }
        Ok(())
    }
}

/// The answer is longer than `limit` bytes with all that HTTP adds.
#[derive(Debug)]
pub(crate) struct TooMuch {
    pub(crate) limit: usize,
}

impl fmt::Display for TooMuch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "more than {} bytes came", self.limit)
    }
}

impl std::error::Error for TooMuch {}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        let bytes = buffer.filled().len().saturating_sub(before);
        Poll::Ready(self.meter.count(bytes).map_err(io::Error::other))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
