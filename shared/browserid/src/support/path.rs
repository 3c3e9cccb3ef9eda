use super::SupportDocumentError;

/// An absolute path on the authority's own origin (PROTOCOL §1.5). A URL is made by writing it behind
/// `https://` and the domain; it is never resolved as a relative reference, so `//evil.example/x` stays on the domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path(String);

impl Path {
    /// Starts with a slash; no query, fragment, backslash, blank, control character, quote, angle bracket, brace, bar,
    /// caret or backtick. Everything else passes, as in the reference: dots, per cent signs, letters outside ASCII.
    pub fn parse(text: &str) -> Result<Self, SupportDocumentError> {
        if !text.starts_with('/') {
            return Err(SupportDocumentError::PathWithoutSlash);
        }
        if text.chars().any(is_refused) {
            return Err(SupportDocumentError::PathMalformed);
        }
        Ok(Self(text.to_owned()))
    }

    /// The path as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl core::fmt::Display for Path {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_refused(character: char) -> bool {
    character.is_control()
        || character.is_whitespace()
        || character == '\u{feff}'
        || "?#\\\"'<>|{}^`".contains(character)
}
