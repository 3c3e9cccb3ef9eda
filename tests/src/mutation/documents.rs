//! What domains publish, and how they serve it.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Mutation;
use super::dice::Dice;
use super::draft::Draft;
use super::odd::odd_value;
use super::stage::{NOW, said, served};
use crate::oracle::Said;

/// Of the internet.
pub const ALL: &[Mutation] = &[
    ("documents exchanged", |draft, dice, _| {
        let one = on_the_way(draft, dice);
        let hosts: Vec<_> = draft.world.keys().cloned().collect();
        let other = dice.pick(&hosts).clone();
        let answers =
            [&other, &one].map(|host| draft.world.get(host).cloned().unwrap_or(Said::Nothing));
        let [first, second] = answers;
        draft.world().insert(one, first);
        draft.world().insert(other, second);
    }),
    ("status", |draft, dice, _| {
        let status = *dice.pick(&[
            201, 204, 206, 300, 301, 302, 303, 304, 307, 308, 400, 401, 404, 410, 500, 502, 503,
            599,
        ]);
        answer(draft, dice, |_, kind, body| said(status, kind, body));
    }),
    ("media type", |draft, dice, _| {
        let kind = *dice.pick(&[
            None,
            Some(""),
            Some("application/json; charset=utf-8"),
            Some("Application/JSON"),
            Some(" application/json ;x"),
            Some("application/jsonp"),
            Some("text/json"),
            Some("application/octet-stream"),
            Some("application/Octet-Stream; x"),
            Some("application/json, text/html"),
            Some("text/html"),
            Some("application/vnd.x+json"),
            Some("application/ld+json"),
        ]);
        answer(draft, dice, |status, _, body| said(status, kind, body));
    }),
    ("byte of a document", |draft, dice, _| {
        let (place, bit) = (dice.number(), dice.below(7));
        answer(draft, dice, |status, kind, body| {
            let mut bytes = body.as_bytes().to_vec();
            let at = place as usize % bytes.len().max(1);
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << bit;
            }
            said(status, kind, &String::from_utf8_lossy(&bytes))
        });
    }),
    ("bytes of a document", |draft, dice, _| {
        let way = dice.below(8);
        answer(draft, dice, |status, kind, body| {
            let body = match way {
                0 => format!("\u{feff}{body}"),
                1 => format!("{body}{body}"),
                2 => body.get(..body.len() / 2).unwrap_or_default().to_owned(),
                3 => format!("[{body}]"),
                4 => body.replacen('{', "{\"x\":1,\"x\":2,", 1),
                5 => body.replacen(
                    '{',
                    &format!(
                        "{{\"x\":\"{}\",",
                        "x".repeat(65_529_usize.saturating_sub(body.len()))
                    ),
                    1,
                ),
                6 => body.replacen(
                    '{',
                    &format!(
                        "{{\"x\":\"{}\",",
                        "x".repeat(65_530_usize.saturating_sub(body.len()))
                    ),
                    1,
                ),
                _ => format!(" {body}\n"),
            };
            said(status, kind, &body)
        });
    }),
    ("member of a document", |draft, dice, _| {
        const NAMES: [&str; 9] = [
            "disabled",
            "authority",
            "authentication",
            "provisioning",
            "public-key",
            "keys",
            "agent",
            "not-before",
            "x",
        ];
        const VALUES: [&str; 15] = [
            "/",
            "//evil.example/x",
            "/a?b",
            "/a#b",
            "a",
            "/\u{e9}",
            "/a b",
            "idp.example",
            "mallory.example",
            "short.example",
            "IDP.example",
            "https://idp.example",
            "idp.example:443",
            "127.0.0.1",
            "localhost",
        ];
        let name = *dice.pick(&NAMES);
        let value = match dice.below(2) {
            0 => odd_value(dice),
            _ => (*dice.pick(&VALUES)).into(),
        };
        let is_gone = dice.once_in(4);
        member(draft, dice, |document| {
            document[name] = value;
            if is_gone {
                document
                    .as_object_mut()
                    .and_then(|document| document.remove(name));
            }
        });
    }),
    ("moment from which certificates count", |draft, dice, _| {
        let issued = draft.certificates[0].payload["iat"].as_u64().unwrap_or(NOW);
        let moment = match dice.below(4) {
            0 => issued,
            1 => issued + 1,
            2 => issued.saturating_sub(dice.below(20_000) as u64),
            _ => (NOW - 20_000) + dice.below(40_000) as u64,
        };
        member(draft, dice, |document| {
            document["not-before"] = moment.into();
        });
    }),
    ("no answer", |draft, dice, _| {
        let host = on_the_way(draft, dice);
        let said = if dice.once_in(2) {
            Said::Nothing
        } else {
            Said::Trouble
        };
        draft.world().insert(host, said);
    }),
    ("nobody answers", |draft, dice, _| {
        let all = if dice.once_in(2) {
            Said::Nothing
        } else {
            Said::Trouble
        };
        draft
            .world()
            .values_mut()
            .for_each(|said| *said = all.clone());
    }),
    ("delegation to somebody else", |draft, dice, _| {
        let (from, to) = (on_the_way(draft, dice), any_host(draft, dice));
        draft
            .world()
            .insert(from, served(&json!({ "authority": to })));
    }),
    ("delegations in a row", |draft, dice, _| {
        let count = dice.below(7);
        let from = on_the_way(draft, dice);
        let to = if dice.once_in(4) {
            on_the_way(draft, dice)
        } else {
            draft.issuer()
        };
        let kept = draft.world.get(&from).cloned();
        let hosts: Vec<_> = (0..count).map(|at| format!("row{at}.example")).collect();
        let mut chain = vec![from.clone()];
        chain.extend(hosts);
        chain.push(to.clone());
        for pair in chain.windows(2) {
            draft
                .world()
                .insert(pair[0].clone(), served(&json!({ "authority": pair[1] })));
        }
        // Or it ends in what the domain itself had.
        if from == to {
            draft
                .world()
                .insert(format!("row{count}.example"), kept.unwrap_or(Said::Nothing));
        }
    }),
    ("many things elsewhere at once", |draft, dice, _| {
        for _ in 0..6 {
            let (one, other) = (any_host(draft, dice), any_host(draft, dice));
            let said = draft.world.get(&other).cloned().unwrap_or(Said::Nothing);
            draft.world().insert(one, said);
        }
    }),
];

/// The issuer's host, the address's, or the fallback.
fn on_the_way(draft: &Draft, dice: &mut Dice) -> String {
    let certificate = &draft.certificates[0].payload;
    let email = certificate["principal"]["email"]
        .as_str()
        .or(certificate["sub"].as_str());
    let domain = email.and_then(|email| email.split('@').nth(1));
    match (dice.below(8), domain) {
        (0, _) => "fallback.example".to_owned(),
        (1, _) => any_host(draft, dice),
        (2..5, Some(domain)) => domain.to_owned(),
        _ => draft.issuer(),
    }
}

fn any_host(draft: &Draft, dice: &mut Dice) -> String {
    let hosts: Vec<_> = draft.world.keys().collect();
    (*dice.pick(&hosts)).clone()
}

fn answer(
    draft: &mut Draft,
    dice: &mut Dice,
    change: impl FnOnce(u16, Option<&str>, &str) -> Said,
) {
    let host = on_the_way(draft, dice);
    let new = match draft.world.get(&host) {
        Some(Said::Response {
            body,
            content_type,
            status,
        }) => {
            let body = String::from_utf8_lossy(&Arc::clone(body)).into_owned();
            change(*status, content_type.as_deref(), &body)
        }
        _ => change(200, Some("application/json"), "{}"),
    };
    draft.world().insert(host, new);
}

fn member(draft: &mut Draft, dice: &mut Dice, change: impl FnOnce(&mut Value)) {
    answer(draft, dice, |status, kind, body| {
        let mut document: Value = serde_json::from_str(body).unwrap_or_else(|_| json!({}));
        if document.is_object() {
            change(&mut document);
        }
        said(status, kind, &document.to_string())
    });
}
