use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;

/// As `generate-keypair` wrote half of its keys: 2047 bits. Known to everybody, and signs nothing but tests.
const SHORT: &str = include_str!("short.secretkey");

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn written(folder: &TempDir, name: &str, content: &str) -> PathBuf {
    let file = folder.path().join(name);
    fs::write(&file, content).expect("it is written");
    fs::set_permissions(&file, Permissions::from_mode(0o600)).expect("it is ours");
    file
}

fn complaint(private: &Path, public: Option<&Path>) -> String {
    match open(private, public) {
        Ok(_) => panic!("it was opened"),
        Err(complaint) => complaint.to_string(),
    }
}

async fn check_signs(signer: &dyn Signer) {
    let signed = signer.sign(b"message").await.expect("it signs");
    let public = signer.public_key();
    assert_eq!(public.verify(b"message", &signed.signature), Ok(()));
}

fn without(name: &str) -> String {
    let mut object: Value = serde_json::from_str(SHORT).expect("JSON");
    object.as_object_mut().expect("an object").remove(name);
    object.to_string()
}

#[tokio::test]
async fn old_key_one_bit_short_signs_what_its_public_half_confirms() {
    let folder = folder();
    let private = written(&folder, "key.secretkey", SHORT);
    let public = written(&folder, "key.publickey", &without("d"));
    let signer = open(&private, Some(&public)).expect("they belong together");
    assert_eq!(signer.public_key().bits(), 2047);
    check_signs(signer.as_ref()).await;
}

#[tokio::test]
async fn key_in_the_old_form_is_the_key_in_pem() {
    let folder = folder();
    let pem = folder.path().join("key.pem");
    key_file::create(&pem).expect("it is made");
    let text = key_file::read(&pem).expect("it is there");
    let key: RsaPrivateKey = rsa::pkcs8::DecodePrivateKey::from_pkcs8_pem(&text).expect("a key");
    let old = json!({
        "algorithm": "RS",
        "n": key.n().to_string(),
        "e": key.e().to_string(),
        "d": key.d().to_string(),
    });
    let old = written(&folder, "key.secretkey", &old.to_string());
    let spki = key
        .to_public_key()
        .to_public_key_pem(rsa::pkcs8::LineEnding::LF)
        .expect("PEM");
    let public = written(&folder, "public.pem", &spki);
    for private in [&pem, &old] {
        let signer = open(private, Some(&public)).expect("they belong together");
        check_signs(signer.as_ref()).await;
    }

    let strange = written(&folder, "key.publickey", &without("d"));
    let said = complaint(&pem, Some(&strange));
    assert!(said.contains("not of one key"), "{said}");
    let said = complaint(&old, Some(&written(&folder, "x", "junk")));
    assert!(said.contains("no public key"), "{said}");
}

#[test]
fn what_cannot_sign_is_refused_without_a_word_of_it() {
    let folder = folder();
    let dsa = r#"{"algorithm":"DS","p":"1f","q":"1f","g":"1f","x":"1f"}"#;
    for (content, why) in [
        (dsa.to_owned(), "DSA does not sign here"),
        (without("algorithm"), "no RSA key"),
        (without("d"), "decimal digits"),
        (SHORT.replace("65537", "0x10001"), "decimal digits"),
        (SHORT.replace("65537", "65539"), "make no key"),
        (SHORT.replace("\"e\"", "\"n\""), "no JSON object"),
        (
            r#"{"algorithm":"RS","n":"3233","e":"17","d":"2753"}"#.to_owned(),
            "2048 bits",
        ),
    ] {
        let said = complaint(&written(&folder, "key.secretkey", &content), None);
        assert!(said.contains(why), "{said}");
        assert!(
            said.contains("selfsame keygen") && said.len() < 250,
            "{said}"
        );
    }
    let exposed = written(&folder, "key.secretkey", SHORT);
    fs::set_permissions(&exposed, Permissions::from_mode(0o644)).expect("it is ours");
    assert!(complaint(&exposed, None).contains("chmod 600"));
}
