//! WordPress: Apache with its rules, and PHP with its order of things.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::apache::{Apache, PLAIN};
use crate::server::ask;
use crate::{DOCUMENT, Scene, pages_may_read, put, slash_is_answered};

/// What WordPress writes, below rules that lead to `www.` and add slashes.
const RULES: &str = r#"RewriteEngine On
RewriteCond %{HTTP_HOST} !^www\.
RewriteRule ^(.*)$ https://www.family.example/$1 [R=301,L]
RewriteRule ^(.*[^/])$ /$1/ [R=301,L]
# BEGIN WordPress
RewriteRule ^index\.php$ - [L]
RewriteCond %{REQUEST_FILENAME} !-f
RewriteCond %{REQUEST_FILENAME} !-d
RewriteRule . /index.php [L]
# END WordPress
"#;

/// A request as `wp-settings.php` and `redirect_canonical` treat it: must-use plugins, then a slash, then a page.
const WORDPRESS: &str = r#"<?php
define('ABSPATH', __DIR__ . '/');
foreach (glob(ABSPATH . 'wp-content/mu-plugins/*.php') as $plugin) {
    include_once $plugin;
}
$path = explode('?', $_SERVER['REQUEST_URI'])[0];
if (substr($path, -1) !== '/') {
    header('Location: https://www.family.example' . $path . '/', true, 301);
    exit;
}
http_response_code(404);
header('Content-Type: text/html; charset=UTF-8');
echo '<!doctype html><title>Page not found</title>';
"#;

/// PHP with [`WORDPRESS`].
struct Php {
    port: u16,
    process: Child,
}

impl Php {
    fn start(site: &std::path::Path) -> Self {
        put(site, "index.php", WORDPRESS.as_bytes());
        let mut process = Command::new("php")
            .args(["-S", "127.0.0.1:0", "index.php"])
            .current_dir(site)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("this test needs PHP: apt-get install php-cli");
        let mut said = String::new();
        let mut stderr = BufReader::new(process.stderr.take().expect("a pipe"));
        stderr.read_line(&mut said).expect("text");
        // What it says of each request must go somewhere.
        std::thread::spawn(move || std::io::copy(&mut stderr, &mut std::io::sink()));
        let (_, rest) = said.split_once("http://127.0.0.1:").expect("an address");
        let port = rest.split(')').next().and_then(|port| port.parse().ok());
        Self {
            port: port.expect("a port"),
            process,
        }
    }
}

impl Drop for Php {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn two_files_are_served_by_apache_before_wordpress_is_asked() {
    let scene = Scene::new();
    let folder = scene.uploaded(&[".well-known/browserid", ".well-known/.htaccess"]);
    put(folder.path(), ".htaccess", RULES.as_bytes());
    put(folder.path(), "index.php", b"a page of WordPress");
    let apache = Apache::start(folder.path(), PLAIN, "All");
    scene.discover("127.0.0.1", apache.port()).is_found();
    pages_may_read("127.0.0.1", apache.port());
    slash_is_answered("127.0.0.1", apache.port());
    // The rules hold everywhere else.
    assert_eq!(ask("127.0.0.1", apache.port(), "/about", &[]).status, 301);
    assert_eq!(
        ask("127.0.0.1", apache.port(), "/.well-known/.htaccess", &[]).status,
        403
    );
}

#[test]
fn document_without_its_htaccess_is_redirected_as_everything() {
    let scene = Scene::new();
    let folder = scene.uploaded(&[".well-known/browserid"]);
    put(folder.path(), ".htaccess", RULES.as_bytes());
    let apache = Apache::start(folder.path(), PLAIN, "All");
    let said = scene.discover("127.0.0.1", apache.port());
    said.is_refused("document_redirected", &["before any redirect"]);
}

#[test]
fn plugin_answers_before_wordpress_redirects() {
    let scene = Scene::new();
    let site = tempfile::tempdir().expect("a folder");
    let plugin = scene.text("wordpress/selfsame-delegation.php");
    put(
        site.path(),
        "wp-content/mu-plugins/selfsame-delegation.php",
        plugin.as_bytes(),
    );
    let php = Php::start(site.path());
    let answer = ask("127.0.0.1", php.port, DOCUMENT, &[]);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(
        answer.header("cache-control"),
        Some("public, max-age=21600")
    );
    assert_eq!(answer.body, scene.text(".well-known/browserid").as_bytes());
    scene.discover("127.0.0.1", php.port).is_found();
    pages_may_read("127.0.0.1", php.port);
    slash_is_answered("127.0.0.1", php.port);
    // Of nothing else does it take notice.
    for path in [
        "/about",
        "/.well-known/browserid/x",
        "/.well-known/browseridx",
        "//.well-known/browserid",
    ] {
        assert_eq!(ask("127.0.0.1", php.port, path, &[]).status, 301, "{path}");
    }
    // Called by its own address it says nothing.
    let own = Command::new("php")
        .arg(
            site.path()
                .join("wp-content/mu-plugins/selfsame-delegation.php"),
        )
        .output()
        .expect("PHP runs");
    assert!(own.status.success() && own.stdout.is_empty(), "{own:?}");
}

#[test]
fn without_the_plugin_wordpress_adds_a_slash() {
    let scene = Scene::new();
    let site = tempfile::tempdir().expect("a folder");
    let php = Php::start(site.path());
    let said = scene.discover("127.0.0.1", php.port);
    said.is_refused("document_redirected", &["a final slash"]);
}
