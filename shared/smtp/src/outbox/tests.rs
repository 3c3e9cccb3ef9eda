use std::os::unix::fs::PermissionsExt;
use std::sync::Mutex;

use browserid::{Domain, Email, HostRule, Timestamp};
use service::mail::{Language, code};

use super::*;

struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_795_262_400_000)
    }

    fn elapsed_us(&self) -> u64 {
        0
    }
}

/// Counts up, so that no two names are alike.
#[derive(Default)]
struct Counting(Mutex<u8>);

impl Random for Counting {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), PortError> {
        let mut count = self.0.lock().expect("no poison");
        *count += 1;
        bytes.fill(*count);
        Ok(())
    }
}

fn address(text: &str) -> Email {
    Email::parse(text, HostRule::Public).expect("an address")
}

fn mail() -> Mail {
    let link = "http://fallback.localhost:8080/persona/prove.html#code=049271";
    let to = address("jan@plain.localhost:8080");
    code(
        to,
        "049271",
        link,
        10,
        "fallback.localhost:8080",
        Language::German,
    )
}

type Heard = Arc<Mutex<Vec<(PathBuf, String)>>>;

fn outbox(folder: &Path) -> (Outbox, Heard) {
    let heard = Heard::default();
    let sender = Sender {
        address: address("no-reply@fallback.localhost:8080"),
        host: Domain::parse("fallback.localhost:8080", HostRule::Public).expect("a host"),
    };
    let ear = Arc::clone(&heard);
    let told = move |path: &Path, mail: &Mail| {
        assert!(path.is_file(), "it is there when it is told of");
        let heard = (path.to_owned(), mail.to.as_str().to_owned());
        ear.lock().expect("no poison").push(heard);
    };
    let random = Arc::new(Counting::default());
    let outbox = Outbox::new(folder.to_owned(), sender, Arc::new(Still), random, told);
    (outbox, heard)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> = entries
        .map(|entry| {
            entry
                .expect("readable")
                .file_name()
                .into_string()
                .expect("text")
        })
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn each_mail_is_a_file_that_only_its_owner_reads_and_is_told_of_once() {
    let above = tempfile::tempdir().expect("a folder");
    let folder = above.path().join("outbox");
    let (outbox, heard) = outbox(&folder);
    assert!(!folder.exists(), "nothing is made before it is needed");
    for _ in 0..2 {
        assert_eq!(outbox.send(&mail()).await.expect("kept"), Ok(()));
    }
    let expected = ["01".repeat(16), "02".repeat(16)];
    let expected = expected.map(|name| format!("1795262400000-{name}.eml"));
    assert_eq!(names(&folder), expected);
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let told = heard.lock().expect("no poison").clone();
    assert_eq!(told.len(), 2);
    for ((path, to), name) in told.iter().zip(&expected) {
        assert_eq!(path, &folder.join(name));
        assert_eq!(mode(path), 0o600);
        assert_eq!(to, "jan@plain.localhost:8080");
    }
}

#[tokio::test]
async fn the_file_is_the_mail_as_it_would_be_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let (outbox, heard) = outbox(folder.path());
    assert_eq!(outbox.send(&mail()).await.expect("kept"), Ok(()));
    let path = heard.lock().expect("no poison")[0].0.clone();
    let text = fs::read_to_string(path).expect("readable");
    assert!(text.is_ascii(), "{text}");
    let head: Vec<_> = text.lines().take_while(|line| !line.is_empty()).collect();
    for expected in [
        "Auto-Submitted: auto-generated",
        "Content-Language: de",
        "Date: Sat, 21 Nov 2026 12:00:00 +0000",
        // The name with its colon.
        "From: =?utf-8?b?ZmFsbGJhY2subG9jYWxob3N0OjgwODA=?= <no-reply@fallback.localhost>",
        "MIME-Version: 1.0",
        "Message-ID: <01010101010101010101010101010101@fallback.localhost>",
        "To: jan@plain.localhost",
    ] {
        let found = head.iter().filter(|line| **line == expected).count();
        assert_eq!(found, 1, "{expected}: {head:#?}");
    }
    assert_eq!(text.lines().filter(|line| *line == "049271").count(), 1);
}

#[tokio::test]
async fn a_folder_that_cannot_be_is_a_failure_and_nobody_is_told() {
    let above = tempfile::tempdir().expect("a folder");
    let file = above.path().join("file");
    fs::write(&file, "").expect("written");
    let (outbox, heard) = outbox(&file.join("outbox"));
    let error = outbox.send(&mail()).await.expect_err("no folder there");
    assert_eq!(error.doing, "writing a mail into the outbox");
    for secret in ["jan", "049271"] {
        assert!(!error.to_string().contains(secret), "{error}");
    }
    assert!(heard.lock().expect("no poison").is_empty());
}

#[tokio::test]
async fn a_file_of_the_same_name_is_not_written_through() {
    let folder = tempfile::tempdir().expect("a folder");
    let (outbox, heard) = outbox(folder.path());
    let name = format!("1795262400000-{}", "01".repeat(16));
    let elsewhere = folder.path().join("elsewhere");
    let trap = folder.path().join(format!("{name}.unfinished"));
    std::os::unix::fs::symlink(&elsewhere, trap).expect("a link");
    let outcome = outbox.send(&mail()).await;
    assert!(outcome.is_err(), "{outcome:?}");
    assert!(!elsewhere.exists());
    assert!(heard.lock().expect("no poison").is_empty());
}
