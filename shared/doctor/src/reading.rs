//! What an answer says, read without a judgement.

use browserid::json::JsonError;
use browserid::{Domain, HostRule, Json, Path, json};
use serde_json::{Map, Value};

use crate::observation::{Exchange, HostSeen, Role};

/// Longest document that verifiers read.
pub(crate) const MAX_DOCUMENT: usize = 64 * 1024;

/// Why an answer is no document.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Flaw {
    /// Nothing came, or another status than 200.
    NoAnswer,
    /// Somebody in front wants to know first whether a person is there.
    Challenge,
    /// The body is encoded although nobody asked for that.
    Encoded,
    /// More than [`MAX_DOCUMENT`].
    TooLarge,
    /// No JSON.
    Json(JsonError),
    /// JSON, but no object.
    NotAnObject,
}

/// The members of a document, whatever its type.
pub(crate) fn members(answer: &Exchange) -> Result<Map<String, Json>, Flaw> {
    if challenge(answer).is_some() {
        return Err(Flaw::Challenge);
    }
    if !answer.is(200) {
        return Err(Flaw::NoAnswer);
    }
    if encoding(answer).is_some() {
        return Err(Flaw::Encoded);
    }
    if answer.is_cut || answer.bytes > MAX_DOCUMENT {
        return Err(Flaw::TooLarge);
    }
    if answer.is_not_text {
        return Err(Flaw::Json(JsonError::Malformed));
    }
    match json::parse(answer.body.as_bytes()) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(Flaw::NotAnObject),
        Err(error) => Err(Flaw::Json(error)),
    }
}

/// The host's document: that with `?domain=`, or else the one without.
pub(crate) fn document(host: &HostSeen) -> (&Exchange, Result<Map<String, Json>, Flaw>) {
    let read = members(&host.document);
    match &host.without_query {
        Some(other) if read.is_err() => match members(other) {
            Ok(members) => (other, Ok(members)),
            Err(_) => (&host.document, read),
        },
        _ => (&host.document, read),
    }
}

/// Whom a document names as the authority, if it delegates to a host.
pub(crate) fn authority(members: &Map<String, Json>) -> Option<Domain> {
    if members.get("disabled") == Some(&Value::Bool(true)) {
        return None;
    }
    let text = members.get("authority")?.as_str()?;
    Domain::parse(text, HostRule::Public).ok()
}

/// True if a document delegates, or means to.
pub(crate) fn delegates(members: &Map<String, Json>) -> bool {
    !is_falsy(members.get("authority"))
}

/// True if the document says that the domain takes no part.
pub(crate) fn is_disabled(members: &Map<String, Json>) -> bool {
    members.get("disabled") == Some(&Value::Bool(true))
}

/// The pages that a document names, those whose paths are paths.
pub(crate) fn pages(members: &Map<String, Json>) -> Vec<(Role, String)> {
    [Role::Authentication, Role::Provisioning, Role::Agent]
        .into_iter()
        .filter_map(|role| {
            let path = members.get(role.as_str())?.as_str()?;
            Path::parse(path)
                .ok()
                .map(|path| (role, path.as_str().to_owned()))
        })
        .collect()
}

/// True for pages of this product, whose functions are where they are known to be.
pub(crate) fn is_ours(pages: &[(Role, String)]) -> bool {
    let named = |role| pages.iter().find(|(known, _)| *known == role);
    named(Role::Agent).is_some()
        && named(Role::Provisioning).is_some_and(|(_, path)| path == "/persona/provision.html")
}

/// What JavaScript takes as false counts as absent.
pub(crate) fn is_falsy(value: Option<&Json>) -> bool {
    match value {
        None | Some(Value::Null | Value::Bool(false)) => true,
        Some(Value::Number(number)) => number.as_f64() == Some(0.0),
        Some(Value::String(text)) => text.is_empty(),
        Some(_) => false,
    }
}

/// The encoding of the body, if it has one.
pub(crate) fn encoding(answer: &Exchange) -> Option<String> {
    let encoding = answer.header("content-encoding")?.to_lowercase();
    (encoding != "identity").then_some(encoding)
}

/// The media type in lower case, without its parameters.
pub(crate) fn media_type(answer: &Exchange) -> Option<String> {
    let value = answer.header("content-type")?;
    let kind = value.split(';').next().unwrap_or_default();
    Some(kind.trim().to_lowercase())
}

/// True for something that a browser would show.
pub(crate) fn is_html(answer: &Exchange) -> bool {
    media_type(answer).is_some_and(|kind| kind == "text/html" || kind == "application/xhtml+xml")
}

/// How an answer shows that it came from something that keeps programs out, if it does.
pub(crate) fn challenge(answer: &Exchange) -> Option<String> {
    const TEXTS: [&str; 6] = [
        "just a moment",
        "checking your browser",
        "cf-chl",
        "attention required! | cloudflare",
        "captcha",
        "verify you are human",
    ];
    if let Some(how) = answer.header("cf-mitigated") {
        return Some(format!(
            "header cf-mitigated: {}",
            crate::observation::shortened(&how)
        ));
    }
    if let Some(how) = answer.header("x-amzn-waf-action") {
        return Some(format!(
            "header x-amzn-waf-action: {}",
            crate::observation::shortened(&how)
        ));
    }
    if ![202, 403, 405, 429, 503].contains(&answer.status) || !is_html(answer) {
        return None;
    }
    let body = answer.body.to_lowercase();
    let text = TEXTS.iter().find(|text| body.contains(**text))?;
    Some(format!(
        "status {} and a page that says `{text}`",
        answer.status
    ))
}

/// What `Cache-Control` says about one host's document.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Caching {
    pub(crate) is_forbidden: bool,
    pub(crate) is_immutable: bool,
    pub(crate) max_age_s: Option<u64>,
}

pub(crate) fn caching(answer: &Exchange) -> Caching {
    let mut caching = Caching::default();
    let value = answer.header("cache-control").unwrap_or_default();
    for directive in value.to_lowercase().split(',') {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        match name.trim() {
            "no-store" | "no-cache" => caching.is_forbidden = true,
            "immutable" => caching.is_immutable = true,
            "max-age" => caching.max_age_s = value.trim().trim_matches('"').parse().ok(),
            _ => {}
        }
    }
    caching
}

/// The host's clock minus the examiner's, in milliseconds, as far as an answer tells: to the second, and with its age if
/// it comes from a cache.
pub(crate) fn clock_offset(answer: &Exchange) -> Option<i64> {
    if answer.failure.is_some() || answer.when == 0 {
        return None;
    }
    let mut dates = answer.lines("date");
    let (Some(date), None) = (dates.next(), dates.next()) else {
        return None;
    };
    let date = httpdate::parse_http_date(date).ok()?;
    let date = date.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs();
    let age = answer
        .header("age")
        .and_then(|age| age.trim().parse().ok())
        .unwrap_or(0_u64);
    let there = i64::try_from(date.saturating_add(age))
        .ok()?
        .checked_mul(1_000)?;
    Some(there - i64::try_from(answer.when).ok()?)
}
