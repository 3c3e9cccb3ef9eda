//! Region, credentials and endpoint.

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;

use crate::{Deadlines, deadlines, trust};

/// What a function of ours must know to call AWS. It holds secrets: it cannot be printed.
pub struct Settings {
    credentials: Credentials,
    endpoint: Option<String>,
    region: Region,
}

impl Settings {
    /// Reads `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, and if they are set `AWS_SESSION_TOKEN` and
    /// `AWS_ENDPOINT_URL`, through `get`. Blank counts as not set.
    ///
    /// The error names every fault in a sentence of its own, and repeats no value.
    pub fn read(get: impl FnMut(&str) -> Option<String>) -> Result<Self, Vec<String>> {
        let mut variables = Variables {
            faults: Vec::new(),
            get,
        };
        let region = variables.required("AWS_REGION", A_REGION, is_region);
        let key = variables.required("AWS_ACCESS_KEY_ID", "the id of an access key", is_word);
        let secret = variables.required("AWS_SECRET_ACCESS_KEY", "the secret of that key", is_word);
        let token = variables.optional("AWS_SESSION_TOKEN", "a session token", is_word);
        let endpoint = variables.optional("AWS_ENDPOINT_URL", AN_ENDPOINT, is_endpoint);
        match (region, key, secret) {
            (Some(region), Some(key), Some(secret)) if variables.faults.is_empty() => Ok(Self {
                credentials: Credentials::new(key, secret, token, None, "environment"),
                endpoint,
                region: Region::new(region),
            }),
            _ => Err(variables.faults),
        }
    }

    /// Where AWS is, if it is somewhere else than it usually is.
    pub(crate) fn endpoint(&self) -> Option<&str> {
        self.endpoint.as_deref()
    }

    /// What the clients of the services are made of. Ask once and share it: the connections belong to it.
    pub fn sdk_config(&self) -> SdkConfig {
        self.sdk_config_within(Deadlines::PRODUCT)
    }

    /// The same with deadlines of your own.
    pub fn sdk_config_within(&self, deadlines: Deadlines) -> SdkConfig {
        let mut builder = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .credentials_provider(SharedCredentialsProvider::new(self.credentials.clone()))
            .region(self.region.clone())
            .retry_config(deadlines::retries())
            .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
            // The attempt's deadline covers a body that stops coming.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .timeout_config(deadlines.timeouts());
        builder.set_endpoint_url(self.endpoint.clone());
        builder.set_http_client(trust::http_client());
        builder.build()
    }
}

const AN_ENDPOINT: &str = "an address such as `http://127.0.0.1:4566`";
const A_REGION: &str = "a region such as `eu-central-1`";

/// Reads variables and collects what is wrong with them.
struct Variables<F> {
    faults: Vec<String>,
    get: F,
}

impl<F: FnMut(&str) -> Option<String>> Variables<F> {
    /// Not set is a fault. `expected` completes "must be …".
    fn required(&mut self, name: &str, expected: &str, right: fn(&str) -> bool) -> Option<String> {
        let text = self.text(name);
        if text.is_none() {
            self.faults
                .push(format!("{name} is not set, it must be {expected}"));
        }
        self.checked(name, expected, right, text?)
    }

    /// Not set is fine.
    fn optional(&mut self, name: &str, expected: &str, right: fn(&str) -> bool) -> Option<String> {
        let text = self.text(name)?;
        self.checked(name, expected, right, text)
    }

    fn text(&mut self, name: &str) -> Option<String> {
        let text = (self.get)(name)?.trim().to_owned();
        (!text.is_empty()).then_some(text)
    }

    fn checked(
        &mut self,
        name: &str,
        expected: &str,
        right: fn(&str) -> bool,
        text: String,
    ) -> Option<String> {
        if right(&text) {
            return Some(text);
        }
        self.faults.push(format!("{name} must be {expected}"));
        None
    }
}

/// It becomes a part of host names.
fn is_region(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    text.len() <= 63 && text.bytes().all(fits)
}

/// It becomes a part of a header.
fn is_word(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Scheme, host, port, path: no query, no fragment, no user.
fn is_endpoint(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        is_word(rest) && !rest.starts_with(['/', ':']) && !rest.contains(['@', '?', '#'])
    }) && !text.ends_with("://")
}

#[cfg(test)]
mod tests {
    use super::*;

    const RIGHT: [(&str, &str); 5] = [
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_ENDPOINT_URL", " http://127.0.0.1:4566 "),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_SECRET_ACCESS_KEY", "a+secret/"),
        ("AWS_SESSION_TOKEN", "a+token=="),
    ];

    /// Those of [`RIGHT`] with some replaced; an empty text is as good as none.
    fn read(others: &[(&str, &str)]) -> Result<Settings, Vec<String>> {
        Settings::read(|name| {
            let of = |list: &[(&str, &str)]| {
                let found = list.iter().find(|(known, _)| *known == name)?;
                Some(found.1.to_owned())
            };
            of(others).or_else(|| of(&RIGHT))
        })
    }

    fn faults(others: &[(&str, &str)]) -> Vec<String> {
        read(others).err().unwrap_or_default()
    }

    #[test]
    fn the_variables_become_region_credentials_and_endpoint() {
        let settings = read(&[]).map_err(|_| ()).expect("nothing is wrong");
        assert_eq!(settings.credentials.access_key_id(), "AKIDEXAMPLE");
        assert_eq!(settings.credentials.secret_access_key(), "a+secret/");
        assert_eq!(settings.credentials.session_token(), Some("a+token=="));
        let config = settings.sdk_config();
        assert_eq!(config.region().map(Region::as_ref), Some("eu-central-1"));
        assert_eq!(config.endpoint_url(), Some("http://127.0.0.1:4566"));
        assert!(config.http_client().is_some() && config.sleep_impl().is_some());
        assert_eq!(
            config.timeout_config(),
            Some(&Deadlines::PRODUCT.timeouts())
        );
        assert_eq!(config.retry_config(), Some(&deadlines::retries()));
    }

    #[test]
    fn token_and_endpoint_may_be_missing() {
        let settings = read(&[("AWS_SESSION_TOKEN", ""), ("AWS_ENDPOINT_URL", " ")])
            .map_err(|_| ())
            .expect("nothing is wrong");
        assert_eq!(settings.credentials.session_token(), None);
        assert_eq!(settings.sdk_config().endpoint_url(), None);
    }

    #[test]
    fn every_fault_is_named_and_no_value_repeated() {
        let blank = RIGHT.map(|(name, _)| (name, " "));
        assert_eq!(
            faults(&blank),
            [
                "AWS_REGION is not set, it must be a region such as `eu-central-1`",
                "AWS_ACCESS_KEY_ID is not set, it must be the id of an access key",
                "AWS_SECRET_ACCESS_KEY is not set, it must be the secret of that key",
            ]
        );
        let odd = RIGHT.map(|(name, _)| (name, "two words"));
        assert_eq!(
            faults(&odd),
            [
                "AWS_REGION must be a region such as `eu-central-1`",
                "AWS_ACCESS_KEY_ID must be the id of an access key",
                "AWS_SECRET_ACCESS_KEY must be the secret of that key",
                "AWS_SESSION_TOKEN must be a session token",
                "AWS_ENDPOINT_URL must be an address such as `http://127.0.0.1:4566`",
            ]
        );
    }

    #[test]
    fn a_region_that_would_change_the_host_is_a_fault() {
        for odd in [
            "eu.example",
            "EU",
            "a/b",
            "a@b",
            "a:1",
            "eü",
            &"a".repeat(64),
        ] {
            assert_eq!(faults(&[("AWS_REGION", odd)]).len(), 1, "{odd}");
        }
    }

    #[test]
    fn an_endpoint_is_a_plain_web_address() {
        for odd in [
            "127.0.0.1:4566",
            "ftp://a",
            "http://",
            "https:///a",
            "http://:1",
        ] {
            assert_eq!(faults(&[("AWS_ENDPOINT_URL", odd)]).len(), 1, "{odd}");
        }
        for odd in ["http://a@b", "http://a?b", "http://a#b"] {
            assert_eq!(faults(&[("AWS_ENDPOINT_URL", odd)]).len(), 1, "{odd}");
        }
        for right in ["https://kms.example", "http://[::1]:4566", "http://a:1/b"] {
            assert_eq!(faults(&[("AWS_ENDPOINT_URL", right)]), [""; 0], "{right}");
        }
    }
}
