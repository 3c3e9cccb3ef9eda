//! Whose people this machine vouches for: its own domain, and the domains that name it as their authority.
//!
//! The list is a file in the data folder, a domain a line, so that `serve` and `user add` agree about it. `serve --serves`
//! writes it; everybody else reads it.

use std::fs;
use std::io;
use std::path::Path;

use browserid::{Domain, Email, HostRule};

use crate::complaint::Complaint;
use crate::data_folder::DataFolder;
use crate::hosts;
use crate::identity;

/// These names answer as something else here.
const TAKEN: [&str; 3] = [hosts::GUESTBOOK, hosts::VERIFIER, hosts::FALLBACK];

/// The domains whose people are certified here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    /// Our own comes first.
    domains: Vec<Domain>,
}

impl Served {
    /// The list as the last `serve --serves` left it.
    pub fn read(folder: &DataFolder) -> Result<Self, Complaint> {
        let path = folder.domains();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(unusable(&path, &error)),
        };
        let mut others = Vec::new();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            others.push(parse(line).map_err(|reason| {
                Complaint::failure(format!(
                    "`{}` has the line `{line}`, and {reason}: remove the line, or write all domains anew with `selfsame serve --serves DOMAIN`",
                    path.display()
                ))
            })?);
        }
        Self::new(others)
    }

    /// The same where there may be no data folder yet; none is made.
    pub fn at(data: &Path) -> Result<Self, Complaint> {
        match DataFolder::existing(data) {
            Some(folder) => Self::read(&folder),
            None => Self::new(Vec::new()),
        }
    }

    /// Writes the list anew.
    pub fn remember(folder: &DataFolder, domains: &[Domain]) -> Result<Self, Complaint> {
        let served = Self::new(domains.to_vec())?;
        let path = folder.domains();
        let lines: String = served
            .others()
            .iter()
            .map(|domain| format!("{domain}\n"))
            .collect();
        // Whoever reads it meanwhile finds the old list or the new one.
        let draft = path.with_extension("new");
        fs::write(&draft, lines)
            .and_then(|()| fs::rename(&draft, &path))
            .map_err(|error| unusable(&path, &error))?;
        Ok(served)
    }

    fn new(others: Vec<Domain>) -> Result<Self, Complaint> {
        let mut domains = vec![identity::domain()?];
        for domain in others {
            if !domains.contains(&domain) {
                domains.push(domain);
            }
        }
        Ok(Self { domains })
    }

    /// All of them, our own first.
    pub fn all(&self) -> &[Domain] {
        &self.domains
    }

    /// Those that delegate to ours.
    pub fn others(&self) -> &[Domain] {
        self.domains.get(1..).unwrap_or_default()
    }

    /// An address as its owner types it, if it is of one of these domains.
    pub fn address(&self, text: &str) -> Result<Email, Complaint> {
        let email = Email::from_typed(text, HostRule::Public).map_err(|_| no_address(text))?;
        if self.domains.contains(email.domain()) {
            return Ok(email);
        }
        let endings: Vec<String> = self.domains.iter().map(|one| format!("@{one}")).collect();
        let hint = match parse(email.domain().as_str()) {
            Ok(domain) => {
                format!(", or have {domain} served with `selfsame serve --serves {domain}`")
            }
            Err(_) => String::new(),
        };
        Err(Complaint::usage(format!(
            "`{text}` cannot sign in here: give an address that ends in {}{hint}",
            endings.join(" or ")
        )))
    }
}

/// An address as its owner types it, of whatever domain.
pub fn any_address(text: &str) -> Result<Email, Complaint> {
    Email::from_typed(text, HostRule::Public).map_err(|_| no_address(text))
}

/// A domain that can be served.
pub fn parse(text: &str) -> Result<Domain, String> {
    let name = text.trim().to_lowercase();
    let domain = Domain::parse(&name, HostRule::Public)
        .map_err(|_| format!("`{text}` is no domain: give a host name such as family.localhost"))?;
    if domain.port().is_some() {
        return Err(format!(
            "`{text}` has a port: give the domain alone, as it stands in addresses"
        ));
    }
    if TAKEN.contains(&domain.host()) {
        return Err(format!(
            "`{domain}` is another site of this machine: take another name"
        ));
    }
    Ok(domain)
}

fn no_address(text: &str) -> Complaint {
    Complaint::usage(format!(
        "`{text}` is no address: give one such as you@{}",
        hosts::IDENTITY
    ))
}

fn unusable(path: &Path, error: &io::Error) -> Complaint {
    Complaint::failure(format!(
        "the list of domains `{}` cannot be used ({error}): make it a file that you may read and write, or give another folder with --data DIR",
        path.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, DataFolder) {
        let parent = tempfile::tempdir().expect("a folder");
        let folder = DataFolder::open(&parent.path().join("data")).expect("it is made");
        (parent, folder)
    }

    fn names(served: &Served) -> Vec<&str> {
        served.all().iter().map(Domain::as_str).collect()
    }

    #[test]
    fn without_a_list_only_our_own_domain_is_served() {
        let (_parent, folder) = folder();
        let served = Served::read(&folder).expect("there is no list");
        assert_eq!(names(&served), ["me.localhost"]);
        assert_eq!(served.others(), []);
        assert!(!folder.domains().exists(), "reading makes nothing");
    }

    #[test]
    fn list_is_what_the_last_one_wrote_each_domain_once() {
        let (_parent, folder) = folder();
        let domains = |texts: &[&str]| -> Vec<Domain> {
            texts.iter().map(|text| parse(text).expect(text)).collect()
        };
        let given = domains(&[
            "Family.localhost",
            "family.localhost",
            "me.localhost",
            "other.example",
        ]);
        let written = Served::remember(&folder, &given).expect("it is written");
        assert_eq!(
            names(&written),
            ["me.localhost", "family.localhost", "other.example"]
        );
        assert_eq!(Served::read(&folder).expect("it is read"), written);
        Served::remember(&folder, &domains(&["other.example"])).expect("it is written");
        let read = Served::read(&folder).expect("it is read");
        assert_eq!(names(&read), ["me.localhost", "other.example"]);
    }

    #[test]
    fn address_of_no_served_domain_is_refused_with_the_way_to_have_it_served() {
        let (_parent, folder) = folder();
        let given = [parse("family.localhost").expect("a domain")];
        let served = Served::remember(&folder, &given).expect("it is written");
        for text in [
            "you@me.localhost",
            "bob@family.localhost",
            "bob@FAMILY.localhost",
        ] {
            served.address(text).expect(text);
        }
        let refused = |text: &str| served.address(text).expect_err(text).to_string();
        let said = refused("bob@other.example");
        for part in [
            "@me.localhost or @family.localhost",
            "selfsame serve --serves other.example",
        ] {
            assert!(said.contains(part), "{said}");
        }
        // What cannot be served is not offered.
        assert!(!refused("bob@guestbook.localhost").contains("--serves"));
        for text in [
            "bob@sub.family.localhost",
            "bob@xfamily.localhost",
            "bob@family.localhost:8080",
        ] {
            refused(text);
        }
        for text in ["bob", "", "@family.localhost", "bob@localhost"] {
            assert!(refused(text).contains("is no address"), "{text}");
        }
    }

    #[test]
    fn names_that_answer_as_something_else_cannot_be_served() {
        for text in [
            "",
            "localhost",
            "127.0.0.1",
            "https://family.localhost",
            "family.localhost:8080",
            "guestbook.localhost",
            "Verifier.localhost",
            "fallback.localhost",
        ] {
            parse(text).expect_err(text);
        }
    }

    #[test]
    fn line_that_is_no_domain_is_named() {
        let (_parent, folder) = folder();
        fs::write(folder.domains(), "family.localhost\n\nnot a domain\n").expect("it is written");
        let said = Served::read(&folder).expect_err("a bad line").to_string();
        assert!(said.contains("`not a domain`"), "{said}");
    }
}
