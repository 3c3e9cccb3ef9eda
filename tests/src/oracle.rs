//! A second opinion on every verification: the rules of the protocol (PROTOCOL §1 to §5 with the decisions of PRODUCT.md),
//! written down once more, slowly and without the product. It says whether a bundle must be accepted and as whom, never
//! why in the reference's words. JSON is `serde_json`'s, big numbers are the `rsa` crate's; the rest is here.
//!
//! Used by the million mutants (`mutation.rs`) and by the fuzz target `request`.

#[path = "oracle/documents.rs"]
pub mod documents;
#[path = "oracle/encoding.rs"]
pub mod encoding;
#[path = "oracle/keys.rs"]
pub mod keys;
#[path = "oracle/names.rs"]
pub mod names;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use keys::Key;

/// 24 hours, in milliseconds.
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// What the verifier's operator decided.
#[derive(Clone, Debug)]
pub struct Decisions {
    /// Who speaks for domains without support.
    pub fallback: Option<String>,
    /// Is a delegating document that is served as octets none?
    pub strict_content_type: bool,
    /// Is everything below RSA 2048 refused?
    pub strong_keys: bool,
    /// Who may certify anyone.
    pub trusted: Vec<String>,
}

/// What a host answers for its support document.
#[derive(Clone, Debug)]
pub enum Said {
    /// HTTP.
    Response {
        /// The body.
        body: Arc<Vec<u8>>,
        /// The header.
        content_type: Option<String>,
        /// The status.
        status: u16,
    },
    /// No such host.
    Nothing,
    /// It exists and could not be asked.
    Trouble,
}

/// Host → what it answers. Who is not there does not exist.
pub type World = BTreeMap<String, Said>;

/// One verification.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// What the site sent.
    pub assertion: &'a Value,
    /// As whom the site asks.
    pub audience: &'a Value,
    /// The operator's.
    pub decisions: &'a Decisions,
    /// The clock, in milliseconds.
    pub now_ms: u64,
    /// The internet.
    pub world: &'a World,
}

/// Who it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Accepted {
    /// The address, unless a trusted issuer certified none.
    pub email: Option<String>,
    /// When the assertion ends.
    pub expires_ms: u64,
    /// What else the issuer says.
    pub idp_claims: Map<String, Value>,
    /// Who certified it.
    pub issuer: String,
    /// What else the browser says.
    pub user_claims: Map<String, Value>,
}

/// Why there is nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Objection {
    /// It must be refused; the rule.
    Refused(&'static str),
    /// The oracle does not know: it has no tables for names outside ASCII.
    Undecided,
}

use Objection::Refused;

/// A signed object, taken apart.
struct Token<'a> {
    algorithm: Option<String>,
    payload: Map<String, Value>,
    signature: Vec<u8>,
    signed: &'a str,
}

/// The verdict.
pub fn judge(asked: &Asked) -> Result<Accepted, Objection> {
    let text = asked.assertion.as_str().ok_or(Refused("no text"))?;
    if text.len() > 64 * 1024 {
        return Err(Refused("too long"));
    }
    let parts: Vec<_> = text.split('~').collect();
    let &[certificate, assertion] = parts.as_slice() else {
        return Err(Refused("one certificate and one assertion"));
    };
    let certificate = Token::read(certificate).ok_or(Refused("certificate malformed"))?;
    let assertion = Token::read(assertion).ok_or(Refused("assertion malformed"))?;
    let issuer = certificate.payload.get("iss").and_then(Value::as_str);
    let issuer = issuer
        .filter(|issuer| names::is_public_host(issuer))
        .ok_or(Refused("issuer is no host"))?;

    let certificate_life =
        Life::read(&certificate.payload).ok_or(Refused("certificate's times"))?;
    let from = certificate_life.issued.unwrap_or(asked.now_ms);
    certificate_life.holds(asked.now_ms, from.saturating_add(DAY_MS + 5 * 60 * 1000))?;
    let assertion_life = Life::read(&assertion.payload).ok_or(Refused("assertion's times"))?;
    assertion_life.holds(asked.now_ms, asked.now_ms.saturating_add(DAY_MS))?;

    let email = email(&certificate.payload).map_err(|()| Refused("no address"))?;
    let is_trusted = asked.decisions.trusted.iter().any(|name| name == issuer);
    let authority = authority(asked, issuer, is_trusted, email)?;
    let issued = certificate_life.issued.unwrap_or_default();
    if authority.not_before.is_some_and(|moment| issued < moment) {
        return Err(Refused("from before what counts"));
    }

    let user_key = certificate.payload.get("public-key").and_then(Key::read);
    let user_key = user_key.ok_or(Refused("user's key"))?;
    let is_strong = |key: &Key| !asked.decisions.strong_keys || key.is_strong();
    if !is_strong(&user_key) {
        return Err(Refused("user's key too weak"));
    }
    names::same_site(assertion.payload.get("aud"), asked.audience)?;
    if !assertion.is_signed_by(&user_key) {
        return Err(Refused("assertion's signature"));
    }
    if !authority
        .keys
        .iter()
        .any(|key| is_strong(key) && certificate.is_signed_by(key))
    {
        return Err(Refused("certificate's signature"));
    }
    Ok(Accepted {
        email: email.map(str::to_owned),
        expires_ms: assertion_life.expires,
        idp_claims: other_claims(&certificate.payload),
        issuer: issuer.to_owned(),
        user_claims: other_claims(&assertion.payload),
    })
}

/// Whoever may speak, if that is `issuer`.
fn authority(
    asked: &Asked,
    issuer: &str,
    is_trusted: bool,
    email: Option<&str>,
) -> Result<documents::Found, Objection> {
    if is_trusted {
        let walked = documents::walk(issuer, asked, &mut documents::most_hosts());
        walked.map_err(|_| Refused("trusted issuer without keys"))
    } else {
        let (_, domain) = email
            .and_then(|email| email.split_once('@'))
            .ok_or(Refused("nobody is certified"))?;
        let found = documents::authority(domain, asked).ok_or(Refused("no authority"))?;
        if found.host != issuer {
            return Err(Refused("not the authority"));
        }
        Ok(found)
    }
}

impl<'a> Token<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        let object = |text: &str| match encoding::json(&encoding::base64url(text)?)? {
            Value::Object(object) => Some(object),
            _ => None,
        };
        Some(Self {
            algorithm: object(header)?.get("alg")?.as_str().map(str::to_owned),
            payload: object(payload)?,
            signature: encoding::base64url(signature)?,
            signed,
        })
    }

    fn is_signed_by(&self, key: &Key) -> bool {
        self.algorithm.as_deref() == Some(key.label())
            && key.confirms(self.signed.as_bytes(), &self.signature)
    }
}

/// `principal.email`, or `sub` where that is nothing. An error if it is something that is no address.
fn email(payload: &Map<String, Value>) -> Result<Option<&str>, ()> {
    let inner = payload
        .get("principal")
        .and_then(Value::as_object)
        .and_then(|principal| principal.get("email"))
        .filter(|email| is_truthy(email));
    match inner.or_else(|| payload.get("sub").filter(|sub| is_truthy(sub))) {
        None => Ok(None),
        Some(Value::String(email)) if names::is_address(email) => Ok(Some(email)),
        Some(_) => Err(()),
    }
}

/// `iat` and `exp`, in milliseconds.
struct Life {
    expires: u64,
    issued: Option<u64>,
}

impl Life {
    fn read(payload: &Map<String, Value>) -> Option<Self> {
        let issued = payload.get("iat").filter(|value| !value.is_null());
        Some(Self {
            expires: time(payload.get("exp")?)?,
            issued: match issued {
                None => None,
                Some(value) => Some(time(value)?),
            },
        })
    }

    fn holds(&self, now_ms: u64, latest: u64) -> Result<(), Objection> {
        if self.issued.is_some_and(|issued| issued > now_ms) {
            Err(Refused("not yet"))
        } else if self.expires == 0 || self.expires < now_ms {
            Err(Refused("over"))
        } else if self.expires > latest {
            Err(Refused("lives too long"))
        } else {
            Ok(())
        }
    }
}

/// A whole number below 2^53; below 0 counts as 0.
fn time(value: &Value) -> Option<u64> {
    let number = value.as_f64()?;
    if number.fract() != 0.0 || number >= 9_007_199_254_740_992.0 {
        return None;
    }
    Some(value.as_u64().unwrap_or(number.max(0.0) as u64))
}

/// What has no meaning of its own; members of `principal` fill what is falsy at the top.
fn other_claims(payload: &Map<String, Value>) -> Map<String, Value> {
    let has_meaning = |name: &str| {
        let reserved = "iss sub aud exp nbf iat jti public-key pubkey principal __proto__";
        reserved.split(' ').any(|known| known == name)
    };
    let mut claims: Map<String, Value> = payload
        .iter()
        .filter(|(name, _)| !has_meaning(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let inner = payload.get("principal").and_then(Value::as_object);
    for (name, value) in inner.into_iter().flatten() {
        let is_free = !claims.get(name).is_some_and(is_truthy);
        if is_free && name != "email" && !has_meaning(name) {
            claims.insert(name.clone(), value.clone());
        }
    }
    claims
}

/// JavaScript's truth.
fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(truth) => *truth,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}
