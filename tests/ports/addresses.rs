use super::*;

const YOU: &str = "you@me.example";
const THEM: &str = "them@me.example";
const SHOP: &str = "shop@me.example";

on_each_medium!(
    address_is_given_and_taken_away_again,
    address_is_given_once_and_only_to_somebody,
    address_in_another_spelling_is_another,
    address_of_an_account_is_not_given,
    further_address_gets_no_account,
    addresses_are_listed_by_address,
    only_who_has_an_address_loses_it,
    addresses_go_with_their_account_and_are_free_again,
    of_many_who_are_given_one_address_one_gets_it,
    of_an_account_and_a_further_address_of_one_spelling_one_comes_to_be,
    no_address_that_is_given_while_the_account_is_removed_outlives_it,
);

async fn give(ports: &Ports, address: &str, to: &str) -> bool {
    let given = ports.addresses.give(&email(address), &email(to)).await;
    given.expect("it works")
}

async fn take_away(ports: &Ports, address: &str, from: &str) -> bool {
    let (address, from) = (email(address), email(from));
    let taken = ports.addresses.take_away(&address, &from).await;
    taken.expect("it works")
}

async fn of(ports: &Ports, whose: &str) -> Vec<String> {
    let addresses = ports.addresses.of(&email(whose)).await;
    let addresses = addresses.expect("it works");
    addresses.iter().map(|a| a.as_str().to_owned()).collect()
}

async fn address_is_given_and_taken_away_again(ports: &Ports) {
    ports.has_account(YOU).await;
    assert_eq!(ports.holder(SHOP).await, None);
    assert!(give(ports, SHOP, YOU).await);
    assert_eq!(ports.holder(SHOP).await, Some(email(YOU)));
    assert_eq!(ports.holder(YOU).await, Some(email(YOU)), "its own");
    assert_eq!(ports.find(SHOP).await, None, "it is no account");
    assert!(take_away(ports, SHOP, YOU).await);
    assert_eq!(ports.holder(SHOP).await, None);
    assert!(of(ports, YOU).await.is_empty());
    assert!(!take_away(ports, SHOP, YOU).await, "it is gone");
    assert!(give(ports, SHOP, YOU).await, "it is free again");
}

async fn address_is_given_once_and_only_to_somebody(ports: &Ports) {
    assert!(!give(ports, SHOP, YOU).await, "nobody is there");
    assert_eq!(ports.holder(SHOP).await, None);
    ports.has_account(YOU).await;
    ports.has_account(THEM).await;
    assert!(give(ports, SHOP, YOU).await);
    assert!(!give(ports, SHOP, THEM).await);
    assert!(!give(ports, SHOP, YOU).await);
    assert_eq!(ports.holder(SHOP).await, Some(email(YOU)));
    assert!(of(ports, THEM).await.is_empty());
    assert!(!give(ports, "more@me.example", SHOP).await, "no account");
    assert_eq!(ports.holder("more@me.example").await, None);
}

async fn address_in_another_spelling_is_another(ports: &Ports) {
    ports.has_account(YOU).await;
    ports.has_address(SHOP, YOU).await;
    for other in ["Shop@me.example", "sho@me.example", "shop@me.example.org"] {
        assert_eq!(ports.holder(other).await, None, "{other}");
    }
}

async fn address_of_an_account_is_not_given(ports: &Ports) {
    ports.has_account(YOU).await;
    ports.has_account(THEM).await;
    assert!(!give(ports, THEM, YOU).await);
    assert!(!give(ports, YOU, YOU).await);
    assert_eq!(ports.holder(THEM).await, Some(email(THEM)));
    assert_eq!(ports.holder(YOU).await, Some(email(YOU)));
    assert!(of(ports, YOU).await.is_empty());
}

async fn further_address_gets_no_account(ports: &Ports) {
    ports.has_account(YOU).await;
    ports.has_address(SHOP, YOU).await;
    let made = ports.accounts.create(account(SHOP)).await;
    assert!(!made.expect("it works"));
    assert_eq!(ports.find(SHOP).await, None);
    assert!(take_away(ports, SHOP, YOU).await);
    let made = ports.accounts.create(account(SHOP)).await;
    assert!(made.expect("it works"));
}

async fn addresses_are_listed_by_address(ports: &Ports) {
    ports.has_account(YOU).await;
    ports.has_account(THEM).await;
    for address in ["c@me.example", "a@me.example", "b@a.example"] {
        ports.has_address(address, YOU).await;
    }
    ports.has_address(SHOP, THEM).await;
    let yours = ["a@me.example", "b@a.example", "c@me.example"];
    assert_eq!(of(ports, YOU).await, yours);
    assert_eq!(of(ports, THEM).await, [SHOP]);
    assert!(of(ports, "you@me.example.org").await.is_empty());
}

async fn only_who_has_an_address_loses_it(ports: &Ports) {
    ports.has_account(YOU).await;
    ports.has_account(THEM).await;
    ports.has_address(SHOP, YOU).await;
    assert!(!take_away(ports, SHOP, THEM).await);
    assert_eq!(ports.holder(SHOP).await, Some(email(YOU)));
    assert_eq!(of(ports, YOU).await, [SHOP]);
}

async fn addresses_go_with_their_account_and_are_free_again(ports: &Ports) {
    ports.has_account(YOU).await;
    ports.has_account(THEM).await;
    ports.has_address(SHOP, YOU).await;
    ports.has_address("news@me.example", THEM).await;
    let removed = ports.accounts.remove(&email(YOU)).await;
    assert!(removed.expect("it works"));
    assert_eq!(ports.holder(SHOP).await, None);
    assert!(of(ports, YOU).await.is_empty());
    assert_eq!(ports.holder("news@me.example").await, Some(email(THEM)));
    ports.has_account(SHOP).await;
    ports.has_account(YOU).await;
    assert!(of(ports, YOU).await.is_empty(), "none comes back");
}

async fn of_many_who_are_given_one_address_one_gets_it(ports: &Ports) {
    for person in 1..=10 {
        ports.has_account(&format!("p{person}@me.example")).await;
    }
    let given = at_once(10, |person| {
        let addresses = Arc::clone(&ports.addresses);
        let to = email(&format!("p{person}@me.example"));
        async move { Ok(addresses.give(&email(SHOP), &to).await?.then_some(to)) }
    })
    .await;
    let winners: Vec<_> = given.into_iter().flatten().collect();
    assert_eq!(winners.len(), 1);
    assert_eq!(ports.holder(SHOP).await.as_ref(), winners.first());
    for person in 1..=10 {
        let person = format!("p{person}@me.example");
        let count = of(ports, &person).await.len();
        assert_eq!(count, usize::from(winners.contains(&email(&person))));
    }
}

async fn of_an_account_and_a_further_address_of_one_spelling_one_comes_to_be(ports: &Ports) {
    ports.has_account(YOU).await;
    for round in 1..=5 {
        let address = format!("round{round}@me.example");
        let done = at_once(8, |number| {
            let accounts = Arc::clone(&ports.accounts);
            let addresses = Arc::clone(&ports.addresses);
            let account = account(&address);
            async move {
                if number % 2 == 0 {
                    return accounts.create(account).await;
                }
                addresses.give(&account.email, &email(YOU)).await
            }
        })
        .await;
        assert_eq!(done.iter().filter(|done| **done).count(), 1);
        let is_account = ports.find(&address).await.is_some();
        let is_further = ports.holder(&address).await == Some(email(YOU));
        assert!(is_account != is_further, "{is_account}");
    }
}

async fn no_address_that_is_given_while_the_account_is_removed_outlives_it(ports: &Ports) {
    for _ in 1..=3 {
        ports.has_account(YOU).await;
        at_once(6, |number| {
            let accounts = Arc::clone(&ports.accounts);
            let addresses = Arc::clone(&ports.addresses);
            async move {
                if number == 3 {
                    return accounts.remove(&email(YOU)).await;
                }
                let address = email(&format!("a{number}@me.example"));
                addresses.give(&address, &email(YOU)).await
            }
        })
        .await;
        assert_eq!(ports.find(YOU).await, None);
        assert!(of(ports, YOU).await.is_empty());
        for number in 1..=6 {
            assert_eq!(ports.holder(&format!("a{number}@me.example")).await, None);
        }
    }
}
