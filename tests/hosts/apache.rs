//! Apache itself, with the folder's files as the guide has them.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use web::page_headers::{self, Transport};

use crate::guide::snippet;
use crate::server::ask;
use crate::{DOCUMENT, Scene, pages_may_read, slash_is_answered};

const START_LIMIT: Duration = Duration::from_secs(20);
/// Where the guide has the site.
const SITE: &str = "/var/www/family.example";

/// An Apache with one virtual host.
pub struct Apache {
    folder: tempfile::TempDir,
    port: u16,
    process: Child,
}

impl Apache {
    /// `virtual_host`: as the guide writes one. `site`: what stands at [`SITE`]. `overrides`: what `.htaccess` may say.
    pub fn start(site: &Path, virtual_host: &str, overrides: &str) -> Self {
        assert_eq!(virtual_host.matches("*:443").count(), 1, "{virtual_host}");
        // Somebody may take the port between our looking and Apache's binding; then there is another one.
        let mut tries = (0..5).map(|_| Self::try_to_start(site, virtual_host, overrides));
        let started = tries.find_map(|tried| match tried {
            Ok(apache) => Some(apache),
            Err(log) if log.contains("Address already in use") => None,
            Err(log) => panic!("Apache ended: {log}"),
        });
        started.expect("a free port")
    }

    fn try_to_start(site: &Path, virtual_host: &str, overrides: &str) -> Result<Self, String> {
        let folder = tempfile::tempdir().expect("a folder");
        // Started as root it reads as somebody else.
        let readable = fs::Permissions::from_mode(0o755);
        fs::set_permissions(folder.path(), readable).expect("it is ours");
        copy(site, &folder.path().join("site"));
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        let conf = folder.path().join("apache.conf");
        let text = configuration(folder.path(), port, virtual_host, overrides);
        fs::write(&conf, text).expect("it is written");
        let process = Command::new("/usr/sbin/apache2")
            .args(["-X", "-f"])
            .arg(&conf)
            .stdin(Stdio::null())
            .stderr(fs::File::create(folder.path().join("said")).expect("a file"))
            .spawn()
            .expect("this test needs Apache: apt-get install apache2-bin");
        let mut apache = Self {
            folder,
            port,
            process,
        };
        match apache.listens() {
            true => Ok(apache),
            false => Err(apache.log()),
        }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    fn listens(&mut self) -> bool {
        #[expect(clippy::disallowed_methods, reason = "how long Apache takes to listen")]
        let begun = Instant::now();
        loop {
            let connected = TcpStream::connect(("127.0.0.1", self.port)).is_ok();
            if self.process.try_wait().expect("it is ours").is_some() {
                return false;
            }
            if connected {
                return true;
            }
            assert!(begun.elapsed() < START_LIMIT, "{}", self.log());
            std::thread::yield_now();
        }
    }

    fn log(&self) -> String {
        let text = |name| fs::read_to_string(self.folder.path().join(name)).unwrap_or_default();
        text("said") + &text("log")
    }
}

impl Drop for Apache {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Closed but for the site, as Debian's is, and otherwise as unfriendly as they get.
fn configuration(folder: &Path, port: u16, virtual_host: &str, overrides: &str) -> String {
    let place = folder.display();
    let site = format!("{place}/site");
    let modules: String = [
        "alias",
        "authz_core",
        "dir",
        "expires",
        "headers",
        "mime",
        "mpm_event",
        "negotiation",
        "rewrite",
    ]
    .iter()
    .map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"))
    .collect();
    let virtual_host = virtual_host
        .replace("*:443", &format!("127.0.0.1:{port}"))
        .replace(SITE, &site);
    format!(
        r#"{modules}
User nobody
Group nogroup
DefaultRuntimeDir "{place}"
PidFile "{place}/pid"
Mutex file:{place}
ErrorLog "{place}/log"
TypesConfig /dev/null
Listen 127.0.0.1:{port}
ServerName any.example
Header set X-Frame-Options "SAMEORIGIN"
Header set Access-Control-Allow-Origin "https://www.family.example"
Header always set Cache-Control "private"
AddDefaultCharset koi8-r
ExpiresActive On
ExpiresDefault "access plus 1 month"
AddType application/x-wrong .html .js .css
<Directory "/">
    AllowOverride None
    Require all denied
</Directory>
<Directory "{site}">
    AllowOverride {overrides}
    Options +MultiViews
    Require all granted
</Directory>
<FilesMatch "^\.ht">
    Require all denied
</FilesMatch>
{virtual_host}
"#
    )
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("it is made");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        match path.is_dir() {
            true => copy(&path, &target),
            false => {
                fs::copy(&path, &target).expect("it is copied");
            }
        }
    }
}

/// A virtual host without rules of its own.
pub const PLAIN: &str = r#"<VirtualHost *:443>
    ServerName family.example
    DocumentRoot "/var/www/family.example"
</VirtualHost>
"#;

#[track_caller]
fn is_the_document(scene: &Scene, apache: &Apache) {
    let answer = ask("127.0.0.1", apache.port(), DOCUMENT, &[]);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(
        answer.header("cache-control"),
        Some("public, max-age=21600")
    );
    assert_eq!(answer.body, scene.text(".well-known/browserid").as_bytes());
    scene.discover("127.0.0.1", apache.port()).is_found();
    pages_may_read("127.0.0.1", apache.port());
    slash_is_answered("127.0.0.1", apache.port());
}

#[test]
fn virtual_host_of_the_guide_answers_with_the_document_and_redirects_everything_else() {
    let scene = Scene::new();
    let apache = Apache::start(&scene.out(), &snippet("apache", "RedirectMatch"), "None");
    is_the_document(&scene, &apache);
    for path in ["/", "/README.txt", "/x/.well-known/browserid"] {
        let answer = ask("127.0.0.1", apache.port(), path, &[]);
        let to = format!("https://www.family.example{path}");
        assert_eq!(
            (answer.status, answer.header("location")),
            (301, Some(&*to))
        );
    }
}

#[test]
fn rules_that_rewrite_come_after_the_document() {
    let scene = Scene::new();
    let rule = "    RewriteRule \"^(.*)$\" \"https://www.family.example$1\" [R=301,L]\n";
    let virtual_host = snippet("apache", "RedirectMatch");
    let (before, _) = virtual_host
        .split_once("    RedirectMatch")
        .expect("it is there");
    let virtual_host = format!("{before}{rule}</VirtualHost>\n");
    let apache = Apache::start(&scene.out(), &virtual_host, "None");
    is_the_document(&scene, &apache);
    assert_eq!(ask("127.0.0.1", apache.port(), "/", &[]).status, 301);
}

#[test]
fn htaccess_beside_the_document_is_enough_where_it_counts() {
    let scene = Scene::new();
    let folder = scene.uploaded(&[".well-known/browserid", ".well-known/.htaccess"]);
    for overrides in ["All", "FileInfo"] {
        is_the_document(&scene, &Apache::start(folder.path(), PLAIN, overrides));
    }
    // Where it does not, the file has no type at all.
    let apache = Apache::start(folder.path(), PLAIN, "None");
    let said = scene.discover("127.0.0.1", apache.port());
    said.is_refused("document_content_type", &["as application/json"]);
}

#[test]
fn redirect_of_the_whole_host_comes_before_everything() {
    let scene = Scene::new();
    let virtual_host = snippet("apache", "RedirectMatch");
    let (before, _) = virtual_host
        .split_once("    RedirectMatch")
        .expect("it is there");
    let whole = "    Redirect permanent / https://www.family.example/\n";
    let virtual_host = format!("{before}{whole}</VirtualHost>\n");
    let apache = Apache::start(&scene.out(), &virtual_host, "None");
    let said = scene.discover("127.0.0.1", apache.port());
    said.is_refused(
        "document_redirected",
        &["family.example must be the main name"],
    );
}

/// An identity provider's own folder.
#[test]
fn every_file_of_an_identity_provider_comes_with_its_headers_and_under_one_name() {
    let scene = Scene::new();
    let site = scene.folder.path().join("id");
    let include = "    Include \"/var/www/family.example/apache.conf\"\n</Virt";
    let apache = Apache::start(&site, &PLAIN.replace("</Virt", include), "None");
    for path in published(&site) {
        let answer = ask("127.0.0.1", apache.port(), &path, &[]);
        assert_eq!(answer.status, 200, "{path}");
        let content = fs::read(site.join(&path[1..])).expect("a file");
        assert_eq!(answer.body, content, "{path}");
        let (media_type, caching) = match path.rsplit_once('.') {
            Some((_, "css")) => ("text/css; charset=utf-8", "no-cache"),
            Some((_, "html")) => ("text/html; charset=utf-8", "no-cache"),
            Some((_, "js")) => ("text/javascript; charset=utf-8", "no-cache"),
            _ => ("application/json", "public, max-age=21600"),
        };
        assert_eq!(answer.header("content-type"), Some(media_type), "{path}");
        assert_eq!(answer.header("cache-control"), Some(caching), "{path}");
        assert_eq!(answer.header("expires"), None, "{path}");
        for (name, value) in page_headers::of(&path, Transport::Https, None) {
            let header = answer.header(&name.to_lowercase()).map(str::to_owned);
            assert_eq!(header.as_deref(), Some(&*value), "{name} of {path}");
        }
        let tag = answer.header("etag").expect("a tag");
        let again = ask("127.0.0.1", apache.port(), &path, &[("If-None-Match", tag)]);
        assert_eq!(again.status, 304, "{path}");
    }
    slash_is_answered("127.0.0.1", apache.port());
    for path in [
        "/persona/agent",
        "/persona/agent/",
        "/persona/lib/api",
        "/persona/nothing.html",
    ] {
        assert_eq!(
            ask("127.0.0.1", apache.port(), path, &[]).status,
            404,
            "{path}"
        );
    }
}

/// The document and what stands below `/persona/`.
fn published(site: &Path) -> Vec<String> {
    let mut paths = vec![DOCUMENT.to_owned()];
    for below in ["/persona", "/persona/lib"] {
        for entry in fs::read_dir(site.join(&below[1..])).expect("a folder") {
            let entry = entry.expect("an entry").path();
            if entry.is_file() {
                let name = entry.file_name().expect("a name").to_string_lossy();
                paths.push(format!("{below}/{name}"));
            }
        }
    }
    assert!(paths.len() > 30, "{paths:?}");
    paths
}
