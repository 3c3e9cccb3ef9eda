/// A bounded JSON value: size, depth and duplicate members checked by the parser that made it.
pub type Json = serde_json::Value;
