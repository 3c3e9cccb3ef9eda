//! A process is killed while it writes, again and again: what it acknowledged is there.

use std::{
    env, fs, hint,
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
};

use service::{
    ceremony::Purpose,
    ways::{Handle, Ways},
};

use super::*;

const YOU: &str = "you@me.example";
/// Tells [`killed_writer`] where to write.
const FILE: &str = "SELFSAME_TEST_STORE";
/// Tells it the first token.
const FIRST: &str = "SELFSAME_TEST_FIRST";

#[tokio::test]
async fn killed_process_loses_nothing_that_it_acknowledged() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("store.redb");
    let mut acknowledged: Vec<u32> = Vec::new();
    for round in 0..12 {
        let first = 1_000 * (round + 1);
        let acknowledged_now = killed_after(&file, first, round);
        acknowledged.extend(&acknowledged_now);
        assert!(acknowledged.contains(&first), "nothing was written");

        let ports = Ports::on_file(&file);
        for token in &acknowledged {
            let found = ports.sessions.find(&hash(*token)).await;
            assert_eq!(found.expect("it works"), Some(session(YOU)), "{token}");
            let counted = ports.proofs.count_try(&hash(*token), u32::MAX, START).await;
            assert_eq!(counted.expect("it works"), Some(proof(YOU)), "{token}");
            let taken = ports.ceremonies.take(&hash(*token), START).await;
            let is_first_look = acknowledged_now.contains(token);
            assert_eq!(taken.expect("it works").is_some(), is_first_look, "{token}");
            let further = ports.holder(&further(*token)).await;
            assert_eq!(further, Some(email(YOU)), "{token}");
            let found = ports.accounts.find_by_handle(&handle(*token)).await;
            let found = found.expect("it works").expect("it was acknowledged");
            assert_eq!(found, person(*token));
        }
        let events = ports.everything_of(YOU).await;
        let kept = |token: &u32| events.contains(&event(YOU, (*token).into()));
        assert!(acknowledged.iter().all(kept), "{acknowledged:?}");
        // Of what nobody acknowledged all is there or nothing: no account that its own passkey does not find.
        for account in ports.accounts.list().await.expect("it works") {
            if let Some(handle) = &account.ways.handle {
                let found = ports.accounts.find_by_handle(handle).await;
                assert_eq!(found.expect("it works"), Some(account));
            }
        }
    }
}

fn handle(token: u32) -> Handle {
    Handle(hash(token).0)
}

fn further(token: u32) -> String {
    format!("you{token}@two.example")
}

/// Somebody with a passkey.
fn person(token: u32) -> Account {
    let ways = Ways {
        handle: Some(handle(token)),
        ..Ways::default()
    };
    Account {
        ways,
        ..account(&format!("person{token}@me.example"))
    }
}

#[tokio::test]
async fn process_killed_before_the_store_is_whole_leaves_no_half_of_it() {
    for round in 0..12 {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("store.redb");
        let mut child = writer(&file, 1);
        // It has begun as soon as anything is in the folder.
        while is_empty(folder.path()) {
            assert_eq!(child.try_wait().expect("it is ours"), None, "it gave up");
        }
        pass_time(round);
        kill(&mut child);
        Ports::on_file(&file).has_session(1_000_000, YOU).await;
    }
}

/// Not a test of its own: the process that the others kill. Without their environment it does nothing.
#[tokio::test]
async fn killed_writer() {
    #[expect(
        clippy::disallowed_methods,
        reason = "the only way to tell a test of the same binary what to do"
    )]
    let (Ok(file), Ok(first)) = (env::var(FILE), env::var(FIRST)) else {
        return;
    };
    let first: u32 = first.parse().expect("a number");
    let ports = Ports::on_file(Path::new(&file));
    let mut acknowledge = std::io::stderr();
    for token in first.. {
        ports.has_session(token, YOU).await;
        let put = ports.proofs.put(hash(token), proof(YOU)).await;
        put.expect("it works");
        let put = ports.ceremonies.put(hash(token), ceremony(Purpose::SignIn));
        put.await.expect("it works");
        ports.keeps(&event(YOU, token.into())).await;
        ports.has_address(&further(token), YOU).await;
        let made = ports.accounts.create(person(token)).await;
        assert!(made.expect("it works"));
        writeln!(acknowledge, "{token}").expect("somebody reads");
    }
}

/// What a writer acknowledged that was killed in the midst of a later write.
fn killed_after(file: &Path, first: u32, round: u32) -> Vec<u32> {
    let mut child = writer(file, first);
    let mut lines = BufReader::new(child.stderr.take().expect("it is piped")).lines();
    let mut acknowledged: Vec<u32> = Vec::new();
    for _ in 0..=round % 3 {
        let line = lines.next().expect("it writes for ever").expect("UTF-8");
        acknowledged.push(line.parse().expect("a number"));
    }
    pass_time(round);
    kill(&mut child);
    for line in lines {
        acknowledged.push(line.expect("UTF-8").parse().expect("a whole line"));
    }
    acknowledged
}

fn writer(file: &Path, first: u32) -> Child {
    Command::new(env::current_exe().expect("we run"))
        .args(["--exact", "crash::killed_writer", "--nocapture"])
        .env(FILE, file)
        .env(FIRST, first.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("we run, so it runs")
}

fn is_empty(folder: &Path) -> bool {
    let mut files = fs::read_dir(folder).expect("a folder");
    files.next().is_none()
}

/// Without a chance to tidy up: SIGKILL.
fn kill(child: &mut Child) {
    child.kill().expect("it is ours");
    child.wait().expect("it is ours");
}

/// A little more in each round, so that the kills fall on different moments of opening, writing,
/// committing and closing. Nothing is waited for.
fn pass_time(round: u32) {
    for _ in 0..round * 20_000 {
        hint::spin_loop();
    }
}
