//! The real program: what it prints, how it ends, what survives when it is killed.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;
use std::sync::mpsc;
use std::time::Duration;

use ::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::folder;
use crate::http::Site;
use crate::person::{PASSWORD, Person, token_of};
use crate::program::{command, run};
use crate::serving::{Serving, log_of};

async fn enrolled(serving: &Serving) -> Person {
    let link = serving.link().expect("a link at the first start");
    Person::enrol(&serving.site("me.localhost"), link).await
}

async fn session_of(identity: &Site, cookie: &str) -> Value {
    let answer = identity
        .send(Method::GET, "/persona/session", &[("cookie", cookie)], "")
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.json()["email"].clone()
}

#[tokio::test]
async fn starts_say_what_runs_where_and_give_a_link_until_there_is_a_password() {
    let folder = folder();
    let first = Serving::start(folder.path(), &[]);
    let port = first.port();
    for site in ["me", "guestbook", "fallback", "verifier"] {
        assert!(
            first
                .said
                .contains(&format!("http://{site}.localhost:{port}"))
        );
    }
    assert!(first.said.contains(&format!("http://127.0.0.1:{port}")));
    let link = first.link().expect("a link").to_owned();
    assert!(link.starts_with(&format!("http://me.localhost:{port}/persona/enrol.html#")));
    assert!(!first.said.contains("replaces"));
    assert!(
        first.said.lines().count() <= 12,
        "a few lines:\n{}",
        first.said
    );
    first.end("TERM");

    let second = Serving::start(folder.path(), &[]);
    let renewed = second.link().expect("another link").to_owned();
    assert_ne!(token_of(&renewed), token_of(&link));
    assert!(
        second
            .said
            .contains("it replaces the link of the last start")
    );
    enrolled(&second).await;
    second.end("TERM");

    let third = Serving::start(folder.path(), &[]);
    assert_eq!(third.link(), None);
    assert!(!third.said.contains("enrol"), "{}", third.said);
}

#[test]
fn signals_end_it_at_once_even_with_idle_connections() {
    for signal in ["TERM", "INT"] {
        let folder = folder();
        let serving = Serving::start(folder.path(), &[]);
        let port = serving.port();
        let connect = || TcpStream::connect(("127.0.0.1", port)).expect("it listens");
        let silent = connect();
        let mut kept_alive = connect();
        let request = format!("GET /status HTTP/1.1\r\nhost: me.localhost:{port}\r\n\r\n");
        kept_alive
            .write_all(request.as_bytes())
            .expect("it is sent");
        let mut answer = [0; 12];
        kept_alive.read_exact(&mut answer).expect("an answer");
        assert_eq!(&answer, b"HTTP/1.1 404");
        let mut half = connect();
        half.write_all(b"GET / HTTP/1.1\r\nhost:")
            .expect("it is sent");

        let (say, ended) = mpsc::channel();
        std::thread::spawn(move || say.send(serving.end(signal)));
        let (status, rest) = ended
            .recv_timeout(Duration::from_secs(2))
            .expect("it ends within two seconds");
        assert_eq!(
            status.code(),
            Some(0),
            "{signal}: {}",
            log_of(folder.path())
        );
        assert_eq!(rest, "");
        drop((silent, kept_alive, half));
        TcpStream::connect(("127.0.0.1", port)).expect_err("nobody listens any more");
    }
}

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_end() {
    let folder = folder();
    let serving = Serving::start(folder.path(), &[]);
    let port = serving.port();
    let link = serving.link().expect("a link");
    let body = json!({"token": token_of(link), "password": PASSWORD}).to_string();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    let head = format!(
        "POST /persona/enrolment HTTP/1.1\r\nhost: me.localhost:{port}\r\norigin: http://me.localhost:{port}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("it is sent");
    let mut answer = [0; 25];
    stream.read_exact(&mut answer).expect("an answer");
    assert_eq!(
        &answer, b"HTTP/1.1 100 Continue\r\n\r\n",
        "the request is being read"
    );

    let ending = std::thread::spawn(move || serving.end("TERM"));
    stream.write_all(body.as_bytes()).expect("it is sent");
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .expect("the whole answer");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    let (status, _) = ending.join().expect("it ends");
    assert_eq!(status.code(), Some(0));

    let again = Serving::start(folder.path(), &[]);
    Person::sign_in(&again.site("me.localhost"), "you@me.localhost").await;
}

#[tokio::test]
async fn what_was_acknowledged_survives_being_killed() {
    let folder = folder();
    let serving = Serving::start(folder.path(), &[]);
    let you = enrolled(&serving).await;
    let guestbook = serving.site("guestbook.localhost");
    let body = json!({"assertion": you.assertion(&guestbook.origin()).await});
    let visit = guestbook
        .own_page_sends(Method::POST, "/signin", "", &body)
        .await;
    assert_eq!(visit.status, StatusCode::OK, "{}", visit.text());
    let document = serving
        .site("me.localhost")
        .get("/.well-known/browserid")
        .await
        .json();

    // More sign-ins are on their way when the process dies; those it has answered count.
    let mut acknowledged = vec![you.cookie.clone()];
    for _ in 0..3 {
        let person = Person::sign_in(&serving.site("me.localhost"), &you.email).await;
        acknowledged.push(person.cookie);
    }
    let credentials = json!({"email": you.email, "password": PASSWORD}).to_string();
    let port = serving.port();
    let mut on_its_way = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    let request = format!(
        "POST /persona/session HTTP/1.1\r\nhost: me.localhost:{port}\r\norigin: http://me.localhost:{port}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{credentials}",
        credentials.len()
    );
    on_its_way
        .write_all(request.as_bytes())
        .expect("it is sent");
    let (status, _) = serving.end("KILL");
    assert_eq!(status.code(), None, "it was killed");

    let serving = Serving::start(folder.path(), &[]);
    assert_eq!(serving.link(), None, "the password is kept");
    let identity = serving.site("me.localhost");
    for cookie in acknowledged {
        assert_eq!(session_of(&identity, &cookie).await, "you@me.localhost");
    }
    let again = identity.get("/.well-known/browserid").await.json();
    assert_eq!(again, document, "the key is kept");
    let cookie = visit.cookie();
    let visitors = serving
        .site("guestbook.localhost")
        .send(Method::GET, "/visitors", &[("cookie", &cookie)], "")
        .await
        .json();
    assert_eq!(visitors["you"], "you@me.localhost");
    assert_eq!(visitors["visitors"][0]["email"], "you@me.localhost");
}

#[tokio::test]
async fn people_are_added_and_removed_while_it_runs() {
    let folder = folder();
    let serving = Serving::start(folder.path(), &[]);
    let identity = serving.site("me.localhost");
    let user = |arguments: &[&str]| {
        let arguments: Vec<&str> = ["user"]
            .iter()
            .chain(arguments)
            .chain(&["--data", "data"])
            .copied()
            .collect();
        let output = run(folder.path(), &arguments);
        let text = |bytes| String::from_utf8(bytes).expect("text");
        (
            output.status.code(),
            text(output.stdout),
            text(output.stderr),
        )
    };

    let (code, link, _) = user(&["add", "Bob@Me.localhost"]);
    assert_eq!(code, Some(0));
    let origin = identity.origin();
    assert!(
        link.starts_with(&format!("{origin}/persona/enrol.html#")),
        "{link}"
    );
    let bob = Person::enrol(&identity, link.trim_end()).await;
    assert_eq!(bob.email, "Bob@me.localhost");

    let (code, listed, _) = user(&["list"]);
    assert_eq!(code, Some(0));
    let lines: Vec<&str> = listed.lines().collect();
    assert_eq!(
        lines,
        [
            "Bob@me.localhost\thas a password",
            "you@me.localhost\tcannot sign in yet\towner"
        ]
    );

    let (code, _, complaint) = user(&["add", "Bob@me.localhost"]);
    assert_eq!(code, Some(1));
    assert!(
        complaint.contains("selfsame user link Bob@me.localhost"),
        "{complaint}"
    );

    let (code, link, _) = user(&["link", "Bob@me.localhost"]);
    assert_eq!(code, Some(0));
    let renewed = Person::enrol(&identity, link.trim_end()).await;
    assert_eq!(bob.session().await, Value::Null, "other sessions ended");
    assert_eq!(renewed.session().await, "Bob@me.localhost");

    let (code, said, note) = user(&["sign-out", "Bob@me.localhost"]);
    assert_eq!((code, said.as_str()), (Some(0), ""));
    assert!(note.contains("is signed out everywhere"), "{note}");
    assert_eq!(renewed.session().await, Value::Null);
    let again = Person::sign_in(&identity, "Bob@me.localhost").await;
    assert_eq!(
        again.session().await,
        "Bob@me.localhost",
        "he may come back"
    );
    let (code, _, complaint) = user(&["sign-out", "nobody@me.localhost"]);
    assert_eq!(code, Some(1));
    assert!(complaint.contains("has no account"), "{complaint}");

    let (code, said, _) = user(&["remove", "Bob@me.localhost"]);
    assert_eq!((code, said.as_str()), (Some(0), ""));
    assert_eq!(again.session().await, Value::Null);
    assert_eq!(
        again.ask_for_certificate().await.status,
        StatusCode::FORBIDDEN
    );
    let (code, _, complaint) = user(&["remove", "Bob@me.localhost"]);
    assert_eq!(code, Some(1));
    assert!(complaint.contains("has no account"), "{complaint}");
}

#[tokio::test]
async fn a_password_may_come_on_standard_input() {
    let folder = folder();
    let add = |email: &str, password: &[u8]| {
        let mut child = command(folder.path())
            .args(["user", "add", email, "--password-stdin", "--data", "data"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        stdin.write_all(password).expect("it is read");
        drop(stdin);
        child.wait_with_output().expect("it ends")
    };
    let line = format!("{PASSWORD}\n");
    assert_eq!(
        add("amy@me.localhost", line.as_bytes()).status.code(),
        Some(0)
    );

    let short = add("ben@me.localhost", b"too short\n");
    assert_eq!(short.status.code(), Some(1));
    let complaint = String::from_utf8(short.stderr).expect("text");
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
    assert!(complaint.contains("12 characters"), "{complaint}");
    assert!(!complaint.contains("too short"), "no password is repeated");

    let stranger = add("amy@example.com", line.as_bytes());
    assert_eq!(stranger.status.code(), Some(2));
    let complaint = String::from_utf8(stranger.stderr).expect("text");
    assert!(complaint.contains("@me.localhost"), "{complaint}");

    let serving = Serving::start(folder.path(), &[]);
    assert_eq!(serving.link(), None, "somebody can sign in already");
    Person::sign_in(&serving.site("me.localhost"), "amy@me.localhost").await;
}

#[tokio::test]
async fn the_log_holds_no_secret_and_tells_the_identity_provider_nothing_of_sites() {
    let folder = folder();
    let serving = Serving::start(folder.path(), &[]);
    let you = enrolled(&serving).await;
    let guestbook = serving.site("guestbook.localhost");
    let assertion = you.assertion(&guestbook.origin()).await;
    let body = json!({"assertion": assertion});
    let visit = guestbook
        .own_page_sends(Method::POST, "/signin", "", &body)
        .await;
    assert_eq!(visit.status, StatusCode::OK, "{}", visit.text());
    let query = format!("/persona/agent.html?to={}", guestbook.origin());
    serving.site("me.localhost").get(&query).await;
    let secrets = [
        PASSWORD.to_owned(),
        assertion.clone(),
        assertion.split('~').next().unwrap_or_default().to_owned(),
        visit.cookie(),
        you.cookie.clone(),
        token_of(serving.link().expect("a link")).to_owned(),
        "?".to_owned(),
    ];
    let port = serving.port();
    serving.end("TERM");

    let log = log_of(folder.path());
    for secret in secrets {
        assert!(!log.contains(&secret), "{secret} stands in\n{log}");
    }
    let mut lines = 0;
    for line in log.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let ["INFO", "GET" | "POST", host, path, status] = words[..] else {
            panic!("another kind of line: {line}");
        };
        assert!(host.ends_with(&format!(":{port}")), "{line}");
        assert!(path.starts_with('/'), "{line}");
        assert_eq!(status, "200", "{line}");
        if host.starts_with("me.localhost") {
            assert!(!path.contains("guestbook"), "{line}");
        }
        lines += 1;
    }
    assert!(lines >= 6, "every request has its line:\n{log}");
}

#[test]
fn what_it_keeps_is_readable_by_its_owner_only() {
    let folder = folder();
    let serving = Serving::start(folder.path(), &[]);
    let data = folder.path().join("data");
    let mode = |path: &Path| {
        let permissions = fs::metadata(path).expect("it is there").permissions();
        permissions.mode() & 0o777
    };
    assert_eq!(mode(&data), 0o700);
    let mut names = Vec::new();
    for entry in fs::read_dir(&data).expect("a folder") {
        let path = entry.expect("a file").path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        names.push(path.file_name().expect("a name").to_owned());
    }
    names.sort();
    assert_eq!(
        names,
        [
            "fallback.pem",
            "fallback.redb",
            "guestbook.redb",
            "key.pem",
            "port",
            "store.redb"
        ]
    );
    drop(serving);
}
