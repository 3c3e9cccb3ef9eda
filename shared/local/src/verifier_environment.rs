//! The environment of `selfsame verifier`: the names of the old verifier server, and a few more. Of the old names some
//! have no meaning any more: what decided whom to believe ([`REFUSED`]) must not be overlooked, the rest ([`IDLE`]) may.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use browserid::{DiscoveryRules, Domain, HostRule, MAX_DELEGATIONS, Policy};

use crate::complaint::Complaint;
use crate::federation::FederationSource;

/// Names of the old server that decided whom it believed, and what to do instead. They are refused unless empty or
/// `false`: a verifier that silently leaves out its configuration believes others than its owner thinks.
const REFUSED: [(&str, &str); 2] = [
    (
        "CONFIG_FILES",
        "is not read here: set what the files say in the environment (PORT, IP_ADDRESS, FALLBACK_DOMAIN, HTTP_TIMEOUT, INSECURE_SSL)",
    ),
    (
        "FORCE_INSECURE_LOOKUP_OVER_HTTP",
        "does not exist here: name the domains to look up over plain HTTP with --map DOMAIN=http://HOST:PORT",
    ),
];

/// Names of the old server for what is not here: an event loop that lags, worker processes, a test door.
const IDLE: [&str; 4] = [
    "COMPUTECLUSTER_MAX_BACKLOG",
    "COMPUTECLUSTER_MAX_PROCESSES",
    "TEST_SERVICE_FAILURE",
    "TOOBUSY_MAX_LAG",
];

/// Everything that can be set, read once.
#[derive(Clone, Debug)]
pub struct VerifierEnvironment {
    /// `FEDERATION`, `FEDERATION_KEY`
    pub federation: Option<FederationSource>,
    /// What is set and means nothing here.
    pub idle: Vec<&'static str>,
    /// `INSECURE_SSL`
    pub insecure_ssl: bool,
    /// `IP_ADDRESS`
    pub ip: IpAddr,
    /// `FALLBACK_DOMAIN`, `TRUSTED_ISSUERS`, `STRONG_KEYS`, `STRICT_CONTENT_TYPE`
    pub policy: Policy,
    /// `PORT`
    pub port: u16,
    /// `HTTP_TIMEOUT`
    pub timeout: Duration,
}

impl VerifierEnvironment {
    /// Reads what `get` knows; every wrong value stands in the one line of the complaint.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, Complaint> {
        let mut reader = Reader {
            get,
            wrong: Vec::new(),
        };
        let idle = IDLE.into_iter().filter(|name| reader.is_set(name));
        let idle = idle.collect();
        for (name, advice) in REFUSED {
            if reader.is_set(name) && (reader.get)(name).as_deref() != Some("false") {
                reader.wrong.push(format!("{name} {advice}"));
            }
        }
        let federation = reader.federation();
        let insecure_ssl = reader.flag("INSECURE_SSL");
        let hosts = if insecure_ssl {
            HostRule::Insecure
        } else {
            HostRule::Public
        };
        let read = Self {
            federation,
            idle,
            insecure_ssl,
            ip: reader
                .value("IP_ADDRESS", "an IP address", |text| text.parse().ok())
                .unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            policy: Policy {
                discovery: DiscoveryRules {
                    fallback: reader
                        .value("FALLBACK_DOMAIN", "a domain", |text| domain(text, hosts)),
                    hosts,
                    max_delegations: MAX_DELEGATIONS,
                    strict_content_type: reader.flag("STRICT_CONTENT_TYPE"),
                },
                strong_keys: reader.flag("STRONG_KEYS"),
                federation: None,
                trusted_issuers: reader
                    .value("TRUSTED_ISSUERS", "domains with commas between", |text| {
                        let names = text.split(',').map(|name| domain(name.trim(), hosts));
                        names
                            .map(|name| name.map(|name| name.to_string()))
                            .collect()
                    })
                    .unwrap_or_default(),
            },
            port: reader
                .value("PORT", "a port number", |text| text.parse().ok())
                .unwrap_or(0),
            timeout: reader
                .value("HTTP_TIMEOUT", "a number of seconds above zero", seconds)
                .unwrap_or(Duration::from_secs(8)),
        };
        if reader.wrong.is_empty() {
            Ok(read)
        } else {
            Err(Complaint::usage(reader.wrong.join("; ")))
        }
    }
}

/// Reads variables and remembers what is wrong with them.
pub(crate) struct Reader<G> {
    pub(crate) get: G,
    pub(crate) wrong: Vec<String>,
}

impl<G: Fn(&str) -> Option<String>> Reader<G> {
    /// None when it is not set, or empty, or wrong.
    pub(crate) fn value<T>(
        &mut self,
        name: &str,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = (self.get)(name).filter(|text| !text.is_empty())?;
        let value = parse(&text);
        if value.is_none() {
            self.wrong
                .push(format!("{name} must be {expected}, not `{text}`"));
        }
        value
    }

    /// A list says whom to believe, all of it: what else says so must not stand beside it and be overlooked.
    fn federation(&mut self) -> Option<FederationSource> {
        let key = (self.get)("FEDERATION_KEY").filter(|text| !text.is_empty());
        let is_source = |list: &str| list.starts_with("https://") || !list.contains("://");
        let list = self.value("FEDERATION", "the path of a file or an https URL", |text| {
            is_source(text).then(|| text.to_owned())
        });
        if key.is_some() && !self.is_set("FEDERATION") {
            let wrong = "FEDERATION_KEY needs FEDERATION: the list that the key has signed";
            self.wrong.push(wrong.to_owned());
        }
        if self.is_set("FEDERATION") {
            for name in ["FALLBACK_DOMAIN", "TRUSTED_ISSUERS"] {
                if self.is_set(name) {
                    let wrong = format!("{name} means nothing beside FEDERATION: set one of them");
                    self.wrong.push(wrong);
                }
            }
        }
        Some(FederationSource {
            list: list?,
            key: key.map(Into::into),
        })
    }

    pub(crate) fn is_set(&self, name: &str) -> bool {
        (self.get)(name).is_some_and(|text| !text.is_empty())
    }

    fn flag(&mut self, name: &str) -> bool {
        self.value(name, "true or false", |text| text.parse().ok())
            .unwrap_or(false)
    }
}

fn domain(text: &str, hosts: HostRule) -> Option<Domain> {
    Domain::parse(&text.to_lowercase(), hosts).ok()
}

fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.parse().ok()?;
    let duration = Duration::try_from_secs_f64(seconds).ok()?;
    (!duration.is_zero()).then_some(duration)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use browserid::HostRule;

    use super::VerifierEnvironment;

    fn read(pairs: &[(&str, &str)]) -> Result<VerifierEnvironment, String> {
        let get = |name: &str| {
            let pair = pairs.iter().find(|(known, _)| *known == name);
            pair.map(|(_, value)| (*value).to_owned())
        };
        VerifierEnvironment::read(get).map_err(|complaint| complaint.to_string())
    }

    #[test]
    fn an_empty_environment_is_the_old_servers_default() {
        for pairs in [&[][..], &[("FALLBACK_DOMAIN", ""), ("PORT", "")]] {
            let read = read(pairs).expect("nothing is wrong");
            assert_eq!(read.ip.to_string(), "127.0.0.1");
            assert_eq!(read.port, 0);
            assert_eq!(read.timeout, Duration::from_secs(8));
            assert!(!read.insecure_ssl);
            assert!(!read.policy.strong_keys);
            assert!(!read.policy.discovery.strict_content_type);
            assert_eq!(read.policy.discovery.fallback, None);
            assert_eq!(read.policy.discovery.hosts, HostRule::Public);
            assert!(read.policy.trusted_issuers.is_empty());
        }
    }

    #[test]
    fn every_variable_is_read() {
        let read = read(&[
            ("FALLBACK_DOMAIN", "login.example.org"),
            ("HTTP_TIMEOUT", "2.5"),
            ("INSECURE_SSL", "true"),
            ("IP_ADDRESS", "0.0.0.0"),
            ("PORT", "10002"),
            ("STRICT_CONTENT_TYPE", "true"),
            ("STRONG_KEYS", "true"),
            ("TRUSTED_ISSUERS", "a.example, b.example"),
        ])
        .expect("nothing is wrong");
        assert_eq!(read.ip.to_string(), "0.0.0.0");
        assert_eq!(read.port, 10_002);
        assert_eq!(read.timeout, Duration::from_millis(2_500));
        assert!(read.insecure_ssl);
        assert!(read.policy.strong_keys);
        assert!(read.policy.discovery.strict_content_type);
        assert_eq!(read.policy.discovery.hosts, HostRule::Insecure);
        assert_eq!(read.policy.trusted_issuers, ["a.example", "b.example"]);
        let fallback = read.policy.discovery.fallback.expect("it is set");
        assert_eq!(fallback.as_str(), "login.example.org");
    }

    #[test]
    fn old_names_that_decide_whom_to_believe_are_refused_and_idle_ones_named() {
        let idle = [
            "COMPUTECLUSTER_MAX_BACKLOG",
            "COMPUTECLUSTER_MAX_PROCESSES",
            "TEST_SERVICE_FAILURE",
            "TOOBUSY_MAX_LAG",
        ];
        let mut pairs = idle.map(|name| (name, "1")).to_vec();
        pairs.push(("FORCE_INSECURE_LOOKUP_OVER_HTTP", "false"));
        pairs.push(("CONFIG_FILES", ""));
        assert_eq!(read(&pairs).expect("nothing is wrong").idle, idle);
        assert!(read(&[]).expect("nothing is wrong").idle.is_empty());

        for (name, value, instead) in [
            ("CONFIG_FILES", "a.json,b.json", "FALLBACK_DOMAIN"),
            ("FORCE_INSECURE_LOOKUP_OVER_HTTP", "true", "--map"),
        ] {
            let complaint = read(&[(name, value)]).expect_err("it is refused");
            assert!(complaint.contains(name) && complaint.contains(instead));
        }
    }

    #[test]
    fn a_federation_is_a_file_or_a_secure_url_and_nothing_else_says_whom_to_believe() {
        for list in [
            "members.json",
            "/etc/members.jws",
            "https://fed.example/list",
        ] {
            let read = read(&[("FEDERATION", list), ("FEDERATION_KEY", "key.pem")]);
            let federation = read
                .expect("nothing is wrong")
                .federation
                .expect("it is set");
            assert_eq!(federation.list, list);
            assert_eq!(federation.key, Some("key.pem".into()));
            assert_eq!(federation.is_url(), list.starts_with("https"));
        }
        for (pairs, named) in [
            (
                &[("FEDERATION", "http://fed.example/list")][..],
                "https URL",
            ),
            (
                &[("FEDERATION_KEY", "key.pem")],
                "FEDERATION_KEY needs FEDERATION",
            ),
            (
                &[("FEDERATION", "a"), ("FALLBACK_DOMAIN", "b.example")],
                "FALLBACK_DOMAIN",
            ),
            (
                &[("FEDERATION", "a"), ("TRUSTED_ISSUERS", "b.example")],
                "TRUSTED_ISSUERS",
            ),
        ] {
            let complaint = read(pairs).expect_err("it is refused");
            assert!(complaint.contains(named), "{complaint}");
        }
    }

    #[test]
    fn every_wrong_value_stands_in_one_line() {
        let complaint = read(&[
            ("FALLBACK_DOMAIN", "no domain"),
            ("HTTP_TIMEOUT", "0"),
            ("INSECURE_SSL", "yes"),
            ("IP_ADDRESS", "localhost"),
            ("PORT", "70000"),
            ("STRONG_KEYS", "1"),
            ("TRUSTED_ISSUERS", "a.example,,b.example"),
        ])
        .expect_err("everything is wrong");
        assert!(!complaint.contains('\n'));
        for name in [
            "FALLBACK_DOMAIN",
            "HTTP_TIMEOUT",
            "INSECURE_SSL",
            "IP_ADDRESS",
            "PORT",
            "STRONG_KEYS",
            "TRUSTED_ISSUERS",
        ] {
            assert!(complaint.contains(name), "{name}: {complaint}");
        }
    }
}
