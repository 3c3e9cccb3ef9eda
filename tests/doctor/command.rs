//! `selfsame doctor`, the real program, on the real product.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Output, Stdio};

use serde_json::Value;
use tests::tls::{Act, Shows, TlsServer};

use crate::program::{command, run};

/// A running product in a folder of its own; it ends with this.
struct Product {
    child: Child,
    folder: tempfile::TempDir,
}

impl Product {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut child = command(folder.path())
            .args(["serve", "--port", "0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut said = String::new();
        while !said.contains("sign in at ") {
            assert_ne!(
                stdout.read_line(&mut said).expect("text"),
                0,
                "it ended; it said:\n{said}"
            );
        }
        Self { child, folder }
    }

    fn doctor(&self, arguments: &[&str]) -> Output {
        run(self.folder.path(), &[&["doctor"], arguments].concat())
    }
}

impl Drop for Product {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("no JSON: {output:?}"))
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

#[test]
fn running_product_is_fine() {
    let product = Product::start();
    let said = product.doctor(&["me.localhost"]);
    assert_eq!(said.status.code(), Some(0), "{said:?}");
    assert_eq!(String::from_utf8_lossy(&said.stderr), "");
    let last = text(&said).lines().last().expect("lines").to_owned();
    assert!(
        last.ends_with("checks fine, 0 errors, 0 warnings, 0 notes"),
        "{last}"
    );

    let said = product.doctor(&["me.localhost", "--json"]);
    let report = json(&said);
    assert_eq!(report["domain"], "me.localhost");
    assert_eq!(report["outcome"], "fine");
    assert_eq!(report["chain"], serde_json::json!(["me.localhost"]));
    assert_eq!(report["findings"], serde_json::json!([]));
    let unseen = report["not_looked_at"].as_array().expect("a list");
    assert_eq!(unseen.len(), 3, "{report}");
    assert!(
        unseen
            .iter()
            .all(|one| one["because"] == "plain HTTP on this machine")
    );
    let verbose = text(&product.doctor(&["me.localhost", "-v"]));
    assert!(verbose.contains("\n  sign-open\n"), "{verbose}");
}

#[test]
fn domain_that_delegates_to_the_product_is_followed_there() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let product = Product::start();
    let body = r#"{"authority":"me.localhost"}"#;
    let blog = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let blog = runtime.block_on(TlsServer::start(
        Shows::NoTls,
        vec![Act::Send(blog.into_bytes()), Act::Hold],
    ));
    let map = format!("blog.example=http://127.0.0.1:{}", blog.port);
    let said = product.doctor(&["blog.example", "--json", "--map", &map]);
    let report = json(&said);
    assert_eq!(
        report["chain"],
        serde_json::json!(["blog.example", "me.localhost"]),
        "{report}"
    );
    let findings = report["findings"].as_array().expect("a list");
    let ids: Vec<_> = findings
        .iter()
        .filter_map(|one| one["id"].as_str())
        .collect();
    assert_eq!(
        ids,
        ["cors-missing", "cache-unsaid", "delegated"],
        "{report}"
    );
    assert_eq!(said.status.code(), Some(0));
}

#[test]
fn errors_give_status_one_and_name_the_fix_for_the_host() {
    let product = Product::start();
    let nobody = format!(
        "shop.localhost=http://127.0.0.1:{}",
        crate::idp::closed_port()
    );
    let said = product.doctor(&["shop.localhost", "--map", &nobody]);
    assert_eq!(said.status.code(), Some(1), "{said:?}");
    assert!(
        text(&said)
            .contains("error port-closed: nobody listens at the port\n  seen http://127.0.0.1:")
    );

    // The guestbook is a site without a document.
    let said = product.doctor(&["guestbook.localhost", "--fix-for", "github-pages", "--json"]);
    assert_eq!(said.status.code(), Some(1), "{said:?}");
    let report = json(&said);
    assert_eq!(report["findings"][0]["id"], "document-missing");
    let fix = report["findings"][0]["fix_on_host"]
        .as_str()
        .expect("a fix");
    assert!(fix.contains(".nojekyll"), "{fix}");
}

#[test]
fn certificate_from_a_file_or_from_standard_input_is_looked_at() {
    let product = Product::start();
    std::fs::write(product.folder.path().join("it"), "nonsense").expect("it is written");
    let said = product.doctor(&["me.localhost", "--certificate", "it", "--json"]);
    assert_eq!(json(&said)["findings"][0]["id"], "certificate-unreadable");
    assert_eq!(said.status.code(), Some(1));
}

#[test]
fn wrong_usage_gives_status_two_and_says_what_to_do() {
    let folder = Path::new(".");
    for arguments in [
        &["doctor"][..],
        &["doctor", "https://example.com/"],
        &["doctor", "me@example.com"],
        &["doctor", "me.localhost", "--fix-for", "geocities"],
        &["doctor", "me.localhost", "--certificate", "no such file"],
        &["doctor", "me.localhost", "--map", "nonsense"],
    ] {
        let said = run(folder, arguments);
        assert_eq!(said.status.code(), Some(2), "{said:?}");
        assert_eq!(
            String::from_utf8_lossy(&said.stderr).lines().count(),
            1,
            "{said:?}"
        );
        assert!(said.stdout.is_empty());
    }
    let help = run(folder, &["doctor", "--help"]);
    assert!(text(&help).contains("Exit status: 0 no error"), "{help:?}");
}
