use super::*;

const NOON: Timestamp = Timestamp::from_millis(1_795_262_400_000);
const MINUTE: u64 = 60_000;

fn signature(request: &str, minute: u64) -> Signature {
    Signature {
        event_id: Some(format!("event of {request}")),
        key: Some("arn:aws:kms:eu-central-1:111122223333:key/a".to_owned()),
        principal: None,
        request_id: Some(request.to_owned()),
        source: None,
        time: NOON.plus_ms(minute * MINUTE),
    }
}

fn row(request: &str, minute: u64) -> Row {
    Row {
        email: "me@my.example".to_owned(),
        key_thumbprint: "thumbprint".to_owned(),
        lifetime_ms: 3_600_000,
        request_id: Some(request.to_owned()),
        time: NOON.plus_ms(minute * MINUTE + 300),
    }
}

fn export<T>(entries: Vec<T>, time: impl Fn(&T) -> Timestamp) -> Export<T> {
    let mut export = Export::new();
    for entry in entries {
        export.covers(time(&entry));
        export.entries.push(entry);
    }
    export
}

fn judge(signatures: Vec<Signature>, rows: Vec<Row>, asked: &Asked) -> Judgement {
    Judgement::new(
        export(signatures, |signature| signature.time),
        export(rows, |row| row.time),
        asked,
    )
}

/// A day later, with nothing said about the time.
fn asked() -> Asked {
    Asked {
        now: NOON.plus_ms(24 * 60 * MINUTE),
        since: None,
        until: None,
    }
}

#[test]
fn pairs_match_whatever_their_order() {
    let judgement = judge(
        vec![signature("b", 60), signature("a", 0)],
        vec![row("a", 0), row("b", 60)],
        &asked(),
    );
    assert_eq!(judgement.matched, 2);
    assert!(judgement.is_clean());
    assert_eq!((judgement.findings, judgement.unjudged), (vec![], vec![]));
    assert_eq!(judgement.keys.into_values().collect::<Vec<_>>(), [2]);
}

#[test]
fn what_is_alone_between_the_others_is_found_in_the_order_of_time() {
    let judgement = judge(
        vec![
            signature("a", 0),
            signature("stolen", 40),
            signature("b", 60),
        ],
        vec![row("a", 0), row("invented", 20), row("b", 60)],
        &asked(),
    );
    assert_eq!(judgement.matched, 2);
    assert_eq!(
        judgement.findings,
        [
            Finding::RowWithoutSignature(row("invented", 20)),
            Finding::SignatureWithoutRow(signature("stolen", 40)),
        ]
    );
    assert!(!judgement.is_clean());
    assert_eq!(judgement.unjudged, []);
}

#[test]
fn what_lies_beyond_the_other_export_cannot_be_judged() {
    // The rows were exported at 13:00, CloudTrail for an hour more at both ends.
    let before = signature("before", 0);
    let after = signature("after", 180);
    let judgement = judge(
        vec![
            before.clone(),
            signature("a", 60),
            signature("b", 120),
            after.clone(),
        ],
        vec![row("a", 60), row("b", 120)],
        &asked(),
    );
    assert!(!judgement.is_clean());
    assert_eq!(judgement.matched, 2);
    assert_eq!(
        judgement.unjudged,
        [
            Finding::SignatureWithoutRow(before),
            Finding::SignatureWithoutRow(after)
        ]
    );
}

#[test]
fn who_misuses_the_key_last_is_not_taken_for_clean_and_who_signs_in_last_is() {
    let pairs = || (vec![signature("a", 0)], vec![row("a", 0)]);
    let (mut signatures, rows) = pairs();
    signatures.push(signature("stolen", 1));
    let judgement = judge(signatures, rows, &asked());
    assert_eq!((judgement.findings.len(), judgement.unjudged.len()), (0, 1));
    assert!(!judgement.is_clean());

    let (signatures, mut rows) = pairs();
    rows.push(row("young", 1));
    let judgement = judge(signatures, rows, &asked());
    assert_eq!((judgement.findings.len(), judgement.unjudged.len()), (0, 1));
    assert!(judgement.is_clean());
}

#[test]
fn rows_of_the_last_quarter_of_an_hour_may_still_get_their_signature() {
    let late = |minute: u64| {
        let judgement = judge(
            vec![signature("a", 0), signature("b", 60)],
            vec![row("a", 0), row("late", minute), row("b", 60)],
            &asked(),
        );
        (judgement.findings.len(), judgement.unjudged.len())
    };
    assert_eq!(late(44), (1, 0));
    assert_eq!(late(45), (0, 1));
    assert_eq!(late(61), (0, 1));
}

#[test]
fn a_signature_and_its_row_may_lie_on_both_sides_of_an_exports_end() {
    let near = |minute: u64| {
        let judgement = judge(
            vec![
                signature("a", 0),
                signature("near", minute),
                signature("b", 60),
            ],
            vec![row("a", 0), row("b", 60)],
            &asked(),
        );
        (judgement.findings.len(), judgement.unjudged.len())
    };
    assert_eq!(near(0), (0, 1));
    assert_eq!(near(1), (0, 1));
    assert_eq!(near(2), (1, 0));
    assert_eq!(near(59), (1, 0));
    assert_eq!(near(60), (0, 1));
}

#[test]
fn what_was_said_to_be_complete_is_judged_to_its_ends_and_nothing_else_is() {
    let asked = Asked {
        since: Some(NOON),
        until: Some(NOON.plus_ms(60 * MINUTE)),
        ..asked()
    };
    let stolen = [signature("first", 0), signature("last", 59)];
    let judgement = judge(
        vec![stolen[0].clone(), stolen[1].clone(), signature("next", 60)],
        vec![],
        &asked,
    );
    assert_eq!(judgement.findings, stolen.map(Finding::SignatureWithoutRow));
    assert_eq!((judgement.unjudged, judgement.left_out), (vec![], 1));

    let judgement = judge(vec![], vec![row("invented", 59)], &asked);
    assert_eq!(
        judgement.findings,
        [Finding::RowWithoutSignature(row("invented", 59))]
    );
}

#[test]
fn even_what_was_said_to_be_complete_waits_for_cloudtrail() {
    let asked = Asked {
        now: NOON.plus_ms(60 * MINUTE),
        since: Some(NOON),
        until: Some(NOON.plus_ms(60 * MINUTE)),
    };
    let young = row("young", 50);
    let judgement = judge(
        vec![signature("a", 1), signature("stolen", 58)],
        vec![row("a", 1), young.clone()],
        &asked,
    );
    assert_eq!(judgement.unjudged, [Finding::RowWithoutSignature(young)]);
    assert_eq!(
        judgement.findings,
        [Finding::SignatureWithoutRow(signature("stolen", 58))]
    );
}

#[test]
fn exports_that_say_nothing_of_each_other_are_not_taken_for_a_match() {
    let judgement = judge(vec![signature("stolen", 0)], vec![], &asked());
    assert_eq!(judgement.unjudged.len(), 1);
    assert!(!judgement.is_clean());
    let judgement = judge(vec![], vec![row("invented", 0)], &asked());
    assert!(!judgement.is_clean());
    assert!(judge(vec![], vec![], &asked()).is_clean());
}

#[test]
fn overlapping_exports_count_once() {
    let judgement = judge(
        vec![signature("a", 0), signature("a", 0), signature("a", 0)],
        vec![row("a", 0), row("a", 0)],
        &asked(),
    );
    assert_eq!((judgement.matched, judgement.repeated), (1, 3));
    assert!(judgement.is_clean());
}

#[test]
fn two_of_one_request_are_found_though_the_first_matches() {
    let other_row = row("a", 3);
    let other_signature = Signature {
        event_id: Some("another".to_owned()),
        ..signature("a", 2)
    };
    let nameless = Row {
        request_id: None,
        ..row("", 1)
    };
    let judgement = judge(
        vec![signature("a", 0), other_signature.clone()],
        vec![row("a", 0), other_row.clone(), nameless.clone()],
        &asked(),
    );
    assert_eq!(judgement.matched, 1);
    assert_eq!(
        judgement.findings,
        [
            Finding::RowWithoutRequest(nameless),
            Finding::SignatureTwice(other_signature),
            Finding::RowTwice(other_row),
        ]
    );
    assert!(!judgement.is_clean());
}
