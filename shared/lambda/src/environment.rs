//! The environment of a function, read once, with every fault in one message.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use browserid::{Domain, Email, HostRule, Origin};

/// The variables, and what was found wrong with them so far.
#[derive(Debug)]
pub struct Environment {
    faults: Vec<String>,
    variables: BTreeMap<String, String>,
}

impl Environment {
    /// What the process was started with. Variables that are not text count as not set.
    pub fn of_process() -> Self {
        Self::new(std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        }))
    }

    /// Any variables.
    pub fn new(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            faults: Vec::new(),
            variables: variables.into_iter().collect(),
        }
    }

    /// A variable that must be set. `expected` completes "must be …". An empty value counts as not set.
    pub fn required<T>(
        &mut self,
        name: &str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        match self.text(name) {
            Some(text) => self.parsed(name, expected, parse(&text)),
            None => {
                self.faults
                    .push(format!("{name} is not set, it must be {expected}"));
                None
            }
        }
    }

    /// A variable with a default. None only if it is set to something else than it must be.
    pub fn optional<T>(
        &mut self,
        name: &str,
        default: T,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        match self.text(name) {
            Some(text) => self.parsed(name, expected, parse(&text)),
            None => Some(default),
        }
    }

    /// A switch: `true` or `false`.
    pub fn switch(&mut self, name: &str, default: bool) -> Option<bool> {
        self.optional(name, default, "`true` or `false`", |text| text.parse().ok())
    }

    /// Variables that somebody else reads: `read` gets a way to look them up, and gives a sentence for every fault.
    pub fn read<T>(
        &mut self,
        read: impl FnOnce(&dyn Fn(&str) -> Option<String>) -> Result<T, Vec<String>>,
    ) -> Option<T> {
        match read(&|name| self.text(name)) {
            Ok(read) => Some(read),
            Err(faults) => {
                self.faults.extend(faults);
                None
            }
        }
    }

    /// The name of this function on the platform.
    pub(crate) fn function(&self) -> String {
        let name = self.text("AWS_LAMBDA_FUNCTION_NAME");
        name.unwrap_or_else(|| "unnamed".to_owned())
    }

    /// What was built of the variables, if all of them were right.
    pub fn finish<T>(self, built: Option<T>) -> Result<T, Incomplete> {
        built.ok_or(Incomplete {
            faults: self.faults,
        })
    }

    fn text(&self, name: &str) -> Option<String> {
        let text = self.variables.get(name)?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn parsed<T>(&mut self, name: &str, expected: &str, parsed: Option<T>) -> Option<T> {
        if parsed.is_none() {
            self.faults.push(format!("{name} must be {expected}"));
        }
        parsed
    }
}

/// The function cannot start. The message names every variable that is missing or wrong; it repeats no value.
#[derive(Debug, PartialEq)]
pub struct Incomplete {
    faults: Vec<String>,
}

impl fmt::Display for Incomplete {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the environment is incomplete: {}",
            self.faults.join("; ")
        )
    }
}

impl std::error::Error for Incomplete {}

/// What a bucket is, for messages.
pub const A_BUCKET: &str = "the name of the S3 bucket with the pages";
/// What [`domain`] reads, for messages.
pub const A_DOMAIN: &str = "a host name in lower case, such as `my.domain`";
/// What [`address`] reads, for messages.
pub const AN_ADDRESS: &str = "an e-mail address that SES may send from";
/// What a function's table is, for messages.
pub const A_TABLE: &str = "the name of the DynamoDB table";
/// What [`domains`] reads, for messages.
pub const DOMAINS: &str = "host names with commas between them";
/// What [`https_origin`] reads, for messages.
pub const AN_ORIGIN: &str = "an origin such as `https://my.domain`, without a path";
/// What [`seconds`] reads, for messages.
pub const SECONDS: &str = "a number of seconds between 0 and 25, such as `8.0`";

/// An address at a public host name.
pub fn address(text: &str) -> Option<Email> {
    Email::from_typed(text, HostRule::Public).ok()
}

/// A public host name.
pub fn domain(text: &str) -> Option<Domain> {
    Domain::parse(text, HostRule::Public).ok()
}

/// Public host names, with commas between them.
pub fn domains(text: &str) -> Option<Vec<Domain>> {
    text.split(',').map(|name| domain(name.trim())).collect()
}

/// An origin that browsers reach over TLS.
pub fn https_origin(text: &str) -> Option<Origin> {
    let origin = Origin::parse(text).ok()?;
    origin.as_str().starts_with("https://").then_some(origin)
}

/// Any text.
pub fn any(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// More than nothing, and less than API Gateway waits.
pub fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.parse().ok()?;
    (seconds > 0.0 && seconds <= 25.0).then(|| Duration::from_secs_f64(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Environment::new(variables.iter().map(owned))
    }

    #[test]
    fn every_fault_is_in_one_message() {
        let mut environment = environment(&[("SWITCH", "yes"), ("EMPTY", " "), ("TIME", "soon")]);
        let built = (
            environment.switch("SWITCH", true),
            environment.required("EMPTY", "a word", |text| Some(text.to_owned())),
            environment.optional("TIME", Duration::ZERO, SECONDS, seconds),
            environment.switch("UNSET", true),
        );
        assert_eq!(built, (None, None, None, Some(true)));
        let error = environment.finish(None::<()>).expect_err("three faults");
        assert_eq!(
            error.to_string(),
            "the environment is incomplete: SWITCH must be `true` or `false`; EMPTY is not set, it must be a word; \
             TIME must be a number of seconds between 0 and 25, such as `8.0`"
        );
    }

    #[test]
    fn values_that_are_right_come_through() {
        let mut environment = environment(&[("SWITCH", "false"), ("TIME", " 0.5 ")]);
        assert_eq!(environment.switch("SWITCH", true), Some(false));
        assert_eq!(
            environment.required("TIME", SECONDS, seconds),
            Some(Duration::from_millis(500))
        );
        assert_eq!(environment.finish(Some(1)), Ok(1));
    }

    #[test]
    fn faults_of_those_who_read_by_themselves_stand_beside_ours() {
        let mut environment = environment(&[("A", " a "), ("B", " ")]);
        let read = environment.read(|get| match (get("A"), get("B")) {
            (Some(a), None) if a == "a" => Err(vec!["B is not set".to_owned()]),
            _ => Ok(()),
        });
        assert_eq!(read, None);
        assert_eq!(
            environment.read(|get| Ok(get("A"))),
            Some(Some("a".to_owned()))
        );
        let error = environment.finish(read).expect_err("a fault");
        assert_eq!(
            error.to_string(),
            "the environment is incomplete: B is not set"
        );
    }

    #[test]
    fn pages_are_reached_over_tls() {
        let origin = |text| https_origin(text).map(|origin| origin.as_str().to_owned());
        assert_eq!(
            origin("https://my.domain").as_deref(),
            Some("https://my.domain")
        );
        for wrong in ["http://my.domain", "https://my.domain/", "my.domain", ""] {
            assert_eq!(origin(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn seconds_are_a_positive_number_below_the_gateways_patience() {
        for wrong in ["0", "-1", "25.1", "NaN", "inf", "1e400", "eight", ""] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
        assert_eq!(seconds("25"), Some(Duration::from_secs(25)));
    }
}
