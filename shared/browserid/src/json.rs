//! JSON with bounds: size, depth, and no member twice (PROTOCOL V42, V53).

use core::cell::Cell;
use core::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// A JSON value. What [`parse`] makes is bounded in size and depth and has no member twice.
pub type Json = serde_json::Value;

/// Longest text that is read, in bytes: support documents, keys, segments of signed objects.
pub const MAX_BYTES: usize = 64 * 1024;

/// Arrays and objects inside each other, the outermost counted. Signed objects and documents need five.
pub const MAX_DEPTH: usize = 32;

/// Why a text is not taken as JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonError {
    /// Not JSON at all (or not UTF-8, or a number that no machine number holds).
    Malformed,
    /// An object names a member twice: readers differ on which one counts.
    RepeatedMember,
    /// Over [`MAX_BYTES`].
    TooLarge,
    /// Over [`MAX_DEPTH`].
    TooDeep,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "invalid json",
            Self::RepeatedMember => "a member appears twice",
            Self::TooLarge => "too large",
            Self::TooDeep => "nested too deeply",
        })
    }
}

impl core::error::Error for JsonError {}

/// Reads one JSON value and nothing after it.
pub fn parse(text: &[u8]) -> Result<Json, JsonError> {
    parse_within(text, MAX_BYTES)
}

/// The same for what may be longer, or must be shorter, than [`MAX_BYTES`].
pub(crate) fn parse_within(text: &[u8], max_bytes: usize) -> Result<Json, JsonError> {
    if text.len() > max_bytes {
        return Err(JsonError::TooLarge);
    }
    let flaw = Cell::new(JsonError::Malformed);
    let mut reader = serde_json::Deserializer::from_slice(text);
    let value = Bounded {
        depth_left: MAX_DEPTH,
        flaw: &flaw,
    }
    .deserialize(&mut reader)
    .map_err(|_| flaw.get())?;
    reader.end().map_err(|_| JsonError::Malformed)?;
    Ok(value)
}

/// True for what JavaScript takes as false: the reference treats such members as absent.
pub(crate) fn is_falsy(value: Option<&Json>) -> bool {
    match value {
        None | Some(Value::Null | Value::Bool(false)) => true,
        Some(Value::Number(number)) => number.as_f64() == Some(0.0),
        Some(Value::String(text)) => text.is_empty(),
        Some(_) => false,
    }
}

/// How the reference writes a value that should have been a text into its reasons.
pub(crate) fn as_reported(value: Option<&Json>) -> String {
    match value {
        None => "undefined".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Object(_) | Value::Array(_)) => "[object Object]".to_owned(),
        Some(other) => other.to_string(),
    }
}

#[derive(Clone, Copy)]
struct Bounded<'a> {
    depth_left: usize,
    flaw: &'a Cell<JsonError>,
}

impl<'a> Bounded<'a> {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        match self.depth_left.checked_sub(1) {
            Some(depth_left) => Ok(Self { depth_left, ..self }),
            None => Err(self.fail(JsonError::TooDeep)),
        }
    }

    fn fail<E: serde::de::Error>(self, flaw: JsonError) -> E {
        self.flaw.set(flaw);
        E::custom(flaw)
    }
}

impl<'de> DeserializeSeed<'de> for Bounded<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Bounded<'_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Value::Bool(value))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Json, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("not a finite number"))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let inner = self.deeper()?;
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(inner)?;
            if object.insert(name, value).is_some() {
                return Err(self.fail(JsonError::RepeatedMember));
            }
        }
        Ok(Value::Object(object))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Json, A::Error> {
        let inner = self.deeper()?;
        let mut array = Vec::new();
        while let Some(value) = elements.next_element_seed(inner)? {
            array.push(value);
        }
        Ok(Value::Array(array))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Value::String(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Value::Null)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<Json, JsonError>) {
        assert_eq!(parse(text.as_bytes()), expected, "{text:.80}");
    }

    #[test]
    fn ordinary_values_are_read() {
        check("null", Ok(Value::Null));
        check(
            r#" {"a":[1,-2,0.5,true,"x"],"b":{}} "#,
            Ok(serde_json::json!({"a":[1,-2,0.5,true,"x"],"b":{}})),
        );
    }

    #[test]
    fn numbers_keep_every_digit_that_they_can() {
        // Claims pass through us: serde_json alone may change the last digit of a fraction.
        for text in [
            "31.245270191439438",
            "121.48791951161945",
            "0.1",
            "9007199254740993",
        ] {
            assert_eq!(
                parse(text.as_bytes()).map(|value| value.to_string()),
                Ok(text.to_owned())
            );
        }
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in [
            "",
            "{,",
            "{} {}",
            "\u{feff}{}",
            "{a:1}",
            "01",
            "1e999",
            "NaN",
            "\"\\ud800\"",
        ] {
            check(text, Err(JsonError::Malformed));
        }
        assert_eq!(parse(b"\"\xff\""), Err(JsonError::Malformed));
    }

    #[test]
    fn a_member_may_stand_only_once_at_any_depth() {
        check(r#"{"a":1,"a":1}"#, Err(JsonError::RepeatedMember));
        check(
            r#"[{"b":{"a":1,"\u0061":2}}]"#,
            Err(JsonError::RepeatedMember),
        );
        check(r#"{"a":{"a":1}}"#, Ok(serde_json::json!({"a":{"a":1}})));
    }

    #[test]
    fn depth_ends_at_the_limit() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(nested(MAX_DEPTH).as_bytes()).is_ok());
        check(&nested(MAX_DEPTH + 1), Err(JsonError::TooDeep));
        check(&"[".repeat(60_000), Err(JsonError::TooDeep));
    }

    #[test]
    fn size_ends_at_the_limit() {
        let text = |len: usize| format!("\"{}\"", "x".repeat(len - 2));
        assert!(parse(text(MAX_BYTES).as_bytes()).is_ok());
        check(&text(MAX_BYTES + 1), Err(JsonError::TooLarge));
    }

    #[test]
    fn falsy_is_what_javascript_takes_as_false() {
        for text in ["null", "false", "0", "0.0", "\"\""] {
            assert!(is_falsy(parse(text.as_bytes()).ok().as_ref()), "{text}");
        }
        for text in ["true", "1", "\"0\"", "[]", "{}"] {
            assert!(!is_falsy(parse(text.as_bytes()).ok().as_ref()), "{text}");
        }
        assert!(is_falsy(None));
    }
}
