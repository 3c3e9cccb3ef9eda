//! The keys that certificates and documents hold: other spellings, other numbers, keys that are none.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::Mutation;
use super::dice::Dice;
use super::draft::Draft;
use super::odd::odd_value;
use super::signers::Signer;
use super::stage::{served, supporting};

/// Of keys.
pub const ALL: &[Mutation] = &[
    ("certified key spelled otherwise", |draft, dice, _| {
        let key = spelled(&draft.assertion.signer, dice);
        certify(draft, key, dice);
    }),
    ("certified key damaged", |draft, dice, _| {
        let key = damaged(draft.assertion.signer.public.clone(), dice);
        certify(draft, key, dice);
    }),
    ("certified key of a stranger", |draft, dice, stage| {
        let key = dice.pick(&stage.strangers).public.clone();
        certify(draft, key, dice);
    }),
    (
        "certified key without the issuer's word",
        |draft, dice, stage| {
            // The signature stays what it was.
            let signature = draft.certificates[0].signature();
            let stranger = dice.pick(&stage.strangers).clone();
            draft.certificate().payload["public-key"] = stranger.public.clone();
            let payload = URL_SAFE_NO_PAD.encode(draft.certificates[0].payload.to_string());
            draft.certificate().set_segment(1, &payload);
            draft.certificate().set_signature(&signature);
            draft.assertion.sign_as(&stranger, dice);
        },
    ),
    ("certified key too short", |draft, dice, stage| {
        let (certificate, tiny) = (draft.certificate(), &stage.tiny);
        certificate.payload["public-key"] = tiny.public.clone();
        certificate.sign(dice);
        draft.assertion.sign_as(tiny, dice);
        if dice.once_in(2) {
            draft.assertion.header = r#"{"alg":"RS128"}"#.to_owned();
            draft.assertion.sign(dice);
        }
    }),
    (
        "certified key that anybody can sign for",
        |draft, dice, _| {
            let (key, label, signature) = open_to_all(&draft.assertion.signer.public, dice);
            draft.assertion.header = json!({ "alg": label }).to_string();
            draft.assertion.sign(dice);
            draft.assertion.set_signature(&signature);
            certify(draft, key, dice);
        },
    ),
    ("two forms of key in one", |draft, dice, stage| {
        let mut key = draft.assertion.signer.public.clone();
        let other = match dice.below(2) {
            0 => draft.assertion.signer.kty(),
            _ => stage.strangers[0].kty(),
        };
        for (name, value) in other.as_object().into_iter().flatten() {
            if dice.once_in(2) {
                key[name] = value.clone();
            }
        }
        certify(draft, key, dice);
    }),
    ("key for a key's list", |draft, dice, _| {
        let key = draft.certificates[0].payload["public-key"].take();
        let key = match dice.below(4) {
            0 => json!([key]),
            1 => key.to_string().into(),
            2 => json!({ "public-key": key }),
            _ => odd_value(dice),
        };
        certify(draft, key, dice);
    }),
    ("issuer's key spelled otherwise", |draft, dice, _| {
        let key = spelled(&draft.certificates[0].signer, dice);
        publish(draft, &supporting(&key, &[]));
    }),
    ("issuer's key damaged", |draft, dice, _| {
        let key = damaged(draft.certificates[0].signer.public.clone(), dice);
        publish(draft, &supporting(&key, &[]));
    }),
    ("issuer's key is a stranger's", |draft, dice, stage| {
        let key = dice.pick(&stage.strangers).public.clone();
        publish(draft, &supporting(&key, &[]));
    }),
    (
        "issuer's key that anybody can sign for",
        |draft, dice, _| {
            let (key, label, signature) = open_to_all(&draft.certificates[0].signer.public, dice);
            draft.certificate().header = json!({ "alg": label }).to_string();
            draft.certificate().sign(dice);
            draft.certificate().set_signature(&signature);
            publish(draft, &supporting(&key, &[]));
        },
    ),
    ("issuer's key too short", |draft, dice, stage| {
        draft.certificate().sign_as(&stage.tiny, dice);
        publish(draft, &supporting(&stage.tiny.public, &[]));
    }),
    ("issuer's key among others", |draft, dice, stage| {
        let mut keys: Vec<_> = (0..1 + dice.below(9))
            .map(|_| dice.pick(&stage.strangers).public.clone())
            .collect();
        let mut own = draft.certificates[0].signer.public.clone();
        match dice.below(5) {
            0 => own["use"] = "sig".into(),
            1 => own["use"] = "enc".into(),
            2 => own["use"] = odd_value(dice),
            _ => {}
        }
        let at = dice.below(keys.len());
        keys.insert(at, own);
        if dice.once_in(4) {
            let at = dice.below(keys.len());
            keys[at] = odd_value(dice);
        }
        let first = if dice.once_in(4) {
            odd_value(dice)
        } else {
            keys.remove(0)
        };
        publish(draft, &supporting(&first, &keys));
    }),
];

fn certify(draft: &mut Draft, key: Value, dice: &mut Dice) {
    draft.certificate().payload["public-key"] = key;
    // What stands in the header and who signs stays.
    let text = draft.certificates[0].payload.to_string();
    draft.certificate().sign_text(&text, dice);
}

fn publish(draft: &mut Draft, document: &Value) {
    let issuer = draft.issuer();
    draft.world().insert(issuer, served(document));
}

/// The same key; some spellings are none.
fn spelled(signer: &Arc<Signer>, dice: &mut Dice) -> Value {
    let mut key = match dice.below(2) {
        0 => signer.kty(),
        _ => signer.public.clone(),
    };
    let names: Vec<_> = key
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .collect();
    let name = dice.pick(&names).clone();
    let text = key[&name].as_str().unwrap_or_default().to_owned();
    key[&name] = match dice.below(12) {
        0 => format!("00{text}"),
        1 => format!("AA{text}"),
        2 => text.to_uppercase(),
        3 => format!(" {text}"),
        4 => format!("0x{text}"),
        5 => format!("+{text}"),
        6 => text.replace('-', "+").replace('_', "/"),
        7 => format!("{text}{}", "=".repeat((4 - text.len() % 4) % 4)),
        8 => format!("{text}\n"),
        9 => format!(
            "{}{text}",
            "0".repeat(2467_usize.saturating_sub(text.len() + dice.below(2)))
        ),
        10 => format!("{text}A"),
        _ => text,
    }
    .into();
    match dice.below(6) {
        0 => key["kid"] = "x".into(),
        1 => key["version"] = "2012.08.15".into(),
        2 if key["algorithm"] == "RS" => key["algorithm"] = "RSA".into(),
        2 if key["algorithm"] == "DS" => key["algorithm"] = "DSA".into(),
        3 if key["kty"] == "RSA" => key["kty"] = "RS".into(),
        4 if key["kty"].is_null() => key["kty"] = odd_value(dice),
        _ => {}
    }
    key
}

/// Another key, or none.
fn damaged(mut key: Value, dice: &mut Dice) -> Value {
    let names: Vec<_> = key
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .collect();
    let name = dice.pick(&names).clone();
    let text = key[&name].as_str().unwrap_or_default().to_owned();
    key[&name] = match dice.below(8) {
        0 => odd_value(dice),
        1 => text.get(1..).unwrap_or_default().into(),
        2 => format!("{text}0").into(),
        3 => (*dice.pick(&[
            "0",
            "1",
            "2",
            "3",
            "4",
            "65536",
            "65537",
            "4294967295",
            "4294967297",
            "-3",
            "",
        ]))
        .into(),
        4 => text.chars().rev().collect::<String>().into(),
        5 => json!(65537),
        _ => {
            let mut bytes = text.into_bytes();
            let at = dice.below(bytes.len());
            if let Some(byte) = bytes.get_mut(at) {
                *byte = b"0123456789"[dice.below(10)];
            }
            String::from_utf8_lossy(&bytes).into_owned().into()
        }
    };
    if dice.once_in(8) {
        key.as_object_mut().and_then(|key| key.remove(&name));
    }
    key
}

/// A key, its label, and bytes that a careless reader takes for its signature of anything.
fn open_to_all(key: &Value, dice: &mut Dice) -> (Value, &'static str, Vec<u8>) {
    let mut key = key.clone();
    if key["algorithm"] == "RS" {
        key["e"] = (*dice.pick(&["1", "0", "2", "65536"])).into();
        return (key, "RS256", dice.bytes(256));
    }
    let p = key["p"].as_str().unwrap_or_default().to_owned();
    let less_one = {
        // p is odd, so the last digit is not 0.
        let last = p
            .chars()
            .last()
            .and_then(|digit| digit.to_digit(16))
            .unwrap_or(1)
            - 1;
        format!("{}{last:x}", &p[..p.len().saturating_sub(1)])
    };
    let (label, half) = if p.len() == 256 {
        ("DS128", 20)
    } else {
        ("DS256", 32)
    };
    let one = || [vec![0; half - 1], vec![1]].concat();
    match dice.below(5) {
        0 => key["y"] = "1".into(),
        1 => key["g"] = "1".into(),
        2 => key["y"] = less_one.into(),
        3 => key["y"] = p.into(),
        _ => key["y"] = "0".into(),
    }
    (key, label, [one(), one()].concat())
}
