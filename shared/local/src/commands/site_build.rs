//! `selfsame site build`: the files of a domain, ready to upload.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::path::Path;

use browserid::HostRule;
use site::{DOCUMENT, DOCUMENT_WITH_SLASH, own_document};
use web::page_headers::{self, Transport};

use crate::arguments::{SiteBuildArguments, typed_domain};
use crate::complaint::Complaint;
use crate::output;

/// The first words of the README that we write: a folder without it is somebody else's.
const MARK: &str = "Made by `selfsame site build`";

/// Writes support document, pages and scripts, and the headers that they need.
pub fn run(options: &SiteBuildArguments) -> Result<(), Complaint> {
    let domain = typed_domain(&options.domain, HostRule::Public)?;
    let document = own_document(options.source.public_key()?, [])
        .map_err(|error| Complaint::failure(format!("no document can be made ({error})")))?;
    let out = &options.out;
    refuse_a_strangers_folder(out)?;

    let mut files: Vec<(String, Vec<u8>)> = site::files(&document, None)
        .into_iter()
        .filter(|file| file.path != DOCUMENT_WITH_SLASH)
        .map(|file| (file.path, file.content))
        .collect();
    let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    let headers = headers_file(&paths);
    let readme = readme(domain.as_str(), &paths);
    files.push(("/_headers".to_owned(), headers.into_bytes()));
    files.push(("/README.txt".to_owned(), readme.into_bytes()));
    for (path, content) in &files {
        write(out, path, content).map_err(|error| {
            Complaint::failure(format!(
                "`{}{path}` cannot be written ({error}): make room, or choose another place with --out DIR",
                out.display()
            ))
        })?;
    }
    output::note(&format!(
        "wrote {} files to `{}` for https://{domain}; {}/README.txt says how to upload them",
        files.len(),
        out.display(),
        out.display()
    ));
    Ok(())
}

fn refuse_a_strangers_folder(out: &Path) -> Result<(), Complaint> {
    let unusable = |error: io::Error| {
        Complaint::failure(format!(
            "`{}` cannot be used ({error}): choose another place with --out DIR",
            out.display()
        ))
    };
    let mut entries = match fs::read_dir(out) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unusable(error)),
    };
    let is_ours =
        || fs::read_to_string(out.join("README.txt")).is_ok_and(|text| text.starts_with(MARK));
    match entries.next() {
        Some(_) if !is_ours() => Err(Complaint::failure(format!(
            "`{}` has files that are not from `selfsame site build`: choose an empty or a new folder",
            out.display()
        ))),
        _ => Ok(()),
    }
}

fn write(out: &Path, path: &str, content: &[u8]) -> io::Result<()> {
    let file = out.join(path.trim_start_matches('/'));
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, content)
}

/// What `path` must be served with.
fn headers_of(path: &str) -> Vec<(&'static str, Cow<'static, str>)> {
    let mut headers = page_headers::of(path, Transport::Https, None);
    if path == DOCUMENT {
        // It has no ending that a host could tell the type from.
        headers.push(("Content-Type", "application/json".into()));
    }
    headers
}

/// In the syntax that Netlify and Cloudflare Pages read.
fn headers_file(paths: &[&str]) -> String {
    let mut text = String::new();
    for path in paths {
        text.push_str(&format!("{path}\n"));
        for (name, value) in headers_of(path) {
            text.push_str(&format!("  {name}: {value}\n"));
        }
    }
    text
}

fn readme(domain: &str, paths: &[&str]) -> String {
    let mut text = format!(
        "{MARK} for https://{domain}

Upload this folder to the root of https://{domain}, with the hidden folder .well-known.
`{DOCUMENT}` tells everybody that addresses ending in @{domain} are vouched for here.
The pages call /persona/session, /persona/enrolment, /persona/password and /persona/sign/
on the same origin: lead these paths to the functions sign-in and sign.

The file _headers is read by Netlify and Cloudflare Pages. Elsewhere, set these headers:
"
    );
    for path in paths {
        text.push_str(&format!("\n{path}\n"));
        for (name, value) in headers_of(path) {
            text.push_str(&format!("  {name}: {value}\n"));
        }
    }
    text
}
