//! SIGINT, SIGTERM and SIGQUIT.

use std::future::Future;

use tokio::signal::unix::{SignalKind, signal};

use crate::complaint::Complaint;

/// Listens from now on; the future is ready when somebody asks this process to end.
pub fn asked_to_end() -> Result<impl Future<Output = ()>, Complaint> {
    let listen = |kind| {
        signal(kind).map_err(|error| {
            Complaint::failure(format!("signals cannot be listened for ({error})"))
        })
    };
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    let mut quit = listen(SignalKind::quit())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => (),
            _ = terminate.recv() => (),
            _ = quit.recv() => (),
        }
    })
}
