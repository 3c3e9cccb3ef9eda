//! Passkeys, history and notices, through the binaries of sign-in, sign and owner.

use serde_json::{Value, json};
use tests::authenticator::{Algorithm, Passkey};
use tests::cloud::{StoredFile, Trouble};
use tests::lambda::event;
use tests::tokens::ALICE;

use crate::body;
use crate::person::{Provider, cookie, post, refusal, to_sign};

const PAGES: &str = "https://idp.example";
pub const DOCUMENTS: [&str; 2] = [
    "pages/.well-known/browserid",
    "pages/.well-known/browserid/",
];

pub const WHOLE: [(&str, &str); 2] = [("BUCKET", "pages"), ("MAIL_FROM", "login@mail.example")];

impl Provider {
    /// All of it: the published document, and mail.
    pub async fn whole() -> Self {
        let provider = Self::with(&WHOLE).await;
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

    pub fn document(&self, name: &str) -> Value {
        let file = self.cloud.files()[name].clone();
        assert_eq!(file.content_type, "application/json");
        assert_eq!(file.cache_control, "public, max-age=21600");
        serde_json::from_slice(&file.content).expect("JSON")
    }

    pub async fn owners(&self, event: Value) -> Value {
        self.owner.invoke(event).await.answer()
    }

    pub async fn asked(&self, event: Value) -> Value {
        self.sign_in.invoke(event).await.answer()
    }

    /// Somebody new with a passkey: it, and the session's cookie.
    pub async fn comes(&self, email: &str, is_owner: bool) -> (Passkey, String) {
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
    pub async fn challenged(&self, path: &str, given: Value) -> Value {
        let begun = self.asked(post(&format!("{path}/challenge"), &given)).await;
        assert_eq!(begun["statusCode"], 200, "{begun}");
        begun
    }

    /// What sign-in says to this passkey, used by this browser.
    pub async fn uses(&self, passkey: &mut Passkey, agent: &str) -> Value {
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
pub fn bound(begun: &Value) -> Value {
    let set = begun["cookies"].as_array().into_iter().flatten();
    let pairs = set.filter_map(|line| line.as_str()?.split(';').next());
    json!(pairs.collect::<Vec<_>>())
}

fn read(path: &str, cookie: &str) -> Value {
    let mut event = event("GET", path, "");
    event["cookies"] = json!([cookie]);
    event
}

pub const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

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
