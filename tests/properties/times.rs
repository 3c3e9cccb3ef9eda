//! Validity windows: open at their edges and nowhere else, to the millisecond.

use proptest::prelude::*;
use serde_json::json;

use crate::signers::{ISSUER, USER};
use crate::verification::{AUDIENCE, NOW, certificate, policy, verify};

const DAY: u64 = 24 * 60 * 60 * 1000;

/// From an edge, a millisecond to either side, or anywhere near.
fn any_shift() -> impl Strategy<Value = i64> {
    prop_oneof![3 => -1..=1i64, 1 => -5_000..5_000i64]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn a_bundle_holds_exactly_while_both_of_its_parts_do(
        issued in (0..60_000u64, 0..60_000u64), left in (0..120_000u64, 0..120_000u64), edge in 0usize..4, shift in any_shift(),
    ) {
        let edges = [NOW - issued.0, NOW - issued.1, NOW + left.0, NOW + left.1];
        let mut claims = certificate("a.example", 0);
        claims["iat"] = edges[0].into();
        claims["exp"] = edges[2].into();
        let assertion = json!({"iat": edges[1], "exp": edges[3], "aud": AUDIENCE});
        let text = format!("{}~{}", ISSUER.token(&claims), USER.token(&assertion));
        let now = edges[edge].saturating_add_signed(shift);
        let (outcome, _) = verify(&text.into(), &AUDIENCE.into(), &policy(), now);
        let holds = (edges[0].max(edges[1])..=edges[2].min(edges[3])).contains(&now);
        prop_assert_eq!(outcome.is_ok(), holds);
    }

    #[test]
    fn nothing_lives_longer_than_its_cap(shift in any_shift(), is_assertion in any::<bool>()) {
        let mut claims = certificate("a.example", 0);
        let mut assertion = json!({"exp": NOW + 1, "aud": AUDIENCE});
        let latest = if is_assertion {
            assertion["exp"] = (NOW + DAY).saturating_add_signed(shift).into();
            NOW + DAY
        } else {
            claims["iat"] = (NOW - 10_000).into();
            claims["exp"] = (NOW - 10_000 + DAY + 300_000).saturating_add_signed(shift).into();
            NOW
        };
        prop_assert!(latest >= NOW);
        let text = format!("{}~{}", ISSUER.token(&claims), USER.token(&assertion));
        let (outcome, _) = verify(&text.into(), &AUDIENCE.into(), &policy(), NOW);
        prop_assert_eq!(outcome.is_ok(), shift <= 0);
    }

    #[test]
    fn what_was_refused_as_over_is_never_good_again(later in 1u64..10 * DAY) {
        let assertion = json!({"exp": NOW, "aud": AUDIENCE});
        let text = format!("{}~{}", ISSUER.token(&certificate("a.example", 0)), USER.token(&assertion));
        let at = |now| verify(&text.as_str().into(), &AUDIENCE.into(), &policy(), now).0.is_ok();
        prop_assert!(at(NOW));
        prop_assert!(!at(NOW + later));
    }
}
