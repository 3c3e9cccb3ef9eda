//! A bucket of S3 behind CloudFront: filled by `s3/upload.sh` with a stand-in for the AWS CLI that keeps what it is told.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use crate::server::{Reply, Server, ask};
use crate::{DOCUMENT, Scene, pages_may_read, slash_is_answered};

/// Keeps an object as three files: key, type and content, numbered.
const AWS: &str = r#"#!/bin/sh
set -eu
[ "$1 $2" = "s3api put-object" ] || { echo "what is $1 $2?" >&2; exit 2; }
shift 2
while [ $# -gt 0 ]; do
  case $1 in
    --bucket) bucket=$2 ;; --key) key=$2 ;; --body) body=$2 ;; --content-type) type=$2 ;; --cache-control) caching=$2 ;;
    *) echo "what is $1?" >&2; exit 2 ;;
  esac
  shift 2
done
number=$(ls "$BUCKETS/$bucket" | wc -l | tr -d ' ')
printf '%s\n%s\n%s\n' "$key" "$type" "$caching" >"$BUCKETS/$bucket/$number.about"
cp "$body" "$BUCKETS/$bucket/$number.content"
"#;

#[derive(Clone)]
struct Object {
    key: String,
    media_type: String,
    caching: String,
    content: Vec<u8>,
}

/// Runs the script as the guide says, and gives what the bucket holds then.
fn uploaded(scene: &Scene) -> Vec<Object> {
    let folder = tempfile::tempdir().expect("a folder");
    let bucket = folder.path().join("my-bucket");
    fs::create_dir(&bucket).expect("a bucket");
    let aws = folder.path().join("aws");
    fs::write(&aws, AWS).expect("it is written");
    fs::set_permissions(&aws, fs::Permissions::from_mode(0o755)).expect("it is a program");
    let done = Command::new("/bin/sh")
        .args(["s3/upload.sh", "my-bucket"])
        .current_dir(scene.out())
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", folder.path().display()))
        .env("BUCKETS", folder.path())
        .output()
        .expect("it runs");
    assert!(done.status.success(), "{done:?}");
    objects(&bucket)
}

fn objects(bucket: &Path) -> Vec<Object> {
    let mut objects = Vec::new();
    for entry in fs::read_dir(bucket).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|ending| ending == "about") {
            let about = fs::read_to_string(&path).expect("text");
            let lines: Vec<&str> = about.lines().collect();
            objects.push(Object {
                key: lines[0].to_owned(),
                media_type: lines[1].to_owned(),
                caching: lines[2].to_owned(),
                content: fs::read(path.with_extension("content")).expect("content"),
            });
        }
    }
    objects
}

/// CloudFront reads by origin access control: a key is a path, and what is missing is forbidden. `page`: the start page
/// is shown for that instead.
fn cloudfront(objects: Vec<Object>, page: bool) -> Server {
    Server::start(move |asked| {
        let object = objects
            .iter()
            .find(|object| format!("/{}", object.key) == asked.path);
        let reply = match object {
            Some(object) => Reply::new(200, &object.media_type, object.content.clone())
                .with("cache-control", &object.caching),
            None if page => Reply::html(200),
            None => Reply::new(
                403,
                "application/xml",
                "<Error><Code>AccessDenied</Code></Error>",
            ),
        };
        // The policy SimpleCORS.
        match asked.has_origin {
            true => reply.with("access-control-allow-origin", "*"),
            false => reply,
        }
    })
}

#[test]
fn bucket_filled_by_the_script_has_the_type_and_both_forms_of_the_path() {
    let scene = Scene::new();
    let objects = uploaded(&scene);
    assert_eq!(objects.len(), 2);
    let host = cloudfront(objects, false);
    let answer = ask("127.0.0.1", host.port(), DOCUMENT, &[]);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(
        answer.header("cache-control"),
        Some("public, max-age=21600")
    );
    scene.discover("127.0.0.1", host.port()).is_found();
    pages_may_read("127.0.0.1", host.port());
    slash_is_answered("127.0.0.1", host.port());
}

#[test]
fn object_that_was_copied_without_its_type_is_refused() {
    let scene = Scene::new();
    let mut objects = uploaded(&scene);
    for object in &mut objects {
        object.media_type = "binary/octet-stream".to_owned();
    }
    let host = cloudfront(objects, false);
    let said = scene.discover("127.0.0.1", host.port());
    said.is_refused("document_content_type", &["binary/octet-stream"]);
}

#[test]
fn object_that_is_missing_is_forbidden_or_hidden_by_a_page() {
    let scene = Scene::new();
    let host = cloudfront(Vec::new(), false);
    let said = scene.discover("127.0.0.1", host.port());
    said.is_refused("document_missing", &["status 403"]);
    let host = cloudfront(Vec::new(), true);
    let said = scene.discover("127.0.0.1", host.port());
    said.is_refused("document_content_type", &["one that is not there"]);
}

#[test]
fn script_without_a_bucket_says_what_it_wants() {
    let scene = Scene::new();
    let done = Command::new("/bin/sh")
        .arg("s3/upload.sh")
        .current_dir(scene.out())
        .output()
        .expect("it runs");
    assert!(!done.status.success());
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(said.contains("name the bucket of family.example"), "{said}");
}
