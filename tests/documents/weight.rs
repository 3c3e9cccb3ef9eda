//! The weight of what is kept is never less than what it takes.

use browserid::{Answer, Reading, SupportDocument};
use serde_json::{Value, json};
use tests::keys::{ISSUER, TestKey, WEAK};

use crate::strangers::{question, rules};

/// So many that what else this process does meanwhile hardly counts.
const MANY: usize = 2_000;

fn read(body: &str) -> Reading {
    let answer = Answer::Response {
        status: 200,
        content_type: Some("application/json".to_owned()),
        body: body.as_bytes().to_vec(),
    };
    Reading::of(&question("idp.example"), answer, &rules())
}

/// After each key has checked a signature: then some have what they need at hand.
fn used(reading: Reading) -> Reading {
    if let Ok(SupportDocument::Supported(support)) = reading.said() {
        for key in support.keys() {
            let signature = vec![1; key.bits() / 8];
            assert!(key.verify(b"message", &signature).is_err());
        }
    }
    reading
}

/// Bytes of memory that this process has in use.
fn resident() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").expect("the kernel's account");
    let pages = pages.split(' ').nth(1).expect("resident pages");
    pages.parse::<usize>().expect("a number") * 4096
}

/// The shortest document with so many keys.
fn short_document(key: &TestKey, count: usize) -> String {
    let key = key.to_short_json();
    let keys: Vec<_> = (0..count).map(|_| key.clone()).collect();
    json!({"authentication": "/", "provisioning": "/", "keys": keys}).to_string()
}

#[test]
fn nothing_takes_more_than_its_weight() {
    let many = "x".repeat(500);
    let long_paths = json!({
        "authentication": format!("/{many}"),
        "provisioning": format!("/{many}"),
        "agent": format!("/{many}"),
        "public-key": ISSUER.to_json(),
    });
    let mut all = Vec::new();
    for (name, body) in [
        ("eight keys of 1024 bits", short_document(&WEAK, 8)),
        ("eight keys of 2048 bits", short_document(&ISSUER, 8)),
        ("one key", short_document(&WEAK, 1)),
        ("long paths", long_paths.to_string()),
        (
            "a delegation",
            Value::to_string(&json!({"authority": "b.c"})),
        ),
        ("nothing", String::new()),
    ] {
        let first = read(&body);
        let keys = match first.said() {
            Ok(SupportDocument::Supported(support)) => support.keys().count(),
            _ => 0,
        };
        let before = resident();
        let kept: Vec<_> = (0..MANY).map(|_| used(read(&body))).collect();
        let took = resident().saturating_sub(before) / MANY;
        let weight = first.weight();
        println!(
            "{name}: {keys} keys, {} bytes of body, weight {weight}, took {took}",
            body.len()
        );
        assert!(took <= weight, "{name}: {took} bytes, weighed {weight}");
        // Not given back, or the next one would take what is free already.
        all.push(kept);
    }
}
