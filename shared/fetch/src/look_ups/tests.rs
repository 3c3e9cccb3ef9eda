use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use tokio::sync::Notify;
use tokio::task::{JoinSet, yield_now};

use super::*;

/// Answers a name that begins with `slow` when it is told to, every other one at once.
#[derive(Default)]
struct Scripted {
    asked: Mutex<Vec<String>>,
    at_once: AtomicUsize,
    go: Notify,
    most_at_once: AtomicUsize,
}

impl Scripted {
    fn asked(&self) -> usize {
        locked(&self.asked).len()
    }

    fn most_at_once(&self) -> usize {
        self.most_at_once.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Resolver for Scripted {
    async fn resolve(&self, host: &str, port: u16) -> Found {
        locked(&self.asked).push(host.to_owned());
        let now = self.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(now, Ordering::SeqCst);
        if host.starts_with("slow") {
            self.go.notified().await;
        }
        self.at_once.fetch_sub(1, Ordering::SeqCst);
        Ok(vec![SocketAddr::from(([192, 0, 2, 1], port))])
    }
}

fn scripted() -> (Arc<Scripted>, Arc<LookUps>) {
    let resolver = Arc::new(Scripted::default());
    let look_ups = LookUps::new(Arc::clone(&resolver) as _);
    (resolver, Arc::new(look_ups))
}

fn found(port: u16) -> Found {
    Ok(vec![SocketAddr::from(([192, 0, 2, 1], port))])
}

/// Until nothing that could go on goes on any more. Everything here runs on this one thread.
async fn settle() {
    for _ in 0..2_000 {
        yield_now().await;
    }
}

#[tokio::test]
async fn everybody_who_asks_for_a_name_waits_for_one_look_up() {
    let (resolver, look_ups) = scripted();
    let mut asking = JoinSet::new();
    for _ in 0..1_000 {
        let look_ups = Arc::clone(&look_ups);
        asking.spawn(async move { look_ups.look_up("slow.example", 443).await });
    }
    settle().await;
    assert_eq!(resolver.asked(), 1);
    resolver.go.notify_one();
    let all = asking.join_all().await;
    assert_eq!(all, vec![found(443); 1_000]);
    assert_eq!(resolver.asked(), 1);
}

#[tokio::test]
async fn an_answer_is_not_kept() {
    let (resolver, look_ups) = scripted();
    for times in 1..4 {
        assert_eq!(look_ups.look_up("a.example", 443).await, found(443));
        settle().await;
        assert_eq!(resolver.asked(), times);
    }
    assert!(locked(&look_ups.under_way).is_empty());
}

#[tokio::test]
async fn ports_are_not_mixed_up() {
    let (_, look_ups) = scripted();
    let both = async {
        tokio::join!(
            look_ups.look_up("a.example", 1),
            look_ups.look_up("a.example", 2)
        )
    };
    assert_eq!(both.await, (found(1), found(2)));
}

#[tokio::test]
async fn who_stops_waiting_leaves_the_look_up_to_the_next_one() {
    let (resolver, look_ups) = scripted();
    for _ in 0..10 {
        let waiting = {
            let look_ups = Arc::clone(&look_ups);
            tokio::spawn(async move { look_ups.look_up("slow.example", 443).await })
        };
        settle().await;
        waiting.abort();
    }
    assert_eq!(resolver.asked(), 1);
    let (answer, ()) = tokio::join!(look_ups.look_up("slow.example", 443), async {
        settle().await;
        resolver.go.notify_one();
    });
    assert_eq!(answer, found(443));
    assert_eq!(resolver.asked(), 1);
}

#[tokio::test]
async fn a_flood_of_names_that_hang_takes_so_many_threads_and_no_more() {
    let (resolver, look_ups) = scripted();
    let mut flood = JoinSet::new();
    for n in 0..2 * MAX_LOOK_UPS {
        let look_ups = Arc::clone(&look_ups);
        flood.spawn(async move { look_ups.look_up(&format!("slow{n}.example"), 443).await });
    }
    settle().await;
    assert_eq!(resolver.asked(), MAX_LOOK_UPS);
    assert_eq!(resolver.most_at_once(), MAX_LOOK_UPS);

    // Who gave up waiting for a turn is not looked up afterwards; who waits still gets the next one.
    flood.abort_all();
    let waiting = {
        let look_ups = Arc::clone(&look_ups);
        tokio::spawn(async move { look_ups.look_up("healthy.example", 443).await })
    };
    settle().await;
    assert!(!waiting.is_finished());
    resolver.go.notify_one();
    assert_eq!(waiting.await.expect("it ends"), found(443));
    resolver.go.notify_waiters();
    settle().await;
    assert_eq!(resolver.asked(), MAX_LOOK_UPS + 1);
    assert!(locked(&look_ups.under_way).is_empty());
    assert_eq!(look_ups.free.available_permits(), MAX_LOOK_UPS);
}

#[tokio::test]
async fn who_waited_for_a_turn_joins_who_had_one_first() {
    let (resolver, look_ups) = scripted();
    let mut asking = JoinSet::new();
    let names = (0..MAX_LOOK_UPS).map(|n| format!("slow{n}.example"));
    for name in names.chain(["slow.example".to_owned(), "slow.example".to_owned()]) {
        let look_ups = Arc::clone(&look_ups);
        asking.spawn(async move { look_ups.look_up(&name, 443).await });
    }
    settle().await;
    assert_eq!(resolver.asked(), MAX_LOOK_UPS);
    resolver.go.notify_waiters();
    settle().await;
    assert_eq!(resolver.asked(), MAX_LOOK_UPS + 1);
    resolver.go.notify_waiters();
    let all = asking.join_all().await;
    assert_eq!(all, vec![found(443); MAX_LOOK_UPS + 2]);
    assert_eq!(resolver.asked(), MAX_LOOK_UPS + 1);
}

/// Panics at the first question.
struct Broken(AtomicUsize);

#[async_trait]
impl Resolver for Broken {
    async fn resolve(&self, _: &str, port: u16) -> Found {
        let times = self.0.fetch_add(1, Ordering::SeqCst);
        assert_ne!(times, 0, "a bug");
        found(port)
    }
}

#[tokio::test]
async fn a_look_up_that_breaks_is_trouble_once_and_not_for_ever() {
    let look_ups = LookUps::new(Arc::new(Broken(AtomicUsize::new(0))));
    let trouble = Err(Unreachable::Connection);
    assert_eq!(look_ups.look_up("a.example", 443).await, trouble);
    assert_eq!(look_ups.look_up("a.example", 443).await, found(443));
    settle().await;
    assert_eq!(look_ups.free.available_permits(), MAX_LOOK_UPS);
}
