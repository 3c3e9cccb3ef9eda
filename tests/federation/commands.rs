//! `selfsame federation` and `selfsame verify --federation`.

use serde_json::{Value, json};
use tests::keys::ISSUER;
use tests::tokens::token;

use crate::program::run;
use crate::world::{SITE, bundle, list, now_ms, put};

const ONE: (&str, &[&str]) = ("id.one.example", &["one.example"]);

fn told(output: &std::process::Output) -> (Option<i32>, String) {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.lines().count() <= 1, "{said}");
    (output.status.code(), said)
}

#[test]
fn a_list_is_signed_checked_and_believed_with_the_right_key_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| run(folder.path(), arguments);
    for name in ["list", "other"] {
        let pem = format!("{name}.pem");
        assert!(run(&["keygen", "--out", &pem]).status.success());
        let document = run(&["support-document", "--key", &pem]).stdout;
        let document: Value = serde_json::from_slice(&document).expect("JSON");
        put(
            &folder.path().join(format!("{name}.json")),
            &document["public-key"].to_string(),
        );
    }
    let members = list(now_ms() - 1000, &[ONE]);
    put(&folder.path().join("members.json"), &members.to_string());
    let signed = run(&["federation", "sign", "--key", "list.pem", "members.json"]);
    assert_eq!(told(&signed), (Some(0), String::new()));
    std::fs::write(folder.path().join("members.jws"), &signed.stdout).expect("written");

    let checked = run(&["federation", "check", "members.jws", "--key", "list.json"]);
    let shown: Value = serde_json::from_slice(&checked.stdout).expect("JSON");
    assert_eq!(shown["members"][0]["issuer"], ONE.0);
    assert!(
        run(&["federation", "check", "members.json"])
            .status
            .success(),
        "plain, without a key"
    );
    for wrong in [
        &["federation", "check", "members.jws"][..],
        &["federation", "check", "members.jws", "--key", "other.json"],
        &["federation", "check", "members.json", "--key", "list.json"],
        &["federation", "check", "list.pem"],
        &["federation", "sign", "--key", "list.pem", "members.jws"],
        &["federation", "sign", "--key", "list.json", "members.json"],
    ] {
        let (status, said) = told(&run(wrong));
        assert_eq!((status, said.is_empty()), (Some(1), false), "{wrong:?}");
    }
    for broken in [
        list(now_ms() - 10_000_001, &[ONE]),
        list(now_ms() + 1_000_000, &[ONE]),
        list(now_ms(), &[ONE, ("two.example", ONE.1)]),
    ] {
        put(&folder.path().join("broken.json"), &broken.to_string());
        let signed = run(&["federation", "sign", "--key", "list.pem", "broken.json"]);
        assert_eq!((told(&signed).0, signed.stdout.len()), (Some(1), 0));
        assert_eq!(
            told(&run(&["federation", "check", "broken.json"])).0,
            Some(1)
        );
    }

    let documents = json!({ "id.one.example": {
        "public-key": ISSUER.to_json(), "authentication": "/a", "provisioning": "/p",
    }});
    put(
        &folder.path().join("documents.json"),
        &documents.to_string(),
    );
    let verify = |email: &str, key: &str| {
        let bundle = bundle(ONE.0, &ISSUER, email);
        let output = run(&[
            "verify",
            "--audience",
            SITE,
            "--documents",
            "documents.json",
            "--explain",
            "--federation",
            "members.jws",
            "--federation-key",
            key,
            &bundle,
        ]);
        let said: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        (output.status.code(), said)
    };
    let (status, said) = verify("a@one.example", "list.json");
    assert_eq!((status, &said["status"]), (Some(0), &json!("okay")));
    assert_eq!(said["steps"][2]["name"], "federation");
    let (status, said) = verify("a@two.example", "list.json");
    assert_eq!(
        (status, &said["code"]),
        (Some(1), &json!("domain_not_members"))
    );
    assert_eq!(
        verify("a@one.example", "other.json"),
        (Some(1), Value::Null)
    );
}

#[test]
fn what_a_members_key_signs_beside_lists_is_no_list() {
    let folder = tempfile::tempdir().expect("a folder");
    put(
        &folder.path().join("key.json"),
        &ISSUER.to_json().to_string(),
    );
    let certificate = token(
        &ISSUER,
        "RS256",
        &json!({"iss": "id.one.example", "version": 1}),
    );
    put(&folder.path().join("list.jws"), &certificate);
    let checked = run(
        folder.path(),
        &["federation", "check", "list.jws", "--key", "key.json"],
    );
    assert_eq!(told(&checked).0, Some(1));
}
