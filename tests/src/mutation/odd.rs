//! Values that somebody might stumble over.

use serde_json::{Value, json};

use super::dice::Dice;
use super::stage::SITE;

/// Near `now_ms`, at the edges of what is a time, or none.
pub fn odd_time(now_ms: u64, dice: &mut Dice) -> Value {
    const DAY: u64 = 86_400_000;
    // The clock may have been put to the end of time.
    let now_ms = now_ms.min(1 << 60);
    let near = *dice.pick(&[0, DAY, DAY + 300_000, DAY + 290_000, 120_000, 3_600_000]);
    match dice.below(14) {
        0..4 => (now_ms + near + dice.below(3) as u64 - 1).into(),
        4 => (now_ms + dice.below(3) as u64)
            .saturating_sub(near + 1)
            .into(),
        5 => ((now_ms + 60_000) as f64).into(),
        6 => (now_ms as f64 + 0.5).into(),
        7 => json!((now_ms + 60_000).to_string()),
        8 => (*dice.pick(&[0, 1, 1 << 53, (1 << 53) - 1, u64::MAX])).into(),
        9 => (*dice.pick(&[-1_i64, i64::MIN])).into(),
        10 => (*dice.pick(&[1e300, -1e300, -0.0, 1e-300])).into(),
        11 => ((now_ms + 60_000) / 1000).into(),
        12 => Value::Null,
        _ => odd_value(dice),
    }
}

/// Of any type.
pub fn odd_value(dice: &mut Dice) -> Value {
    match dice.below(10) {
        0 => Value::Null,
        1 => true.into(),
        2 => false.into(),
        3 => 0.into(),
        4 => dice.number().into(),
        5 => json!([]),
        6 => json!({}),
        7 => "".into(),
        8 => json!(["alice@idp.example"]),
        _ => json!({"email": "alice@idp.example"}),
    }
}

/// Near `host`, another one, or none.
pub fn odd_host(host: &str, dice: &mut Dice) -> Value {
    match dice.below(14) {
        0 => host.to_uppercase().into(),
        1 => format!("{host}.").into(),
        2 => format!("www.{host}").into(),
        3 => format!("{host}:443").into(),
        4 => format!("https://{host}").into(),
        5 => format!("{host}/").into(),
        6 => host.replacen('.', "..", 1).into(),
        7 => "example".into(),
        8 => "127.0.0.1".into(),
        9 => format!("{host}\0").into(),
        10 => json!([host]),
        11 => odd_value(dice),
        _ => (*dice.pick(&[
            "idp.example",
            "mallory.example",
            "fallback.example",
            "trusted.example",
            "hop1.example",
        ]))
        .into(),
    }
}

/// Addresses that could be misread.
pub fn odd_address(dice: &mut Dice) -> Value {
    const ODD: [&str; 26] = [
        "alice@idp.example",
        "ALICE@idp.example",
        "alice@IDP.example",
        "alice@idp.example.",
        " alice@idp.example",
        "alice@idp.example\n",
        "alice@@idp.example",
        "alice@mallory.example@idp.example",
        "@idp.example",
        "alice@",
        "alice",
        "\"alice\"@idp.example",
        "alice@idp.example:443",
        "alice@[127.0.0.1]",
        "alice@127.0.0.1",
        "alice@idp",
        "alice@localhost",
        "alice@me.localhost",
        "alice@me.localhost:8080",
        "a\u{301}lice@idp.example",
        "alice@idp\0.example",
        "_!#$%&'*+/=?^`{|}~.-@idp.example",
        "alice@xn--idp.example",
        "alice@-idp.example",
        "alice@0x7f.0x1",
        "a@idp_.example",
    ];
    match dice.below(4) {
        0 => odd_value(dice),
        1 => {
            let length = *dice.pick(&[238, 241, 242, 243, 300]);
            format!("{}@idp.example", "a".repeat(length)).into()
        }
        _ => (*dice.pick(&ODD)).into(),
    }
}

/// For what the assertion says and for what the site says.
pub fn odd_audience(dice: &mut Dice) -> Value {
    const ODD: [&str; 33] = [
        SITE,
        "https://rp.example/",
        "https://rp.example:443",
        "https://rp.example:443/",
        "HTTPS://RP.example",
        "https://rp.example:",
        "https://rp.example:0443",
        "https://rp.example:8443",
        "http://rp.example",
        "rp.example",
        "rp.example:443",
        "rp.example:80",
        "http://rp.example:80",
        "http://rp.example:443",
        "https://rp.example/path",
        "https://rp.example?",
        "https://rp.example?x",
        "https://rp.example#",
        "https://rp.example#x",
        "https://rp.example/#x y",
        "https://user@rp.example",
        "https://rp.example@evil.example",
        "https://evil.example\\@rp.example",
        " https://rp.example",
        "https://rp.example\n",
        "https:\\\\rp.example",
        "https:rp.example",
        "https://*.example",
        "https://rp.example.",
        "https://[::1]:443",
        "app://rp.example",
        "//rp.example",
        "ftp://rp.example",
    ];
    match dice.below(8) {
        0 => odd_value(dice),
        1 => "".into(),
        _ => (*dice.pick(&ODD)).into(),
    }
}
