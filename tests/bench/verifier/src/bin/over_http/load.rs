//! Asking again and again, over a new connection each time: the verifier closes them, as the old one did.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::requests::is_okay;

/// One request to one server.
#[derive(Clone)]
pub struct Load {
    port: u16,
    request: Arc<[u8]>,
}

impl Load {
    pub fn new(port: u16, request: Vec<u8>) -> Self {
        let request = request.into();
        Self { port, request }
    }

    /// Asks once and reads to the end.
    pub async fn ask(&self) -> Vec<u8> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))
            .await
            .expect("the server listens");
        stream.set_nodelay(true).expect("a TCP option");
        stream.write_all(&self.request).await.expect("it reads");
        let mut answer = Vec::with_capacity(2048);
        stream.read_to_end(&mut answer).await.expect("it answers");
        answer
    }

    /// A bench of refusals would be worth nothing.
    pub async fn must_be_okay(&self) {
        let answer = self.ask().await;
        assert!(is_okay(&answer), "{}", String::from_utf8_lossy(&answer));
    }

    /// Answers a second, with `at_once` requests under way.
    pub async fn rate(&self, at_once: usize, time: Duration) -> f64 {
        let begun = Instant::now();
        let mut askers = JoinSet::new();
        for _ in 0..at_once {
            let load = self.clone();
            askers.spawn(async move {
                let mut answers = 0_u64;
                while begun.elapsed() < time {
                    let answer = load.ask().await;
                    assert!(answer.starts_with(b"HTTP/1.1 200"), "not answered");
                    answers += 1;
                }
                answers
            });
        }
        let answers: u64 = askers.join_all().await.into_iter().sum();
        answers as f64 / begun.elapsed().as_secs_f64()
    }

    /// How long each of `count` requests takes, one after the other.
    pub async fn latencies(&self, count: usize) -> Vec<Duration> {
        let mut taken = Vec::with_capacity(count);
        for _ in 0..count {
            let begun = Instant::now();
            let answer = self.ask().await;
            taken.push(begun.elapsed());
            assert!(is_okay(&answer), "{}", String::from_utf8_lossy(&answer));
        }
        taken.sort();
        taken
    }
}
