use super::*;

on_each_medium!(
    account_is_found_as_it_was_made,
    address_has_one_account,
    address_in_another_spelling_is_another,
    accounts_are_listed_by_address,
    account_is_changed_only_where_there_is_one_of_the_same_revision,
    account_takes_its_sessions_and_enrolments_along,
    of_many_who_make_the_same_account_one_does,
);

async fn account_is_found_as_it_was_made(ports: &Ports) {
    let without = Account {
        password: None,
        ..account("new@me.example")
    };
    for account in [account("you@me.example"), without] {
        let found = ports.accounts.find(&account.email).await;
        assert_eq!(found.expect("it works"), None);
        let made = ports.accounts.create(account.clone()).await;
        assert!(made.expect("it works"));
        let found = ports.accounts.find(&account.email).await;
        assert_eq!(found.expect("it works"), Some(account));
    }
}

async fn address_has_one_account(ports: &Ports) {
    let first = account("you@me.example");
    let second = Account {
        created: START.plus_ms(1),
        password: None,
        ..first.clone()
    };
    ports.has_account("you@me.example").await;
    let made = ports.accounts.create(second).await;
    assert!(!made.expect("it works"));
    let found = ports.accounts.find(&first.email).await;
    assert_eq!(found.expect("it works"), Some(first));
}

async fn address_in_another_spelling_is_another(ports: &Ports) {
    ports.has_account("you@me.example").await;
    for other in ["You@me.example", "yo@me.example", "you@me.example.org"] {
        let found = ports.accounts.find(&email(other)).await;
        assert_eq!(found.expect("it works"), None, "{other}");
    }
}

async fn accounts_are_listed_by_address(ports: &Ports) {
    assert_eq!(ports.accounts.list().await.expect("it works"), []);
    let addresses = ["c@me.example", "a@me.example", "b@a.example"];
    for address in addresses {
        ports.has_account(address).await;
    }
    let [c, a, b] = addresses.map(account);
    assert_eq!(ports.accounts.list().await.expect("it works"), [a, b, c]);
}

async fn account_is_changed_only_where_there_is_one_of_the_same_revision(ports: &Ports) {
    let before = account("you@me.example");
    let after = Account {
        password: Some(PasswordHash("another".to_owned())),
        ..before.clone()
    };
    let change = async |account: &Account| {
        let changed = ports.accounts.change(account.clone()).await;
        changed.expect("it works")
    };
    assert!(!change(&after).await, "there is none");
    assert_eq!(ports.accounts.list().await.expect("it works"), []);

    ports.has_account("you@me.example").await;
    ports.has_account("them@me.example").await;
    assert!(change(&after).await);
    let kept = Account {
        revision: 1,
        ..after.clone()
    };
    assert!(!change(&before).await, "it is another by now");
    let ahead = Account {
        revision: 2,
        ..before.clone()
    };
    assert!(!change(&ahead).await);
    assert_eq!(
        ports.accounts.list().await.expect("it works"),
        [account("them@me.example"), kept.clone()]
    );
    let again = Account {
        password: None,
        ..kept
    };
    assert!(change(&again).await);
    let found = ports.accounts.find(&before.email).await;
    let expected = Account {
        revision: 2,
        ..again
    };
    assert_eq!(found.expect("it works"), Some(expected));
}

async fn account_takes_its_sessions_and_enrolments_along(ports: &Ports) {
    let (you, them) = ("you@me.example", "them@me.example");
    for address in [you, them] {
        ports.has_account(address).await;
    }
    ports.has_session(1, you).await;
    ports.has_session(2, them).await;
    ports.has_session(3, you).await;
    ports.has_enrolment(4, you).await;
    ports.has_enrolment(5, them).await;

    assert!(ports.accounts.remove(&email(you)).await.expect("it works"));
    assert!(!ports.accounts.remove(&email(you)).await.expect("it works"));
    assert_eq!(
        ports.accounts.list().await.expect("it works"),
        [account(them)]
    );
    assert_eq!(ports.sessions_up_to(3).await, [2]);
    let gone = ports.enrolments.take(&hash(4), START).await;
    assert_eq!(gone.expect("it works"), None);
    let kept = ports.enrolments.take(&hash(5), START).await;
    assert_eq!(kept.expect("it works"), Some(enrolment(them)));
}

async fn of_many_who_make_the_same_account_one_does(ports: &Ports) {
    let made = at_once(20, |maker| {
        let accounts = Arc::clone(&ports.accounts);
        let account = Account {
            created: START.plus_ms(maker.into()),
            ..account("you@me.example")
        };
        async move {
            let made = accounts.create(account.clone()).await?;
            Ok(made.then_some(account))
        }
    })
    .await;
    let winners: Vec<_> = made.into_iter().flatten().collect();
    assert_eq!(winners.len(), 1);
    assert_eq!(ports.accounts.list().await.expect("it works"), winners);
}
