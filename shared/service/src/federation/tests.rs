use std::collections::VecDeque;
use std::sync::Mutex as Lock;

use async_trait::async_trait;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::*;
use crate::ports::PortError;
use crate::world::{START, World};

const EVERY_MS: u64 = 300_000;

/// A place that has what a test puts there, and lets readings through one by one.
struct Place {
    /// What each reading brings; the last one stays.
    has: Lock<VecDeque<Option<Vec<u8>>>>,
    gate: Semaphore,
    read: Lock<u64>,
}

impl Place {
    fn open(has: impl IntoIterator<Item = Option<Value>>) -> Arc<Self> {
        Self::with(has, Semaphore::MAX_PERMITS)
    }

    fn with(has: impl IntoIterator<Item = Option<Value>>, permits: usize) -> Arc<Self> {
        let bytes = |value: Value| value.to_string().into_bytes();
        Arc::new(Self {
            has: Lock::new(has.into_iter().map(|value| value.map(bytes)).collect()),
            gate: Semaphore::new(permits),
            read: Lock::new(0),
        })
    }

    fn readings(&self) -> u64 {
        *self.read.lock().expect("no panic")
    }
}

#[async_trait]
impl MemberLists for Place {
    async fn read(&self) -> Result<Vec<u8>, PortError> {
        *self.read.lock().expect("no panic") += 1;
        self.gate.acquire().await.expect("it stays").forget();
        let mut has = self.has.lock().expect("no panic");
        let next = if has.len() > 1 {
            has.pop_front().flatten()
        } else {
            has.front().cloned().flatten()
        };
        next.ok_or_else(|| PortError::new("reading the member list", "status 500"))
    }
}

fn list(issued_ms: u64, lives_ms: u64, members: &[&str]) -> Value {
    let issued = START.as_millis() + issued_ms;
    let member = |name: &&str| {
        json!({
            "issuer": name,
            "domains": [name],
            "keys": {"rsa": 2048},
            "contact": "mailto:it@one.example",
            "expires": START.as_millis() + 1_000_000_000,
        })
    };
    json!({
        "version": 1,
        "name": "Universities",
        "issued": issued,
        "expires": issued + lives_ms,
        "members": members.iter().map(member).collect::<Vec<_>>(),
    })
}

fn members(world: &Arc<World>, place: &Arc<Place>) -> Arc<Members> {
    Members::new(
        Arc::clone(world) as _,
        Arc::clone(place) as _,
        Seal::None,
        HostRule::Public,
        EVERY_MS,
    )
}

fn forward(world: &World, ms: u64) {
    world.is_at(world.now().plus_ms(ms));
}

/// The issuers listed, or the code of why there are none.
async fn believed(members: &Arc<Members>) -> String {
    let federation = members.current().await;
    match federation.list_at(members.clock.now()) {
        Ok(list) => {
            let issuers: Vec<_> = list
                .members()
                .iter()
                .map(|member| member.issuer.as_str())
                .collect();
            issuers.join(" ")
        }
        Err(refusal) => refusal.code().to_string(),
    }
}

#[tokio::test]
async fn nobody_is_believed_until_a_list_was_read_and_it_is_tried_again_after_half_a_minute() {
    let world = World::new();
    let place = Place::open([None, None, Some(list(0, 1000, &["one.example"]))]);
    let members = members(&world, &place);
    assert_eq!(believed(&members).await, "list_missing");
    forward(&world, RETRY_MS - 1);
    assert_eq!(believed(&members).await, "list_missing");
    assert_eq!(place.readings(), 1, "not with each verification");
    forward(&world, 1);
    assert_eq!(believed(&members).await, "list_missing");
    forward(&world, RETRY_MS);
    assert_eq!(
        believed(&members).await,
        "list_missing",
        "it is over already"
    );
    assert_eq!(place.readings(), 3);
    let (_, trouble) = members.standing().trouble.expect("trouble");
    assert_eq!(trouble.code(), "list_refused");
}

#[tokio::test]
async fn a_list_is_read_once_and_again_when_it_is_time() {
    let world = World::new();
    let place = Place::open([
        Some(list(0, 10_000_000, &["one.example"])),
        Some(list(1, 10_000_000, &["one.example", "two.example"])),
    ]);
    let members = members(&world, &place);
    for _ in 0..3 {
        assert_eq!(believed(&members).await, "one.example");
    }
    forward(&world, EVERY_MS - 1);
    assert_eq!(believed(&members).await, "one.example");
    assert_eq!(place.readings(), 1);
    forward(&world, 1);
    assert_eq!(
        believed(&members).await,
        "one.example",
        "nobody waits for the new one"
    );
    members.refresh().await.expect("a list");
    assert_eq!(believed(&members).await, "one.example two.example");
}

#[tokio::test]
async fn nobody_waits_who_has_a_list_and_all_who_have_none_wait_for_one_reading() {
    let world = World::new();
    let place = Place::with(
        [
            Some(list(0, 10_000_000, &["one.example"])),
            Some(list(1, 10_000_000, &["two.example"])),
        ],
        0,
    );
    let members = members(&world, &place);
    let waiting: Vec<_> = (0..20)
        .map(|_| {
            let members = Arc::clone(&members);
            tokio::spawn(async move { believed(&members).await })
        })
        .collect();
    tokio::task::yield_now().await;
    place.gate.add_permits(1);
    for waited in waiting {
        assert_eq!(waited.await.expect("no panic"), "one.example");
    }
    assert_eq!(place.readings(), 1, "twenty asked, one read");

    // The next reading hangs; nobody notices.
    forward(&world, EVERY_MS);
    for _ in 0..20 {
        assert_eq!(believed(&members).await, "one.example");
        tokio::task::yield_now().await;
    }
    assert_eq!(place.readings(), 2);
    place.gate.add_permits(1);
    members.refresh().await.expect("the reading under way");
    assert_eq!(believed(&members).await, "two.example");
    assert_eq!(place.readings(), 2);
}

#[tokio::test]
async fn the_old_list_holds_to_its_end_whatever_is_offered() {
    let world = World::new();
    let good = list(0, 2 * EVERY_MS, &["one.example"]);
    let mut wrong = list(1, 10_000_000, &["evil.example"]);
    wrong["members"][0]["domains"] = json!(["ONE.example"]);
    let later = list(3, 10_000_000, &["two.example"]);
    let place = Place::open([Some(good), None, Some(wrong), None, Some(later)]);
    let members = members(&world, &place);
    assert_eq!(believed(&members).await, "one.example");
    forward(&world, EVERY_MS);
    for expected in ["list_unreadable", "list_refused"] {
        let failure = members.refresh().await.expect_err("no list");
        assert_eq!(failure.code(), expected);
        assert_eq!(believed(&members).await, "one.example");
    }
    forward(&world, EVERY_MS - 1);
    assert_eq!(
        members.refresh().await.expect_err("no list").code(),
        "list_unreadable"
    );
    assert_eq!(
        believed(&members).await,
        "one.example",
        "to the millisecond"
    );
    forward(&world, 1);
    assert_eq!(believed(&members).await, "list_expired");
    forward(&world, RETRY_MS);
    assert_eq!(
        believed(&members).await,
        "two.example",
        "it is waited for, as nothing else holds"
    );
}

#[tokio::test]
async fn an_older_list_and_another_of_the_same_moment_are_refused() {
    let world = World::new();
    let held = list(5, 10_000_000, &["one.example", "two.example"]);
    let place = Place::open([
        Some(held.clone()),
        Some(list(4, 20_000_000, &["one.example", "removed.example"])),
        Some(list(5, 20_000_000, &["one.example", "removed.example"])),
        Some(held),
        Some(list(6, 10_000_000, &["one.example"])),
    ]);
    let members = members(&world, &place);
    members.refresh().await.expect("the first");
    for issued_ms in [4, 5] {
        let older = RefreshFailure::Older {
            held: START.plus_ms(5),
            offered: START.plus_ms(issued_ms),
        };
        assert_eq!(members.refresh().await, Err(older));
        assert_eq!(believed(&members).await, "one.example two.example");
    }
    members.refresh().await.expect("the same again");
    members.refresh().await.expect("a later one");
    assert_eq!(believed(&members).await, "one.example");
}

#[tokio::test]
async fn a_list_of_tomorrow_does_not_keep_out_those_of_today() {
    let world = World::new();
    let tomorrow = list(86_400_000, 10_000_000, &["evil.example"]);
    let today = list(0, 10_000_000, &["one.example"]);
    let place = Place::open([Some(tomorrow), Some(today)]);
    let members = members(&world, &place);
    assert_eq!(
        members.refresh().await.expect_err("no list").code(),
        "list_refused"
    );
    members.refresh().await.expect("today's");
    assert_eq!(believed(&members).await, "one.example");
}

#[tokio::test]
async fn counts_are_by_member_of_the_list_and_strangers_are_one() {
    let world = World::new();
    let place = Place::open([
        Some(list(0, 10_000_000, &["one.example", "two.example"])),
        Some(list(1, 10_000_000, &["one.example"])),
    ]);
    let members = members(&world, &place);
    members.refresh().await.expect("a list");
    let named = |name: &str| Domain::parse(name, HostRule::Public).expect("a domain");
    let refusal = Refusal::Chain;
    assert_eq!(
        members.count(Some(&named("one.example")), None).as_str(),
        "one.example"
    );
    members.count(Some(&named("two.example")), Some(&refusal));
    for number in 0..1000 {
        let stranger = named(&format!("s{number}.example"));
        assert_eq!(
            members.count(Some(&stranger), Some(&refusal)),
            Voice::Stranger
        );
    }
    members.count(None, Some(&refusal));
    let told = |members: &Arc<Members>| -> Vec<_> {
        let counts = members.standing().counts;
        let line = |(voice, counts): &(Voice, Counts)| {
            let refused = counts.refused.get("certificate_chain").copied();
            (voice.to_string(), counts.accepted, refused)
        };
        counts.iter().map(line).collect()
    };
    let one = ("one.example".to_owned(), 1, None);
    let strangers = ("stranger".to_owned(), 0, Some(1001));
    let two = ("two.example".to_owned(), 0, Some(1));
    assert_eq!(told(&members), [one.clone(), two, strangers.clone()]);
    members.refresh().await.expect("two has left");
    assert_eq!(told(&members), [one, strangers]);
}
