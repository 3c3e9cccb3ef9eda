//! Passkeys, history, notices and the panic switch, through the binaries of sign-in, sign and owner.

use serde_json::{Value, json};
use tests::authenticator::{Algorithm, Passkey};
use tests::cloud::{StoredFile, Trouble};
use tests::lambda::event;
use tests::tokens::ALICE;

use crate::body;
use crate::person::{Provider, cookie, post, refusal, to_sign};

const PAGES: &str = "https://idp.example";
const DOCUMENTS: [&str; 2] = [
    "pages/.well-known/browserid",
    "pages/.well-known/browserid/",
];

impl Provider {
    /// All of it: the published document, and mail.
    async fn whole() -> Self {
        let provider =
            Self::with(&[("BUCKET", "pages"), ("MAIL_FROM", "login@mail.example")]).await;
        for name in DOCUMENTS {
            let file = StoredFile {
                cache_control: "public, max-age=21600".to_owned(),
                content: br#"{"agent":"/persona/agent.html","public-key":{}}"#.to_vec(),
                content_type: "application/json".to_owned(),
            };
            provider.cloud.keep(name, file);
        }
        provider
    }

    fn document(&self, name: &str) -> Value {
        let file = self.cloud.files()[name].clone();
        assert_eq!(file.content_type, "application/json");
        assert_eq!(file.cache_control, "public, max-age=21600");
        serde_json::from_slice(&file.content).expect("JSON")
    }

    async fn owners(&self, event: Value) -> Value {
        self.owner.invoke(event).await.answer()
    }

    async fn asked(&self, event: Value) -> Value {
        self.sign_in.invoke(event).await.answer()
    }

    /// Somebody new with a passkey: it, and the session's cookie.
    async fn comes(&self, email: &str, is_owner: bool) -> (Passkey, String) {
        let added = json!({"command": "add", "email": email, "owner": is_owner});
        let added = self.owners(added).await;
        let token = added["link"].as_str().and_then(|link| link.split_once('#'));
        let token = token.expect("a link with a token").1;
        let path = "/persona/enrolment/passkey";
        let begun = self.challenged(path, json!({"token": token})).await;
        let mut passkey = Passkey::new(Algorithm::Es256, PAGES);
        let credential = passkey.make(&body(&begun)["publicKey"]);
        let mut event = post(
            path,
            &json!({"token": token, "credential": credential, "name": "laptop"}),
        );
        event["cookies"] = bound(&begun);
        let enrolled = self.asked(event).await;
        assert_eq!(enrolled["statusCode"], 200, "{enrolled}");
        (passkey, cookie(&enrolled))
    }

    /// The answer to a question for a challenge.
    async fn challenged(&self, path: &str, given: Value) -> Value {
        let begun = self.asked(post(&format!("{path}/challenge"), &given)).await;
        assert_eq!(begun["statusCode"], 200, "{begun}");
        begun
    }

    /// What sign-in says to this passkey, used by this browser.
    async fn uses(&self, passkey: &mut Passkey, agent: &str) -> Value {
        let begun = self.challenged("/persona/passkey", json!({})).await;
        let credential = passkey.answer(&body(&begun)["publicKey"]);
        let given = json!({"credential": credential, "life": "keep"});
        let mut event = post("/persona/passkey", &given);
        event["cookies"] = bound(&begun);
        event["headers"]["user-agent"] = json!(agent);
        self.asked(event).await
    }
}

/// The cookie of a challenge, as the browser sends it back.
fn bound(begun: &Value) -> Value {
    let set = begun["cookies"].as_array().into_iter().flatten();
    let pairs = set.filter_map(|line| line.as_str()?.split(';').next());
    json!(pairs.collect::<Vec<_>>())
}

fn read(path: &str, cookie: &str) -> Value {
    let mut event = event("GET", path, "");
    event["cookies"] = json!([cookie]);
    event
}

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

#[tokio::test]
async fn a_passkey_made_by_the_link_signs_in_is_certified_and_stands_in_the_history() {
    let provider = Provider::whole().await;
    let (mut passkey, _) = provider.comes(ALICE, false).await;
    let in_again = provider.uses(&mut passkey, FIREFOX).await;
    assert_eq!(in_again["statusCode"], 200, "{in_again}");
    let session = cookie(&in_again);
    let certified = provider.sign.invoke(to_sign(&session)).await.answer();
    assert_eq!(certified["statusCode"], 200, "{certified}");

    let history = provider.asked(read("/persona/history", &session)).await;
    let events = body(&history)["events"].clone();
    let events = events.as_array().expect("events");
    let happened: Vec<&str> = events
        .iter()
        .filter_map(|event| event["what"].as_str())
        .collect();
    for expected in ["link_made", "signed_in", "certified"] {
        assert!(happened.contains(&expected), "{expected}: {happened:?}");
    }
    let by_firefox = |event: &Value| {
        event["device"]
            .as_str()
            .is_some_and(|device| device.contains("Firefox"))
    };
    assert!(events.iter().any(by_firefox), "{events:?}");

    // A copy of somebody else's: not even their own session helps.
    let mut stranger = Passkey::new(Algorithm::Es256, PAGES);
    stranger.handle.clone_from(&passkey.handle);
    let refused = provider.uses(&mut stranger, FIREFOX).await;
    assert_eq!(refusal(&refused), (json!(401), json!("passkey_refused")));

    let logs = provider.stop().await;
    let log = format!("{logs:?}");
    for secret in ["alice", "Firefox", session.as_str()] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}

#[tokio::test]
async fn a_new_device_is_told_of_by_mail_and_a_mail_that_cannot_be_sent_stops_nobody() {
    let provider = Provider::whole().await;
    let (mut passkey, _) = provider.comes(ALICE, false).await;
    let before = provider.cloud.mails().len();
    let came = provider.uses(&mut passkey, FIREFOX).await;
    assert_eq!(came["statusCode"], 200, "{came}");
    let mails = provider.cloud.mails();
    assert_eq!(mails.len(), before + 1, "{mails:?}");
    let mail = mails[before].to_string();
    assert!(mail.contains("alice@idp.example") && mail.contains("login@mail.example"));
    assert!(
        mail.contains("https://idp.example/persona/not_me.html#"),
        "{mail}"
    );

    for trouble in [
        Trouble::Fails(400, "MessageRejected"),
        Trouble::Fails(403, "AccessDeniedException"),
        Trouble::Drops,
    ] {
        provider.cloud.has("SendEmail", trouble);
        let came = provider.uses(&mut passkey, "Safari").await;
        assert_eq!(came["statusCode"], 200, "{came}");
    }
    provider.stop().await;
}

#[tokio::test]
async fn without_a_sender_nobody_is_mailed_and_all_else_is_the_same() {
    let provider = Provider::new().await;
    let (mut passkey, _) = provider.comes(ALICE, false).await;
    let came = provider.uses(&mut passkey, FIREFOX).await;
    assert_eq!(came["statusCode"], 200, "{came}");
    assert_eq!(provider.cloud.mails(), Vec::<Value>::new());
    // Pages elsewhere: the owner is told that the document is his own to write.
    let pulled = provider.owners(json!({"command": "panic"})).await;
    assert_eq!(pulled["status"], "okay", "{pulled}");
    assert_eq!(pulled["published"], false);
    assert!(!provider.cloud.calls().contains(&"PutObject".to_owned()));
    provider.stop().await;
}

#[tokio::test]
async fn the_panic_switch_stops_everybody_is_published_and_takes_command_and_passkey_to_release() {
    let provider = Provider::whole().await;
    let (mut owner, owners) = provider.comes("owner@idp.example", true).await;
    let (mut alice, hers) = provider.comes(ALICE, false).await;

    let pulled = provider.owners(json!({"command": "panic"})).await;
    assert_eq!(
        (&pulled["status"], &pulled["published"]),
        (&json!("okay"), &json!(true))
    );
    let not_before = pulled["not_before"].as_u64().expect("a moment");
    let until = pulled["certificates_live_until"]
        .as_u64()
        .expect("a moment");
    assert_eq!(until - not_before, 6 * 60 * 60 * 1000);
    for name in DOCUMENTS {
        let document = provider.document(name);
        assert_eq!(document["not-before"], not_before);
        assert_eq!(document["agent"], "/persona/agent.html", "all else stays");
    }
    for cookie in [&owners, &hers] {
        let refused = provider.sign.invoke(to_sign(cookie)).await.answer();
        assert_eq!(refusal(&refused), (json!(403), json!("no_session")));
    }
    let refused = provider.uses(&mut alice, FIREFOX).await;
    assert_ne!(refused["statusCode"], 200, "{refused}");
    assert!(
        refused["cookies"]
            .to_string()
            .find("__Host-selfsame=A")
            .is_none()
    );

    // Once more: the moment stays.
    let again = provider.owners(json!({"command": "panic"})).await;
    assert_eq!(again["not_before"], not_before);
    let status = provider.owners(json!({"command": "panic_status"})).await;
    assert_eq!(
        status,
        json!({"status": "okay", "is_pulled": true, "not_before": not_before})
    );

    let link = provider.owners(json!({"command": "panic_release"})).await;
    let (page, token) = link["link"]
        .as_str()
        .and_then(|link| link.split_once('#'))
        .expect("a link");
    assert_eq!(page, "https://idp.example/persona/panic.html");
    for (passkey, expected) in [(&mut alice, 401), (&mut owner, 200)] {
        let path = "/persona/panic/release";
        let begun = provider.challenged(path, json!({"token": token})).await;
        let credential = passkey.answer(&body(&begun)["publicKey"]);
        let mut event = post(path, &json!({"token": token, "credential": credential}));
        event["cookies"] = bound(&begun);
        let answer = provider.asked(event).await;
        assert_eq!(answer["statusCode"], expected, "{answer}");
    }
    let in_again = provider.uses(&mut alice, FIREFOX).await;
    let certified = provider.sign.invoke(to_sign(&cookie(&in_again))).await;
    assert_eq!(certified.answer()["statusCode"], 200);
    assert_eq!(provider.document(DOCUMENTS[0])["not-before"], not_before);
    let none = provider.owners(json!({"command": "panic_release"})).await;
    assert_eq!(none["status"], "failure");

    let log = format!("{:?}", provider.stop().await);
    for secret in [token, "alice", "owner@"] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}

#[tokio::test]
async fn a_document_that_cannot_be_written_leaves_the_switch_pulled_and_the_next_pull_writes_it() {
    let provider = Provider::whole().await;
    let (_, hers) = provider.comes(ALICE, false).await;
    for trouble in [
        Trouble::Fails(403, "AccessDenied"),
        Trouble::Fails(412, "PreconditionFailed"),
        Trouble::Drops,
    ] {
        provider.cloud.has("PutObject", trouble);
        let failed = provider.owners(json!({"command": "panic"})).await;
        assert_eq!(
            (&failed["status"], &failed["code"]),
            (&json!("failure"), &json!("unavailable"))
        );
        let refused = provider.sign.invoke(to_sign(&hers)).await.answer();
        assert_eq!(refusal(&refused), (json!(403), json!("no_session")));
    }
    provider.cloud.is_well();
    let pulled = provider.owners(json!({"command": "panic"})).await;
    assert_eq!(pulled["published"], true);
    for name in DOCUMENTS {
        assert_eq!(provider.document(name)["not-before"], pulled["not_before"]);
    }
    provider.stop().await;
}

#[tokio::test]
async fn owners_are_made_and_addresses_given_by_the_command_and_certified() {
    let provider = Provider::whole().await;
    let (mut alice, _) = provider.comes(ALICE, false).await;
    let give = |command: &str, address: &str| json!({"command": command, "address": address, "email": ALICE});
    let okay = json!({"status": "okay"});
    assert_eq!(
        provider
            .owners(json!({"command": "owner", "email": ALICE}))
            .await,
        okay
    );
    assert_eq!(
        provider
            .owners(give("address_add", "shop@idp.example"))
            .await,
        okay
    );
    let elsewhere = provider
        .owners(give("address_add", "shop@elsewhere.example"))
        .await;
    assert_eq!(elsewhere["code"], "address_invalid");

    let listed = provider.owners(json!({"command": "list"})).await;
    let users = &listed["users"];
    assert_eq!(
        json!([
            users[0]["email"],
            users[0]["is_owner"],
            users[0]["addresses"],
            users[0]["passkeys"]
        ]),
        json!([ALICE, true, ["shop@idp.example"], 1])
    );

    let session = cookie(&provider.uses(&mut alice, FIREFOX).await);
    let certify = |address: &str| {
        let mut event = to_sign(&session);
        event["rawQueryString"] = json!(format!("email={address}%40idp.example&duration=3600"));
        event
    };
    for (address, expected) in [
        ("alice", 200),
        ("shop", 200),
        ("alice%2Bshop", 200),
        ("shop%2Bx", 200),
        ("bob", 400),
    ] {
        let answer = provider.sign.invoke(certify(address)).await.answer();
        assert_eq!(answer["statusCode"], expected, "{address}: {answer}");
    }
    assert_eq!(
        provider
            .owners(give("address_remove", "shop@idp.example"))
            .await,
        okay
    );
    let gone = provider.sign.invoke(certify("shop")).await.answer();
    assert_eq!(gone["statusCode"], 400, "{gone}");
    provider.stop().await;
}
