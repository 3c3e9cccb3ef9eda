//! What the owner of a domain can do when discovery fails, in one line.

use browserid::{DiscoveryError, Domain, Unreachable};

/// `asked` is the domain that the walk began at.
pub fn hint(asked: &Domain, error: &DiscoveryError) -> String {
    let document = |host: &Domain| format!("https://{host}/.well-known/browserid");
    match error {
        DiscoveryError::Circular { chain } => match &**chain {
            [only] => format!(
                "{only} names itself as its authority: let it name the host that runs the identity provider, or publish a whole document"
            ),
            chain => format!(
                "the authorities lead in a circle ({}): one of them must publish a whole document instead of naming another",
                arrows(chain)
            ),
        },
        DiscoveryError::TooManyHops { chain } => format!(
            "five delegations are the most ({}): let {asked} name the last host itself",
            arrows(chain)
        ),
        DiscoveryError::Redirected { host } => format!(
            "{} answers with a redirect, and none is followed: answer there itself, before any redirect to https, www. or a final slash; {}",
            document(host),
            apex(host)
        ),
        DiscoveryError::ContentType { host } => format!(
            "send {} as application/json (a page, text/plain or binary/octet-stream is what hosts make of a file without an ending, or of one that is not there); {GUIDE}",
            document(host)
        ),
        DiscoveryError::Document { host, .. } => format!(
            "repair {}: `selfsame site build` and `selfsame support-document` write good ones",
            document(host)
        ),
        DiscoveryError::Status { host, status } if *status >= 500 => format!(
            "{host} is in trouble (status {status}); {}",
            role(asked, host, "try again later")
        ),
        DiscoveryError::Status { host, status } => format!(
            "{} is not there (status {status}); {}",
            document(host),
            role(
                asked,
                host,
                "publish it; hosts leave out folders that begin with a dot unless told otherwise"
            )
        ),
        DiscoveryError::Timeout { host } => format!(
            "{host} gave no answer in time; {}",
            role(asked, host, "try again later")
        ),
        DiscoveryError::Unreachable { host, why } => format!(
            "{}; {}",
            unreachable(host, why),
            role(asked, host, "check its name and its server")
        ),
        DiscoveryError::Disabled { domain, .. } => format!(
            "{domain} says that it does not take part; {}",
            role(asked, domain, "remove `disabled` from its document")
        ),
        _ => format!("have a look at {}", document(asked)),
    }
}

/// The owner of the domain can repair the domain, and choose another authority.
fn role(asked: &Domain, host: &Domain, own: &str) -> String {
    match asked == host {
        true => own.to_owned(),
        false => format!(
            "{asked} leaves sign-in to it: repair it, or let {asked} name another authority"
        ),
    }
}

fn unreachable(host: &Domain, why: &Unreachable) -> String {
    match why {
        Unreachable::Forbidden => format!("{host} has an address that is not public"),
        Unreachable::NoSuchHost => format!("there is no host {host}"),
        Unreachable::Tls => format!("{host} shows no TLS certificate that fits its name"),
        Unreachable::TooLarge { .. } => format!("the document of {host} is too long"),
        _ => format!("{host} cannot be reached"),
    }
}

/// Where redirects come from most.
fn apex(host: &Domain) -> String {
    match host.host().strip_prefix("www.") {
        Some(_) => GUIDE.to_owned(),
        None => format!(
            "at many hosts {host} must be the main name of the site, and www.{host} the other; {GUIDE}"
        ),
    }
}

fn arrows(chain: &[Domain]) -> String {
    let names: Vec<&str> = chain.iter().map(Domain::as_str).collect();
    names.join(" -> ")
}

const GUIDE: &str = "infra/HOSTS.md has what each host needs";

#[cfg(test)]
mod tests {
    use browserid::HostRule;

    use super::*;

    fn domain(name: &str) -> Domain {
        Domain::parse(name, HostRule::Public).expect("a domain")
    }

    /// The others are in `tests/hosts`, where they happen.
    #[test]
    fn host_that_cannot_be_spoken_to_is_named_with_what_its_owner_or_the_domains_can_do() {
        let unreachable = |why| DiscoveryError::Unreachable {
            host: domain("id.example"),
            why,
        };
        let timeout = DiscoveryError::Timeout {
            host: domain("id.example"),
        };
        for (error, said, own) in [
            (
                unreachable(Unreachable::NoSuchHost),
                "there is no host id.example",
                "check its name",
            ),
            (
                unreachable(Unreachable::Tls),
                "shows no TLS certificate that fits its name",
                "check its name",
            ),
            (
                unreachable(Unreachable::Forbidden),
                "an address that is not public",
                "check its name",
            ),
            (
                unreachable(Unreachable::TooLarge { limit: 1 }),
                "is too long",
                "check its name",
            ),
            (
                timeout,
                "id.example gave no answer in time",
                "try again later",
            ),
        ] {
            let of_another = hint(&domain("family.example"), &error);
            assert!(of_another.contains(said), "{of_another}");
            let end = "or let family.example name another authority";
            assert!(of_another.ends_with(end), "{of_another}");
            let of_itself = hint(&domain("id.example"), &error);
            assert!(
                of_itself.contains(said) && of_itself.contains(own),
                "{of_itself}"
            );
            assert!(!of_itself.contains("authority"), "{of_itself}");
        }
    }

    #[test]
    fn redirect_of_www_is_not_explained_by_another_www() {
        let error = DiscoveryError::Redirected {
            host: domain("www.family.example"),
        };
        assert!(!hint(&domain("www.family.example"), &error).contains("www.www."));
    }
}
