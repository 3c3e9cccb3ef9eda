//! Looking names up, so that a few slow name servers cannot stop everybody.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use browserid::Unreachable;
use tokio::sync::watch::{Receiver, channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Resolver;

/// How many names are looked up at once; more wait. The operating system's look-up cannot be called off, and each holds one
/// of the 512 threads that tokio has for such work until its name server answers or is given up.
pub const MAX_LOOK_UPS: usize = 256;

type Found = Result<Vec<SocketAddr>, Unreachable>;
type UnderWay = Mutex<HashMap<(String, u16), Receiver<Option<Found>>>>;

/// Whoever asks for a name that is being looked up waits for that answer; an answer is not kept. Who stops waiting leaves
/// the look-up to itself, and the next one who asks joins it.
pub(crate) struct LookUps {
    free: Arc<Semaphore>,
    resolver: Arc<dyn Resolver>,
    under_way: Arc<UnderWay>,
}

impl LookUps {
    pub(crate) fn new(resolver: Arc<dyn Resolver>) -> Self {
        Self {
            free: Arc::new(Semaphore::new(MAX_LOOK_UPS)),
            resolver,
            under_way: Arc::default(),
        }
    }

    pub(crate) async fn look_up(&self, host: &str, port: u16) -> Found {
        let name = (host.to_owned(), port);
        let joined = locked(&self.under_way).get(&name).cloned();
        let mut answer = match joined {
            Some(answer) => answer,
            None => {
                let permit = Arc::clone(&self.free).acquire_owned().await;
                self.join_or_begin(name, permit.map_err(|_| Unreachable::Connection)?)
            }
        };
        let found = answer.wait_for(Option::is_some).await;
        let found = found.ok().and_then(|found| found.clone());
        found.unwrap_or(Err(Unreachable::Connection))
    }

    /// Somebody else may have begun while this one waited for its permit.
    fn join_or_begin(
        &self,
        name: (String, u16),
        permit: OwnedSemaphorePermit,
    ) -> Receiver<Option<Found>> {
        let mut under_way = locked(&self.under_way);
        if let Some(answer) = under_way.get(&name) {
            return answer.clone();
        }
        let (said, answer) = channel(None);
        under_way.insert(name.clone(), answer.clone());
        let resolver = Arc::clone(&self.resolver);
        let all = Arc::clone(&self.under_way);
        tokio::spawn(async move {
            let _one_of_many = permit;
            let _listed = Listed { all, name: &name };
            let found = resolver.resolve(&name.0, name.1).await;
            said.send_replace(Some(found));
        });
        answer
    }
}

/// Takes the name off the list however its look-up ends.
struct Listed<'a> {
    all: Arc<UnderWay>,
    name: &'a (String, u16),
}

impl Drop for Listed<'_> {
    fn drop(&mut self) {
        locked(&self.all).remove(self.name);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
