//! What a person has to do with the folder.

use std::fmt::Write;

use browserid::Domain;
use site::{Api, DOCUMENT, DOCUMENT_WITH_SLASH, File};

use super::delegation::Delegation;
use super::headers_file::headers_of;

/// The first words of the README that we write: a folder without it is somebody else's.
pub const MARK: &str = "Made by `selfsame site build`";

/// For a folder with everything in it.
pub fn of_site(
    domain: &Domain,
    api: Option<&Api>,
    files: &[File],
    delegations: &[Delegation],
) -> String {
    let functions = match api {
        Some(api) => format!(
            "The pages ask the functions at {origin}, which is written into them. Tell the functions
where the pages are: PAGES_ORIGIN=https://{domain}. Both names must belong to one site (as
{domain} and api.{domain} do), or browsers will not send the session's cookie.",
            origin = api.origin()
        ),
        None => format!(
            "The pages call /persona/session, /persona/enrolment, /persona/password and /persona/sign/
on the same origin: lead these paths to the functions sign-in and sign. If your host
cannot do that, build the folder with --api https://api.{domain} (any name of the same site)."
        ),
    };
    let mut text = format!(
        "{MARK} for https://{domain}

Upload this folder to the root of https://{domain}, with the hidden folder .well-known.
`{DOCUMENT}` tells everybody that addresses ending in @{domain} are vouched for here.
It must be answered as it is: application/json, without a redirect (also not to www.).
Verifiers may keep it for six hours, so a new key must be in it for that long before it signs.

{functions}
{delegating}
Netlify, Cloudflare Pages
    They read _headers and _redirects. If you have files of these names already, add these
    lines to them. Leave the optimisation of assets switched off: what it touches loses its headers.

nginx, Apache
    nginx.conf and apache.conf say in their first lines where to include them.

S3, other buckets
    Set type, caching and headers of each file as below, and upload the document a second
    time as `{with_slash}`, with the slash at the end.

GitHub Pages
    sends no headers of yours, so pages that make and keep keys must not live there. Serve
    this folder at another host, such as id.{domain}, and let {domain} point to it:
    selfsame site build --domain {domain} --authority id.{domain} --out DIR

Elsewhere, set these headers (Content-Type of the other files by their endings):
",
        delegating = delegating(delegations),
        with_slash = DOCUMENT_WITH_SLASH.trim_start_matches('/'),
    );
    for file in files {
        // Writing to a String never fails.
        let _ = writeln!(text, "\n{}", file.path);
        for (name, value) in headers_of(file, api) {
            let _ = writeln!(text, "  {name}: {value}");
        }
    }
    text
}

/// What is to be done with the folders of the domains that are served beside; empty if there are none.
fn delegating(delegations: &[Delegation]) -> String {
    let mut text = String::new();
    for Delegation { domain, .. } in delegations {
        // Writing to a String never fails.
        let _ = writeln!(
            text,
            "
delegations/{domain} is for https://{domain} and not for this host: upload it there, as its own
README.txt says. The functions must be told that they serve @{domain} too."
        );
    }
    text
}
