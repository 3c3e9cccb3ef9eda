//! When, by whom and under which decisions a bundle is verified: the bundle itself stays good.

use super::Mutation;
use super::odd::{odd_audience, odd_value};

/// Of everything around a bundle.
pub const ALL: &[Mutation] = &[
    ("clock at an edge", |draft, dice, _| {
        let tokens: Vec<_> = draft.tokens().collect();
        let token = *dice.pick(&tokens);
        let name = *dice.pick(&["iat", "exp"]);
        let edge = token.payload[name].as_u64().unwrap_or(draft.now_ms);
        let later = edge.saturating_add(dice.below(5) as u64);
        draft.now_ms = later.saturating_sub(2);
    }),
    ("clock elsewhere", |draft, dice, _| {
        draft.now_ms = match dice.below(6) {
            0 => 0,
            1 => u64::MAX,
            2 => dice.number(),
            3 => draft.now_ms / 1000,
            4 => draft.now_ms.saturating_sub(86_400_000),
            _ => draft.now_ms.saturating_add(dice.below(4_000_000) as u64),
        };
    }),
    ("another site asks", |draft, dice, _| {
        draft.audience = odd_audience(dice)
    }),
    ("the same site asks otherwise", |draft, dice, _| {
        let same = [
            "https://rp.example/",
            "https://rp.example:443",
            "HTTPS://RP.example",
            "https://rp.example#here",
        ];
        draft.audience = (*dice.pick(&same)).into();
    }),
    ("not a bundle", |draft, dice, _| {
        let text = draft.bundle();
        draft.text = Some(match dice.below(3) {
            0 => String::new(),
            1 => format!("{text}{}", "A".repeat(70_000)),
            _ => odd_value(dice).to_string(),
        });
    }),
    ("strong keys wanted", |draft, _, _| {
        draft.decisions.strong_keys = true
    }),
    ("strict content type", |draft, _, _| {
        draft.decisions.strict_content_type = true
    }),
    ("no fallback", |draft, _, _| draft.decisions.fallback = None),
    ("another fallback", |draft, dice, _| {
        let hosts = [
            "idp.example",
            "mallory.example",
            "me.example",
            "disabled.example",
            "nowhere.example",
            "circle.example",
        ];
        draft.decisions.fallback = Some((*dice.pick(&hosts)).to_owned());
    }),
    ("nobody trusted", |draft, _, _| {
        draft.decisions.trusted.clear()
    }),
    ("others trusted", |draft, dice, _| {
        let names = [
            "idp.example",
            "mallory.example",
            "fallback.example",
            "trusted.exampl",
            "Trusted.example",
            "trusted.example.",
            "*",
            "",
            "me.example",
            "disabled.example",
        ];
        draft.decisions.trusted = (0..3).map(|_| (*dice.pick(&names)).to_owned()).collect();
    }),
    ("nothing changed", |_, _, _| {}),
];
