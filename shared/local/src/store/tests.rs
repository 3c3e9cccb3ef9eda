//! What a file that is not right says to its owner. What the ports promise: `tests/ports.rs`.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf};

use browserid::{Domain, Email, HostRule, Timestamp};
use redb::{Database, ReadableTable, ReadableTableMetadata};
use service::{
    account::{Account, PasswordHash},
    audit::AuditRow,
    ceremony::{Ceremony, Purpose},
    history::{Event, What},
    ports::{
        Accounts, Addresses, Audit, Ceremonies, History, Limits, PanicSwitch, Proofs, Sessions,
        SupportSeen,
    },
    secret::TokenHash,
    session::{Life, Session, Way},
    ways::Handle,
};
use tempfile::TempDir;

use super::{
    rows::{
        ACCOUNTS, ADDRESSES, AUDIT, CEREMONIES, DOMAINS, FORMAT, HANDLES, HISTORY, HISTORY_BY_TIME,
        LIMITS, PROOFS, SESSIONS, SWITCHES, set_format,
    },
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
        r#"{"v":1,"created":1,"email":"you@me.example","password":null,"ways":"you@me.example"}"#,
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
            Some(concat!(
                r#"{"v":1,"created":7,"email":"you@me.example","password":null,"revision":0,"#,
                r#""ways":"{\"devices\":[],\"is_owner\":false,\"is_to_be_renewed\":false,"#,
                r#"\"passkeys\":[],\"recovery_codes\":[]}"}"#
            ))
        );
        Ok(())
    });
}

/// A file as the first versions left it: no table but theirs, and rows without what came later.
fn old_file(place: &Place) {
    drop(Store::open(&place.file).expect("it is made"));
    place.write(|transaction| {
        transaction.delete_table(ADDRESSES)?;
        transaction.delete_table(AUDIT)?;
        transaction.delete_table(CEREMONIES)?;
        transaction.delete_table(DOMAINS)?;
        transaction.delete_table(HANDLES)?;
        transaction.delete_table(HISTORY)?;
        transaction.delete_table(HISTORY_BY_TIME)?;
        transaction.delete_table(PROOFS)?;
        transaction.delete_table(SWITCHES)?;
        let account = br#"{"v":1,"created":7,"email":"you@me.example","password":"$argon2id$"}"#;
        let mut accounts = transaction.open_table(ACCOUNTS)?;
        accounts.insert("you@me.example", account.as_slice())?;
        let mut sessions = transaction.open_table(SESSIONS)?;
        for (token, flags) in [
            (1, ""),
            (2, r#","is_by_code":true"#),
            (3, r#","is_shared":true"#),
        ] {
            let row =
                format!(r#"{{"v":1,"created":1,"email":"you@me.example"{flags},"last_seen":2}}"#);
            sessions.insert(&[token; 32], row.as_bytes())?;
        }
        set_format(transaction, 1)
    });
}

#[tokio::test]
async fn file_of_an_earlier_version_is_read_and_goes_on() {
    let place = place();
    old_file(&place);
    let store = Store::open(&place.file).expect("it is opened");
    let domain = Domain::parse("me.example", HostRule::Public).expect("a domain");
    let seen = SupportSeen::find(&store, &domain).await;
    assert_eq!(seen.expect("it works"), None);
    let tried = store.count_try(&TokenHash([1; 32]), 5, Timestamp::from_millis(1));
    assert_eq!(tried.await.expect("it works"), None);
    let switch = store.switch().await.expect("it works");
    assert!(!switch.is_pulled);
    let addresses = Addresses::of(&store, &you()).await;
    assert_eq!(addresses.expect("it works"), []);

    let usual = Session {
        last_seen: Timestamp::from_millis(2),
        ..Session::start(you(), Timestamp::from_millis(1))
    };
    let expected = [
        (TokenHash([1; 32]), usual.clone()),
        (TokenHash([2; 32]), usual.clone().by(Way::MailedCode)),
        (TokenHash([3; 32]), usual.living(Life::Hour)),
    ];
    for (token, session) in &expected {
        let found = Sessions::find(&store, token).await.expect("it works");
        assert_eq!(found.as_ref(), Some(session));
    }
    let all = Sessions::of(&store, &you()).await.expect("it works");
    assert_eq!(all, expected);

    let account = Account {
        password: Some(PasswordHash("$argon2id$".to_owned())),
        ..Account::new(you(), Timestamp::from_millis(7))
    };
    let found = Accounts::find(&store, &you()).await.expect("it works");
    assert_eq!(found.as_ref(), Some(&account));
    assert!(store.change(account).await.expect("it works"));
    let found = Accounts::find(&store, &you()).await.expect("it works");
    assert_eq!(found.map(|account| account.revision), Some(1));
}

#[tokio::test]
async fn file_of_an_earlier_version_takes_what_is_new() {
    let place = place();
    old_file(&place);
    let store = Store::open(&place.file).expect("it is opened");
    let now = Timestamp::from_millis(9);
    let handle = Handle([7; 32]);
    let found = Accounts::find(&store, &you()).await.expect("it works");
    let mut account = found.expect("it is there");
    account.ways.handle = Some(handle);
    assert!(store.change(account).await.expect("it works"));
    let found = store.find_by_handle(&handle).await.expect("it works");
    assert_eq!(found.map(|account| account.email), Some(you()));

    let event = Event {
        device: String::new(),
        email: you(),
        source: String::new(),
        time: now,
        what: What::PasswordSet,
    };
    History::keep(&store, &event).await.expect("it works");
    let events = History::of(&store, &you(), now, now.plus_ms(1), 9).await;
    assert_eq!(events.expect("it works"), [event]);
    let ceremony = Ceremony {
        expires: now.plus_ms(1),
        purpose: Purpose::SignIn,
        state: vec![1],
    };
    let token = TokenHash([9; 32]);
    let put = Ceremonies::put(&store, token, ceremony.clone()).await;
    put.expect("it works");
    let taken = Ceremonies::take(&store, &token, now).await;
    assert_eq!(taken.expect("it works"), Some(ceremony));
    let other = Email::parse("you@two.example", HostRule::Public).expect("an address");
    assert!(store.give(&other, &you()).await.expect("it works"));
    store.pull(now).await.expect("it works");
    let switch = store.switch().await.expect("it works");
    assert_eq!(switch.pulled(), Some(now));
}

#[tokio::test]
async fn limits_that_are_over_do_not_pile_up() {
    let place = place();
    let store = Store::open(&place.file).expect("it is made");
    for second in 0..200 {
        let now = Timestamp::from_millis(second * 1_000);
        let hit = store.hit(&format!("source {second}"), 1, 1_000, now).await;
        assert_eq!(hit.expect("it works"), Ok(()));
    }
    place.write(|transaction| {
        let rows = transaction.open_table(LIMITS)?.len()?;
        assert!(rows <= 65, "{rows}");
        Ok(())
    });
}

#[test]
fn file_of_an_earlier_version_is_none_for_that_version_any_more() {
    let place = place();
    old_file(&place);
    assert!(Store::open(&place.file).is_ok());
    place.write(|transaction| {
        let about = transaction.open_table(redb::TableDefinition::<&str, u64>::new("about"))?;
        let format = about.get("format")?.map(|format| format.value());
        assert_eq!(format, Some(FORMAT));
        Ok(())
    });
}

#[tokio::test]
async fn certificate_of_an_earlier_version_is_found_by_its_address() {
    let place = place();
    let store = Store::open(&place.file).expect("it is made");
    place.write(|transaction| {
        let row = br#"{"v":1,"email":"you@me.example","lifetime_ms":60000}"#;
        let mut table = transaction.open_table(AUDIT)?;
        table.insert((7, "thumbprint"), row.as_slice())?;
        Ok(())
    });
    let all = Timestamp::from_millis(0)..Timestamp::from_millis(8);
    let found = Audit::of(&store, &you(), all.start, all.end).await;
    let expected = AuditRow {
        account: you(),
        email: you(),
        key_thumbprint: "thumbprint".to_owned(),
        lifetime_ms: 60_000,
        request_id: None,
        time: Timestamp::from_millis(7),
    };
    assert_eq!(found.expect("it works"), [expected]);
}
