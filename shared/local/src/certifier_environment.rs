//! The environment of `selfsame certifier`: the names of the old certifier, and one more.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use browserid::{Domain, HostRule};

use crate::complaint::Complaint;
use crate::verifier_environment::Reader;

/// Names of the old service for what is not here: worker processes, log files.
const IDLE: [&str; 2] = ["LOG_PATH", "MAX_COMPUTE_PROCESSES"];

/// Everything that can be set, read once.
#[derive(Clone, Debug)]
pub struct CertifierEnvironment {
    /// `ADDRESS_DOMAINS`
    pub domains: Vec<Domain>,
    /// What is set and means nothing here.
    pub idle: Vec<&'static str>,
    /// `IP_ADDRESS`
    pub ip: IpAddr,
    /// `ISSUER_HOSTNAME`
    pub issuer: Domain,
    /// `PORT`
    pub port: u16,
    /// `PRIV_KEY_PATH`
    pub private_key: PathBuf,
    /// `PUB_KEY_PATH`
    pub public_key: Option<PathBuf>,
}

impl CertifierEnvironment {
    /// Reads what `get` knows; everything that is wrong or missing stands in the one line of the complaint.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, Complaint> {
        let mut reader = Reader {
            get,
            wrong: Vec::new(),
        };
        if reader.is_set("CONFIG_FILES") {
            let advice = "CONFIG_FILES is not read here: set what the files say in the environment (ISSUER_HOSTNAME, \
                 PRIV_KEY_PATH, PUB_KEY_PATH, PORT, IP_ADDRESS)";
            reader.wrong.push(advice.to_owned());
        }
        let idle = IDLE.into_iter().filter(|name| reader.is_set(name));
        let idle = idle.collect();
        let issuer = reader.value("ISSUER_HOSTNAME", "your domain, without https://", domain);
        let domains = reader.value("ADDRESS_DOMAINS", "domains with commas between", |text| {
            text.split(',').map(|name| domain(name.trim())).collect()
        });
        let private_key = reader.value("PRIV_KEY_PATH", "a file", path);
        let public_key = reader.value("PUB_KEY_PATH", "a file", path);
        let ip = reader.value("IP_ADDRESS", "an IP address", |text| text.parse().ok());
        let port = reader.value("PORT", "a port number", |text| text.parse().ok());
        for (name, what) in [
            ("ISSUER_HOSTNAME", "your domain"),
            ("PRIV_KEY_PATH", "the file of its private key"),
        ] {
            if !reader.is_set(name) {
                reader.wrong.push(format!("{name} is not set: name {what}"));
            }
        }
        match (issuer, private_key) {
            (Some(issuer), Some(private_key)) if reader.wrong.is_empty() => Ok(Self {
                domains: domains.unwrap_or_else(|| vec![issuer.clone()]),
                idle,
                ip: ip.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)),
                issuer,
                port: port.unwrap_or(8080),
                private_key,
                public_key,
            }),
            _ => Err(Complaint::usage(reader.wrong.join("; "))),
        }
    }
}

fn domain(text: &str) -> Option<Domain> {
    Domain::parse(&text.to_lowercase(), HostRule::Public).ok()
}

fn path(text: &str) -> Option<PathBuf> {
    Some(PathBuf::from(text))
}

#[cfg(test)]
mod tests {
    use super::CertifierEnvironment;

    fn read(pairs: &[(&str, &str)]) -> Result<CertifierEnvironment, String> {
        let get = |name: &str| {
            let pair = pairs.iter().find(|(known, _)| *known == name);
            pair.map(|(_, value)| (*value).to_owned())
        };
        CertifierEnvironment::read(get).map_err(|complaint| complaint.to_string())
    }

    const LEAST: [(&str, &str); 2] = [
        ("ISSUER_HOSTNAME", "Idp.example"),
        ("PRIV_KEY_PATH", "var/key.secretkey"),
    ];

    #[test]
    fn what_is_not_set_is_as_the_old_service_had_it() {
        let read = read(&LEAST).expect("nothing is wrong");
        assert_eq!(read.ip.to_string(), "127.0.0.1");
        assert_eq!(read.port, 8080);
        assert_eq!(read.issuer.as_str(), "idp.example");
        assert_eq!(read.domains, std::slice::from_ref(&read.issuer));
        assert_eq!(read.public_key, None);
        assert!(read.idle.is_empty());
    }

    #[test]
    fn every_variable_is_read_and_idle_ones_are_named() {
        let more = [
            ("ADDRESS_DOMAINS", "a.example, B.example"),
            ("IP_ADDRESS", "::1"),
            ("LOG_PATH", "/var/log"),
            ("MAX_COMPUTE_PROCESSES", "4"),
            ("PORT", "0"),
            ("PUB_KEY_PATH", "var/key.publickey"),
        ];
        let read = read(&[&LEAST[..], &more].concat()).expect("nothing is wrong");
        let domains: Vec<_> = read.domains.iter().map(|domain| domain.as_str()).collect();
        assert_eq!(domains, ["a.example", "b.example"]);
        assert!(read.ip.is_loopback());
        assert_eq!(read.port, 0);
        assert_eq!(read.idle, ["LOG_PATH", "MAX_COMPUTE_PROCESSES"]);
        assert!(read.public_key.is_some());
    }

    #[test]
    fn everything_that_is_wrong_or_missing_stands_in_one_line() {
        let wrong = [
            ("ADDRESS_DOMAINS", "a.example,,b.example"),
            ("CONFIG_FILES", "local.json"),
            ("IP_ADDRESS", "localhost"),
            ("ISSUER_HOSTNAME", "https://idp.example"),
            ("PORT", "70000"),
        ];
        let complaint = read(&wrong).expect_err("everything is wrong");
        assert!(!complaint.contains('\n'));
        for name in wrong.map(|(name, _)| name).iter().chain(&["PRIV_KEY_PATH"]) {
            assert!(complaint.contains(name), "{name}: {complaint}");
        }
        let complaint = read(&[]).expect_err("two are missing");
        assert!(
            complaint.contains("ISSUER_HOSTNAME is not set"),
            "{complaint}"
        );
    }
}
