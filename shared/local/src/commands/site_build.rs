//! `selfsame site build`: the files of a domain, ready to upload, and what each kind of host must be told.

mod apache;
mod delegation;
mod folder;
mod headers_file;
mod nginx;
mod readme;

use browserid::{Domain, HostRule, PublicKey};
use site::{Api, DOCUMENT_WITH_SLASH, File, own_document};

use self::delegation::Delegation;
use self::folder::Folder;
use crate::arguments::{KeySource, SiteBuildArguments, typed_domain};
use crate::complaint::Complaint;
use crate::output;

/// Writes support document, pages and scripts, and the headers that they need, and a folder for each domain that leaves
/// everything to this one; or such a folder alone, if another host is the authority.
pub fn run(options: &SiteBuildArguments) -> Result<(), Complaint> {
    let domain = typed_domain(&options.domain, HostRule::Public)?;
    let folder = Folder::open(&options.out)?;
    let number = match &options.authority {
        Some(authority) => {
            let authority = typed_domain(authority, HostRule::Public)?;
            delegation(&domain, &authority)?.write_to(&folder, "")?
        }
        None => build_site(&folder, &domain, options)?,
    };
    output::note(&format!(
        "wrote {number} files to `{out}` for https://{domain}; {out}/README.txt says how to upload them",
        out = options.out.display()
    ));
    Ok(())
}

fn build_site(
    folder: &Folder<'_>,
    domain: &Domain,
    options: &SiteBuildArguments,
) -> Result<usize, Complaint> {
    let api = options.api.as_ref();
    if let Some(api) = api {
        require_same_site(domain, api)?;
    }
    let mut delegations = Vec::new();
    for served in &options.serves {
        let served = typed_domain(served, HostRule::Public)?;
        delegations.push(delegation(&served, domain)?);
    }
    let (first, others) = keys(options)?;
    let document = own_document(first, others)
        .map_err(|error| Complaint::failure(format!("no document can be made ({error})")))?;
    let files = uploaded(site::files(&document, api));
    for file in &files {
        folder.write(&file.path, &file.content)?;
    }
    let about = [
        (
            "/README.txt",
            readme::of_site(domain, api, &files, &delegations),
        ),
        ("/_headers", headers_file::headers(&files, api)),
        ("/_redirects", headers_file::redirects()),
        ("/apache.conf", apache::snippet(domain, &files, api)),
        ("/nginx.conf", nginx::snippet(domain, &files, api)),
    ];
    for (path, text) in &about {
        folder.write(path, text.as_bytes())?;
    }
    let mut number = files.len() + about.len();
    for delegation in &delegations {
        let below = format!("/delegations/{}", delegation.domain);
        number += delegation.write_to(folder, &below)?;
    }
    Ok(number)
}

impl Delegation {
    /// Writes its files below a path of the folder, and says how many.
    fn write_to(&self, folder: &Folder<'_>, below: &str) -> Result<usize, Complaint> {
        let files = self.files();
        for (path, text) in &files {
            folder.write(&format!("{below}{path}"), text.as_bytes())?;
        }
        Ok(files.len())
    }
}

/// In a folder one path cannot be a file and, with a slash behind it, a folder.
fn uploaded(files: impl IntoIterator<Item = File>) -> Vec<File> {
    let mut files: Vec<File> = files.into_iter().collect();
    files.retain(|file| file.path != DOCUMENT_WITH_SLASH);
    files
}

/// The key that signs, and the others: `--key` before every `--spki`.
fn keys(options: &SiteBuildArguments) -> Result<(PublicKey, Vec<PublicKey>), Complaint> {
    let mut others = Vec::new();
    for spki in &options.spki {
        let source = KeySource {
            key: None,
            spki: Some(spki.clone()),
        };
        others.push(source.public_key()?);
    }
    if options.key.is_none() && !others.is_empty() {
        return Ok((others.remove(0), others));
    }
    let signing = KeySource {
        key: options.key.clone(),
        spki: None,
    };
    Ok((signing.public_key()?, others))
}

fn delegation(domain: &Domain, authority: &Domain) -> Result<Delegation, Complaint> {
    if authority == domain {
        return Err(Complaint::usage(format!(
            "`{domain}` cannot vouch for itself by naming itself: leave --authority and --serves out, or name another host"
        )));
    }
    Ok(Delegation {
        domain: domain.clone(),
        authority: authority.clone(),
    })
}

/// Two names of one site share at least the last two labels (what sites there are, only a list of all registries could
/// say). The session's cookie goes to functions of the same site and to no others.
fn require_same_site(domain: &Domain, api: &Api) -> Result<(), Complaint> {
    let origin = api.origin();
    let (_, authority) = origin.as_str().split_once("://").unwrap_or_default();
    let host = authority.split(':').next().unwrap_or_default();
    let site = |host: &str| {
        let mut labels = host.rsplit('.').map(str::to_owned);
        (labels.next(), labels.next())
    };
    if site(host) == site(domain.host()) {
        return Ok(());
    }
    Err(Complaint::usage(format!(
        "`{origin}` is at another site than https://{domain}, so browsers would not send the session's cookie there: give the functions a name below your domain, such as https://api.{domain}"
    )))
}

#[cfg(test)]
mod tests {
    use browserid::{Domain, HostRule};
    use site::Api;

    use super::require_same_site;

    #[test]
    fn functions_must_be_where_the_cookie_can_go() {
        let is_fine = |domain: &str, api: &str| {
            let domain = Domain::parse(domain, HostRule::Public).expect("a domain");
            require_same_site(&domain, &Api::parse(api).expect("an origin")).is_ok()
        };
        for (domain, api) in [
            ("my.domain", "https://api.my.domain"),
            ("id.my.domain", "https://api.my.domain:8443"),
            ("www.my.domain", "https://my.domain"),
            ("me.localhost", "http://api.me.localhost:8080"),
        ] {
            assert!(is_fine(domain, api), "{domain} {api}");
        }
        for (domain, api) in [
            ("my.domain", "https://x.execute-api.us-east-1.amazonaws.com"),
            ("my.domain", "https://your.domain"),
            ("my.domain", "https://my.domain.evil.example"),
            ("me.localhost", "http://localhost:8080"),
            ("me.localhost", "http://you.localhost"),
        ] {
            assert!(!is_fine(domain, api), "{domain} {api}");
        }
    }
}
