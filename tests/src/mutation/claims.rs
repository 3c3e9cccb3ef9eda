//! What certificates and assertions say, signed anew by those who may, by each other, or by strangers.

use std::sync::Arc;

use serde_json::json;

use super::dice::Dice;
use super::draft::{Draft, Token};
use super::odd::{odd_address, odd_audience, odd_host, odd_time, odd_value};
use super::signers::Signer;
use super::stage::NOW;
use super::{Mutation, Stage};

/// Of claims and headers.
pub const ALL: &[Mutation] = &[
    ("certificate's time", |draft, dice, _| {
        let (name, value) = (*dice.pick(&["iat", "exp"]), odd_time(draft.now_ms, dice));
        draft.certificate().payload[name] = value;
        draft.certificate().sign(dice);
    }),
    ("assertion's time", |draft, dice, _| {
        let (name, value) = (*dice.pick(&["iat", "exp"]), odd_time(draft.now_ms, dice));
        draft.assertion.payload[name] = value;
        draft.assertion.sign(dice);
    }),
    ("life of a certificate", |draft, dice, _| {
        let issued = NOW - dice.below(90_000_000) as u64;
        let life = *dice.pick(&[86_400_000, 86_700_000, 86_700_001, 60_000, 3_600_000]);
        draft.certificate().payload["iat"] = issued.into();
        draft.certificate().payload["exp"] = (issued + life).into();
        draft.certificate().sign(dice);
    }),
    ("issuer", |draft, dice, _| {
        let issuer = draft.issuer();
        draft.certificate().payload["iss"] = odd_host(&issuer, dice);
        draft.certificate().sign(dice);
    }),
    ("address", |draft, dice, _| {
        let value = odd_address(dice);
        let payload = &mut draft.certificate().payload;
        match dice.below(4) {
            0 => payload["sub"] = value,
            1 => payload["principal"] = value,
            2 => payload["email"] = value,
            _ => payload["principal"] = json!({ "email": value }),
        }
        draft.certificate().sign(dice);
    }),
    ("two addresses", |draft, dice, _| {
        let (one, other) = (odd_address(dice), odd_address(dice));
        let payload = &mut draft.certificate().payload;
        payload["principal"] =
            json!({"email": one, "unverified-email": "x@y.z", "host": "idp.example"});
        payload["sub"] = other;
        draft.certificate().sign(dice);
    }),
    ("signed audience", |draft, dice, _| {
        draft.assertion.payload["aud"] = odd_audience(dice);
        draft.assertion.sign(dice);
    }),
    ("claim left out", |draft, dice, _| {
        let token = draft.any_token(dice);
        if let Some(members) = token.payload.as_object_mut() {
            let names: Vec<_> = members.keys().cloned().collect();
            members.remove(dice.pick(&names));
        }
        token.sign(dice);
    }),
    ("claim of another type", |draft, dice, _| {
        let token = draft.any_token(dice);
        if let Some(members) = token.payload.as_object_mut() {
            let names: Vec<_> = members.keys().cloned().collect();
            let name = dice.pick(&names).clone();
            members.insert(name, odd_value(dice));
        }
        token.sign(dice);
    }),
    ("claim more", |draft, dice, _| {
        const NAMES: [&str; 12] = [
            "nbf",
            "jti",
            "pubkey",
            "publicKey",
            "email",
            "userClaims",
            "idpClaims",
            "__proto__",
            "status",
            "issuer",
            "unverified-email",
            "fxa-generation",
        ];
        let name = *dice.pick(&NAMES);
        let value = odd_value(dice);
        let token = draft.any_token(dice);
        match dice.below(2) {
            0 => token.payload[name] = value,
            _ => {
                let mut principal = token.payload["principal"].take();
                if !principal.is_object() {
                    principal = json!({});
                }
                principal[name] = value;
                token.payload["principal"] = principal;
            }
        }
        token.sign(dice);
    }),
    ("claim twice", |draft, dice, _| {
        let more = *dice.pick(&[
            r#"{"exp":9999999999999,"#,
            r#"{"iss":"idp.example","#,
            r#"{"x":1,"x":1,"#,
            r#"{"x":{"y":1,"\u0079":2},"#,
            r#"{"public-key":1,"#,
            r#"{"aud":"https://rp.example","#,
            r#"{"x":{"x":1},"#,
        ]);
        spelled(draft, dice, |text, _| text.replacen('{', more, 1));
    }),
    ("other spelling of the same claims", |draft, dice, _| {
        spelled(draft, dice, |text, dice| match dice.below(4) {
            0 => text.replace(':', " :\n\t"),
            1 => format!(" {text}\r\n"),
            2 => text
                .replace("example", "\\u0065xample")
                .replace("exp\"", "e\\u0078p\""),
            _ => text.replace('@', "\\u0040").replace('/', "\\/"),
        });
    }),
    ("claims that are no JSON", |draft, dice, _| {
        spelled(draft, dice, |text, dice| match dice.below(6) {
            0 => format!("\u{feff}{text}"),
            1 => format!("{text}{text}"),
            2 => text.replacen('{', "{,", 1),
            3 => text.replace('"', "'"),
            4 => text.replacen('{', r#"{"x":1e999,"#, 1),
            _ => text.replacen('{', r#"{"x":"\ud800","#, 1),
        });
    }),
    ("claims that are no object", |draft, dice, _| {
        spelled(draft, dice, |text, dice| match dice.below(4) {
            0 => format!("[{text}]"),
            1 => "null".to_owned(),
            2 => "7".to_owned(),
            _ => "\"x\"".to_owned(),
        });
    }),
    ("claims nested deeply", |draft, dice, _| {
        let depth = *dice.pick(&[29, 30, 31, 32, 33, 200]);
        let nested = format!("{{\"x\":{}{},", "[".repeat(depth), "]".repeat(depth));
        spelled(draft, dice, |text, _| text.replacen('{', &nested, 1));
    }),
    ("claims with a changed byte, signed", |draft, dice, _| {
        spelled(draft, dice, |text, dice| {
            let mut bytes = text.into_bytes();
            let at = dice.below(bytes.len());
            bytes[at] ^= 1 << dice.below(7);
            String::from_utf8_lossy(&bytes).into_owned()
        });
    }),
    ("header", |draft, dice, _| {
        let header = *dice.pick(&[
            "{}",
            "null",
            "[]",
            "\"RS256\"",
            r#"{"alg":"none"}"#,
            r#"{"alg":"HS256"}"#,
            r#"{"alg":"RS128"}"#,
            r#"{"alg":"RS256"}"#,
            r#"{"alg":"DS128"}"#,
            r#"{"alg":"DS256"}"#,
            r#"{"alg":"DS160"}"#,
            r#"{"alg":"RS64"}"#,
            r#"{"alg":"rs256"}"#,
            r#"{"alg":["DS128"]}"#,
            r#"{"alg":null}"#,
            r#"{"alg":"DS128","alg":"DS128"}"#,
        ]);
        let token = draft.any_token(dice);
        token.header = header.to_owned();
        token.sign(dice);
    }),
    ("more in a header", |draft, dice, _| {
        let more = *dice.pick(&[
            r#"{"typ":"JWT","#,
            r#"{"kid":"x","#,
            r#"{"crit":["x"],"#,
            r#"{"jwk":{"kty":"RSA"},"#,
            " {",
        ]);
        let token = draft.any_token(dice);
        token.header = token.header.replacen('{', more, 1);
        token.sign(dice);
    }),
    ("certificate signed by a stranger", |draft, dice, stage| {
        let stranger = stranger(dice, stage);
        draft.certificate().sign_as(&stranger, dice);
    }),
    ("assertion signed by a stranger", |draft, dice, stage| {
        let stranger = stranger(dice, stage);
        draft.assertion.sign_as(&stranger, dice);
    }),
    ("everything signed by a stranger", |draft, dice, stage| {
        let stranger = stranger(dice, stage);
        draft.certificate().payload["public-key"] = stranger.public.clone();
        draft.certificate().sign_as(&stranger, dice);
        draft.assertion.sign_as(&stranger, dice);
    }),
    (
        "stranger's header over the true key",
        |draft, dice, stage| {
            let stranger = stranger(dice, stage);
            let token = draft.any_token(dice);
            token.signer = stranger;
            token.sign(dice);
        },
    ),
    (
        "an identity provider certifies other domains' people",
        |draft, dice, stage| {
            let token = draft.certificate();
            if dice.once_in(3) {
                token.payload["iss"] = "mallory.example".into();
            }
            if dice.once_in(3) {
                token.payload["principal"] = json!({"email": "me@mallory.example"});
            }
            token.sign_as(&stage.mallory, dice);
        },
    ),
    (
        "an issuer certifies other domains' people",
        |draft, dice, _| {
            let domain = *dice.pick(&[
                "idp", "short", "me", "far", "missing", "disabled", "failing", "slow", "toofar",
            ]);
            let host = *dice.pick(&["idp", "short", "fallback", "trusted", "me", "mallory"]);
            let token = draft.certificate();
            token.payload["principal"] = json!({"email": format!("alice@{domain}.example")});
            if dice.once_in(2) {
                token.payload["iss"] = format!("{host}.example").into();
            }
            token.sign(dice);
        },
    ),
    (
        "certificate and assertion exchanged roles",
        |draft, dice, _| {
            let (one, other) = (
                draft.certificates[0].signer.clone(),
                draft.assertion.signer.clone(),
            );
            match dice.below(3) {
                0 => draft.certificate().sign_as(&other, dice),
                1 => draft.assertion.sign_as(&one, dice),
                _ => core::mem::swap(&mut draft.certificates[0], &mut draft.assertion),
            }
        },
    ),
];

fn stranger(dice: &mut Dice, stage: &Stage) -> Arc<Signer> {
    match dice.below(5) {
        0..3 => stage.strangers[0].clone(),
        3 => stage.mallory.clone(),
        _ => dice.pick(&stage.strangers).clone(),
    }
}

/// Signs another text for the same payload.
fn spelled(draft: &mut Draft, dice: &mut Dice, spell: impl FnOnce(String, &mut Dice) -> String) {
    let token: &mut Token = draft.any_token(dice);
    let text = spell(token.payload.to_string(), dice);
    token.sign_text(&text, dice);
}
