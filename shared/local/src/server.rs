//! A listening socket with a router behind it, until it is asked to stop.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// How long requests that are under way may go on after the server was asked to stop.
const GRACE: Duration = Duration::from_secs(1);

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
            let service = router.into_make_service_with_connect_info::<SocketAddr>();
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
