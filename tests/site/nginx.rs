//! `nginx.conf` in a real nginx whose other settings are as unfriendly as they get.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::{Built, Headers, expected};

const START_LIMIT: Duration = Duration::from_secs(20);

/// An nginx with the built folder, on a socket of its own.
struct Nginx {
    process: Child,
    socket: PathBuf,
}

impl Nginx {
    /// Around the snippet: headers, caching, types and a charset that the files must not get, and pages that are found
    /// without their ending too.
    fn start(built: &Built) -> Self {
        let folder = built.folder.path();
        let (socket, conf) = (folder.join("socket"), folder.join("all.conf"));
        let text = format!(
            r#"daemon off;
master_process off;
pid "{folder}/pid";
error_log stderr;
events {{ }}
http {{
    access_log off;
    client_body_temp_path "{folder}/body";
    proxy_temp_path "{folder}/proxy";
    fastcgi_temp_path "{folder}/fastcgi";
    uwsgi_temp_path "{folder}/uwsgi";
    scgi_temp_path "{folder}/scgi";
    types {{ application/x-wrong html js css; }}
    default_type application/octet-stream;
    charset koi8-r;
    expires 30d;
    add_header X-Frame-Options SAMEORIGIN;
    add_header X-Outer yes;
    server {{
        listen unix:{socket};
        server_name my.domain;
        root "{out}";
        location / {{ try_files $uri $uri.html $uri/ =404; }}
        location ~ \.html$ {{ add_header X-Outer regex; }}
        location ~ /\. {{ deny all; }}
        include "{out}/nginx.conf";
    }}
}}
"#,
            folder = folder.display(),
            out = built.out().display(),
            socket = socket.display(),
        );
        fs::write(&conf, text).expect("it is written");
        let checked = nginx(&conf).arg("-t").output().expect("nginx starts");
        let said = String::from_utf8_lossy(&checked.stderr);
        assert!(checked.status.success(), "nginx -t: {said}");
        let process = nginx(&conf).stderr(Stdio::null()).spawn();
        let nginx = Self {
            process: process.expect("nginx starts"),
            socket,
        };
        #[expect(clippy::disallowed_methods, reason = "how long nginx takes to listen")]
        let begun = Instant::now();
        while UnixStream::connect(&nginx.socket).is_err() {
            assert!(begun.elapsed() < START_LIMIT, "nginx does not listen");
            std::thread::yield_now();
        }
        nginx
    }

    /// Status, headers, body.
    fn ask(&self, request: &str) -> (u16, Headers, Vec<u8>) {
        let mut stream = UnixStream::connect(&self.socket).expect("it listens");
        let request = format!("{request}Host: my.domain\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers");
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
        let body = answer.split_off(end.expect("a head") + 4);
        let head = String::from_utf8(answer).expect("text");
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1));
        let mut headers = Headers::new();
        for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
            let twice = headers.insert(name.to_lowercase(), value.to_owned());
            assert_eq!(twice, None, "{name} twice: {head}");
        }
        let status = status.and_then(|status| status.parse().ok());
        (status.expect("a status"), headers, body)
    }

    fn get(&self, path: &str) -> (u16, Headers, Vec<u8>) {
        self.ask(&format!("GET {path} HTTP/1.1\r\n"))
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn nginx(conf: &Path) -> Command {
    let program = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"]
        .into_iter()
        .find(|program| Path::new(program).is_file())
        .expect("this test needs nginx: apt-get install nginx-light");
    let mut command = Command::new(program);
    command
        .arg("-p")
        .arg(conf.parent().expect("a folder"))
        .arg("-c")
        .arg(conf)
        .stdin(Stdio::null());
    command
}

/// What nginx says of every file by itself.
const OWN: [&str; 7] = [
    "accept-ranges",
    "connection",
    "content-length",
    "date",
    "etag",
    "last-modified",
    "server",
];

fn check(built: &Built, api: Option<&str>) {
    let nginx = Nginx::start(built);
    let mut paths = built.served();
    paths.push("/.well-known/browserid/".to_owned());
    paths.push("/.well-known/browserid?domain=my.domain".to_owned());
    for path in paths {
        let file = path
            .split('?')
            .next()
            .expect("a path")
            .trim_end_matches('/');
        let mut expected = expected(file, api);
        let media_type = match file.rsplit_once('.') {
            Some((_, "css")) => "text/css; charset=utf-8",
            Some((_, "html")) => "text/html; charset=utf-8",
            Some((_, "js")) => "text/javascript; charset=utf-8",
            Some((_, "txt")) => "text/plain; charset=utf-8",
            _ => "application/json",
        };
        expected.insert("content-type".into(), media_type.into());
        let (status, mut headers, body) = nginx.get(&path);
        assert_eq!(status, 200, "{path}");
        assert_eq!(body, built.bytes(file), "{path}");
        let tag = headers.get("etag").cloned().expect("a tag");
        headers.retain(|name, _| !OWN.contains(&name.as_str()));
        assert_eq!(headers, expected, "{path}");

        let again = format!("GET {path} HTTP/1.1\r\nIf-None-Match: {tag}\r\n");
        let (status, headers, body) = nginx.ask(&again);
        assert_eq!((status, body.len()), (304, 0), "{path}");
        assert_eq!(headers.get("cache-control"), expected.get("cache-control"));
    }
    for path in [
        "/persona/",
        "/persona/agent",
        "/persona/agent/",
        "/persona/nothing.html",
        "/persona/lib/api",
    ] {
        assert_eq!(nginx.get(path).0, 404, "{path}");
    }
}

#[test]
fn nginx_sends_every_file_with_exactly_its_headers() {
    check(&Built::new(&[]), None);
    let api = "https://api.my.domain";
    check(&Built::new(&["--api", api]), Some(api));
}
