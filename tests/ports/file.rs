//! What the store on a file promises beyond its ports.

use std::{fs::File, hint};

use service::{
    ceremony::Purpose,
    ladder::Ladder,
    ways::{Handle, Ways},
};

use super::*;

const YOU: &str = "you@me.example";

#[tokio::test]
async fn reopened_file_has_everything() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("store.redb");
    let ports = Ports::on_file(&file);
    ports.has_account(YOU).await;
    ports.has_session(1, YOU).await;
    ports.has_enrolment(2, YOU).await;
    let hit = ports.limits.hit("a", 1, 1_000, START).await;
    assert_eq!(hit.expect("it works"), Ok(()));
    let put = ports.proofs.put(hash(3), proof(YOU)).await;
    put.expect("it works");
    let counted = ports.proofs.count_try(&hash(3), 2, START).await;
    assert_eq!(counted.expect("it works"), Some(proof(YOU)));
    let kept = ports.seen.keep(&domain("me.example"), START).await;
    kept.expect("it works");
    drop(ports);

    let ports = Ports::on_file(&file);
    assert_eq!(
        ports.accounts.list().await.expect("it works"),
        [account(YOU)]
    );
    let found = ports.sessions.find(&hash(1)).await;
    assert_eq!(found.expect("it works"), Some(session(YOU)));
    let found = ports.enrolments.find(&hash(2), START).await;
    assert_eq!(found.expect("it works"), Some(enrolment(YOU)));
    let hit = ports.limits.hit("a", 1, 1_000, START.plus_ms(1)).await;
    assert_eq!(hit.expect("it works"), Err(999));
    for expected in [Some(proof(YOU)), None] {
        let counted = ports.proofs.count_try(&hash(3), 2, START).await;
        assert_eq!(counted.expect("it works"), expected, "one of two was left");
    }
    let found = ports.seen.find(&domain("me.example")).await;
    assert_eq!(found.expect("it works"), Some(START));
}

const HANDLE: Handle = Handle([7; 32]);
const LADDER: Ladder = Ladder {
    delays_ms: &[1_000],
    forget_ms: 10_000,
    free: 1,
};

#[tokio::test]
async fn reopened_file_has_ways_in_addresses_history_challenges_ladders_and_the_switch() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("store.redb");
    let ports = Ports::on_file(&file);
    let ways = Ways {
        handle: Some(HANDLE),
        is_owner: true,
        ..Ways::default()
    };
    let you = Account {
        ways,
        ..account(YOU)
    };
    let made = ports.accounts.create(you.clone()).await;
    assert!(made.expect("it works"));
    ports.has_address("you@two.example", YOU).await;
    for later_ms in [1, 0, 1] {
        ports.keeps(&event(YOU, later_ms)).await;
    }
    let put = ports.ceremonies.put(hash(1), ceremony(Purpose::SignIn));
    put.await.expect("it works");
    for _ in 0..2 {
        let climbed = ports.limits.climb("a", &LADDER, START).await;
        assert_eq!(climbed.expect("it works"), Ok(()));
    }
    ports.switch.pull(START).await.expect("it works");
    let let_release = ports.switch.let_release(hash(2), START.plus_ms(7)).await;
    assert!(let_release.expect("it works"));
    drop(ports);

    let ports = Ports::on_file(&file);
    assert_eq!(ports.find(YOU).await, Some(you.clone()));
    let found = ports.accounts.find_by_handle(&HANDLE).await;
    assert_eq!(found.expect("it works"), Some(you));
    assert_eq!(ports.holder("you@two.example").await, Some(email(YOU)));
    let events = ports.everything_of(YOU).await;
    assert_eq!(events, [event(YOU, 1), event(YOU, 1), event(YOU, 0)]);
    let taken = ports.ceremonies.take(&hash(1), START).await;
    let expected = ceremony(Purpose::SignIn);
    assert_eq!(taken.expect("it works"), Some(expected));
    let climbed = ports.limits.climb("a", &LADDER, START.plus_ms(1)).await;
    assert_eq!(climbed.expect("it works"), Err(999));
    let switch = ports.switch.switch().await.expect("it works");
    assert_eq!(switch.pulled(), Some(START));
    let released = ports.switch.release(&hash(2), START.plus_ms(6)).await;
    assert!(released.expect("it works"));
    drop(ports);

    let ports = Ports::on_file(&file);
    let taken = ports.ceremonies.take(&hash(1), START).await;
    assert_eq!(taken.expect("it works"), None, "taken once");
    let switch = ports.switch.switch().await.expect("it works");
    assert_eq!((switch.pulled(), switch.not_before), (None, Some(START)));
    let released = ports.switch.release(&hash(2), START.plus_ms(6)).await;
    assert!(!released.expect("it works"), "released once");
}

#[tokio::test]
async fn two_programs_work_on_one_file_at_the_same_time() {
    // Two stores share nothing but the file, like the server and `selfsame user add`.
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("store.redb");
    let (server, command) = (Ports::on_file(&file), Ports::on_file(&file));
    let serve = async {
        for token in 1..=10 {
            server.has_session(token, YOU).await;
        }
    };
    let add = async {
        for person in 1..=10 {
            let address = format!("person{person}@me.example");
            command.has_account(&address).await;
            let seen = server.accounts.find(&email(&address)).await;
            assert_eq!(seen.expect("it works"), Some(account(&address)));
        }
    };
    tokio::join!(serve, add);
    assert_eq!(command.sessions_up_to(10).await.len(), 10);
    let listed = server.accounts.list().await;
    assert_eq!(listed.expect("it works").len(), 10 + 1, "they and you");
}

#[tokio::test(flavor = "multi_thread")]
async fn program_that_has_the_file_open_for_a_moment_is_waited_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("store.redb");
    let ports = Ports::on_file(&file);
    // What another process does while it has the store open.
    let other = File::open(&file).expect("it is there");
    other.try_lock().expect("nobody has it open");

    let put = tokio::spawn({
        let sessions = Arc::clone(&ports.sessions);
        async move { sessions.put(hash(1), session(YOU)).await }
    });
    // Far longer than a write takes. Nothing hangs on it but that a store that does not wait is seen.
    for _ in 0..10_000_000 {
        hint::spin_loop();
    }
    assert!(!put.is_finished());
    drop(other);
    put.await.expect("no panic").expect("it waited");
    assert_eq!(ports.sessions_up_to(1).await, [1]);
}
