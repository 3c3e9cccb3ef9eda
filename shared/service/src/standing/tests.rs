use super::*;
use crate::world::{START, World};

fn domain() -> Domain {
    Domain::parse("me.example", browserid::HostRule::Public).expect("a domain")
}

fn supported() -> Said {
    let authority = Domain::parse("idp.example", browserid::HostRule::Public);
    Said::Supported {
        authority: authority.expect("a domain"),
    }
}

/// A world whose clock is at `ms` after the start.
struct Scene(Arc<World>);

impl Scene {
    fn new() -> Self {
        Self(World::new())
    }

    async fn at(&self, ms: u64, said: Said) -> Standing {
        self.0.is_at(START.plus_ms(ms));
        self.0.says(said);
        let standing = self.0.standings().of(&domain()).await;
        standing.expect("the world works")
    }
}

fn secondary(last_primary_ms: Option<u64>) -> Standing {
    Standing::Secondary {
        last_primary: last_primary_ms.map(|ms| START.plus_ms(ms)),
    }
}

#[tokio::test]
async fn domain_that_never_had_support_is_secondary_whatever_way_it_says_so() {
    let scene = Scene::new();
    assert_eq!(scene.at(0, Said::NoSupport).await, secondary(None));
    assert_eq!(scene.at(0, Said::Disabled).await, secondary(None));
}

#[tokio::test]
async fn support_is_primary_whatever_was_before() {
    let scene = Scene::new();
    let authority = Domain::parse("idp.example", browserid::HostRule::Public);
    let primary = Standing::Primary {
        authority: authority.expect("a domain"),
    };
    assert_eq!(scene.at(0, supported()).await, primary);
    scene.at(1, Said::Disabled).await;
    assert_eq!(scene.at(2, supported()).await, primary);
}

#[tokio::test]
async fn support_that_went_away_silently_is_offline_for_thirty_days_to_the_millisecond() {
    let scene = Scene::new();
    scene.at(5, supported()).await;
    let until = START.plus_ms(5 + 30 * 24 * 60 * 60 * 1000);
    for ms in [5, 6, 5 + GRACE_MS - 1] {
        assert_eq!(
            scene.at(ms, Said::NoSupport).await,
            Standing::Offline { until }
        );
    }
    for ms in [5 + GRACE_MS, 5 + GRACE_MS + 1] {
        assert_eq!(scene.at(ms, Said::NoSupport).await, secondary(Some(5)));
    }
}

#[tokio::test]
async fn support_seen_again_starts_the_thirty_days_anew() {
    let scene = Scene::new();
    scene.at(0, supported()).await;
    scene.at(GRACE_MS - 1, supported()).await;
    let until = START.plus_ms(2 * GRACE_MS - 1);
    assert_eq!(
        scene.at(2 * GRACE_MS - 2, Said::NoSupport).await,
        Standing::Offline { until }
    );
    assert_eq!(
        scene.at(2 * GRACE_MS - 1, Said::NoSupport).await,
        secondary(Some(GRACE_MS - 1))
    );
}

#[tokio::test]
async fn domain_that_says_that_it_has_none_is_secondary_in_the_next_millisecond() {
    let scene = Scene::new();
    scene.at(5, supported()).await;
    assert_eq!(scene.at(6, Said::Disabled).await, secondary(Some(5)));
    // That was its word; that it is silent afterwards takes nothing of it back but the days of grace.
    assert!(matches!(
        scene.at(7, Said::NoSupport).await,
        Standing::Offline { .. }
    ));
}

#[tokio::test]
async fn nothing_clear_is_unreachable_and_changes_no_memory() {
    let scene = Scene::new();
    for ms in [0, 1] {
        assert_eq!(scene.at(ms, Said::Unclear).await, Standing::Unreachable);
    }
    assert_eq!(scene.at(2, Said::NoSupport).await, secondary(None));
    scene.at(3, supported()).await;
    assert_eq!(scene.at(4, Said::Unclear).await, Standing::Unreachable);
    assert_eq!(scene.at(4, Said::Disabled).await, secondary(Some(3)));
}

#[tokio::test]
async fn clock_that_was_set_back_makes_nobody_secondary() {
    let scene = Scene::new();
    scene.at(1_000, supported()).await;
    // What is proved now would look older than the support that we saw.
    for ms in [0, 999, 1_000] {
        assert_eq!(scene.at(ms, Said::Disabled).await, Standing::Unreachable);
        assert!(matches!(
            scene.at(ms, Said::NoSupport).await,
            Standing::Offline { .. }
        ));
    }
    // Seen by the clock that was set back: the memory stays where it was.
    scene.at(0, supported()).await;
    assert_eq!(
        scene.at(1_001, Said::Disabled).await,
        secondary(Some(1_000))
    );
}

#[tokio::test]
async fn support_counts_from_the_answer_and_not_from_the_question() {
    let scene = Scene::new();
    scene.0.answers_after(700);
    scene.at(0, supported()).await;
    scene.0.answers_after(0);
    assert_eq!(scene.at(701, Said::Disabled).await, secondary(Some(700)));
}

#[tokio::test]
async fn broken_discovery_or_memory_is_no_standing() {
    let scene = Scene::new();
    scene.0.breaks();
    assert!(scene.0.standings().of(&domain()).await.is_err());
}

#[test]
fn what_was_proved_counts_only_if_it_is_younger_than_the_last_support() {
    let last = START.plus_ms(5);
    for (ms, expected) in [(4, false), (5, false), (6, true)] {
        let proved = START.plus_ms(ms);
        assert_eq!(still_counts(proved, Some(last)), expected, "{ms}");
        assert!(still_counts(proved, None));
    }
}

#[tokio::test]
async fn domain_that_delegates_to_the_fallback_lets_it_speak_at_once() {
    let scene = Scene::new();
    let issuer = scene.0.standings().issuer.clone();
    let delegates = Said::Supported { authority: issuer };
    assert_eq!(scene.at(0, delegates.clone()).await, secondary(None));
    scene.at(5, supported()).await;
    assert_eq!(scene.at(6, delegates.clone()).await, secondary(Some(5)));
    // That it delegates is not noted as a support of its own.
    let until = START.plus_ms(5 + GRACE_MS);
    assert_eq!(
        scene.at(7, Said::NoSupport).await,
        Standing::Offline { until }
    );
    assert_eq!(scene.at(4, delegates).await, Standing::Unreachable);
}

#[tokio::test]
async fn fallback_is_no_provider_of_its_own_domain() {
    let scene = Scene::new();
    let standings = scene.0.standings();
    let authority = standings.issuer.clone();
    scene.0.says(Said::Supported {
        authority: authority.clone(),
    });
    let standing = standings.of(&authority).await.expect("the world works");
    assert_eq!(standing, Standing::Primary { authority });
}
