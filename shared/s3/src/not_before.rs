//! The member of a support document that says since when certificates count.

use serde_json::{Map, Value};

const MEMBER: &str = "not-before";

/// What a document says, in ms. None if it says nothing, or is no document.
pub(crate) fn said(document: &[u8]) -> Option<u64> {
    members(document)?.get(MEMBER)?.as_u64()
}

/// The document with this in it, unless it says a later moment. None if it is no document.
pub(crate) fn saying(document: &[u8], not_before_ms: u64) -> Option<Vec<u8>> {
    let mut members = members(document)?;
    let said = members.get(MEMBER).and_then(Value::as_u64);
    members.insert(MEMBER.to_owned(), said.max(Some(not_before_ms)).into());
    Some(format!("{}\n", Value::Object(members)).into_bytes())
}

fn members(document: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(document).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_given_the_moment_and_keeps_all_else() {
        let document =
            br#"{"public-key":{"n":"12345678901234567890123"},"agent":"/a","extra":[1,null]}"#;
        assert_eq!(said(document), None);
        let pulled = saying(document, 1_700_000_000_000).expect("a document");
        assert_eq!(said(&pulled), Some(1_700_000_000_000));
        let mut members = members(&pulled).expect("a document");
        members.remove(MEMBER);
        assert_eq!(Some(members), super::members(document));
    }

    #[test]
    fn a_moment_never_goes_back_and_one_that_is_none_is_replaced() {
        let later = saying(br#"{"not-before":7}"#, 6).expect("a document");
        assert_eq!(said(&later), Some(7));
        let odd = saying(br#"{"not-before":"soon"}"#, 6).expect("a document");
        assert_eq!(said(&odd), Some(6));
    }

    #[test]
    fn what_is_no_document_stays_none() {
        for garbage in ["", "[]", "null", "{", "<html>"] {
            assert_eq!(said(garbage.as_bytes()), None, "{garbage}");
            assert_eq!(saying(garbage.as_bytes(), 1), None, "{garbage}");
        }
    }
}
