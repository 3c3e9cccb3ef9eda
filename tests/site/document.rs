//! Which keys the support document names, and in which order.

use std::fs;
use std::path::Path;

use serde_json::Value;
use site::{OwnDocumentError, own_document};
use tests::keys::{ISSUER, OTHER, USER};

use crate::program::run;
use crate::{build, make_key, refused};

/// `name.pem` and its public half `name.pub`; gives the public half as a document names it.
fn key(folder: &Path, name: &str) -> Value {
    use rsa::pkcs8::{DecodePrivateKey, EncodePublicKey, LineEnding};
    make_key(folder, &format!("{name}.pem"));
    let pem = fs::read_to_string(folder.join(format!("{name}.pem"))).expect("a key");
    let private = rsa::RsaPrivateKey::from_pkcs8_pem(&pem).expect("PKCS#8");
    let spki = private.to_public_key().to_public_key_pem(LineEnding::LF);
    let file = format!("{name}.pub");
    fs::write(folder.join(&file), spki.expect("PEM")).expect("it is written");
    let printed = run(folder, &["support-document", "--spki", &file]);
    let document: Value = serde_json::from_slice(&printed.stdout).expect("JSON");
    document["public-key"].clone()
}

fn document(folder: &Path, more: &[&str]) -> Value {
    let built = build(folder, more);
    assert_eq!(built.status.code(), Some(0), "{built:?}");
    let text = fs::read_to_string(folder.join("out/.well-known/browserid")).expect("a document");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn first_key_signs_and_the_others_stand_beside_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let (a, b, c) = (key(folder, "a"), key(folder, "b"), key(folder, "c"));
    for (arguments, first, others) in [
        (&["--key", "a.pem"][..], &a, vec![]),
        (&["--spki", "a.pub"], &a, vec![]),
        (&["--spki", "a.pub", "--spki", "b.pub"], &a, vec![&b]),
        (&["--spki", "b.pub", "--spki", "a.pub"], &b, vec![&a]),
        (&["--spki", "b.pub", "--key", "a.pem"], &a, vec![&b]),
        (
            &["--key", "a.pem", "--spki", "b.pub", "--spki", "c.pub"],
            &a,
            vec![&b, &c],
        ),
        // Named twice, published once.
        (
            &[
                "--key", "a.pem", "--spki", "a.pub", "--spki", "b.pub", "--spki", "b.pub",
            ],
            &a,
            vec![&b],
        ),
    ] {
        let document = document(folder, arguments);
        assert_eq!(&document["public-key"], first, "{arguments:?}");
        let keys = document
            .get("keys")
            .map(|keys| keys.as_array().expect("a list"));
        let keys: Vec<&Value> = keys.into_iter().flatten().collect();
        assert_eq!(keys, others, "{arguments:?}");
        assert_eq!(document.get("keys").is_some(), !others.is_empty());
        assert_eq!(document["agent"], "/persona/agent.html");
        assert_eq!(document["authentication"], "/persona/sign_in.html");
        assert_eq!(document["provisioning"], "/persona/provision.html");
    }
}

#[test]
fn without_a_key_there_is_no_site() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(refused(folder.path(), &[]).contains("--key FILE"));
    assert!(refused(folder.path(), &["--spki", "absent"]).contains("`absent`"));
}

#[test]
fn document_that_verifiers_would_refuse_is_not_made() {
    let keys = [&ISSUER, &OTHER, &USER].map(|key| key.public());
    let [first, second, third] = keys;
    let fine = own_document(
        first.clone(),
        [second.clone(), third, second.clone(), first.clone()],
    );
    let browserid::SupportDocument::Supported(support) = fine.expect("three keys") else {
        panic!("it supports");
    };
    assert_eq!(support.keys().count(), 3);

    let numbered = |n: u8| {
        let n = (rsa::BigUint::from(1u8) << 2047) + rsa::BigUint::from(2 * n + 1);
        let json = serde_json::json!({"algorithm": "RS", "n": n.to_string(), "e": "65537"});
        browserid::PublicKey::from_slice_to_certify(json.to_string().as_bytes()).expect("a key")
    };
    let eight = own_document(numbered(0), (1..8).map(numbered)).expect("eight keys");
    let read = browserid::SupportDocument::parse(
        eight.to_json().to_string().as_bytes(),
        browserid::HostRule::Public,
    );
    assert_eq!(read, Ok(eight));
    let nine = own_document(numbered(0), (1..9).map(numbered));
    assert_eq!(nine, Err(OwnDocumentError::TooManyKeys { keys: 9 }));
}
