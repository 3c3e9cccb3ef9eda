use super::*;
use service::mail::Language;
use service::ways::{Handle, KnownDevice, Passkey, SecretHash, Totp, Ways};

const YOU: &str = "you@me.example";
const THEM: &str = "them@me.example";

on_each_medium!(
    account_is_found_as_it_was_made,
    address_has_one_account,
    address_in_another_spelling_is_another,
    accounts_are_listed_by_address,
    account_is_changed_only_where_there_is_one_of_the_same_revision,
    account_is_kept_with_everything_that_belongs_to_it,
    account_is_made_with_the_first_revision,
    account_is_found_by_its_handle_as_long_as_it_has_it,
    handle_of_another_account_is_refused,
    of_many_who_change_an_account_at_once_one_does,
    of_many_who_make_the_first_handle_at_once_one_does,
    changes_made_one_after_the_other_in_parallel_lose_nothing,
    account_that_is_removed_meanwhile_is_not_brought_back,
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

const HANDLE: Handle = Handle([7; 32]);

/// As large as it gets, and with everything.
fn with_everything(address: &str) -> Account {
    let passkeys = (0..20).map(|number| Passkey {
        created: START,
        credential: vec![number; 300],
        id: vec![number; 1_023],
        is_backed_up: number % 2 == 0,
        last_used: Some(START.plus_ms(number.into())),
        name: format!("\u{1F511} \"{number}\""),
    });
    let devices = (0..30).map(|number| KnownDevice {
        first: START,
        last: START,
        mark: hash(number),
        name: "Firefox on Linux".to_owned(),
        seen: Some(START.plus_ms(1)),
    });
    let ways = Ways {
        default_address: Some(email("shop@me.example")),
        devices: devices.collect(),
        handle: Some(HANDLE),
        is_owner: true,
        is_to_be_renewed: true,
        language: Some(Language::Japanese),
        locked: Some(START.plus_ms(2)),
        passkeys: passkeys.collect(),
        recovery_codes: vec![SecretHash([8; 32]); 10],
        totp: Some(Totp {
            is_confirmed: true,
            last_step: u64::MAX,
            secret: vec![9; 20],
        }),
    };
    Account {
        ways,
        ..account(address)
    }
}

fn with_handle(address: &str, handle: Option<Handle>) -> Account {
    let ways = Ways {
        handle,
        ..Ways::default()
    };
    Account {
        ways,
        ..account(address)
    }
}

async fn by_handle(ports: &Ports, handle: &Handle) -> Option<Account> {
    let found = ports.accounts.find_by_handle(handle).await;
    found.expect("it works")
}

async fn account_is_kept_with_everything_that_belongs_to_it(ports: &Ports) {
    ports.has_account(THEM).await;
    let whole = with_everything(YOU);
    let made = ports.accounts.create(whole.clone()).await;
    assert!(made.expect("it works"));
    assert_eq!(ports.find(YOU).await, Some(whole.clone()));
    assert_eq!(by_handle(ports, &HANDLE).await, Some(whole.clone()));
    let listed = ports.accounts.list().await.expect("it works");
    assert_eq!(listed, [account(THEM), whole.clone()]);

    // And nothing of it stays that is taken away.
    let bare = Account {
        password: None,
        ways: Ways::default(),
        ..whole
    };
    assert!(ports.changes(bare.clone()).await);
    let expected = Account {
        revision: 1,
        ..bare
    };
    assert_eq!(ports.find(YOU).await, Some(expected));
    assert_eq!(by_handle(ports, &HANDLE).await, None);
    let again = Account {
        revision: 1,
        ..with_everything(YOU)
    };
    assert!(ports.changes(again.clone()).await);
    let expected = Account {
        revision: 2,
        ..again
    };
    assert_eq!(by_handle(ports, &HANDLE).await, Some(expected));
}

async fn account_is_made_with_the_first_revision(ports: &Ports) {
    let account = Account {
        revision: 7,
        ..account(YOU)
    };
    let made = ports.accounts.create(account).await;
    assert!(made.expect("it works"));
    let found = ports.find(YOU).await.expect("it is there");
    assert_eq!(found.revision, 0);
}

async fn account_is_found_by_its_handle_as_long_as_it_has_it(ports: &Ports) {
    ports.has_account(YOU).await;
    ports.has_account(THEM).await;
    let other = Handle([8; 32]);
    assert_eq!(by_handle(ports, &HANDLE).await, None);
    for (revision, handle) in [Some(HANDLE), Some(HANDLE), Some(other), None, Some(HANDLE)]
        .into_iter()
        .enumerate()
    {
        let revision = u64::try_from(revision).expect("few");
        let before = ports.find(YOU).await.expect("it is there");
        assert_eq!(before.revision, revision);
        let account = Account {
            revision,
            ..with_handle(YOU, handle)
        };
        assert!(ports.changes(account).await);
        for known in [HANDLE, other] {
            let found = by_handle(ports, &known).await;
            let expected = handle.filter(|handle| *handle == known).map(|_| email(YOU));
            assert_eq!(found.map(|account| account.email), expected);
        }
    }
    let removed = ports.accounts.remove(&email(YOU)).await;
    assert!(removed.expect("it works"));
    assert_eq!(by_handle(ports, &HANDLE).await, None);
    assert!(
        ports.changes(with_handle(THEM, Some(HANDLE))).await,
        "it is free"
    );
}

async fn handle_of_another_account_is_refused(ports: &Ports) {
    ports.has_account(YOU).await;
    ports.has_account(THEM).await;
    assert!(ports.changes(with_handle(YOU, Some(HANDLE))).await);
    let stolen = ports.accounts.change(with_handle(THEM, Some(HANDLE))).await;
    assert!(stolen.is_err());
    let third = with_handle("third@me.example", Some(HANDLE));
    assert!(ports.accounts.create(third).await.is_err());
    assert_eq!(ports.find("third@me.example").await, None);
    assert_eq!(ports.find(THEM).await, Some(account(THEM)));
    let found = by_handle(ports, &HANDLE).await;
    assert_eq!(found.map(|account| account.email), Some(email(YOU)));
}

async fn of_many_who_change_an_account_at_once_one_does(ports: &Ports) {
    ports.has_account(YOU).await;
    let changed = at_once(20, |number| {
        let accounts = Arc::clone(&ports.accounts);
        let account = Account {
            password: Some(PasswordHash(format!("password {number}"))),
            ..account(YOU)
        };
        async move {
            let changed = accounts.change(account.clone()).await?;
            Ok(changed.then_some(account))
        }
    })
    .await;
    let winners: Vec<_> = changed.into_iter().flatten().collect();
    assert_eq!(winners.len(), 1);
    let expected = Account {
        revision: 1,
        ..winners[0].clone()
    };
    assert_eq!(ports.find(YOU).await, Some(expected));
}

async fn of_many_who_make_the_first_handle_at_once_one_does(ports: &Ports) {
    ports.has_account(YOU).await;
    let changed = at_once(10, |number| {
        let accounts = Arc::clone(&ports.accounts);
        let handle = Handle(hash(number).0);
        async move {
            let changed = accounts.change(with_handle(YOU, Some(handle))).await?;
            Ok(changed.then_some(handle))
        }
    })
    .await;
    let winners: Vec<_> = changed.into_iter().flatten().collect();
    assert_eq!(winners.len(), 1);
    for number in 1..=10 {
        let handle = Handle(hash(number).0);
        let is_found = by_handle(ports, &handle).await.is_some();
        assert_eq!(is_found, winners[0] == handle);
    }
}

async fn changes_made_one_after_the_other_in_parallel_lose_nothing(ports: &Ports) {
    ports.has_account(YOU).await;
    at_once(8, |number| {
        let accounts = Arc::clone(&ports.accounts);
        async move {
            loop {
                let mut account = accounts.find(&email(YOU)).await?.expect("it is there");
                account.ways.devices.push(KnownDevice {
                    first: START,
                    last: START,
                    mark: hash(number),
                    name: String::new(),
                    seen: None,
                });
                if accounts.change(account).await? {
                    return Ok(());
                }
            }
        }
    })
    .await;
    let account = ports.find(YOU).await.expect("it is there");
    assert_eq!(account.revision, 8);
    let mut marks: Vec<_> = account.ways.devices.iter().map(|d| d.mark).collect();
    marks.sort();
    assert_eq!(marks, (1..=8).map(hash).collect::<Vec<_>>());
}

async fn account_that_is_removed_meanwhile_is_not_brought_back(ports: &Ports) {
    for _ in 1..=5 {
        ports.has_account(YOU).await;
        at_once(6, |number| {
            let accounts = Arc::clone(&ports.accounts);
            async move {
                if number == 3 {
                    return accounts.remove(&email(YOU)).await;
                }
                let handle = Handle(hash(number).0);
                accounts.change(with_handle(YOU, Some(handle))).await
            }
        })
        .await;
        assert_eq!(ports.find(YOU).await, None);
        for number in 1..=6 {
            assert_eq!(by_handle(ports, &Handle(hash(number).0)).await, None);
        }
        assert!(!ports.changes(account(YOU)).await);
        assert_eq!(ports.find(YOU).await, None);
    }
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
