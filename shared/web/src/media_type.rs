//! What a request says its body is.

use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use mime::Mime;

/// The media types that some path reads.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum MediaType {
    Form,
    Json,
}

impl MediaType {
    /// None if there is no type, an unreadable one, or another one. Compared without case; parameters are allowed.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        match mime(headers)?.essence_str() {
            "application/json" => Some(Self::Json),
            "application/x-www-form-urlencoded" => Some(Self::Form),
            _ => None,
        }
    }
}

/// True if the body is UTF-8 as it came: no other `charset`, no `Content-Encoding`.
pub(crate) fn is_plain_utf8(headers: &HeaderMap) -> bool {
    let utf8 = mime(headers)
        .and_then(|mime| {
            mime.get_param(mime::CHARSET)
                .map(|charset| charset == mime::UTF_8)
        })
        .unwrap_or(true);
    let plain = headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .all(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"identity"));
    utf8 && plain
}

fn mime(headers: &HeaderMap) -> Option<Mime> {
    headers.get(CONTENT_TYPE)?.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn with(name: http::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn media_types_are_compared_without_case_and_parameters() {
        for (text, expected) in [
            ("application/json", Some(MediaType::Json)),
            ("Application/JSON", Some(MediaType::Json)),
            ("application/json; charset=utf-8", Some(MediaType::Json)),
            ("application/json;charset=\"UTF-8\"", Some(MediaType::Json)),
            ("application/x-www-form-urlencoded", Some(MediaType::Form)),
            ("application/jsonx", None),
            ("application/json-patch+json", None),
            ("application/vnd.x+json", None),
            ("application/json; charset: utf-8", None),
            ("text/plain", None),
            ("json", None),
            ("", None),
        ] {
            assert_eq!(MediaType::of(&with(CONTENT_TYPE, text)), expected, "{text}");
        }
        assert_eq!(MediaType::of(&HeaderMap::new()), None);
    }

    #[test]
    fn only_utf_8_without_an_encoding_is_plain() {
        assert!(is_plain_utf8(&HeaderMap::new()));
        for (text, expected) in [
            ("application/json", true),
            ("application/json; charset=utf-8", true),
            ("application/json; charset=\"UTF-8\"", true),
            ("application/json; charset=utf-16", false),
            ("application/json; charset=iso-8859-1", false),
        ] {
            assert_eq!(is_plain_utf8(&with(CONTENT_TYPE, text)), expected, "{text}");
        }
        for (text, expected) in [("identity", true), ("gzip", false), ("", false)] {
            assert_eq!(
                is_plain_utf8(&with(CONTENT_ENCODING, text)),
                expected,
                "{text}"
            );
        }
    }
}
