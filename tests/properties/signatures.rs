//! Signatures: two roads to one answer, and a changed bit is a changed message.

use browserid::{
    Email, HostRule, MAX_CERTIFICATE_MS, MIN_CERTIFICATE_MS, Profile, SignatureError, Timestamp,
};
use proptest::prelude::*;

use crate::signers::{ISSUER, ODD, SHORT, Signer, USER};

fn any_signer() -> impl Strategy<Value = &'static Signer> {
    prop_oneof![Just(&*ISSUER), Just(&*USER), Just(&*SHORT), Just(&*ODD),]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_signed_is_confirmed_on_both_roads(signer in any_signer(), message in prop::collection::vec(any::<u8>(), 0..99)) {
        let signature = signer.sign(&message);
        prop_assert_eq!(signer.key.verify(&message, &signature), Ok(()));
        prop_assert!(signer.confirms(&message, &signature));
    }

    #[test]
    fn both_roads_refuse_a_changed_signature(
        signer in any_signer(), at in any::<prop::sample::Index>(), change in 1u8.., message in "[a-z]{0,9}",
    ) {
        let mut signature = signer.sign(message.as_bytes());
        let at = at.index(signature.len());
        signature[at] ^= change;
        prop_assert_eq!(signer.key.verify(message.as_bytes(), &signature), Err(SignatureError::Invalid));
        prop_assert!(!signer.confirms(message.as_bytes(), &signature));
    }

    #[test]
    fn no_bytes_are_a_signature(signer in any_signer(), bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert_eq!(signer.key.verify(b"message", &bytes), Err(SignatureError::Invalid));
    }

    #[test]
    fn a_signature_of_another_key_confirms_nothing(message in "[a-z]{0,9}") {
        let signature = ISSUER.sign(message.as_bytes());
        prop_assert!(USER.key.verify(message.as_bytes(), &signature).is_err());
    }

    #[test]
    fn what_is_prepared_lives_as_long_as_asked_within_its_bounds(
        lifetime_ms in MIN_CERTIFICATE_MS..2 * MAX_CERTIFICATE_MS, now_ms in 1_000_000_000_000u64..4_000_000_000_000,
    ) {
        let profile = Profile::new(super::discovery::domain(0), ISSUER.key.clone());
        let email = Email::parse("me@a.example", HostRule::Public).expect("an address");
        let now = Timestamp::from_millis(now_ms);
        let prepared = profile.prepare(&email, USER.key.clone(), lifetime_ms, now).expect("prepared");
        prop_assert_eq!(prepared.expires(), now.plus_ms(lifetime_ms.min(MAX_CERTIFICATE_MS)));
        let signature = ISSUER.sign(prepared.signing_input().as_bytes());
        prop_assert!(prepared.complete(&signature).is_ok());
    }
}
