//! How the fields look in JSON: times as milliseconds, bytes as base64url.

use core::fmt;
use std::error::Error;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use browserid::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Ways;

/// The text is not one of ours. Says nothing of what stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what belongs to an account cannot be read")
    }
}

impl Error for Unreadable {}

#[expect(
    clippy::expect_used,
    reason = "nothing in it can fail to be written: the keys are texts"
)]
pub(super) fn write(ways: &Ways) -> String {
    serde_json::to_string(ways).expect("only texts, numbers and lists")
}

pub(super) fn read(text: &str) -> Result<Ways, Unreadable> {
    // A list would be read as the fields in their order: it is none of ours.
    if !text.starts_with('{') {
        return Err(Unreadable);
    }
    serde_json::from_str(text).map_err(|_| Unreadable)
}

pub(super) mod time {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(time: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(time.as_millis())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        u64::deserialize(from).map(Timestamp::from_millis)
    }
}

pub(super) mod maybe_time {
    use super::*;

    #[expect(clippy::ref_option, reason = "serde calls it so")]
    pub(crate) fn serialize<S: Serializer>(
        time: &Option<Timestamp>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        time.map(Timestamp::as_millis).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        Ok(Option::<u64>::deserialize(from)?.map(Timestamp::from_millis))
    }
}

pub(super) mod bytes {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&URL_SAFE_NO_PAD.encode(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(from)?;
        URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| de::Error::custom("not base64url"))
    }
}

pub(super) mod array {
    use super::*;

    pub(crate) fn serialize<S: Serializer>(array: &[u8; 32], to: S) -> Result<S::Ok, S::Error> {
        bytes::serialize(array, to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<[u8; 32], D::Error> {
        bytes::deserialize(from)?
            .try_into()
            .map_err(|_| de::Error::custom("not 32 bytes"))
    }
}

pub(super) mod token {
    use super::*;
    use crate::secret::TokenHash;

    pub(crate) fn serialize<S: Serializer>(hash: &TokenHash, to: S) -> Result<S::Ok, S::Error> {
        array::serialize(&hash.0, to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<TokenHash, D::Error> {
        array::deserialize(from).map(TokenHash)
    }
}

pub(super) mod address {
    use browserid::{Email, HostRule};

    use super::*;

    #[expect(clippy::ref_option, reason = "serde calls it so")]
    pub(crate) fn serialize<S: Serializer>(
        address: &Option<Email>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        address.as_ref().map(Email::as_str).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Email>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        let read = |text: String| {
            Email::parse(&text, HostRule::Insecure).map_err(|_| de::Error::custom("no address"))
        };
        text.map(read).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        mail::Language,
        secret::TokenHash,
        ways::{Handle, KnownDevice, Passkey, SecretHash, Totp},
        world::{START, email},
    };

    #[test]
    fn what_was_written_is_read_and_stands_there_in_these_words() {
        let ways = Ways {
            default_address: Some(email("me+shop@me.example")),
            devices: vec![KnownDevice {
                first: START,
                last: START,
                mark: TokenHash([1; 32]),
                name: "Firefox on Linux".to_owned(),
                seen: Some(START),
            }],
            handle: Some(Handle([2; 32])),
            is_owner: true,
            is_to_be_renewed: false,
            language: Some(Language::Japanese),
            locked: Some(START),
            passkeys: vec![Passkey {
                created: START,
                credential: vec![3, 4],
                id: vec![5],
                is_backed_up: true,
                last_used: None,
                name: "Phone".to_owned(),
            }],
            recovery_codes: vec![SecretHash([6; 32])],
            totp: Some(Totp {
                is_confirmed: true,
                last_step: 7,
                secret: vec![8; 20],
            }),
        };
        let text = ways.to_json();
        assert_eq!(Ways::from_json(&text), Ok(ways));
        assert_eq!(
            text,
            concat!(
                r#"{"default_address":"me+shop@me.example","devices":[{"first":1800000000000,"last":1800000000000,"#,
                r#""mark":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE","name":"Firefox on Linux","seen":1800000000000}],"#,
                r#""handle":"AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI","is_owner":true,"is_to_be_renewed":false,"language":"ja","locked":1800000000000,"#,
                r#""passkeys":[{"created":1800000000000,"credential":"AwQ","id":"BQ","is_backed_up":true,"last_used":null,"name":"Phone"}],"#,
                r#""recovery_codes":["BgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgY"],"#,
                r#""totp":{"is_confirmed":true,"last_step":7,"secret":"CAgICAgICAgICAgICAgICAgICAg"}}"#
            )
        );
    }

    #[test]
    fn text_from_before_there_were_such_fields_is_an_account_without_them() {
        assert_eq!(Ways::from_json("{}"), Ok(Ways::default()));
    }

    #[test]
    fn what_is_no_text_of_ours_is_refused() {
        for text in ["", "[]", r#"{"handle":"AgI"}"#, r#"{"passkeys":[{}]}"#] {
            assert_eq!(Ways::from_json(text), Err(Unreadable), "{text}");
        }
    }
}
