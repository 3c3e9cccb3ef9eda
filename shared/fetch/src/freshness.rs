//! What the headers of an answer say about time: how long it may be kept, and what time it is there.

use std::time::UNIX_EPOCH;

use browserid::Timestamp;
use hyper::header::{AGE, CACHE_CONTROL, DATE, HeaderMap};
use service::ports::Keep;

/// `Cache-Control` and `Age` (RFC 9111 §5.1, §5.2), as a cache that serves nobody but its verifier reads them: `s-maxage`
/// and `private` are for caches that serve others.
///
/// Where a host contradicts itself the shorter time counts: `no-store` and `no-cache` (also with field names) over
/// `max-age`, the smallest `max-age` of several, the largest `Age`; a `max-age` that is no number is 0. An `Age` that is no
/// number is none.
pub(crate) fn keep(headers: &HeaderMap) -> Keep {
    let mut max_age: Option<u64> = None;
    for line in headers.get_all(CACHE_CONTROL) {
        for directive in Directives(line.as_bytes()) {
            let (name, value) = split(directive);
            if name.eq_ignore_ascii_case(b"no-store") || name.eq_ignore_ascii_case(b"no-cache") {
                return Keep::No;
            }
            if name.eq_ignore_ascii_case(b"max-age") {
                let seconds = value.and_then(seconds).unwrap_or(0);
                max_age = Some(max_age.map_or(seconds, |before| before.min(seconds)));
            }
        }
    }
    let ages = headers.get_all(AGE).iter();
    let age = ages.filter_map(|age| seconds(age.as_bytes().trim_ascii()));
    max_age.map_or(Keep::Unsaid, |max_age| Keep::For {
        ms: max_age.saturating_sub(age.max().unwrap_or(0)) * 1_000,
    })
}

/// The one `Date` header, in any of the three forms of RFC 9110 §5.6.7. None if there is none, if it is no date, or if
/// there are several.
pub(crate) fn host_time(headers: &HeaderMap) -> Option<Timestamp> {
    let mut dates = headers.get_all(DATE).iter();
    let (date, None) = (dates.next()?, dates.next()) else {
        return None;
    };
    let date = httpdate::parse_http_date(date.to_str().ok()?).ok()?;
    let since = date.duration_since(UNIX_EPOCH).ok()?;
    Some(Timestamp::from_millis(since.as_secs() * 1_000))
}

/// What stands between commas, unless the comma stands in quotes.
struct Directives<'a>(&'a [u8]);

impl<'a> Iterator for Directives<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.0.is_empty() {
            return None;
        }
        let mut is_quoted = false;
        let mut is_escaped = false;
        let end = self.0.iter().position(|byte| {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' if is_quoted => is_escaped = true,
                b'"' => is_quoted = !is_quoted,
                b',' if !is_quoted => return true,
                _ => {}
            }
            false
        });
        let (directive, rest) = match end {
            Some(end) => self.0.split_at_checked(end)?,
            None => (self.0, &[][..]),
        };
        self.0 = rest.strip_prefix(b",").unwrap_or(rest);
        Some(directive)
    }
}

/// Name and value of a directive; the value without its quotes.
fn split(directive: &[u8]) -> (&[u8], Option<&[u8]>) {
    let mut parts = directive.splitn(2, |byte| *byte == b'=');
    let name = parts.next().unwrap_or_default().trim_ascii();
    let value = parts.next().map(|value| {
        let value = value.trim_ascii();
        let inner = value.strip_prefix(b"\"");
        inner
            .and_then(|inner| inner.strip_suffix(b"\""))
            .unwrap_or(value)
    });
    (name, value)
}

/// Digits only, as many as there are; beyond what RFC 9111 §1.2.2 asks a cache to know, the largest it asks for.
fn seconds(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0, |seconds: u64, digit| {
        let digit = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
        Some((seconds * 10 + digit).min(MOST_SECONDS))
    })
}

/// 2³¹ seconds are 68 years.
const MOST_SECONDS: u64 = 1 << 31;

#[cfg(test)]
mod tests;
