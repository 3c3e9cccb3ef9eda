//! The headers that every answer has.

use http::header::{
    CACHE_CONTROL, CONNECTION, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS, X_XSS_PROTECTION,
};
use http::{HeaderMap, HeaderName, HeaderValue};

/// Answers of the identity provider's functions: not kept, not framed, not sniffed, and nothing in them runs.
pub(crate) fn identity(headers: &mut HeaderMap) {
    set(
        headers,
        [
            (CACHE_CONTROL, "no-store"),
            (
                CONTENT_SECURITY_POLICY,
                "default-src 'none'; frame-ancestors 'none'",
            ),
            (REFERRER_POLICY, "no-referrer"),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (X_FRAME_OPTIONS, "DENY"),
        ],
    );
}

/// Answers of the verifier: those of the original one, to the letter.
pub(crate) fn verifier(headers: &mut HeaderMap) {
    set(
        headers,
        [
            (
                CACHE_CONTROL,
                "private, no-cache, no-store, must-revalidate, max-age=0",
            ),
            (CONNECTION, "close"),
            (
                CONTENT_SECURITY_POLICY,
                "default-src 'none'; frame-ancestors 'none'; report-uri /__cspreport__",
            ),
            (STRICT_TRANSPORT_SECURITY, "max-age=15552000"),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (X_FRAME_OPTIONS, "DENY"),
            (X_XSS_PROTECTION, "1; mode=block"),
        ],
    );
}

fn set<const N: usize>(headers: &mut HeaderMap, values: [(HeaderName, &'static str); N]) {
    headers.reserve(N);
    for (name, value) in values {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
