//! The fallback's binary: from a mailed code to a certificate, and what happens when one of those that it asks does not
//! answer.

use serde_json::{Value, json};
use tests::cloud::{Cloud, KEY, Trouble, VERIFIER};
use tests::keys::USER;
use tests::lambda::Function;
use tests::tokens::payload;

use crate::person::{post, refusal, who};
use crate::{answered, body, started};

const SENDER: &str = "login@mail.example";
const SHE: &str = "alice@person.example";

/// Her browser at the fallback.
struct Visit {
    cloud: Cloud,
    fallback: Function,
}

impl Visit {
    async fn new() -> Self {
        let cloud = Cloud::start().await;
        let more = [("MAIL_FROM", SENDER), ("VERIFIER", VERIFIER)];
        let fallback = started("fallback", &cloud, &more).await;
        cloud.calls();
        Self { cloud, fallback }
    }

    async fn ask(&self) -> Value {
        self.ask_for(SHE).await
    }

    async fn ask_for(&self, email: &str) -> Value {
        let mut event = post("/persona/proof", &json!({"email": email}));
        event["headers"]["accept-language"] = json!("de-AT,de;q=0.9");
        self.fallback.invoke(event).await.answer()
    }

    async fn confirm(&self, proof: &str, code: &str) -> Value {
        let given = json!({"code": code, "life": "keep"});
        let mut event = post("/persona/proof/confirm", &given);
        event["cookies"] = json!([proof]);
        self.fallback.invoke(event).await.answer()
    }

    async fn sign(&self, session: &str) -> Value {
        let mut event = post("/persona/sign/", &USER.to_json());
        event["rawQueryString"] = json!("email=alice%40person.example&duration=3600");
        event["cookies"] = json!([session]);
        self.fallback.invoke(event).await.answer()
    }

    /// The code of the last mail.
    fn code(&self) -> String {
        let mails = self.cloud.mails();
        let text = mails.last().expect("a mail")["Content"]["Simple"]["Body"]["Text"]["Data"]
            .as_str()
            .expect("a text")
            .to_owned();
        let (_, after) = text.split_once("#code=").expect("a link");
        after[..6].to_owned()
    }

    /// A session that a mailed code began.
    async fn session(&self) -> String {
        let asked = self.ask().await;
        assert_eq!(asked["statusCode"], 200, "{asked}");
        let confirmed = self.confirm(&set(&asked, "-proof="), &self.code()).await;
        assert_eq!(confirmed["statusCode"], 200, "{confirmed}");
        set(&confirmed, "selfsame=")
    }
}

/// The cookie that an answer sets, whose name ends so.
fn set(answer: &Value, name: &str) -> String {
    let cookies = answer["cookies"].as_array().expect("cookies");
    let mut pairs = cookies
        .iter()
        .filter_map(|cookie| cookie.as_str()?.split(';').next());
    let found = pairs.find(|pair| pair.contains(name));
    found
        .unwrap_or_else(|| panic!("{name}: {answer}"))
        .to_owned()
}

fn primary(issuer: &str) -> Value {
    json!({"type": "primary", "issuer": issuer, "disabled": false, "state": "unknown"})
}

#[tokio::test]
async fn mailed_code_becomes_a_session_and_a_certificate() {
    let visit = Visit::new().await;
    let asked = visit.ask().await;
    assert_eq!(asked["statusCode"], 200, "{asked}");
    let costs_asking = visit.cloud.calls();
    let proof = set(&asked, "-proof=");
    assert!(proof.starts_with("__Host-selfsame-proof="), "{proof}");

    let mails = visit.cloud.mails();
    let [mail] = &mails[..] else {
        panic!("{mails:?}");
    };
    let sender = mail["FromEmailAddress"].as_str().expect("a sender");
    assert_eq!(sender, format!("\"idp.example\" <{SENDER}>"));
    assert_eq!(mail["Destination"], json!({"ToAddresses": [SHE]}));
    let code = visit.code();
    let content = &mail["Content"]["Simple"];
    for part in ["Text", "Html"] {
        let part = content["Body"][part]["Data"].as_str().expect("a part");
        assert!(part.contains(&code), "{part}");
    }
    let text = content["Body"]["Text"]["Data"].as_str().expect("a text");
    let link = format!("https://idp.example/persona/prove.html#code={code}");
    assert!(text.contains(&link), "{text}");
    let headers = content["Headers"].to_string();
    assert!(headers.contains("\"de\""), "in her language: {headers}");

    let confirmed = visit.confirm(&proof, &code).await;
    assert_eq!(confirmed["statusCode"], 200, "{confirmed}");
    let costs_confirming = visit.cloud.calls();
    let session = set(&confirmed, "selfsame=");
    let is_she = visit.fallback.invoke(who(&session)).await.answer();
    assert_eq!(body(&is_she)["email"], SHE);
    visit.cloud.calls();

    let answer = visit.sign(&session).await;
    assert_eq!(answer["statusCode"], 200, "{answer}");
    let costs_signing = visit.cloud.calls();
    let certificate = answer["body"].as_str().expect("a certificate");
    let claims = payload(certificate);
    assert_eq!(claims["iss"], "idp.example");
    assert_eq!(claims["principal"], json!({"email": SHE}));
    assert_eq!(visit.cloud.rows("audit#").len(), 1);
    assert_eq!(visit.cloud.rows("proof#").len(), 0, "the code is used up");

    // As `infra/cost` counts them.
    assert_eq!(count(&costs_asking), COSTS[0], "{costs_asking:?}");
    assert_eq!(count(&costs_confirming), COSTS[1], "{costs_confirming:?}");
    assert_eq!(count(&costs_signing), COSTS[2], "{costs_signing:?}");

    let log = visit.fallback.stop().await;
    let (lines, others) = answered(&log);
    assert_eq!((lines.len(), others.len()), (4, 0), "{log:?}");
    let log = format!("{log:?}").to_lowercase();
    for secret in ["alice", &code, "__host", certificate, "secret"] {
        assert!(!log.contains(&secret.to_lowercase()), "{secret}: {log}");
    }
}

/// Calls of the verifier, mails, reads, writes, signatures: for a mail, for a code, for a certificate. Of the writes three
/// and one are counters that begin, which is two writes each; two are transactions, of three parts and of two.
const COSTS: [[usize; 5]; 3] = [[1, 1, 1, 7, 0], [1, 0, 5, 8, 0], [1, 0, 2, 1, 1]];

fn count(calls: &[String]) -> [usize; 5] {
    let of = |names: &[&str]| {
        let is_one = |call: &&String| names.contains(&call.as_str());
        calls.iter().filter(is_one).count()
    };
    let counted = [
        of(&["AddressInfo"]),
        of(&["SendEmail"]),
        of(&["GetItem", "Query"]),
        of(&["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"]),
        of(&["Sign"]),
    ];
    assert_eq!(counted.iter().sum::<usize>(), calls.len(), "{calls:?}");
    counted
}

#[tokio::test]
async fn domain_that_speaks_for_itself_gets_no_mail_and_no_certificate() {
    let visit = Visit::new().await;
    let session = visit.session().await;
    visit
        .cloud
        .says("person.example", primary("idp.person.example"));
    visit.cloud.calls();

    let asked = visit.ask().await;
    assert_eq!(refusal(&asked), (json!(403), json!("domain_supported")));
    let signed = visit.sign(&session).await;
    assert_eq!(signed["statusCode"], 403, "{signed}");
    let calls = visit.cloud.calls();
    for forbidden in ["SendEmail", "Sign"] {
        assert!(!calls.contains(&forbidden.to_owned()), "{calls:?}");
    }
    assert_eq!(visit.cloud.mails().len(), 1);
    assert_eq!(visit.cloud.rows("audit#").len(), 0);
    assert_eq!(visit.cloud.rows("domain#").len(), 1, "it is remembered");

    // It does not answer any more: for 30 days nobody speaks for it.
    let none = json!({"type": "secondary", "issuer": "idp.example", "disabled": false, "state": "unknown"});
    visit.cloud.says("person.example", none.clone());
    let asked = visit.ask().await;
    assert_eq!(refusal(&asked), (json!(403), json!("domain_offline")));
    // It says itself that it does not.
    let mut disabled = none;
    disabled["disabled"] = json!(true);
    visit.cloud.says("person.example", disabled);
    assert_eq!(visit.ask().await["statusCode"], 200);
    let signed = visit.sign(&session).await;
    assert_eq!(refusal(&signed), (json!(403), json!("no_session")));
    visit.fallback.stop().await;
}

#[tokio::test]
async fn while_nobody_can_tell_the_fallback_keeps_out() {
    let visit = Visit::new().await;
    let session = visit.session().await;
    let offline = json!({"type": "secondary", "issuer": "person.example", "disabled": false, "state": "offline"});
    visit.cloud.says("person.example", offline);
    for refused in [visit.ask().await, visit.sign(&session).await] {
        assert_eq!(refusal(&refused), (json!(503), json!("domain_silent")));
    }

    let troubles = [
        Trouble::Fails(500, "InternalServerError"),
        Trouble::Fails(429, "TooManyRequestsException"),
        Trouble::Rambles,
        Trouble::Drops,
        Trouble::Hangs,
    ];
    for (number, trouble) in troubles.into_iter().enumerate() {
        // So many mailboxes, because mails to each are counted.
        let other = format!("alice{number}@person.example");
        visit.cloud.has("AddressInfo", trouble.clone());
        visit.cloud.calls();
        for refused in [visit.ask_for(&other).await, visit.sign(&session).await] {
            let expected = (json!(503), json!("unavailable"));
            assert_eq!(refusal(&refused), expected, "{trouble:?}");
            assert!(refused["headers"]["retry-after"].is_string(), "{refused}");
        }
        let calls = visit.cloud.calls();
        for forbidden in ["SendEmail", "Sign"] {
            assert!(!calls.contains(&forbidden.to_owned()), "{calls:?}");
        }
    }
    visit.cloud.is_well();
    visit.cloud.says(
        "person.example",
        json!({"type": "secondary", "issuer": "idp.example", "disabled": false, "state": "unknown"}),
    );
    assert_eq!(visit.sign(&session).await["statusCode"], 200);
    let log = format!("{:?}", visit.fallback.stop().await);
    assert!(log.contains("who speaks for a domain"), "{log}");
    assert!(!log.contains("alice"), "{log}");
}

#[tokio::test]
async fn mail_that_ses_does_not_take_is_no_mail_and_no_session() {
    let visit = Visit::new().await;
    for trouble in [
        Trouble::Fails(400, "MessageRejected"),
        Trouble::Fails(429, "TooManyRequestsException"),
        Trouble::Fails(500, "InternalFailure"),
        Trouble::Drops,
    ] {
        visit.cloud.has("SendEmail", trouble.clone());
        let asked = visit.ask().await;
        let expected = (json!(503), json!("unavailable"));
        assert_eq!(refusal(&asked), expected, "{trouble:?}");
        let nothing = json!([]);
        let cookies = asked.get("cookies").unwrap_or(&nothing);
        assert_eq!(cookies, &nothing, "{trouble:?}");
    }
    assert_eq!(visit.cloud.mails().len(), 0);
    visit.cloud.is_well();
    assert_eq!(visit.ask().await["statusCode"], 200);
    let log = format!("{:?}", visit.fallback.stop().await);
    assert!(!log.contains("alice"), "{log}");
}

#[tokio::test]
async fn what_signs_is_asked_for_at_start_and_nothing_else_is() {
    let cloud = Cloud::start().await;
    let more = [
        ("KEY_ID", KEY),
        ("MAIL_FROM", SENDER),
        ("VERIFIER", VERIFIER),
    ];
    let function = started("fallback", &cloud, &more).await;
    let mut calls = cloud.calls();
    calls.sort();
    assert_eq!(calls, ["GetItem", "GetPublicKey"]);
    function.stop().await;
}
