//! nginx itself, with the folder's `nginx.conf` in the server block of the guide.

use std::fs;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::guide::snippet;
use crate::server::{Asked, Server, ask, ask_on};
use crate::{DOCUMENT, Scene, pages_may_read, slash_is_answered};

const START_LIMIT: Duration = Duration::from_secs(20);

/// An nginx on a socket in a folder, and a port that leads to it.
struct Nginx {
    process: Child,
    relay: Server,
    _folder: tempfile::TempDir,
}

impl Nginx {
    /// `server`: the block. It listens on `443 ssl` there, and the site is in `/var/www/family.example`.
    fn start(scene: &Scene, server: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().display().to_string();
        let socket = folder.path().join("socket");
        let listen = format!("listen unix:{};", socket.display());
        assert_eq!(server.matches("listen 443 ssl;").count(), 1, "{server}");
        let server = server.replace("listen 443 ssl;", &listen).replace(
            "/var/www/family.example",
            &scene.out().display().to_string(),
        );
        let text = format!(
            r#"daemon off;
master_process off;
pid "{place}/pid";
error_log stderr;
events {{ }}
http {{
    access_log off;
    keepalive_timeout 0;
    client_body_temp_path "{place}/body";
    proxy_temp_path "{place}/proxy";
    fastcgi_temp_path "{place}/fastcgi";
    uwsgi_temp_path "{place}/uwsgi";
    scgi_temp_path "{place}/scgi";
    types {{ text/html html; }}
    default_type text/plain;
    charset koi8-r;
    expires 30d;
    add_header X-Outer yes;
    {server}
}}
"#
        );
        let conf = folder.path().join("nginx.conf");
        fs::write(&conf, text).expect("it is written");
        let process = nginx(&conf).spawn().expect("nginx starts");
        wait_for(&socket);
        let relay = Server::start(move |asked: &Asked| {
            let stream = UnixStream::connect(&socket).expect("it listens");
            let origin = [("Origin", "null")];
            let headers = if asked.has_origin { &origin[..] } else { &[] };
            let mut reply = ask_on(stream, "family.example", &asked.path, headers);
            let own = |name: &str| !["connection", "content-length"].contains(&name);
            reply.headers.retain(|(name, _)| own(name));
            reply
        });
        Self {
            process,
            relay,
            _folder: folder,
        }
    }

    fn port(&self) -> u16 {
        self.relay.port()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn wait_for(socket: &PathBuf) {
    #[expect(clippy::disallowed_methods, reason = "how long nginx takes to listen")]
    let begun = Instant::now();
    while UnixStream::connect(socket).is_err() {
        assert!(begun.elapsed() < START_LIMIT, "nginx does not listen");
        std::thread::yield_now();
    }
}

fn nginx(conf: &Path) -> Command {
    let program = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"]
        .into_iter()
        .find(|program| Path::new(program).is_file())
        .expect("this test needs nginx: apt-get install nginx-light");
    let mut command = Command::new(program);
    command.arg("-p").arg(conf.parent().expect("a folder"));
    command.arg("-c").arg(conf);
    command.stdin(Stdio::null()).stderr(Stdio::null());
    command
}

#[test]
fn nginx_of_the_guide_answers_with_the_document_and_redirects_everything_else() {
    let scene = Scene::new();
    let nginx = Nginx::start(&scene, &snippet("nginx", "return 301"));
    let answer = ask("family.example", nginx.port(), DOCUMENT, &[]);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(
        answer.header("cache-control"),
        Some("public, max-age=21600")
    );
    assert_eq!(answer.header("x-outer"), None);
    assert_eq!(answer.body, scene.text(".well-known/browserid").as_bytes());
    scene.discover("127.0.0.1", nginx.port()).is_found();
    pages_may_read("127.0.0.1", nginx.port());
    slash_is_answered("127.0.0.1", nginx.port());
    for path in [
        "/",
        "/.well-known/",
        "/.well-known/browserid/x",
        "/.well-known/browseridx",
    ] {
        let answer = ask("family.example", nginx.port(), path, &[]);
        assert_eq!(answer.status, 301, "{path}");
    }
}

#[test]
fn redirect_in_the_server_block_comes_before_every_location() {
    let scene = Scene::new();
    let server = snippet("nginx", "return 301");
    let (before, after) = server.split_once("location / { ").expect("a location");
    let moved = format!("{before}{}", after.replacen(" }", "", 1));
    let nginx = Nginx::start(&scene, &moved);
    let said = scene.discover("127.0.0.1", nginx.port());
    said.is_refused("document_redirected", &["before any redirect"]);
}

#[test]
fn without_the_snippet_the_type_is_whatever_the_server_makes_of_it() {
    let scene = Scene::new();
    let server = "server { listen 443 ssl; root /var/www/family.example; }";
    let nginx = Nginx::start(&scene, server);
    let said = scene.discover("127.0.0.1", nginx.port());
    said.is_refused("document_content_type", &["as application/json"]);
}
