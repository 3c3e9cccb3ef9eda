//! Connections that wait for another question.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use browserid::Domain;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep_until};

use crate::connection::Connection;

/// How many connections wait at most, each to another host; of more, the one that has waited longest is closed.
pub const MAX_IDLE: usize = 16;

/// How long a connection lives, idle or not: after that the name is looked up and the certificate checked again, so that a
/// host that moved is followed.
pub const MAX_AGE: Duration = Duration::from_secs(30);

/// Nobody reads from them or writes to them while they wait. They are closed at [`MAX_AGE`] even if nothing is asked again.
pub(crate) struct Idle<S>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    shelf: Arc<Mutex<Shelf<S>>>,
}

struct Shelf<S>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    connections: VecDeque<(Domain, Connection<S>)>,
    is_swept: bool,
}

impl<S> Idle<S>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    pub(crate) fn new() -> Self {
        let shelf = Shelf {
            connections: VecDeque::new(),
            is_swept: false,
        };
        Self {
            shelf: Arc::new(Mutex::new(shelf)),
        }
    }

    /// The connection to exactly this host and port, if one waits that can still be used.
    pub(crate) async fn take(&self, host: &Domain) -> Option<Connection<S>> {
        let mut connection = locked(&self.shelf).take(host)?;
        // So that the runtime has looked whether something came in since.
        yield_now().await;
        connection.is_idle().await.then_some(connection)
    }

    /// Keeps a connection whose last answer was read to its end, unless the host closes it or sent more than the answer.
    pub(crate) async fn keep(&self, host: &Domain, mut connection: Connection<S>) {
        if !connection.is_idle().await {
            return;
        }
        let mut shelf = locked(&self.shelf);
        shelf.put(host, connection);
        if !shelf.is_swept {
            shelf.is_swept = true;
            tokio::spawn(sweep(Arc::downgrade(&self.shelf)));
        }
    }
}

impl<S> Shelf<S>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    fn take(&mut self, host: &Domain) -> Option<Connection<S>> {
        self.close_old();
        let place = self.connections.iter().position(|(to, _)| to == host)?;
        self.connections
            .remove(place)
            .map(|(_, connection)| connection)
    }

    fn put(&mut self, host: &Domain, connection: Connection<S>) {
        self.connections.retain(|(to, _)| to != host);
        if self.connections.len() >= MAX_IDLE {
            self.connections.pop_front();
        }
        self.connections.push_back((host.clone(), connection));
    }

    fn close_old(&mut self) {
        let now = Instant::now();
        self.connections
            .retain(|(_, connection)| now < connection.since + MAX_AGE);
    }
}

/// Ends when nothing waits any more.
async fn sweep<S>(shelf: Weak<Mutex<Shelf<S>>>)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    while let Some(next) = next_end(&shelf) {
        sleep_until(next).await;
    }
}

fn next_end<S>(shelf: &Weak<Mutex<Shelf<S>>>) -> Option<Instant>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let shelf = shelf.upgrade()?;
    let mut shelf = locked(&shelf);
    shelf.close_old();
    let ends = shelf.connections.iter();
    let next = ends.map(|(_, connection)| connection.since + MAX_AGE).min();
    shelf.is_swept = next.is_some();
    next
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
