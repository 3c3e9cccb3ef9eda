//! While people sign in, a member joins, another changes its key, and the first one leaves again: nobody else notices.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use serde_json::{Value, json};
use tests::keys::{ISSUER, OTHER, TestKey, USER};
use tokio::task::JoinHandle;

use crate::world::{Idp, NEXT, Verifier, bundle, counts, list, now_ms, put, signed};

const ONE: (&str, &[&str]) = ("id.one.example", &["one.example", "staff.one.example"]);
const TWO: (&str, &[&str]) = ("two.example", &["two.example"]);
const THREE: (&str, &[&str]) = ("three.example", &["three.example"]);

/// People of one member who sign in again and again, at both verifiers in turn.
struct Traffic {
    done: Arc<AtomicU64>,
    ends: Arc<AtomicBool>,
    /// What came out that was not okay, and how often they signed in at each.
    task: JoinHandle<(Vec<String>, [u64; 2])>,
}

impl Traffic {
    fn start(
        verifiers: &Arc<[Verifier; 2]>,
        (issuer, domains): (&'static str, &'static [&'static str]),
        key: fn() -> &'static TestKey,
    ) -> Self {
        let (done, ends) = (
            Arc::new(AtomicU64::new(0)),
            Arc::new(AtomicBool::new(false)),
        );
        let (counted, told, verifiers) =
            (Arc::clone(&done), Arc::clone(&ends), Arc::clone(verifiers));
        let task = tokio::spawn(async move {
            let (mut failures, mut sent) = (Vec::new(), [0, 0]);
            let mut domains = domains.iter().cycle();
            while !told.load(Ordering::SeqCst) {
                let domain = domains.next().expect("it goes round");
                let bundle = bundle(issuer, key(), &format!("somebody@{domain}"));
                for (verifier, sent) in verifiers.iter().zip(&mut sent) {
                    let outcome = verifier.verify(&bundle).await;
                    *sent += 1;
                    if outcome != "okay" {
                        failures.push(format!("{domain}: {outcome}"));
                    }
                }
                counted.fetch_add(1, Ordering::SeqCst);
            }
            (failures, sent)
        });
        Self { done, ends, task }
    }

    /// Until some more have signed in.
    async fn goes_on(&self) {
        let before = self.done.load(Ordering::SeqCst);
        while self.done.load(Ordering::SeqCst) < before + 3 {
            assert!(!self.task.is_finished(), "it ended early");
            tokio::task::yield_now().await;
        }
    }

    async fn end(self) -> (Vec<String>, [u64; 2]) {
        self.ends.store(true, Ordering::SeqCst);
        self.task.await.expect("no panic")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn members_join_change_their_keys_and_leave_and_nobody_else_notices() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("members.jws");
    std::fs::write(folder.path().join("key.json"), NEXT.to_json().to_string()).expect("written");
    let issued = now_ms() - 1000;
    put(&file, &signed(&NEXT, &list(issued, &[ONE, TWO])));

    let one = Idp::start(ONE.0, &[&ISSUER]).await;
    let two = Idp::start(TWO.0, &[&OTHER]).await;
    let three = Idp::start(THREE.0, &[&USER]).await;
    let environment = [
        ("FEDERATION", "members.jws"),
        ("FEDERATION_KEY", "key.json"),
    ];
    let start = || Verifier::start(folder.path(), &environment, &[&one, &two, &three]);
    let verifiers = Arc::new([start(), start()]);
    let renewed = async |members: usize| {
        for verifier in verifiers.iter() {
            let has = |standing: &Value| {
                let listed = standing["list"]["members"].as_array();
                listed.is_some_and(|listed| listed.len() == members)
            };
            verifier.until("the new list", has).await;
        }
    };
    let all = async |bundle: &str, expected: &str| {
        for verifier in verifiers.iter() {
            assert_eq!(verifier.verify(bundle).await, expected);
        }
    };

    renewed(2).await;
    let ones = Traffic::start(&verifiers, ONE, || &ISSUER);
    ones.goes_on().await;
    let of_three = bundle(THREE.0, &USER, "somebody@three.example");
    all(&of_three, "issuer_not_member").await;
    assert_eq!(three.asked(), 0, "a stranger is not asked");

    // It joins.
    put(
        &file,
        &signed(&NEXT, &list(issued + 1000, &[ONE, TWO, THREE])),
    );
    renewed(3).await;
    all(&of_three, "okay").await;
    ones.goes_on().await;

    // Another one changes its key: both are published, then the new one signs, then the old one goes.
    let twos = Traffic::start(&verifiers, TWO, || &OTHER);
    twos.goes_on().await;
    two.publish(&[&OTHER, &NEXT]);
    all(&bundle(TWO.0, &NEXT, "somebody@two.example"), "okay").await;
    twos.goes_on().await;
    let (failures, of_old_key) = twos.end().await;
    assert_eq!(
        failures, [""; 0],
        "the old key counts while it is published"
    );
    let threes = Traffic::start(&verifiers, THREE, || &USER);
    let twos = Traffic::start(&verifiers, TWO, || &NEXT);
    two.publish(&[&NEXT]);
    twos.goes_on().await;
    threes.goes_on().await;

    // It leaves again.
    let (failures, of_three_sent) = threes.end().await;
    assert_eq!(failures, [""; 0]);
    put(&file, &signed(&NEXT, &list(issued + 2000, &[ONE, TWO])));
    renewed(2).await;
    all(&of_three, "issuer_not_member").await;
    assert_eq!(of_three_sent[0], of_three_sent[1]);

    // Whoever puts the old list back, or one that another key signed, does not bring it back.
    put(
        &file,
        &signed(&NEXT, &list(issued + 1000, &[ONE, TWO, THREE])),
    );
    for verifier in verifiers.iter() {
        let is_older = |standing: &Value| standing["trouble"]["code"] == "list_older";
        verifier.until("the older list is refused", is_older).await;
    }
    put(
        &file,
        &signed(&USER, &list(issued + 3000, &[ONE, TWO, THREE])),
    );
    for verifier in verifiers.iter() {
        let is_refused = |standing: &Value| standing["trouble"]["code"] == "list_refused";
        verifier
            .until("the forged list is refused", is_refused)
            .await;
    }
    all(&of_three, "issuer_not_member").await;
    ones.goes_on().await;
    twos.goes_on().await;

    let (failures, of_one) = ones.end().await;
    assert_eq!(failures, [""; 0]);
    let (failures, of_new_key) = twos.end().await;
    assert_eq!(failures, [""; 0]);
    for (number, verifier) in verifiers.iter().enumerate() {
        let standing = verifier.standing().await;
        let accepted = |count: u64| json!({"accepted": count, "refused": {}});
        assert_eq!(counts(&standing, ONE.0), accepted(of_one[number]));
        let twos = of_old_key[number] + 1 + of_new_key[number];
        assert_eq!(counts(&standing, TWO.0), accepted(twos));
        // Once before it joined, twice after it left.
        let strangers = json!({"accepted": 0, "refused": {"issuer_not_member": 3}});
        assert_eq!(standing["strangers"], strangers);
    }
}

#[tokio::test]
async fn a_members_administrator_cannot_speak_for_anothers_people() {
    let folder = tempfile::tempdir().expect("a folder");
    put(
        &folder.path().join("members.json"),
        &list(now_ms() - 1000, &[ONE, TWO]).to_string(),
    );
    let one = Idp::start(ONE.0, &[&ISSUER]).await;
    let two = Idp::start(TWO.0, &[&OTHER]).await;
    let environment = [("FEDERATION", "members.json")];
    let verifier = Verifier::start(folder.path(), &environment, &[&one, &two]);
    // Correctly signed by the one, for a person of the other, of nobody, and of a domain below its own.
    for email in [
        "victim@two.example",
        "victim@three.example",
        "a@below.one.example",
    ] {
        let forged = bundle(ONE.0, &ISSUER, email);
        assert_eq!(
            verifier.verify(&forged).await,
            "domain_not_members",
            "{email}"
        );
    }
    // In the other's name, with its own key.
    assert_eq!(
        (one.asked(), two.asked()),
        (0, 0),
        "nobody was asked for any of them"
    );
    let forged = bundle(TWO.0, &ISSUER, "victim@two.example");
    assert_eq!(verifier.verify(&forged).await, "certificate_signature");
    assert_eq!(one.asked(), 0);

    let honest = bundle(ONE.0, &ISSUER, "somebody@staff.one.example");
    assert_eq!(verifier.verify(&honest).await, "okay");
    let standing = verifier.standing().await;
    assert_eq!(
        counts(&standing, ONE.0),
        json!({"accepted": 1, "refused": {"domain_not_members": 3}})
    );

    // Callers' own wishes count for nothing.
    let wish = json!({
        "assertion": bundle("evil.example", &USER, "victim@two.example"),
        "audience": crate::world::SITE,
        "trustedIssuers": ["evil.example"],
    });
    let headers = [("content-type", "application/json")];
    let site = &verifier.site;
    let answer = site
        .send(::http::Method::POST, "/v2", &headers, &wish.to_string())
        .await;
    assert_eq!(answer.json()["code"], "issuer_not_member");
}
