//! Texts to bytes, bytes to values, each with one spelling.

use std::collections::BTreeSet;

use serde_json::Value;

/// Unpadded base64url with nothing left over.
pub fn base64url(text: &str) -> Option<Vec<u8>> {
    bits(text.as_bytes(), |byte| match byte {
        b'-' => Some(62),
        b'_' => Some(63),
        _ => letter_or_digit(byte),
    })
}

/// The numbers of `kty` keys: also in the standard alphabet, also padded.
pub fn number(text: &str) -> Option<Vec<u8>> {
    let pads = text.len() - text.trim_end_matches('=').len();
    if pads > 2 || (pads > 0 && !text.len().is_multiple_of(4)) {
        return None;
    }
    let bare = text.trim_end_matches('=');
    let standard = |byte| match byte {
        b'+' => Some(62),
        b'/' => Some(63),
        _ => letter_or_digit(byte),
    };
    base64url(bare).or_else(|| bits(bare.as_bytes(), standard))
}

fn letter_or_digit(byte: u8) -> Option<u32> {
    match byte {
        b'A'..=b'Z' => Some(u32::from(byte - b'A')),
        b'a'..=b'z' => Some(u32::from(byte - b'a') + 26),
        b'0'..=b'9' => Some(u32::from(byte - b'0') + 52),
        _ => None,
    }
}

fn bits(text: &[u8], value: impl Fn(u8) -> Option<u32>) -> Option<Vec<u8>> {
    let (mut pool, mut held, mut bytes) = (0u32, 0, Vec::new());
    for &byte in text {
        pool = (pool << 6) | value(byte)?;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((pool >> held) as u8);
            pool &= (1 << held) - 1;
        }
    }
    (pool == 0 && held < 6).then_some(bytes)
}

/// JSON of at most 64 KiB and 32 levels in which no member stands twice.
pub fn json(text: &[u8]) -> Option<Value> {
    if text.len() > 64 * 1024 {
        return None;
    }
    let value = serde_json::from_slice(text).ok()?;
    has_no_repeats(text).then_some(value)
}

/// `text` is JSON: only braces, brackets, commas and strings matter.
fn has_no_repeats(text: &[u8]) -> bool {
    let mut open: Vec<Option<BTreeSet<String>>> = Vec::new();
    let mut names_next = false;
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'{' | b'[' => {
                names_next = byte == b'{';
                open.push(names_next.then(BTreeSet::new));
                if open.len() > 32 {
                    return false;
                }
            }
            b'}' | b']' => {
                open.pop();
                names_next = false;
            }
            b',' => names_next = matches!(open.last(), Some(Some(_))),
            b'"' => {
                let start = at;
                at += 1;
                while text.get(at) != Some(&b'"') {
                    at += if text.get(at) == Some(&b'\\') { 2 } else { 1 };
                }
                let name = serde_json::from_slice(&text[start..=at]).expect("a JSON string");
                if let (true, Some(Some(names))) = (names_next, open.last_mut()) {
                    if !names.insert(name) {
                        return false;
                    }
                    names_next = false;
                }
            }
            _ => {}
        }
        at += 1;
    }
    true
}
