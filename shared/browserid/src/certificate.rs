//! Identity certificates: an issuer says whose key it is (PROTOCOL §3.2).

use serde_json::{Map, Value};

use crate::{
    Domain, Email, HostRule, Json, KeyError, PublicKey, Timestamp,
    claims::{self, Validity, ValidityError},
    issue::MAX_CERTIFICATE_MS,
    json::{as_reported, is_falsy},
};

/// How much longer than [`MAX_CERTIFICATE_MS`] from its `iat` a certificate may live, in milliseconds: issuers set `iat`
/// back a little, because clocks differ.
pub const LIFETIME_TOLERANCE_MS: u64 = 5 * 60 * 1000;

/// What a certificate says, as written; each claim is judged when its turn comes.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CertificateClaims {
    /// Whose key it is: `principal.email`, or `sub` where that is falsy.
    pub email: EmailClaim,
    /// Members without a meaning of their own.
    pub extra: Map<String, Json>,
    /// `iss`
    pub issuer: IssuerClaim,
    /// `iat` and `exp`
    pub validity: Validity,
    public_key: Option<Json>,
}

/// The address in a certificate.
#[derive(Clone, Debug, PartialEq)]
pub enum EmailClaim {
    /// There is none.
    Absent,
    /// One that keeps the rules.
    Address(Email),
    /// Something else: another type, or a text that is no address.
    Malformed,
}

/// The issuer in a certificate.
#[derive(Clone, Debug, PartialEq)]
pub enum IssuerClaim {
    /// None, or a falsy value; the text is how the reference prints it.
    Absent(String),
    /// Something that is no host name; the text is how the reference prints it.
    Malformed(String),
    /// A host name.
    Named(Domain),
}

impl CertificateClaims {
    pub(crate) fn read(mut payload: Map<String, Json>, rule: HostRule) -> Self {
        Self {
            email: EmailClaim::read(&payload, rule),
            extra: claims::extra(&payload),
            issuer: IssuerClaim::read(payload.get("iss"), rule),
            validity: Validity::read(&payload),
            public_key: payload.remove("public-key"),
        }
    }

    /// The certified key. Reading one costs work, so ask once.
    pub fn public_key(&self) -> Result<PublicKey, KeyError> {
        let json = self.public_key.as_ref();
        PublicKey::from_json(json.ok_or(KeyError::NotAnObject)?)
    }

    /// Holds now, and not for longer than 24 hours from its `iat` (from `now` where it has none).
    pub(crate) fn check_validity(&self, now: Timestamp) -> Result<Timestamp, ValidityError> {
        self.validity.check(now, |issued| {
            issued
                .unwrap_or(now)
                .plus_ms(MAX_CERTIFICATE_MS + LIFETIME_TOLERANCE_MS)
        })
    }
}

impl EmailClaim {
    fn read(payload: &Map<String, Json>, rule: HostRule) -> Self {
        let in_principal = payload
            .get("principal")
            .and_then(Value::as_object)
            .and_then(|principal| principal.get("email"));
        let claimed = if is_falsy(in_principal) {
            payload.get("sub")
        } else {
            in_principal
        };
        match claimed {
            claimed if is_falsy(claimed) => Self::Absent,
            Some(Value::String(text)) => {
                Email::parse(text, rule).map_or(Self::Malformed, Self::Address)
            }
            _ => Self::Malformed,
        }
    }
}

impl IssuerClaim {
    fn read(claimed: Option<&Json>, rule: HostRule) -> Self {
        let text = as_reported(claimed);
        match claimed {
            claimed if is_falsy(claimed) => Self::Absent(text),
            Some(Value::String(issuer)) => {
                Domain::parse(issuer, rule).map_or(Self::Malformed(text), Self::Named)
            }
            _ => Self::Malformed(text),
        }
    }

    /// How the reference prints it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Absent(text) | Self::Malformed(text) => text,
            Self::Named(domain) => domain.as_str(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn claims(payload: &Json) -> CertificateClaims {
        CertificateClaims::read(
            payload.as_object().expect("an object").clone(),
            HostRule::Public,
        )
    }

    #[test]
    fn the_principals_address_comes_before_sub() {
        let email = |payload: &Json| match claims(payload).email {
            EmailClaim::Address(email) => email.as_str().to_owned(),
            other => format!("{other:?}"),
        };
        assert_eq!(
            email(&json!({"principal": {"email": "a@b.c"}, "sub": "d@e.f"})),
            "a@b.c"
        );
        assert_eq!(
            email(&json!({"principal": {"email": ""}, "sub": "d@e.f"})),
            "d@e.f"
        );
        assert_eq!(
            email(&json!({"principal": "a@b.c", "sub": "d@e.f"})),
            "d@e.f"
        );
        assert_eq!(
            email(&json!({"principal": {"email": ["a@b.c"]}, "sub": "d@e.f"})),
            "Malformed"
        );
        assert_eq!(
            email(&json!({"principal": {"email": "a@B.c"}})),
            "Malformed"
        );
        for payload in [
            json!({}),
            json!({"email": "a@b.c"}),
            json!({"principal": {"host": "b.c"}}),
            json!({"principal": {"unverified-email": "a@b.c"}}),
        ] {
            assert_eq!(email(&payload), "Absent", "{payload}");
        }
    }

    #[test]
    fn an_issuer_is_a_host_name() {
        let issuer = |iss: Json| claims(&json!({ "iss": iss })).issuer;
        let domain = Domain::parse("idp.example", HostRule::Public).expect("a domain");
        assert_eq!(issuer(json!("idp.example")), IssuerClaim::Named(domain));
        assert_eq!(issuer(json!("")), IssuerClaim::Absent(String::new()));
        assert_eq!(issuer(json!(null)), IssuerClaim::Absent("null".to_owned()));
        assert_eq!(
            claims(&json!({})).issuer,
            IssuerClaim::Absent("undefined".to_owned())
        );
        for (iss, text) in [
            (json!(5), "5"),
            (json!({}), "[object Object]"),
            (json!("https://idp.example"), "https://idp.example"),
            (json!("IDP.example"), "IDP.example"),
            (json!("idp.example."), "idp.example."),
        ] {
            assert_eq!(issuer(iss), IssuerClaim::Malformed(text.to_owned()));
        }
    }

    #[test]
    fn a_certificate_lives_a_day_and_five_minutes_at_most() {
        const DAY: u64 = 24 * 60 * 60 * 1000;
        let now = Timestamp::from_millis(1_400_000_000_000);
        let expires = |iat: Json, exp: u64| {
            claims(&json!({"iat": iat, "exp": exp}))
                .check_validity(now)
                .map(Timestamp::as_millis)
        };
        let iat = now.as_millis() - 10_000;
        let latest = iat + DAY + 300_000;
        assert_eq!(expires(json!(iat), latest), Ok(latest));
        assert_eq!(
            expires(json!(iat), latest + 1),
            Err(ValidityError::LivesTooLong)
        );
        let latest = now.as_millis() + DAY + 300_000;
        assert_eq!(expires(json!(null), latest), Ok(latest));
        assert_eq!(
            expires(json!(null), latest + 1),
            Err(ValidityError::LivesTooLong)
        );
    }

    #[test]
    fn a_certificate_without_a_key_has_none() {
        for payload in [
            json!({}),
            json!({"public-key": null}),
            json!({"public-key": "{}"}),
        ] {
            assert_eq!(claims(&payload).public_key(), Err(KeyError::NotAnObject));
        }
    }
}
