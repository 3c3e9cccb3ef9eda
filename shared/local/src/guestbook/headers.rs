//! The headers of the demo site's pages.

use http::{HeaderMap, HeaderValue, header};

/// Adds the content security policy. `include` is the script for relying parties: its look-up of domains runs in a frame
/// whose script is allowed by the hash that the script's own comment names, and fetches from anybody's domain.
pub fn page_headers(include: &str, headers: &mut HeaderMap) {
    let script = look_up_hash(include).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src 'self' {script}; style-src 'self'; img-src 'self' data:; \
         connect-src 'self' https: http://*.localhost:*; frame-src 'self'; frame-ancestors 'none'; \
         base-uri 'none'; form-action 'none'"
    );
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    // The sign-in window must be able to answer the page that opened it.
    headers.remove("cross-origin-opener-policy");
}

/// `'sha256-…'` with its quotes.
fn look_up_hash(include: &str) -> Option<&str> {
    let (start, _) = include.match_indices("'sha256-").next()?;
    let rest = include.get(start..)?;
    let (length, _) = rest.match_indices('\'').nth(1)?;
    rest.get(..=length)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, header};

    use super::page_headers;

    #[test]
    fn the_hash_that_the_script_names_is_allowed_and_nothing_else_inline() {
        let mut headers = HeaderMap::new();
        page_headers("/* script-src 'sha256-4I9h+/A=' */ '…'", &mut headers);
        let policy = headers
            .get(header::CONTENT_SECURITY_POLICY)
            .expect("it is set");
        let policy = policy.to_str().expect("it is text");
        assert!(
            policy.contains("script-src 'self' 'sha256-4I9h+/A=';"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
    }
}
