//! Passkeys are used.

use tests::authenticator::{CAN_BE_BACKED_UP, IS_BACKED_UP, PRESENT, VERIFIED, text};

use super::*;

#[test]
fn answer_says_whose_passkey_it_is_of() {
    let (mut passkey, _) = made(Algorithm::EdDsa);
    let begun = party().authentication().expect("a challenge");
    let answer = passkey.answer(&options(&begun));
    let claimed = party().claimed(&json(&answer));
    assert_eq!(claimed, Some((HANDLE, passkey.id)));
}

#[test]
fn counter_that_stays_zero_says_nothing() {
    let (mut passkey, kept) = made(Algorithm::Es256);
    for _ in 0..3 {
        assert_eq!(why(uses(&mut passkey, &kept)), "");
    }
}

#[test]
fn counter_that_does_not_grow_is_that_of_a_copy() {
    let mut passkey = Passkey::new(Algorithm::Es256, ORIGIN);
    passkey.counter = 4;
    let kept = kept(&mut passkey);
    let used = uses(&mut passkey, &kept).expect("5 is more than 4");
    for (before, expected) in [(0, "copied"), (3, "copied"), (4, "copied"), (5, "")] {
        // It goes up by one before the answer, unless it is zero.
        passkey.counter = before;
        assert_eq!(why(uses(&mut passkey, &used)), expected, "{before}");
    }
    // The greatest that there is, and then none is left.
    passkey.counter = u32::MAX - 1;
    let used = uses(&mut passkey, &used).expect("more than 5");
    passkey.counter = u32::MAX - 1;
    assert_eq!(why(uses(&mut passkey, &used)), "copied");
}

#[test]
fn nobody_is_said_to_be_a_copy_by_a_wrong_signature() {
    let mut passkey = Passkey::new(Algorithm::Es256, ORIGIN);
    passkey.counter = 4;
    let kept = kept(&mut passkey);
    let mut another = Passkey::new(Algorithm::Es256, ORIGIN);
    another.counter = 1;
    another.id.clone_from(&passkey.id);
    another.handle.clone_from(&passkey.handle);
    let refused = why(uses(&mut another, &kept));
    assert_ne!(refused, "copied");
    assert_ne!(refused, "");
}

#[test]
fn backup_state_is_kept_and_eligibility_never_changes() {
    let usual = PRESENT | VERIFIED;
    let mut passkey = Passkey::new(Algorithm::EdDsa, ORIGIN);
    passkey.flags = usual | CAN_BE_BACKED_UP;
    let mut known = kept(&mut passkey);
    for is_backed_up in [true, false, true] {
        passkey.flags = match is_backed_up {
            true => usual | CAN_BE_BACKED_UP | IS_BACKED_UP,
            false => usual | CAN_BE_BACKED_UP,
        };
        known = uses(&mut passkey, &known).expect("that may change");
        assert_eq!(known.is_backed_up, is_backed_up);
    }
    passkey.flags = usual;
    assert_ne!(why(uses(&mut passkey, &known)), "", "it could be backed up");

    let (mut passkey, known) = made(Algorithm::EdDsa);
    for flags in [CAN_BE_BACKED_UP, CAN_BE_BACKED_UP | IS_BACKED_UP] {
        passkey.flags = usual | flags;
        assert_ne!(
            why(uses(&mut passkey, &known)),
            "",
            "it could not be backed up"
        );
    }
    passkey.flags = usual;
    assert_eq!(why(uses(&mut passkey, &known)), "");
}

#[test]
fn what_was_kept_is_changed_by_use_only_in_what_may_change() {
    let mut passkey = Passkey::new(Algorithm::Rs256, ORIGIN);
    passkey.counter = 1;
    let kept = kept(&mut passkey);
    let used = uses(&mut passkey, &kept).expect("it works");
    assert_ne!(used.credential, kept.credential, "the counter");
    let same = Kept {
        credential: kept.credential.clone(),
        ..used
    };
    assert_eq!(same, kept);
}

#[test]
fn passkey_that_was_kept_otherwise_is_refused_and_does_no_harm() {
    let (mut passkey, known) = made(Algorithm::Es256);
    let whole = &known.credential;
    let mut odd: Vec<Vec<u8>> = (0..whole.len()).map(|end| whole[..end].to_vec()).collect();
    odd.push([whole.as_slice(), &[0]].concat());
    odd.push([&[2], &whole[1..]].concat());
    for credential in odd {
        let known = Kept {
            credential,
            ..known.clone()
        };
        assert_ne!(why(uses(&mut passkey, &known)), "");
    }
}

#[test]
fn handle_of_another_length_is_nobodys() {
    let (mut passkey, known) = made(Algorithm::Es256);
    for handle in [&[][..], &[7; 31], &[7; 33], &[7; 64]] {
        passkey.handle = handle.to_vec();
        let begun = party().authentication().expect("a challenge");
        let answer = passkey.answer(&options(&begun));
        assert_eq!(answer["response"]["userHandle"], text(handle));
        assert_eq!(party().claimed(&json(&answer)), None);
        assert_ne!(why(uses(&mut passkey, &known)), "");
    }
}
