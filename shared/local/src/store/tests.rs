//! What a file that is not right says to its owner. What the ports promise: `tests/ports.rs`.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf};

use browserid::{Domain, Email, HostRule, Timestamp};
use redb::{Database, ReadableTable};
use service::{
    account::Account,
    ports::{Accounts, Proofs, Sessions, SupportSeen},
    secret::TokenHash,
    session::Session,
};
use tempfile::TempDir;

use super::{
    rows::{ACCOUNTS, FORMAT, SESSIONS, set_format},
    *,
};

struct Place {
    file: PathBuf,
    folder: TempDir,
}

fn place() -> Place {
    let folder = tempfile::tempdir().expect("a folder");
    Place {
        file: folder.path().join("store.redb"),
        folder,
    }
}

impl Place {
    fn complaint(&self) -> String {
        match Store::open(&self.file) {
            Ok(_) => panic!("it was opened"),
            Err(error) => error.to_string(),
        }
    }

    /// Writes past the store, as no version of ours does.
    fn write(&self, work: impl FnOnce(&WriteTransaction) -> Result<(), StoreError>) {
        let database = Database::open(&self.file).expect("it is a store");
        let transaction = database.begin_write().expect("nobody writes");
        work(&transaction).expect("it is written");
        transaction.commit().expect("it is kept");
    }
}

fn you() -> Email {
    Email::parse("you@me.example", HostRule::Public).expect("an address")
}

#[test]
fn new_store_is_its_owners_alone_and_leaves_no_draft() {
    let place = place();
    assert!(Store::open(&place.file).is_ok());
    let mode = fs::metadata(&place.file)
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let left = fs::read_dir(place.folder.path()).expect("a folder").count();
    assert_eq!(left, 1);
}

#[test]
fn file_that_is_no_store_is_refused_and_kept() {
    let place = place();
    for content in ["", "hello", &"no database ".repeat(1_000)] {
        fs::write(&place.file, content).expect("it is written");
        let complaint = place.complaint();
        let begin = format!(
            "`{}` is no store of selfsame or is damaged (",
            place.file.display()
        );
        assert!(complaint.starts_with(&begin), "{complaint}");
        assert!(!complaint.contains('\n'), "{complaint}");
        assert_eq!(
            fs::read_to_string(&place.file).expect("it is there"),
            content
        );
    }
}

#[test]
fn store_that_lost_its_end_is_damaged() {
    let place = place();
    assert!(Store::open(&place.file).is_ok());
    let whole = fs::read(&place.file).expect("it is there");
    fs::write(&place.file, &whole[..whole.len() / 2]).expect("it is written");
    let complaint = place.complaint();
    assert!(
        complaint.contains("or is damaged (DB corrupted"),
        "{complaint}"
    );
}

#[test]
fn store_of_a_newer_version_is_refused() {
    let place = place();
    assert!(Store::open(&place.file).is_ok());
    place.write(|transaction| set_format(transaction, FORMAT + 1));
    let said = format!(
        "the store `{}` was written by a newer selfsame: use that one",
        place.file.display()
    );
    assert_eq!(place.complaint(), said);
}

#[test]
fn folder_that_is_missing_or_no_folder_is_a_sentence() {
    let place = place();
    let missing = Place {
        file: place.folder.path().join("missing/store.redb"),
        folder: tempfile::tempdir().expect("a folder"),
    };
    assert!(missing.complaint().contains("cannot be used"));
    assert!(!missing.file.exists());

    fs::create_dir(&place.file).expect("nothing is there");
    let complaint = place.complaint();
    assert!(complaint.contains("cannot be used"), "{complaint}");
}

#[tokio::test]
async fn row_of_a_newer_version_is_an_error_that_does_not_quote_it() {
    let place = place();
    let store = Store::open(&place.file).expect("it is made");
    for row in [
        r#"{"v":2,"created":1,"email":"you@me.example","password":null}"#,
        r#"{"v":1,"created":1,"email":"no address"}"#,
        r#"{"v":1,"created":"you@me.example"}"#,
        "you@me.example",
    ] {
        place.write(|transaction| {
            let mut table = transaction.open_table(ACCOUNTS)?;
            table.insert("you@me.example", row.as_bytes())?;
            Ok(())
        });
        let error = Accounts::find(&store, &you())
            .await
            .err()
            .map(|error| error.to_string());
        let error = error.expect("it cannot be read");
        assert!(error.starts_with("while reading an account: a row of the table `accounts`"));
        assert!(!error.contains("you@"), "{error}");
    }
}

#[tokio::test]
async fn row_that_cannot_be_read_stops_the_end_of_all_sessions() {
    let place = place();
    let store = Store::open(&place.file).expect("it is made");
    let token = TokenHash([1; 32]);
    let session = Session::start(you(), Timestamp::from_millis(1));
    Sessions::put(&store, token, session)
        .await
        .expect("it works");
    place.write(|transaction| {
        transaction
            .open_table(SESSIONS)?
            .insert(&[2; 32], b"{}".as_slice())?;
        Ok(())
    });
    // Whose session it is cannot be known: saying "ended" would be a guess.
    assert!(store.end_all(&you(), None).await.is_err());
    let kept = Sessions::find(&store, &token).await.expect("it works");
    assert!(kept.is_some(), "nothing was half done");
}

#[tokio::test]
async fn rows_stand_in_the_file_in_a_form_that_later_versions_can_read() {
    let place = place();
    let store = Store::open(&place.file).expect("it is made");
    let account = Account::new(you(), Timestamp::from_millis(7));
    assert!(store.create(account).await.expect("it works"));
    place.write(|transaction| {
        let table = transaction.open_table(ACCOUNTS)?;
        let row = table.get("you@me.example")?.map(|row| row.value().to_vec());
        let row = row.map(|row| String::from_utf8(row).expect("JSON"));
        assert_eq!(
            row.as_deref(),
            Some(r#"{"v":1,"created":7,"email":"you@me.example","password":null}"#)
        );
        Ok(())
    });
}

#[tokio::test]
async fn file_from_before_there_was_a_fallback_is_read_and_goes_on() {
    let place = place();
    let store = Store::open(&place.file).expect("it is made");
    let domain = Domain::parse("me.example", HostRule::Public).expect("a domain");
    // A new file has no such tables either, until something is written in them.
    let seen = SupportSeen::find(&store, &domain).await;
    assert_eq!(seen.expect("it works"), None);
    let token = TokenHash([1; 32]);
    let tried = store.count_try(&token, 5, Timestamp::from_millis(1)).await;
    assert_eq!(tried.expect("it works"), None);

    // A session as earlier versions wrote it is one of the usual kind.
    place.write(|transaction| {
        let row = br#"{"v":1,"created":1,"email":"you@me.example","last_seen":2}"#;
        let mut table = transaction.open_table(SESSIONS)?;
        table.insert(&token.0, row.as_slice())?;
        Ok(())
    });
    let found = Sessions::find(&store, &token).await.expect("it works");
    let expected = Session {
        last_seen: Timestamp::from_millis(2),
        ..Session::start(you(), Timestamp::from_millis(1))
    };
    assert_eq!(found, Some(expected));
}
