//! What a mail server can make us read.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncBufRead, AsyncRead, AsyncWrite, BufReader, ReadBuf};

/// The most that is read of one connection, in bytes, TLS included. A whole dialogue takes about 2,000, and with TLS what the
/// server's certificates take (5,000 or so). lettre has limits too, but looks at the length of a line only when the line ends,
/// and reads an answer again from its beginning with every line of it.
const MAX_READ: usize = 32 * 1024;

/// A connection that gives at most [`MAX_READ`] bytes, and never more than one line at a time.
///
/// The lines: what somebody on the way sends in plain behind the answer to STARTTLS stays here, and meets the TLS handshake,
/// which fails of it. lettre would otherwise have read it ahead, and take it for answers that came by TLS
/// (<https://nostarttls.secvuln.info/>).
#[derive(Debug)]
pub(crate) struct Bounded<S> {
    inner: BufReader<S>,
    left: usize,
    peer: SocketAddr,
}

impl<S: AsyncRead> Bounded<S> {
    /// `peer`: where it leads.
    pub(crate) fn new(inner: S, peer: SocketAddr) -> Self {
        Self {
            inner: BufReader::new(inner),
            left: MAX_READ,
            peer,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Bounded<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let there = ready!(Pin::new(&mut this.inner).poll_fill_buf(cx))?;
        if this.left == 0 && !there.is_empty() {
            return Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
        }
        let line = there.split_inclusive(|byte| *byte == b'\n').next();
        let line = line.unwrap_or_default();
        let length = line.len().min(this.left).min(buf.remaining());
        let (given, _) = line.split_at(length);
        buf.put_slice(given);
        Pin::new(&mut this.inner).consume(length);
        this.left -= length;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Bounded<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(self.get_mut().inner.get_mut()).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.get_mut().inner.get_mut()).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.get_mut().inner.get_mut()).poll_shutdown(cx)
    }
}

impl<S> AsyncTokioStream for Bounded<S>
where
    S: AsyncRead + AsyncWrite + Send + Sync + Unpin + fmt::Debug,
{
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex, repeat};

    use super::*;

    const NOWHERE: SocketAddr =
        SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 1);

    #[tokio::test]
    async fn a_stream_without_end_is_read_up_to_the_limit() {
        for byte in [b'a', b'\n'] {
            let mut bytes = Vec::new();
            let mut stream = Bounded::new(repeat(byte), NOWHERE);
            let error = stream.read_to_end(&mut bytes).await.expect_err("too long");
            assert_eq!(error.kind(), io::ErrorKind::InvalidData);
            assert_eq!(bytes.len(), MAX_READ);
        }
    }

    #[tokio::test]
    async fn what_ends_at_the_limit_is_read_whole() {
        let mut bytes = Vec::new();
        let mut stream = Bounded::new(repeat(0).take(MAX_READ as u64), NOWHERE);
        stream.read_to_end(&mut bytes).await.expect("short enough");
        assert_eq!(bytes.len(), MAX_READ);
    }

    #[tokio::test]
    async fn a_reader_gets_one_line_at_a_time_however_much_is_there() {
        let (mut far, near) = duplex(100);
        far.write_all(b"one\r\ntwo\nthr").await.expect("written");
        far.shutdown().await.expect("ended");
        let mut stream = Bounded::new(near, NOWHERE);
        let mut lines = Vec::new();
        loop {
            let mut buffer = [0; 100];
            match stream.read(&mut buffer).await.expect("read") {
                0 => break,
                length => lines.push(buffer[..length].to_vec()),
            }
        }
        assert_eq!(lines, [&b"one\r\n"[..], b"two\n", b"thr"]);
    }
}
