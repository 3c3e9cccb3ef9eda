//! `keygen`, `key-numbers`, `support-document`.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use rsa::pkcs1::EncodeRsaPrivateKey;
use rsa::pkcs8::{DecodePrivateKey, EncodePublicKey, LineEnding};
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use rsa::{RsaPrivateKey, RsaPublicKey};
use serde_json::Value;

use crate::program::{command, run};
use crate::{complaint, folder, json, said};

#[test]
fn a_new_key_is_printed_or_kept_where_nobody_else_reads_it() {
    let folder = folder();
    let printed = run(folder.path(), &["keygen"]);
    assert_eq!(printed.status.code(), Some(0));
    let key = RsaPrivateKey::from_pkcs8_pem(&said(&printed)).expect("PKCS#8, PEM");
    assert_eq!(key.n().bits(), 2048);

    let written = run(folder.path(), &["keygen", "--out", "key.pem"]);
    assert_eq!(written.status.code(), Some(0));
    assert_eq!(said(&written), "");
    let path = folder.path().join("key.pem");
    let mode = fs::metadata(&path)
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let pem = fs::read_to_string(&path).expect("text");
    assert_ne!(pem, said(&printed), "each time another key");

    let text = complaint(&run(folder.path(), &["keygen", "--out", "key.pem"]), 1);
    assert!(text.contains("is kept"), "{text}");
    assert_eq!(fs::read_to_string(&path).expect("text"), pem);
}

#[test]
fn key_numbers_are_the_decimals_of_the_key_in_whatever_form_it_comes() {
    let folder = folder();
    let pem = said(&run(folder.path(), &["keygen"]));
    let key = RsaPrivateKey::from_pkcs8_pem(&pem).expect("a key");
    let public = key.to_public_key();
    let spki = public.to_public_key_pem(LineEnding::LF).expect("PEM");
    let spki_der = public.to_public_key_der().expect("DER").into_vec();
    let pkcs1 = key.to_pkcs1_pem(LineEnding::LF).expect("PEM");
    for (content, is_private) in [
        (pem.as_bytes(), true),
        (pkcs1.as_bytes(), true),
        (spki.as_bytes(), false),
        (spki_der.as_slice(), false),
    ] {
        fs::write(folder.path().join("key"), content).expect("it is written");
        let output = run(folder.path(), &["key-numbers", "key"]);
        assert_eq!(output.status.code(), Some(0));
        let numbers = json(&output);
        assert_eq!(numbers["n"], public.n().to_string());
        assert_eq!(numbers["e"], "65537");
        let d = is_private.then(|| key.d().to_string());
        assert_eq!(numbers.get("d").and_then(Value::as_str), d.as_deref());
    }
    fs::write(folder.path().join("key"), "no key").expect("it is written");
    complaint(&run(folder.path(), &["key-numbers", "key"]), 1);
}

#[test]
fn a_support_document_names_the_pages_and_the_public_key() {
    let folder = folder();
    let text = complaint(&run(folder.path(), &["support-document"]), 2);
    assert!(text.contains("--key FILE"), "{text}");

    run(folder.path(), &["keygen", "--out", "key.pem"]);
    let numbers = json(&run(folder.path(), &["key-numbers", "key.pem"]));
    let document = json(&run(
        folder.path(),
        &["support-document", "--key", "key.pem"],
    ));
    assert_eq!(document["public-key"]["algorithm"], "RS");
    assert_eq!(document["public-key"]["n"], numbers["n"]);
    assert_eq!(document["public-key"]["e"], numbers["e"]);
    assert_eq!(document["authentication"], "/persona/sign_in.html");
    assert_eq!(document["provisioning"], "/persona/provision.html");
    assert_eq!(document["agent"], "/persona/agent.html");
    assert_eq!(document.as_object().map(serde_json::Map::len), Some(4));
    assert!(
        !document
            .to_string()
            .contains(numbers["d"].as_str().expect("private"))
    );

    let pem = fs::read_to_string(folder.path().join("key.pem")).expect("text");
    let key = RsaPrivateKey::from_pkcs8_pem(&pem)
        .expect("a key")
        .to_public_key();
    let spki = key.to_public_key_pem(LineEnding::LF).expect("PEM");
    fs::write(folder.path().join("spki"), &spki).expect("it is written");
    let same = run(folder.path(), &["support-document", "--spki", "spki"]);
    assert_eq!(json(&same), document);
    let mut child = command(folder.path())
        .args(["support-document", "--spki", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(spki.as_bytes()).expect("it is read");
    drop(stdin);
    assert_eq!(json(&child.wait_with_output().expect("it ends")), document);

    let text = complaint(
        &run(folder.path(), &["support-document", "--key", "spki"]),
        1,
    );
    assert!(text.contains("--spki"), "{text}");
}

#[test]
fn a_key_that_no_verifier_takes_is_not_published() {
    let folder = folder();
    let modulus = rsa::BigUint::from_bytes_be(&[0xff; 384]);
    let large = RsaPublicKey::new(modulus, 65_537_u32.into()).expect("3072 bits");
    let spki = large.to_public_key_pem(LineEnding::LF).expect("PEM");
    fs::write(folder.path().join("spki"), spki).expect("it is written");
    let text = complaint(
        &run(folder.path(), &["support-document", "--spki", "spki"]),
        1,
    );
    assert!(text.contains("2048"), "{text}");
}
