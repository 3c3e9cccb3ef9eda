use super::*;

#[tokio::test]
async fn invited_person_has_an_account_without_a_way_in_and_a_link_that_gives_one() {
    let home = home().await;
    let client = from();
    let invited = home.sign_in.invite(Some(&home.ann), NEW, &client).await;
    let (link, expires) = invited.unwrap_or_else(|failure| panic!("{failure:?}"));
    assert_eq!(expires, START.plus_ms(crate::sign_in::LINK_MS));
    let people = home.sign_in.people(Some(&home.ann)).await;
    let people = people.unwrap_or_else(|failure| panic!("{failure:?}"));
    let seen = people.iter().map(|person| {
        let Person { account, .. } = person;
        let email = account.email.as_str();
        (email, account.ways.is_owner, person.has_ways())
    });
    let expected = [(ANN, true, true), (BOB, false, true), (NEW, false, false)];
    assert_eq!(seen.collect::<Vec<_>>(), expected);

    // Where from is the owner's business, and in the owner's history alone.
    assert_eq!(home.history(NEW), [(What::LinkMade, String::new())]);
    let address = names(NEW);
    let invited = What::Invited { address };
    assert_eq!(home.history(ANN), [(invited, "192.0.2.1".to_owned())]);
    assert_eq!(home.history(BOB), []);

    let password = password("correct horse battery");
    let new = home.sign_in.enrol(&link, password, &client).await;
    let new = new.unwrap_or_else(|failure| panic!("{failure:?}"));
    assert_eq!(new.session.email, email(NEW));
    assert!(!new.person.is_owner);
}

#[tokio::test]
async fn link_is_not_made_a_second_time_for_whoever_is_there() {
    let home = home().await;
    let link = home.invite(&home.ann, NEW).await.expect("invited");
    home.world.calls();
    for who in [NEW, "new@ME.example", ANN, BOB] {
        assert_eq!(
            home.invite(&home.ann, who).await.err(),
            Some("address_taken"),
            "{who}"
        );
    }
    assert_eq!(writes(&home.world), Vec::<&str>::new());
    let looked = home.sign_in.look_at_enrolment(&link, "192.0.2.9").await;
    let whose = looked.unwrap_or_else(|failure| panic!("{failure:?}"));
    assert_eq!(whose.email, email(NEW), "the first link still works");
}

#[tokio::test]
async fn lost_link_of_somebody_who_never_came_is_made_anew_by_removing_and_inviting() {
    let home = home().await;
    let lost = home.invite(&home.ann, NEW).await.expect("invited");
    home.dismiss(&home.ann, NEW).await.expect("removed");
    let link = home.invite(&home.ann, NEW).await.expect("invited again");
    let looked = home.sign_in.look_at_enrolment(&lost, "192.0.2.9").await;
    assert_eq!(looked.expect_err("refused").code(), "enrolment_invalid");
    let looked = home.sign_in.look_at_enrolment(&link, "192.0.2.9").await;
    assert!(looked.is_ok());
}

#[tokio::test]
async fn strangers_tries_at_an_address_do_not_keep_it_from_being_given_out() {
    let home = home().await;
    for what in [
        What::Refused {
            way: crate::session::Way::Password,
            code: "credentials_wrong".to_owned(),
        },
        What::LinkMade,
        What::OwnerMade,
        What::PersonRemoved {
            address: names(NEW),
        },
    ] {
        home.happened(NEW, what).await;
    }
    assert!(home.invite(&home.ann, NEW).await.is_ok());
}

#[tokio::test]
async fn address_that_anybody_used_is_not_given_out_again_by_an_owner() {
    for what in [
        What::LinkUsed,
        What::PasswordSet,
        What::SignedOut,
        What::NotMe,
        What::SignedIn {
            way: crate::session::Way::Passkey,
            new_device: true,
        },
        What::AddressAdded {
            address: names("any@me.example"),
        },
    ] {
        let home = home().await;
        home.happened(NEW, what.clone()).await;
        home.world.calls();
        let refused = home.invite(&home.ann, NEW).await.err();
        assert_eq!(refused, Some("address_taken"), "{what:?}");
        assert_eq!(writes(&home.world), Vec::<&str>::new(), "{what:?}");
    }
    // A further address of Bob's that he was certified for and has no more, of which his account alone has a history.
    let home = home().await;
    let kept = home.sign_in.audit.keep(&row(BOB, NEW)).await;
    kept.expect("it works");
    assert_eq!(
        home.invite(&home.ann, NEW).await.err(),
        Some("address_taken")
    );
    // That Bob was certified for another address says nothing about this one.
    let other = home.invite(&home.ann, "other@me.example").await;
    assert!(other.is_ok());
}

#[tokio::test]
async fn further_address_of_somebody_is_not_made_anothers_account() {
    let home = home().await;
    home.has_another_address().await;
    assert_eq!(
        home.invite(&home.ann, NEW).await.err(),
        Some("address_taken")
    );
    assert_eq!(home.addresses().await, [ANN, BOB]);
}

#[tokio::test]
async fn only_addresses_of_the_owners_domain_and_of_served_ones_are_invited() {
    let mut home = home().await;
    home.sign_in.domains = vec![email("x@two.example").domain().clone()];
    home.world.calls();
    for (address, code) in [
        ("new@other.example", "not_our_domain"),
        ("new@sub.me.example", "not_our_domain"),
        ("new@me.example.evil.example", "not_our_domain"),
        ("new", "address_malformed"),
        ("", "address_malformed"),
        ("new@", "address_malformed"),
        ("a b@me.example", "address_malformed"),
    ] {
        let refused = home.invite(&home.ann, address).await.err();
        assert_eq!(refused, Some(code), "{address:?}");
    }
    assert_eq!(writes(&home.world), Vec::<&str>::new());
    assert!(home.invite(&home.ann, "new@two.example").await.is_ok());
}

#[tokio::test]
async fn of_two_invitations_at_once_one_account_and_one_link_come() {
    let home = home().await;
    let both = tokio::join!(home.invite(&home.ann, NEW), home.invite(&home.ann, NEW));
    let codes = [both.0.err(), both.1.err()];
    assert_eq!(codes, [None, Some("address_taken")]);
    let address = names(NEW);
    let invited = (What::Invited { address }, "192.0.2.1".to_owned());
    assert_eq!(home.history(ANN), [invited]);
}

#[tokio::test]
async fn address_that_differs_from_anothers_in_letters_case_alone_is_taken() {
    let home = home().await;
    home.has_another_address().await;
    home.world.calls();
    for alike in ["BOB@me.example", "Bob@ME.example", "New@me.example"] {
        let refused = home.invite(&home.ann, alike).await.err();
        assert_eq!(refused, Some("address_taken"), "{alike}");
        let client = from();
        let given = home
            .sign_in
            .give_address(Some(&home.ann), alike, ANN, &client);
        let refused = given.await.err().map(|failure| failure.code());
        assert_eq!(refused, Some("address_taken"), "{alike}");
    }
    assert_eq!(writes(&home.world), Vec::<&str>::new());
    // One's own in other letters is no confusion.
    let client = from();
    let given = home
        .sign_in
        .give_address(Some(&home.ann), "Bob@me.example", BOB, &client);
    assert!(given.await.is_ok());
}
