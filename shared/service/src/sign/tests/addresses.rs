//! Certificates for addresses beside the session's own.

use super::*;
use crate::{
    account::Account,
    ports::{Accounts, Addresses},
};

const FURTHER: &str = "you@two.example";
const THEM: &str = "them@me.example";

/// You, who have [`FURTHER`] too, and others: they, and somebody whose own address has a plus.
async fn with_others() -> Desk {
    let mut desk = desk(How::Right);
    let me = email(YOU).domain().clone();
    desk.sign.speaks = Speaks::For(vec![me, email(FURTHER).domain().clone()]);
    for who in [YOU, THEM, "you+club@me.example"] {
        let account = Account::new(email(who), START);
        let made = Accounts::create(desk.world.as_ref(), account).await;
        assert!(made.expect("it works"));
    }
    desk.has(FURTHER, YOU).await;
    desk.has("they@two.example", THEM).await;
    desk.has("you+gift@me.example", THEM).await;
    desk.world.calls();
    desk
}

impl Desk {
    async fn has(&self, address: &str, who: &str) {
        let given = self.world.give(&email(address), &email(who)).await;
        assert!(given.expect("it works"));
    }
}

#[tokio::test]
async fn further_address_and_plus_addresses_are_certified_as_asked_and_the_row_names_both() {
    let holder = "addresses.holder";
    for (asked, certified, reads) in [
        (FURTHER, FURTHER, vec![holder]),
        ("you@TWO.example", FURTHER, vec![holder]),
        ("you+shop@me.example", "you+shop@me.example", vec![holder]),
        ("you+a+b@ME.example", "you+a+b@me.example", vec![holder]),
        // Of a further address: whose that is, is a second question.
        (
            "you+shop@two.example",
            "you+shop@two.example",
            vec![holder, holder],
        ),
    ] {
        let desk = with_others().await;
        let claims = desk.certify(asked, HOUR_S).await.expect("a certificate");
        assert_eq!(claims["principal"]["email"], certified);
        let calls = [reads, vec!["audit.keep"]].concat();
        assert_eq!(desk.world.calls(), calls, "{asked}");
        assert_eq!(desk.signed(), 1);
        let [row] = &*desk.world.audit_rows() else {
            panic!("one row");
        };
        assert_eq!(
            (row.account.as_str(), row.email.as_str()),
            (YOU, certified),
            "{asked}"
        );
    }
}

#[tokio::test]
async fn addresses_of_others_and_of_nobody_are_refused_and_nothing_is_signed() {
    let desk = with_others().await;
    for (asked, reads) in [
        // Somebody's account, further address, and plus-addresses of these.
        (THEM, 1),
        ("they@two.example", 1),
        ("them+shop@me.example", 2),
        ("they+shop@two.example", 2),
        // A plus-address of yours that is another's account, or was given to another.
        ("you+club@me.example", 1),
        ("you+gift@me.example", 1),
        // Nobody's.
        ("nobody@me.example", 1),
        ("nobody+shop@me.example", 2),
        // Of addresses with a plus nobody has plus-addresses: what is before the first plus counts.
        ("them+you+shop@me.example", 2),
        // Not spelled as it is kept.
        ("You@two.example", 1),
        ("YOU+shop@me.example", 2),
        ("you+shop@three.example", 2),
        // Neither side of the plus may be empty.
        ("you+@me.example", 1),
        ("+you@me.example", 1),
        ("+@me.example", 1),
        // No addresses: nobody is asked.
        ("you+shop", 0),
        ("you+shop@", 0),
        ("you+shop@me.example@me.example", 0),
        (" you+shop@me.example", 0),
        ("you+shop@me.example ", 0),
        ("you+sh op@me.example", 0),
        ("you+shop@me.example.", 0),
        ("you+shop@me..example", 0),
    ] {
        let refused = desk.certify(asked, HOUR_S).await.err();
        assert_eq!(refused.as_deref(), Some("not_your_address"), "{asked:?}");
        let calls = desk.world.calls();
        assert_eq!(calls, vec!["addresses.holder"; reads], "{asked:?}");
    }
    assert_eq!(desk.signed(), 0);
    assert_eq!(desk.world.audit_rows(), []);
}

#[tokio::test]
async fn address_of_a_domain_that_is_not_served_is_refused_though_it_is_yours() {
    let mut desk = with_others().await;
    desk.sign.speaks = Speaks::For(vec![email(YOU).domain().clone()]);
    for asked in [FURTHER, "you+shop@two.example"] {
        let refused = desk.certify(asked, HOUR_S).await.err();
        assert_eq!(refused.as_deref(), Some("not_our_domain"), "{asked}");
    }
    assert_eq!(desk.signed(), 0);
    assert_eq!(desk.world.audit_rows(), []);
    assert!(desk.certify("you+shop@me.example", HOUR_S).await.is_ok());
}

#[tokio::test]
async fn address_taken_away_or_given_to_another_is_refused_from_the_next_certificate_on() {
    let desk = with_others().await;
    assert!(desk.certify(FURTHER, HOUR_S).await.is_ok());
    assert!(desk.certify("you+late@me.example", HOUR_S).await.is_ok());
    let taken = desk.world.take_away(&email(FURTHER), &email(YOU)).await;
    assert!(taken.expect("it works"));
    desk.has("you+late@me.example", THEM).await;
    for asked in [FURTHER, "you+shop@two.example", "you+late@me.example"] {
        let refused = desk.certify(asked, HOUR_S).await.err();
        assert_eq!(refused.as_deref(), Some("not_your_address"), "{asked}");
    }
    assert_eq!(desk.signed(), 2);
}

#[tokio::test]
async fn further_address_is_certified_for_no_longer_than_the_accounts_own() {
    let mut desk = with_others().await;
    desk.session = desk.session.living(crate::session::Life::Hour);
    desk.world.is_at(START.plus_ms(600_000));
    for asked in [FURTHER, "you+shop@me.example"] {
        let claims = desk.certify(asked, 86_400.0).await.expect("a certificate");
        let expires = START.plus_ms(3_600_000).as_millis();
        assert_eq!(claims["exp"], expires, "{asked}");
    }
}

#[tokio::test]
async fn broken_store_certifies_no_other_address_and_the_own_one_without_being_asked() {
    let desk = with_others().await;
    desk.world.breaks();
    for asked in [FURTHER, "you+shop@me.example", THEM] {
        let refused = desk.certify(asked, HOUR_S).await.err();
        assert_eq!(refused.as_deref(), Some("unavailable"), "{asked}");
    }
    assert_eq!(desk.signed(), 0);
    desk.world.calls();
    let own = desk.sign.permit(desk.session.clone(), YOU, HOUR_S).await;
    assert!(own.is_ok());
    assert_eq!(desk.world.calls(), Vec::<&str>::new());
}

#[tokio::test]
async fn issuer_without_further_addresses_certifies_the_sessions_own_alone() {
    let mut desk = with_others().await;
    desk.sign.addresses = None;
    for asked in [FURTHER, "you+shop@me.example"] {
        let refused = desk.certify(asked, HOUR_S).await.err();
        assert_eq!(refused.as_deref(), Some("not_your_address"), "{asked}");
    }
    assert_eq!(desk.world.calls(), Vec::<&str>::new());
    assert_eq!(desk.signed(), 0);
}

#[tokio::test]
async fn wrong_duration_for_a_further_address_signs_nothing() {
    let desk = with_others().await;
    for asked_s in [0.0, -1.0, f64::NAN] {
        let refused = desk.certify(FURTHER, asked_s).await.err();
        assert_eq!(refused.as_deref(), Some("duration_invalid"));
        let refused = desk.certify(THEM, asked_s).await.err();
        assert_eq!(refused.as_deref(), Some("not_your_address"));
    }
    assert_eq!(desk.signed(), 0);
}
