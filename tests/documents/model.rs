//! Whatever is asked, in whatever order, while answers change and the clock goes on or back: the same as a model that is
//! too simple to be wrong says.

use std::collections::HashMap;

use browserid::{Answer, Freshness, Timestamp};
use proptest::prelude::*;
use service::documents::{Bounds, Wanted};
use service::ports::Keep;

use crate::strangers::{NOW, Strangers, about, authority, delegation, documents};

const HOSTS: [&str; 2] = ["a.example", "b.example"];
const PRINCIPALS: [&str; 2] = ["one.example", "two.example"];

#[derive(Clone, Debug)]
enum Step {
    Ask {
        host: usize,
        newer: bool,
        principal: usize,
    },
    /// Every host answers otherwise from now on: None is a failure.
    Change {
        host: usize,
        keep: Option<Keep>,
    },
    Forward(u64),
    Back(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let keep = prop_oneof![
        Just(Keep::No),
        Just(Keep::Unsaid),
        (0..200_000u64).prop_map(|ms| Keep::For { ms }),
        Just(Keep::For { ms: u64::MAX }),
    ];
    let time = prop_oneof![
        Just(1),
        Just(29_999),
        Just(30_000),
        Just(59_999),
        Just(60_000),
        Just(300_000),
        0..400_000u64,
        Just(21_600_000),
    ];
    let step = prop_oneof![
        6 => (0..2usize, any::<bool>(), 0..2usize)
            .prop_map(|(host, newer, principal)| Step::Ask { host, newer, principal }),
        2 => (0..2usize, prop::option::weighted(0.7, keep))
            .prop_map(|(host, keep)| Step::Change { host, keep }),
        3 => time.prop_map(Step::Forward),
        1 => (0..400_000u64).prop_map(Step::Back),
    ];
    prop::collection::vec(step, 1..60)
}

/// What the model keeps about one question.
#[derive(Clone)]
struct Kept {
    asked: u64,
    /// It was stale at some moment. If the clock then goes to where it would be fresh, it may be gone or still be there.
    is_doubtful: bool,
    life: u64,
    /// Whom it delegates to; None for a failure.
    said: Option<String>,
}

#[derive(Default)]
struct Model {
    answers: HashMap<usize, (Option<String>, Keep)>,
    kept: HashMap<(usize, usize), Kept>,
    looked: HashMap<usize, u64>,
}

impl Kept {
    fn is_fresh(&self, now: u64) -> bool {
        self.asked <= now + 1_000 && now.saturating_sub(self.asked) < self.life
    }
}

impl Model {
    /// It is `now`.
    fn doubt(&mut self, now: u64) {
        for kept in self.kept.values_mut() {
            kept.is_doubtful |= !kept.is_fresh(now);
        }
    }

    /// What is said and, if it comes from memory, how old it is; and whether the host is asked.
    fn ask(&mut self, host: usize, principal: usize, newer: bool, now: u64) -> Expected {
        let kept = self.kept.get(&(host, principal)).cloned();
        let fresh = kept.filter(|kept| kept.is_fresh(now));
        let rests = self
            .looked
            .get(&host)
            .is_some_and(|last| *last <= now + 1_000 && now.saturating_sub(*last) < 60_000);
        if let Some(kept) = &fresh
            && (!newer || rests)
        {
            return Expected {
                age: Some(now.saturating_sub(kept.asked)),
                asks: false,
                said: kept.said.clone(),
            };
        }
        if fresh.is_some() {
            self.looked.insert(host, now);
        }
        let (said, keep) = self.answers.get(&host).cloned().unwrap_or((None, Keep::No));
        if let Some(kept) = fresh.filter(|kept| kept.said.is_some() && said.is_none()) {
            return Expected {
                age: Some(now.saturating_sub(kept.asked)),
                asks: true,
                said: kept.said,
            };
        }
        let life = match (&said, keep) {
            (None, _) => 30_000,
            (Some(_), Keep::No) => 60_000,
            (Some(_), Keep::Unsaid) => 300_000,
            (Some(_), Keep::For { ms }) => ms.clamp(60_000, 21_600_000),
        };
        let kept = Kept {
            asked: now,
            is_doubtful: false,
            life,
            said: said.clone(),
        };
        self.kept.insert((host, principal), kept);
        Expected {
            age: None,
            asks: true,
            said,
        }
    }
}

#[derive(Debug, PartialEq)]
struct Expected {
    age: Option<u64>,
    asks: bool,
    said: Option<String>,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn documents_behave_as_the_model(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime");
        runtime.block_on(run(steps))?;
    }
}

async fn run(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let strangers = Strangers::new();
    let documents = documents(&strangers, Bounds::SMALL);
    let mut model = Model::default();
    let mut now = NOW.as_millis();
    for (number, step) in steps.into_iter().enumerate() {
        match step {
            Step::Forward(ms) => {
                now += ms;
                model.doubt(now);
            }
            Step::Back(ms) => {
                now -= ms;
                model.doubt(now);
            }
            Step::Change { host, keep } => {
                let said = keep.map(|_| format!("said{number}.example"));
                let keep = keep.unwrap_or(Keep::Unsaid);
                match &said {
                    Some(name) => strangers.says(HOSTS[host], &delegation(name), keep),
                    None => {
                        let failure = Answer::Response {
                            status: 503,
                            content_type: None,
                            body: Vec::new(),
                        };
                        strangers.answers(HOSTS[host], failure, keep);
                    }
                }
                model.answers.insert(host, (said, keep));
            }
            Step::Ask {
                host,
                newer,
                principal,
            } => {
                let place = (host, principal);
                let is_doubtful = model.kept.get(&place).is_some_and(|kept| kept.is_doubtful);
                let newer = newer && !is_doubtful;
                let wanted = if newer { Wanted::Newer } else { Wanted::Fresh };
                let question = about(HOSTS[host], PRINCIPALS[principal]);
                let at = Timestamp::from_millis(now);
                let heard = documents.ask(&question, at, 0, wanted).await;
                let is = Expected {
                    age: match heard.freshness {
                        Freshness::Kept { age_ms, .. } => Some(age_ms),
                        Freshness::Fetched => None,
                    },
                    asks: strangers.asked().len() == 1,
                    said: authority(&heard),
                };
                if is_doubtful && is.asks {
                    model.kept.remove(&place);
                }
                prop_assert_eq!(
                    is,
                    model.ask(host, principal, newer, now),
                    "step {}",
                    number
                );
            }
        }
    }
    Ok(())
}
