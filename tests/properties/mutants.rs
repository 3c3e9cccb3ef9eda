//! Changed bundles, judged twice: a slice of the run of a million (`fuzz/million`).

use tests::mutation;

#[test]
fn product_and_oracle_agree_on_every_changed_bundle() {
    let tally = mutation::run(1, 0..3000, 2);
    assert!(tally.disputed.is_empty(), "{tally}");
    assert_eq!(tally.cases(), 3000);
    // A run in which nothing is accepted, or nothing refused, would show nothing.
    assert!(tally.accepted > 300, "{tally}");
    assert!(tally.refused.len() > 15, "{tally}");
    assert_eq!(tally.undecided, 0, "{tally}");
}

#[test]
fn a_run_is_made_again_from_its_seed() {
    let told = |seed| mutation::run(seed, 0..100, 2).to_string();
    assert_eq!(told(7), told(7));
    assert_ne!(told(7), told(8));
}
