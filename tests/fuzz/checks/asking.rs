use serde_json::{Map, Value};

/// What a request asks for, read once more.
pub struct Asking {
    pub assertion: Value,
    pub audience: Value,
    pub shows_unverified: bool,
    pub trusted: Vec<String>,
}

impl Asking {
    /// None if no reader could find an assertion and an audience in it.
    pub fn read(path: &str, query: &str, bytes: &[u8]) -> Option<Self> {
        let body = || match serde_json::from_slice(bytes) {
            Ok(Value::Object(members)) => members,
            _ => form(&String::from_utf8_lossy(bytes)),
        };
        let mut members = match path {
            "" | "/verify" | "/v2" => body(),
            _ => return None,
        };
        if path != "/v2" {
            let query = form(query);
            members.extend(query.into_iter().filter(|(_, value)| *value != ""));
        }
        let texts = |value: &Value| -> Vec<String> {
            let list = value
                .as_array()
                .map_or(std::slice::from_ref(value), Vec::as_slice);
            list.iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect()
        };
        let issuers = if path == "/v2" {
            "trustedIssuers"
        } else {
            "experimental_forceIssuer"
        };
        Some(Asking {
            assertion: members.get("assertion")?.clone(),
            audience: members.get("audience")?.clone(),
            shows_unverified: path != "/v2"
                && is_truthy(members.get("experimental_allowUnverified")),
            trusted: members.get(issuers).map(texts).unwrap_or_default(),
        })
    }
}

fn is_truthy(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null | Value::Bool(false)) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Number(number)) => number.as_f64() != Some(0.0),
        Some(_) => true,
    }
}

/// Names that repeat or nest are lists, and so no texts.
fn form(text: &str) -> Map<String, Value> {
    let mut members = Map::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = unescaped(name);
        let value = match members.contains_key(&name) {
            true => Value::Array(vec![]),
            false => unescaped(value).into(),
        };
        members.insert(name, value);
    }
    members
}

fn unescaped(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::new(), 0);
    while let Some(&byte) = bytes.get(at) {
        let hex = bytes
            .get(at + 1..at + 3)
            .filter(|hex| hex.iter().all(u8::is_ascii_hexdigit));
        match (byte, hex) {
            (b'%', Some(hex)) => {
                let hex = std::str::from_utf8(hex).expect("ASCII");
                out.push(u8::from_str_radix(hex, 16).expect("two digits"));
                at += 2;
            }
            (b'+', _) => out.push(b' '),
            _ => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}
