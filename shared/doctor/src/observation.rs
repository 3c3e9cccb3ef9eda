//! What was seen, without a judgement. Recorded as JSON; the page writes the same shape.

use serde::{Deserialize, Serialize};

/// All that was seen of a domain.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Observation {
    /// Pages, scripts and functions of the last host, if its document names pages.
    pub authority: Option<AuthoritySeen>,
    /// A certificate (or a bundle) that the owner gave.
    pub certificate: Option<String>,
    /// What was examined.
    pub domain: String,
    /// The hosts that were asked for a document, in the order of the delegations.
    pub hosts: Vec<HostSeen>,
    /// The examiner's clock at the beginning, in milliseconds since 1970.
    pub now: u64,
}

/// What was seen of one host.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct HostSeen {
    /// `GET /.well-known/browserid?domain=…`
    pub document: Exchange,
    /// The same over each address family alone, where the host has both.
    pub families: Vec<(Family, Exchange)>,
    /// The host, with its port if it has one.
    pub host: String,
    /// Its addresses; None if the examiner cannot see them (a page), or needed none (plain HTTP on this machine).
    pub names: Option<NamesSeen>,
    /// Where it is asked: `https://HOST`, or `http://HOST:PORT` for plain HTTP on this machine.
    pub origin: String,
    /// The document over plain HTTP at port 80.
    pub plain_http: Option<Exchange>,
    /// The TLS handshake; None if there was none, or the examiner cannot see it.
    pub tls: Option<TlsSeen>,
    /// The document's path with a final slash.
    pub with_slash: Option<Exchange>,
    /// The document without `?domain=`.
    pub without_query: Option<Exchange>,
}

/// What looking up a name gave.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct NamesSeen {
    /// Addresses that may not be asked, because they are not public.
    pub forbidden: Vec<String>,
    /// Why the name servers could not be asked, if so.
    pub trouble: Option<String>,
    /// IPv4 addresses.
    pub v4: Vec<String>,
    /// IPv6 addresses.
    pub v6: Vec<String>,
}

/// IPv4 or IPv6.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub enum Family {
    /// IPv4
    #[serde(rename = "IPv4")]
    V4,
    /// IPv6
    #[serde(rename = "IPv6")]
    V6,
}

/// One request and what came back.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Exchange {
    /// The body as text, as much as was read; what is no UTF-8 is replaced.
    pub body: String,
    /// How many bytes of body were read.
    pub bytes: usize,
    /// What went wrong before there was a whole answer.
    pub failure: Option<Failure>,
    /// Names in lower case, in the order they came. Of `set-cookie`, the value of the cookie is left out.
    pub headers: Vec<(String, String)>,
    /// The body began with a byte-order mark (which is not part of `body`).
    pub is_bom: bool,
    /// The body was longer than what was read.
    pub is_cut: bool,
    /// The body was no UTF-8.
    pub is_not_text: bool,
    /// How it was asked.
    pub method: String,
    /// The status; 0 if there was none.
    pub status: u16,
    /// From the first byte sent until the end, in milliseconds.
    pub took: u64,
    /// What was asked for.
    pub url: String,
    /// The examiner's clock when the answer began, in milliseconds since 1970; 0 if unknown.
    pub when: u64,
}

/// Why there was no whole answer.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// The connection was closed or reset half way.
    Closed,
    /// No address may be asked: none is public.
    Forbidden,
    /// The time for the whole examination was used up.
    Late,
    /// This machine has no way to such an address.
    NoRoute,
    /// The name has no address, or the name servers did not answer.
    NoAddress,
    /// Something was answered that is no HTTP.
    NotHttp,
    /// A redirect whose target the examiner (a page) cannot see.
    Redirected,
    /// The port is closed.
    Refused,
    /// No answer in time.
    Timeout,
    /// The secure connection failed; `tls` says how.
    Tls,
}

/// What a host showed in a TLS handshake.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct TlsSeen {
    /// How many certificates were sent.
    pub certificates: usize,
    /// Why it was refused, with the library's words.
    pub failure: Option<(TlsFailure, String)>,
    /// True if the first certificate names itself as its issuer.
    pub is_self_issued: bool,
    /// Who issued the first certificate.
    pub issuer: String,
    /// The names in the first certificate.
    pub names: Vec<String>,
    /// Until when it is valid, in milliseconds since 1970; 0 if unknown.
    pub not_after: u64,
    /// From when it is valid.
    pub not_before: u64,
    /// The protocol's version, if a handshake came to its end.
    pub version: Option<String>,
}

/// Why a handshake failed.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TlsFailure {
    /// The certificate is over.
    Expired,
    /// The certificate is for other names.
    Name,
    /// The certificate is not valid yet.
    NotYetValid,
    /// It speaks no TLS at all, or ended the handshake.
    Other,
    /// Nobody known vouches for the certificate.
    UnknownIssuer,
    /// It speaks no version of TLS that is still in use.
    Version,
}

/// What was seen of the host that speaks for the domain.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthoritySeen {
    /// The pages that the document names.
    pub pages: Vec<PageSeen>,
    /// The scripts of Persona's page interface that they load from their own origin.
    pub scripts: Vec<Exchange>,
    /// The functions of this product, if its pages are in use.
    pub sign: Option<SignSeen>,
}

/// One page.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PageSeen {
    /// What was answered.
    pub answer: Exchange,
    /// Which member of the document names it.
    pub role: Role,
}

/// What a page is for.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Keeps keys, makes assertions.
    Agent,
    /// Signs people in.
    Authentication,
    /// Framed by the agent.
    Provisioning,
}

impl Role {
    /// The member of the support document.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Authentication => "authentication",
            Self::Provisioning => "provisioning",
        }
    }
}

/// What the functions answered.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct SignSeen {
    /// `POST` from a page of another origin, without a session; None if the examiner cannot pretend that.
    pub foreign_origin: Option<Exchange>,
    /// `GET /persona/sign/`
    pub get: Exchange,
    /// `POST` from the domain's own page, without a session.
    pub no_session: Exchange,
    /// `GET /persona/session`
    pub session: Exchange,
}

impl HostSeen {
    /// False for plain HTTP on this machine.
    pub fn is_secure(&self) -> bool {
        self.origin.starts_with("https:")
    }
}

impl Exchange {
    /// The value of a header; of several, joined as HTTP does.
    pub fn header(&self, name: &str) -> Option<String> {
        let values: Vec<&str> = self.lines(name).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }

    /// The values of a header, line by line.
    pub fn lines<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let same = move |(known, value): &'a (String, String)| (known == name).then_some(&**value);
        self.headers.iter().filter_map(same)
    }

    /// True if there is an answer with this status, whole or not.
    pub fn is(&self, status: u16) -> bool {
        self.failure.is_none() && self.status == status
    }

    /// What came of it, in a few words.
    pub fn in_words(&self) -> String {
        match &self.failure {
            None => {
                let target = self
                    .header("location")
                    .map(|to| format!(" to {}", shortened(&to)));
                format!("status {}{}", self.status, target.unwrap_or_default())
            }
            Some(failure) => failure.in_words().to_owned(),
        }
    }
}

impl Failure {
    /// What happened.
    pub const fn in_words(&self) -> &'static str {
        match self {
            Self::Closed => "the connection was closed without an answer",
            Self::Forbidden => "no public address",
            Self::Late => "no time was left",
            Self::NoAddress => "no address",
            Self::NoRoute => "this machine has no way there",
            Self::NotHttp => "the answer is not HTTP",
            Self::Redirected => "a redirect",
            Self::Refused => "the connection was refused",
            Self::Timeout => "no answer in time",
            Self::Tls => "no secure connection",
        }
    }
}

/// What strangers send is shown up to 120 characters, and nothing in it moves a terminal's cursor.
pub(crate) fn shortened(text: &str) -> String {
    let mut kept: String = text
        .chars()
        .take(120)
        .map(|one| if one.is_control() { ' ' } else { one })
        .collect();
    if text.chars().nth(120).is_some() {
        kept.push('…');
    }
    kept
}
