//! What the store on a file promises beyond its ports.

use std::{fs::File, hint};

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
