//! Signed objects: header, payload and signature with dots between (PROTOCOL §3.1).
//!
//! A check of the signature is the only road from [`Unverified`] to [`Verified`].

use core::fmt;

use serde_json::{Map, Value};

use crate::{Json, PublicKey, SignatureError, base64url, json, json::JsonError};

/// A signed object that nobody has checked yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Unverified<C> {
    /// `alg` of the header; None if it is missing or no text.
    algorithm: Option<String>,
    claims: C,
    signature: Vec<u8>,
    signing_input: String,
}

/// The claims of a signed object whose signature was checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Verified<'a, C> {
    claims: &'a C,
}

impl<C> Unverified<C> {
    /// Takes a text apart; `read` makes claims of the payload and cannot fail, because what is wrong with a claim is
    /// said only after the signature was checked.
    pub(crate) fn parse(
        text: &str,
        read: impl FnOnce(Map<String, Json>) -> C,
    ) -> Result<Self, MalformedToken> {
        Self::parse_within(text, json::MAX_BYTES, read)
    }

    /// The same for a payload of at most `max_bytes`.
    pub(crate) fn parse_within(
        text: &str,
        max_bytes: usize,
        read: impl FnOnce(Map<String, Json>) -> C,
    ) -> Result<Self, MalformedToken> {
        let malformed = || MalformedToken::Parts {
            count: text.split('.').count(),
        };
        let (signing_input, signature) = text.rsplit_once('.').ok_or_else(malformed)?;
        let (header, payload) = signing_input.split_once('.').ok_or_else(malformed)?;
        if payload.contains('.') {
            return Err(malformed());
        }
        let header = object(header, Segment::Header, json::MAX_BYTES)?;
        let payload = object(payload, Segment::Payload, max_bytes)?;
        let signature = base64url::decode(signature).map_err(|_| MalformedToken::Base64Url {
            segment: Segment::Signature,
        })?;
        Ok(Self {
            algorithm: header.get("alg").and_then(Value::as_str).map(str::to_owned),
            claims: read(payload),
            signature,
            signing_input: signing_input.to_owned(),
        })
    }

    /// `alg` as the header has it.
    pub fn algorithm(&self) -> Option<&str> {
        self.algorithm.as_deref()
    }

    /// What the sender claims. Good only for finding the key to check it with, and for refusing.
    pub fn unverified_claims(&self) -> &C {
        &self.claims
    }

    /// Checks that the header names the key's algorithm (the key decides, the header must agree), then the signature.
    pub fn verify(&self, key: &PublicKey) -> Result<Verified<'_, C>, VerifyError> {
        if self.algorithm() != Some(key.algorithm().label()) {
            return Err(VerifyError::AlgorithmMismatch);
        }
        key.verify(self.signing_input.as_bytes(), &self.signature)
            .map_err(VerifyError::Signature)?;
        Ok(Verified {
            claims: &self.claims,
        })
    }
}

impl<'a, C> Verified<'a, C> {
    /// What the holder of the key said.
    pub fn claims(&self) -> &'a C {
        self.claims
    }
}

/// Which part of a signed object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment {
    /// The first.
    Header,
    /// The second.
    Payload,
    /// The third.
    Signature,
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
        })
    }
}

/// Why a text is no signed object. Display gives the reference's reason (PROTOCOL §5.1 step 4), blanks and all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MalformedToken {
    /// A segment is not strict base64url.
    Base64Url {
        /// Which.
        segment: Segment,
    },
    /// A segment is no JSON that we read.
    Json {
        /// Which.
        segment: Segment,
        /// Why.
        error: JsonError,
    },
    /// A segment is JSON but no object.
    NotAnObject {
        /// Which.
        segment: Segment,
    },
    /// Not three parts.
    Parts {
        /// How many.
        count: usize,
    },
}

impl fmt::Display for MalformedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Base64Url { segment } => {
                write!(f, "{segment} segment: Illegal base64url string!")
            }
            Self::Json { segment, error } => write!(f, "{segment}segment: {error}"),
            Self::NotAnObject { segment } => write!(f, "{segment}segment: malformed object"),
            Self::Parts { count } => write!(
                f,
                "signed object must have three parts, this one has {count}"
            ),
        }
    }
}

impl core::error::Error for MalformedToken {}

/// Why a signed object is not verified with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyError {
    /// The header names another algorithm than the key's.
    AlgorithmMismatch,
    /// The signature is not the key's.
    Signature(SignatureError),
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlgorithmMismatch => f.write_str("algorithms do not match"),
            Self::Signature(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for VerifyError {}

fn object(
    text: &str,
    segment: Segment,
    max_bytes: usize,
) -> Result<Map<String, Json>, MalformedToken> {
    let malformed = |error| MalformedToken::Json { segment, error };
    let Ok(bytes) = base64url::decode(text) else {
        // The reference decodes leniently and then stumbles over what comes out.
        return Err(match base64url::decode_as_reference(text) {
            Some(bytes) if json::parse(&bytes) == Err(JsonError::Malformed) => {
                malformed(JsonError::Malformed)
            }
            _ => MalformedToken::Base64Url { segment },
        });
    };
    match json::parse_within(&bytes, max_bytes) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(MalformedToken::NotAnObject { segment }),
        Err(error) => Err(malformed(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(header: &str, payload: &str, signature: &str) -> Result<(), MalformedToken> {
        let text = format!(
            "{}.{}.{signature}",
            base64url::encode(header.as_bytes()),
            base64url::encode(payload.as_bytes())
        );
        Unverified::parse(&text, |_| ()).map(|_| ())
    }

    #[test]
    fn three_parts_make_a_signed_object() {
        assert_eq!(parsed("{}", "{}", ""), Ok(()));
        for (text, count) in [("", 1), ("a.b", 2), ("a.b.c.d", 4)] {
            assert_eq!(
                Unverified::parse(text, |_| ()).map(|_| ()),
                Err(MalformedToken::Parts { count })
            );
        }
    }

    #[test]
    fn the_first_broken_segment_is_named_as_the_reference_names_it() {
        let reason =
            |outcome: Result<(), MalformedToken>| outcome.expect_err("malformed").to_string();
        assert_eq!(
            reason(Unverified::parse(" e30.e30.e30", |_| ()).map(|_| ())),
            "header segment: Illegal base64url string!"
        );
        // The reference decodes this header leniently, and what comes out is no JSON.
        assert_eq!(
            reason(Unverified::parse("e3s=.e30.e30", |_| ()).map(|_| ())),
            "headersegment: invalid json"
        );
        assert_eq!(
            reason(parsed("{,", "{,", "")),
            "headersegment: invalid json"
        );
        assert_eq!(
            reason(parsed("{}", "{,", "!")),
            "payloadsegment: invalid json"
        );
        assert_eq!(
            reason(parsed("{}", "null", "")),
            "payloadsegment: malformed object"
        );
        assert_eq!(
            reason(parsed("{}", "{}", "e30=")),
            "signature segment: Illegal base64url string!"
        );
        assert_eq!(
            reason(parsed("{}", r#"{"a":1,"a":1}"#, "")),
            "payloadsegment: a member appears twice"
        );
    }

    #[test]
    fn the_header_must_agree_with_the_key() {
        let key = crate::test_kit::key("RS128a");
        for header in [
            "{}",
            r#"{"alg":"none"}"#,
            r#"{"alg":"rs128"}"#,
            r#"{"alg":"RS256"}"#,
            r#"{"alg":5}"#,
        ] {
            let text = format!("{}.e30.", base64url::encode(header.as_bytes()));
            let token = Unverified::parse(&text, |_| ()).expect("three parts");
            assert_eq!(
                token.verify(&key),
                Err(VerifyError::AlgorithmMismatch),
                "{header}"
            );
        }
        let text = format!("{}.e30.", base64url::encode(br#"{"alg":"RS128"}"#));
        let token = Unverified::parse(&text, |_| ()).expect("three parts");
        assert_eq!(
            token.verify(&key),
            Err(VerifyError::Signature(SignatureError::Invalid))
        );
    }
}
