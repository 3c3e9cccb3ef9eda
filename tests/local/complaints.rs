//! What keeps it from starting is said in one line.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::folder;
use crate::program::run;
use crate::serving::Serving;

/// Exit status 1 and one line on standard error, which it gives.
fn complaint(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    let text = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert_eq!(output.stdout, b"", "nothing else is said");
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.starts_with("selfsame: "), "{text}");
    text
}

#[test]
fn a_taken_port_is_one_line_saying_what_to_do() {
    let folder = folder();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("its address").port().to_string();
    let said = complaint(folder.path(), &["serve", "--port", &port, "--data", "data"]);
    assert!(said.contains(&format!("port {port} is taken")), "{said}");
    assert!(said.contains("--port"), "{said}");
}

#[test]
fn a_broken_data_folder_is_one_line_saying_what_to_do() {
    let serve = ["serve", "--port", "0", "--data", "data"];
    let folder = folder();
    fs::write(folder.path().join("data"), "a file").expect("it is written");
    assert!(complaint(folder.path(), &serve).contains("--data"));

    for file in ["store.redb", "key.pem", "guestbook.redb"] {
        let folder = super::folder();
        Serving::start(folder.path(), &[]).end("TERM");
        let path = folder.path().join("data").join(file);
        fs::write(&path, "this is no such file").expect("it is written");
        let said = complaint(folder.path(), &serve);
        assert!(said.contains(file), "{said}");
        let kept = fs::read_to_string(&path).expect("it is kept");
        assert_eq!(kept, "this is no such file");
    }

    let folder = super::folder();
    Serving::start(folder.path(), &[]).end("TERM");
    let key = folder.path().join("data/key.pem");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("it is ours");
    assert!(complaint(folder.path(), &serve).contains("key.pem"));
}
