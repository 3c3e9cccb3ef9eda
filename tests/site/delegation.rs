//! `--authority`: a domain on a host that sends no headers names another host that vouches for it.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::program::run;
use crate::{Built, build, make_key, refused};

const FOLDER: [&str; 14] = [
    "/.nojekyll",
    "/.well-known/.htaccess",
    "/.well-known/browserid",
    "/README.txt",
    "/_headers",
    "/_redirects",
    "/apache.conf",
    "/gitlab-pages/.gitlab-ci.yml",
    "/gitlab-pages/public/.well-known/browserid.json",
    "/gitlab-pages/public/_redirects",
    "/nginx.conf",
    "/s3/browserid.json",
    "/s3/upload.sh",
    "/wordpress/selfsame-delegation.php",
];

#[test]
fn folder_has_the_document_and_what_each_kind_of_host_needs() {
    let folder = tempfile::tempdir().expect("a folder");
    let built = build(folder.path(), &["--authority", "ID.my.domain"]);
    assert_eq!(built.status.code(), Some(0), "{built:?}");
    let built = Built { folder };
    assert_eq!(built.paths(), FOLDER);
    let document = built.text("/.well-known/browserid");
    assert_eq!(document, "{\"authority\":\"id.my.domain\"}\n");
    assert_eq!(built.text("/.nojekyll"), "");
    let readme = built.text("/README.txt");
    for word in ["GitHub Pages", "application/octet-stream", "id.my.domain"] {
        assert!(readme.contains(word), "{readme}");
    }
}

#[test]
fn folder_of_an_authority_has_one_for_each_domain_that_it_serves() {
    let built = Built::new(&["--serves", "Family.example", "--serves", "club.example"]);
    assert!(built.paths().contains(&"/persona/agent.html".to_owned()));
    for domain in ["family.example", "club.example"] {
        let folder = format!("/delegations/{domain}");
        let mut paths = built.paths();
        paths.retain(|path| path.starts_with(&folder));
        let expected: Vec<String> = FOLDER
            .iter()
            .map(|path| format!("{folder}{path}"))
            .collect();
        assert_eq!(paths, expected);
        let document = built.text(&format!("{folder}/.well-known/browserid"));
        assert_eq!(document, "{\"authority\":\"my.domain\"}\n");
        assert!(
            built
                .text("/README.txt")
                .contains(&format!("delegations/{domain} is for"))
        );
    }
    // What the authority itself publishes is the same as without them.
    let document: Value =
        serde_json::from_str(&built.text("/.well-known/browserid")).expect("JSON");
    assert!(document["public-key"].is_object(), "{document}");
    assert!(document.get("authority").is_none(), "{document}");
}

#[test]
fn domain_that_an_authority_serves_is_another_host() {
    let folder = tempfile::tempdir().expect("a folder");
    make_key(folder.path(), "key.pem");
    for served in [
        "my.domain",
        "MY.domain",
        "https://family.example",
        "a/../b",
        "../family",
        "localhost",
        "",
    ] {
        refused(folder.path(), &["--key", "key.pem", "--serves", served]);
    }
    let both = ["--authority", "id.my.domain", "--serves", "family.example"];
    let said = refused(folder.path(), &both);
    assert!(said.contains("cannot be used with"), "{said}");
}

#[test]
fn delegation_is_followed_though_it_is_served_as_octets() {
    let built = Built::new(&[]);
    let full = built.text("/.well-known/browserid");
    let folder = built.folder.path();
    fs::remove_dir_all(built.out()).expect("it was there");
    let made = build(folder, &["--authority", "id.my.domain"]);
    assert_eq!(made.status.code(), Some(0), "{made:?}");
    let delegation = built.text("/.well-known/browserid");

    let discovered = |folder: &Path, kind: &str, body: &str| -> Value {
        let responses = json!({
            "my.domain": {"status": 200, "headers": {"content-type": kind}, "body": body},
            "id.my.domain": {"status": 200, "headers": {"content-type": "application/json"}, "body": full},
        });
        fs::write(folder.join("responses"), responses.to_string()).expect("it is written");
        let arguments = ["discover", "--responses", "responses", "my.domain"];
        serde_json::from_slice(&run(folder, &arguments).stdout).expect("JSON")
    };
    for kind in ["application/octet-stream", "application/json"] {
        let said = discovered(folder, kind, &delegation);
        assert_eq!(said["status"], "okay", "{said}");
        assert_eq!(said["authority"], "id.my.domain", "{said}");
    }
    // A whole document so is not: its pages would be without headers too.
    let said = discovered(folder, "application/octet-stream", &full);
    assert_eq!(said["status"], "failure", "{said}");
}

#[test]
fn authority_is_another_host_and_needs_no_key() {
    let folder = tempfile::tempdir().expect("a folder");
    make_key(folder.path(), "key.pem");
    for authority in [
        "my.domain",
        "MY.domain",
        "https://id.my.domain",
        "id.my.domain/x",
        "localhost",
        "127.0.0.1",
        "",
    ] {
        refused(folder.path(), &["--authority", authority]);
    }
    for more in [
        ["--key", "key.pem"],
        ["--spki", "key.pem"],
        ["--api", "https://api.my.domain"],
    ] {
        let arguments = [&["--authority", "id.my.domain"], &more[..]].concat();
        let said = refused(folder.path(), &arguments);
        assert!(said.contains("cannot be used with"), "{said}");
    }
}
