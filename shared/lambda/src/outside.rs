//! What a function needs from outside before it can answer: opened during init, and again with the next event while it
//! does not answer.

use std::fmt;
use std::future::Future;

use axum::Router;
use service::ports::PortError;
use tokio::sync::Mutex;

/// The configuration of a function, which knows how to open what it names.
pub trait Outside: Send + Sync + 'static {
    /// Opens it. How long that may take is the adapters' business; init has 10 s.
    fn open(&self) -> impl Future<Output = Result<Router, Shut>> + Send;
}

/// A function that needs nothing from outside is open from the start.
impl Outside for Router {
    async fn open(&self) -> Result<Router, Shut> {
        Ok(self.clone())
    }
}

/// It could not be opened.
#[derive(Debug)]
pub enum Shut {
    /// This may pass: the events until then are answered 503, and each tries again.
    Unavailable(PortError),
    /// The configuration names something that will never do. The message says which variable, and repeats no secret.
    Wrong(String),
}

impl fmt::Display for Shut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(error) => error.fmt(f),
            Self::Wrong(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Shut {}

/// For what was called only to have the connection made during init: trouble is no reason not to start. The request that
/// needs it meets it too, and says so with its own answer.
pub fn warmed<E: fmt::Display>(warmed: Result<(), E>) {
    if let Err(error) = warmed {
        tracing::warn!(error = %error, "could not be warmed up");
    }
}

/// Remembers what was opened.
pub(crate) struct Door<O> {
    opened: Mutex<Option<Router>>,
    outside: O,
}

impl<O: Outside> Door<O> {
    pub(crate) fn new(outside: O) -> Self {
        Self {
            opened: Mutex::new(None),
            outside,
        }
    }

    /// What was opened, or one try to open it.
    pub(crate) async fn router(&self) -> Result<Router, Shut> {
        let mut opened = self.opened.lock().await;
        if let Some(router) = opened.as_ref() {
            return Ok(router.clone());
        }
        let router = self.outside.open().await?;
        *opened = Some(router.clone());
        Ok(router)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Opens at the third try.
    struct Third(AtomicUsize);

    impl Outside for Third {
        async fn open(&self) -> Result<Router, Shut> {
            match self.0.fetch_add(1, Ordering::SeqCst) {
                0 | 1 => Err(Shut::Unavailable(PortError::new("knocking", "nobody"))),
                _ => Ok(Router::new()),
            }
        }
    }

    #[tokio::test]
    async fn what_is_shut_is_tried_again_and_what_is_open_stays_open() {
        let door = Door::new(Third(AtomicUsize::new(0)));
        let mut open = Vec::new();
        for _ in 0..5 {
            open.push(door.router().await.is_ok());
        }
        assert_eq!(open, [false, false, true, true, true]);
        assert_eq!(door.outside.0.load(Ordering::SeqCst), 3);
    }
}
