use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    sync::Barrier,
    thread,
};

use rsa::pkcs1::EncodeRsaPrivateKey;
use tempfile::TempDir;

use super::*;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn written(folder: &TempDir, content: &str, mode: u32) -> PathBuf {
    let file = folder.path().join("key.pem");
    fs::write(&file, content).expect("it is written");
    fs::set_permissions(&file, Permissions::from_mode(mode)).expect("it is ours");
    file
}

fn complaint(file: &Path) -> String {
    match KeyFile::open_or_create(file) {
        Ok(_) => panic!("it was opened"),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn key_made_on_first_use_is_found_again_and_signs() {
    let folder = folder();
    let file = folder.path().join("key.pem");
    let first = KeyFile::open_or_create(&file).expect("it is made");
    let pem = fs::read(&file).expect("it is there");
    let again = KeyFile::open_or_create(&file).expect("it is there");

    assert_eq!(first.public_key(), again.public_key());
    assert_eq!(first.public_key().bits(), BITS);
    assert_eq!(fs::read(&file).expect("it is there"), pem);
    let mode = fs::metadata(&file)
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let left = fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(left, 1, "no draft is left");

    let signature = again.sign(b"header.claims").await.expect("it signs");
    assert_eq!(
        first
            .public_key()
            .verify(b"header.claims", &signature.signature),
        Ok(())
    );
    assert!(
        first
            .public_key()
            .verify(b"header.other", &signature.signature)
            .is_err()
    );
}

#[test]
fn all_that_start_at_once_end_with_one_key() {
    let folder = folder();
    let file = folder.path().join("key.pem");
    let start = Barrier::new(3);
    let keys: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    KeyFile::open_or_create(&file)
                        .expect("made or found")
                        .public_key
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("no panic"))
            .collect()
    });
    assert_eq!(keys[0], keys[1]);
    assert_eq!(keys[0], keys[2]);
    let left = fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(left, 1, "no draft is left");
}

#[test]
fn key_that_others_can_read_is_refused_with_the_command_that_helps() {
    let folder = folder();
    let pem = new_pem().expect("a key");
    for mode in [0o640, 0o604, 0o620, 0o666] {
        let file = written(&folder, &pem, mode);
        let complaint = complaint(&file);
        assert!(
            complaint.ends_with(&format!("chmod 600 {}", file.display())),
            "{complaint}"
        );
    }
    let file = written(&folder, &pem, 0o400);
    assert!(KeyFile::open(&file).is_ok());
}

#[test]
fn key_in_the_older_pkcs1_form_is_read() {
    let folder = folder();
    let key = RsaPrivateKey::new(&mut OsRng, BITS).expect("a key");
    let pem = key.to_pkcs1_pem(LineEnding::LF).expect("a key");
    let file = written(&folder, &pem, 0o600);
    assert!(KeyFile::open(&file).is_ok());
}

#[test]
fn key_of_another_size_is_refused() {
    let folder = folder();
    let key = RsaPrivateKey::new(&mut OsRng, 1024).expect("a key");
    let file = written(
        &folder,
        &key.to_pkcs8_pem(LineEnding::LF).expect("a key"),
        0o600,
    );
    assert!(complaint(&file).contains("1024 bits"));
}

#[test]
fn what_is_no_key_is_refused_and_kept() {
    let folder = folder();
    let public = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n";
    for content in ["", "hello", public, "\u{0}\u{ffff}"] {
        let file = written(&folder, content, 0o600);
        assert!(
            complaint(&file).contains("is no RSA private key"),
            "{content}"
        );
        assert_eq!(fs::read_to_string(&file).expect("it is there"), content);
    }
    let file = folder.path().join("key.pem");
    fs::write(&file, [0xff, 0xfe, 0x00]).expect("it is written");
    assert!(complaint(&file).contains("is no RSA private key"));
}

#[test]
fn folder_that_is_not_there_is_a_sentence() {
    let folder = folder();
    let file = folder.path().join("missing/key.pem");
    assert!(complaint(&file).contains("cannot be used"));
    assert!(!file.exists());
}
