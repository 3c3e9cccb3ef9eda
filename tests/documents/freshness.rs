//! Both sides of each lifetime, as whoever asks sees them; and what is never mixed up.

use browserid::{Answer, Freshness, Unreachable};
use service::documents::Bounds;
use service::ports::Keep;

use crate::strangers::{
    NOW, Strangers, about, ask, authority, delegation, documents, failure, is_fetched,
    is_kept_since, question,
};

const HOUR_MS: u64 = 3_600_000;

fn not_found() -> Answer {
    Answer::Response {
        status: 404,
        content_type: None,
        body: Vec::new(),
    }
}

#[tokio::test]
async fn a_document_is_asked_for_again_at_the_end_of_its_life_and_not_before() {
    for (keep, life_ms) in [
        (Keep::For { ms: 10_000 }, 60_000),
        (Keep::For { ms: 600_000 }, 600_000),
        (Keep::For { ms: 24 * HOUR_MS }, 6 * HOUR_MS),
        (Keep::No, 60_000),
        (Keep::Unsaid, 300_000),
    ] {
        let strangers = Strangers::new();
        strangers.says("idp.example", &delegation("old.example"), keep);
        let documents = documents(&strangers, Bounds::SMALL);
        let idp = question("idp.example");
        assert!(is_fetched(&ask(&documents, &idp, NOW).await), "{keep:?}");
        strangers.says("idp.example", &delegation("new.example"), keep);

        let heard = ask(&documents, &idp, NOW.plus_ms(life_ms - 1)).await;
        let (age_ms, left_ms) = (life_ms - 1, 1);
        assert_eq!(heard.freshness, Freshness::Kept { age_ms, left_ms });
        assert_eq!(authority(&heard).as_deref(), Some("old.example"));
        assert_eq!(strangers.asked().len(), 1, "{keep:?}");

        let heard = ask(&documents, &idp, NOW.plus_ms(life_ms)).await;
        assert!(is_fetched(&heard));
        assert_eq!(authority(&heard).as_deref(), Some("new.example"));
        assert_eq!(strangers.asked().len(), 1, "{keep:?}");
    }
}

#[tokio::test]
async fn every_failure_lasts_half_a_minute() {
    for (answer, code) in [
        (not_found(), "document_missing"),
        (
            Answer::Unreachable(Unreachable::NoSuchHost),
            "domain_unknown",
        ),
        (Answer::Unreachable(Unreachable::Timeout), "domain_timeout"),
        (
            Answer::Unreachable(Unreachable::Connection),
            "domain_unreachable",
        ),
    ] {
        let strangers = Strangers::new();
        strangers.answers("idp.example", answer, Keep::For { ms: HOUR_MS });
        let documents = documents(&strangers, Bounds::SMALL);
        let idp = question("idp.example");
        assert_eq!(failure(&ask(&documents, &idp, NOW).await), Some(code));
        strangers.says("idp.example", &delegation("new.example"), Keep::Unsaid);

        let heard = ask(&documents, &idp, NOW.plus_ms(29_999)).await;
        assert_eq!(failure(&heard), Some(code));
        assert!(is_kept_since(&heard, 29_999));
        let heard = ask(&documents, &idp, NOW.plus_ms(30_000)).await;
        assert_eq!(authority(&heard).as_deref(), Some("new.example"));
        assert_eq!(strangers.asked().len(), 2);
    }
}

#[tokio::test]
async fn a_stale_document_is_not_used_even_if_the_host_is_down() {
    let strangers = Strangers::new();
    strangers.says(
        "idp.example",
        &delegation("old.example"),
        Keep::For { ms: HOUR_MS },
    );
    let documents = documents(&strangers, Bounds::SMALL);
    let idp = question("idp.example");
    ask(&documents, &idp, NOW).await;
    strangers.answers(
        "idp.example",
        Answer::Unreachable(Unreachable::Connection),
        Keep::Unsaid,
    );
    for late_ms in [HOUR_MS, HOUR_MS + 1, HOUR_MS + 29_999, HOUR_MS + 30_000] {
        let heard = ask(&documents, &idp, NOW.plus_ms(late_ms)).await;
        assert_eq!(failure(&heard), Some("domain_unreachable"), "{late_ms}");
    }
    assert_eq!(strangers.asked().len(), 3);
}

#[tokio::test]
async fn a_clock_that_is_set_back_makes_what_is_kept_stale() {
    let strangers = Strangers::new();
    let hour = Keep::For { ms: HOUR_MS };
    strangers.says("idp.example", &delegation("old.example"), hour);
    let documents = documents(&strangers, Bounds::SMALL);
    let idp = question("idp.example");
    ask(&documents, &idp, NOW).await;
    strangers.says("idp.example", &delegation("new.example"), hour);

    // Who read the clock a moment before the first answer came is no sign of that.
    let heard = ask(&documents, &idp, NOW.minus_ms(1_000)).await;
    assert!(is_kept_since(&heard, 0));
    let back = NOW.minus_ms(HOUR_MS);
    let heard = ask(&documents, &idp, back).await;
    assert!(is_fetched(&heard));
    assert_eq!(authority(&heard).as_deref(), Some("new.example"));
    let heard = ask(&documents, &idp, back.plus_ms(1)).await;
    assert!(
        is_kept_since(&heard, 1),
        "what was asked by the new clock is kept"
    );
}

#[tokio::test]
async fn what_is_said_about_one_principal_is_not_used_for_another() {
    let strangers = Strangers::new();
    strangers.says("idp.example", &delegation("old.example"), Keep::Unsaid);
    let documents = documents(&strangers, Bounds::SMALL);
    for question in [
        question("idp.example"),
        about("idp.example", "a.example"),
        about("idp.example", "b.example"),
    ] {
        let heard = ask(&documents, &question, NOW).await;
        assert!(is_fetched(&heard));
        assert_eq!(*heard.reading.question(), question);
        let heard = ask(&documents, &question, NOW).await;
        assert!(is_kept_since(&heard, 0));
        assert_eq!(*heard.reading.question(), question);
    }
    assert_eq!(
        strangers.asked(),
        [
            "idp.example for idp.example",
            "idp.example for a.example",
            "idp.example for b.example"
        ]
    );
}

#[tokio::test]
async fn the_clock_offset_is_remembered_with_the_answer() {
    let strangers = Strangers::new();
    strangers.says("idp.example", &delegation("old.example"), Keep::Unsaid);
    strangers.shows_time("idp.example", NOW.minus_ms(90_000));
    let documents = documents(&strangers, Bounds::SMALL);
    let idp = question("idp.example");
    for late_ms in [0, 100_000] {
        let heard = ask(&documents, &idp, NOW.plus_ms(late_ms)).await;
        assert_eq!(heard.clock_offset_ms, Some(-90_000));
    }
}
