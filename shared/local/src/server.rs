//! A listening socket with a router behind it, until it is asked to stop.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::serve::ListenerExt;
use http::StatusCode;
use http::header::CONNECTION;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// How long requests that are under way may go on after the server was asked to stop.
const GRACE: Duration = Duration::from_secs(1);

/// How long one request may take, its body included: far more than any answer needs. Whoever sends a byte now and then
/// does not hold a connection for longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A socket that is bound and not yet answered: the port is known, and no other process can take it.
pub struct Bound {
    address: SocketAddr,
    listener: TcpListener,
}

/// A server that answers.
#[derive(Debug)]
pub struct Server {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Bound {
    /// Binds; port 0 picks a free one.
    pub async fn to(ip: IpAddr, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((ip, port)).await?;
        Ok(Self {
            address: listener.local_addr()?,
            listener,
        })
    }

    /// The address really bound.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Starts to answer.
    pub fn serve(self, router: Router) -> Server {
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(async move {
            let listener = self.listener.tap_io(|stream| {
                // Small answers at once; a socket that refuses the option still works.
                let _ = stream.set_nodelay(true);
            });
            let service = router
                .layer(from_fn(in_time))
                .into_make_service_with_connect_info::<SocketAddr>();
            let signal = async {
                // A dropped handle stops the server too.
                let _ = stopped.await;
            };
            let _ = axum::serve(listener, service)
                .with_graceful_shutdown(signal)
                .await;
        });
        Server { stop, task }
    }
}

async fn in_time(request: Request, next: Next) -> Response {
    let answer = tokio::time::timeout(PATIENCE, next.run(request)).await;
    answer
        .unwrap_or_else(|_| (StatusCode::REQUEST_TIMEOUT, [(CONNECTION, "close")]).into_response())
}

impl Server {
    /// Takes no more requests, lets those under way finish within a grace of 1 s, and closes idle connections.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        let mut task = self.task;
        if tokio::time::timeout(GRACE, &mut task).await.is_err() {
            task.abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;
    use axum::routing::post;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    use super::*;

    /// Stopped time runs on as soon as everybody waits.
    #[tokio::test(start_paused = true)]
    async fn a_body_that_does_not_come_is_not_waited_for_longer_than_half_a_minute() {
        let router = Router::new().route("/", post(async |_: Bytes| "read"));
        let bound = Bound::to(IpAddr::from([127, 0, 0, 1]), 0)
            .await
            .expect("a free port");
        let address = bound.address();
        let server = bound.serve(router);
        let begun = tokio::time::Instant::now();
        let mut stream = TcpStream::connect(address).await.expect("it listens");
        let half = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n1";
        stream.write_all(half).await.expect("it reads");
        let mut answer = String::new();
        stream
            .read_to_string(&mut answer)
            .await
            .expect("an answer, then the end");
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!(!answer.contains("read"), "{answer}");
        assert!(begun.elapsed() >= PATIENCE);
        server.stop().await;
    }
}
