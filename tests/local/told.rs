//! What people are told by mail, with the real program: as somebody with a mailbox and two browsers lives it.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Output;

use ::http::{Method, StatusCode};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::folder;
use crate::http::{Answer, Site};
use crate::person::{PASSWORD, Person, token_of};
use crate::program::{command, run};
use crate::serving::{Serving, log_of};

const YOU: &str = "you@me.localhost";
const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

/// The mails in the outbox, in their order, with what stands in them as text.
fn outbox(folder: &Path) -> Vec<String> {
    let Ok(files) = fs::read_dir(folder.join("data/outbox")) else {
        return Vec::new();
    };
    let mut files: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    files.sort();
    let read = |path| text_of(&fs::read_to_string(path).expect("a mail"));
    files.into_iter().map(read).collect()
}

/// The headers, and the first part as its reader sees it.
fn text_of(mail: &str) -> String {
    let mail = mail.replace("\r\n", "\n");
    let (headers, body) = mail.split_once("\n\n").expect("a body");
    let (_, text) = body.split_once("text/plain").expect("a text");
    let (part, text) = text.split_once("\n\n").expect("a text");
    let text = text.split("\n--").next().expect("an end");
    let text = match part.to_lowercase() {
        part if part.contains("base64") => {
            let bytes = STANDARD.decode(text.replace('\n', ""));
            String::from_utf8(bytes.expect("base64")).expect("UTF-8")
        }
        part if part.contains("quoted-printable") => text
            .replace("=\n", "")
            .replace("=3D", "=")
            .replace("=23", "#"),
        _ => text.to_owned(),
    };
    format!("{headers}\n\n{text}")
}

/// The link in the mail.
fn link_in(mail: &str) -> &str {
    let mut words = mail.split_whitespace();
    words
        .find(|word| word.contains("/persona/not_me.html#"))
        .unwrap_or_else(|| panic!("no link in {mail}"))
}

async fn sign_in_with(identity: &Site, browser: &str) -> Answer {
    let origin = identity.origin();
    let headers = [
        ("origin", origin.as_str()),
        ("content-type", "application/json"),
        ("user-agent", browser),
    ];
    let body = json!({"email": YOU, "password": PASSWORD}).to_string();
    identity
        .send(Method::POST, "/persona/session", &headers, &body)
        .await
}

async fn history(identity: &Site, person: &Person) -> Vec<Value> {
    let answer = identity
        .send(
            Method::GET,
            "/persona/history",
            &[("cookie", &person.cookie)],
            "",
        )
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()["events"].as_array().expect("a list").clone()
}

async fn enrolled(serving: &Serving) -> Person {
    let link = serving.link().expect("a link at the first start");
    Person::enrol(&serving.site("me.localhost"), link).await
}

async fn not_me(identity: &Site, link: &str) -> Answer {
    let body = json!({"token": token_of(link)});
    identity
        .own_page_sends(Method::POST, "/persona/not-me", "", &body)
        .await
}

#[tokio::test]
async fn sign_in_from_a_new_browser_is_mailed_and_the_mails_link_locks_the_account() {
    let folder = folder();
    let serving = Serving::start(folder.path(), &[]);
    let identity = serving.site("me.localhost");
    let mine = enrolled(&serving).await;
    assert_eq!(
        outbox(folder.path()),
        [""; 0],
        "the first browser is no news"
    );

    let theirs = sign_in_with(&identity, CHROME).await;
    let theirs = Person::signed_in(&identity, &theirs);
    let mails = outbox(folder.path());
    let [mail] = &*mails else {
        panic!("one mail: {mails:?}");
    };
    assert!(
        mail.contains(YOU) && mail.contains("Chrome on Windows"),
        "{mail}"
    );
    let link = link_in(mail);
    let origin = identity.origin();
    assert!(link.starts_with(&format!("{origin}/persona/not_me.html#")));
    let page = identity.get("/persona/not_me.html").await;
    assert_eq!(page.status, StatusCode::OK);

    let answer = not_me(&identity, link).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(
        answer.json(),
        json!({"status": "okay", "left": {"passkeys": 0}})
    );
    for person in [&mine, &theirs] {
        assert_eq!(person.session().await, Value::Null);
        let refused = person.ask_for_certificate().await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
    let again = sign_in_with(&identity, CHROME).await;
    assert_eq!(
        again.status,
        StatusCode::UNAUTHORIZED,
        "the password is gone"
    );
    // Once more it says the same, and lets nobody in.
    let again = not_me(&identity, link).await;
    assert_eq!(again.status, StatusCode::OK);
    assert_eq!(again.headers.get("set-cookie"), None);

    // As the page says: whoever runs this makes another link.
    let made = run(folder.path(), &["user", "link", YOU, "--data", "data"]);
    assert_eq!(made.status.code(), Some(0));
    let link = String::from_utf8(made.stdout).expect("text");
    let back = Person::enrol(&identity, link.trim_end()).await;
    assert_eq!(back.session().await, YOU);
    let secret = token_of(link.trim_end()).to_owned();
    assert!(!log_of(folder.path()).contains(&secret));
}

#[tokio::test]
async fn link_that_the_command_makes_is_shown_to_the_person_by_mail_and_in_the_history() {
    let folder = folder();
    let serving = Serving::start(folder.path(), &[]);
    let identity = serving.site("me.localhost");
    let you = enrolled(&serving).await;
    let made = run(folder.path(), &["user", "link", YOU, "--data", "data"]);
    assert_eq!(made.status.code(), Some(0));
    let said = String::from_utf8(made.stdout).expect("text");
    assert_eq!(said.lines().count(), 1, "the link and nothing else: {said}");
    let note = String::from_utf8(made.stderr).expect("text");
    assert!(note.contains("mail to ***@me.localhost"), "{note}");

    let mails = outbox(folder.path());
    let [mail] = &*mails else {
        panic!("one mail: {mails:?}");
    };
    assert!(mail.contains("A link was made"), "{mail}");
    assert!(
        !mail.contains(token_of(said.trim_end())),
        "it lets nobody in"
    );
    let events = history(&identity, &you).await;
    assert_eq!(events[0]["what"], "link_made");
    assert_eq!(events[0]["source"], "");

    // The mail's link takes the command's along: whoever made that is not believed.
    let answer = not_me(&identity, link_in(mail)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let body = json!({"token": token_of(said.trim_end())});
    let looked = identity
        .own_page_sends(Method::POST, "/persona/enrolment/look", "", &body)
        .await;
    assert_eq!(looked.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn mail_server_that_refuses_or_is_away_stops_no_sign_in_and_no_command() {
    let folder = folder();
    for url in [refusing_server(), "smtp+plain://127.0.0.1:1".to_owned()] {
        let data = folder.path().join("data");
        let _ = fs::remove_dir_all(&data);
        let serving = Serving::start(folder.path(), &["--mail", &url]);
        let identity = serving.site("me.localhost");
        enrolled(&serving).await;
        let answer = sign_in_with(&identity, CHROME).await;
        let you = Person::signed_in(&identity, &answer);
        assert_eq!(you.session().await, YOU);
        assert!(you.ask_for_certificate().await.status.is_success());
        let events = history(&identity, &you).await;
        let told = events.iter().filter(|one| one["what"] == "mail_not_sent");
        assert_eq!(told.count(), 1, "{events:?}");

        let made = with_mail(
            folder.path(),
            &url,
            &["user", "link", YOU, "--data", "data"],
        );
        assert_eq!(made.status.code(), Some(0));
        let said = String::from_utf8(made.stdout).expect("text");
        assert!(said.contains("/persona/enrol.html#"), "{said}");
        let events = history(&identity, &you).await;
        let told = events.iter().filter(|one| one["what"] == "mail_not_sent");
        assert_eq!(told.count(), 2, "{events:?}");
    }
}

#[test]
fn mail_server_that_is_spelled_wrongly_does_not_keep_the_panic_switch_from_being_pulled() {
    let folder = folder();
    Serving::start(folder.path(), &[]).end("TERM");
    let panic = ["panic", "--data", "data"];
    let pulled = with_mail(folder.path(), "mail.example:s3cret", &panic);
    let note = String::from_utf8(pulled.stderr).expect("text");
    assert_eq!(pulled.status.code(), Some(0), "{note}");
    assert!(note.contains("nobody is told by mail"), "{note}");
    assert!(!note.contains("s3cret"), "{note}");
    let status = run(folder.path(), &["panic", "status", "--data", "data"]);
    assert_eq!(status.status.code(), Some(3));
}

fn with_mail(folder: &Path, url: &str, arguments: &[&str]) -> Output {
    let mut command = command(folder);
    let command = command.env("SELFSAME_MAIL", url).args(arguments);
    command.output().expect("it starts")
}

/// A mail server that takes mail for nobody. It ends with the tests.
fn refusing_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("its address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || refuse(stream));
        }
    });
    format!("smtp+plain://127.0.0.1:{port}")
}

fn refuse(mut stream: TcpStream) -> Option<()> {
    let lines = BufReader::new(stream.try_clone().ok()?).lines();
    stream.write_all(b"220 mail.example\r\n").ok()?;
    for line in lines {
        let line = line.ok()?.to_uppercase();
        let answer: &[u8] = match line.get(..4)? {
            "RCPT" => b"550 no such mailbox\r\n",
            "QUIT" => b"221 bye\r\n",
            _ => b"250 fine\r\n",
        };
        stream.write_all(answer).ok()?;
    }
    None
}
