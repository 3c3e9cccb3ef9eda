//! Changes of what is sent, letter by letter: nothing is signed anew.

use super::Mutation;
use super::dice::Dice;
use super::draft::Draft;

/// Of texts.
pub const ALL: &[Mutation] = &[
    ("letter replaced", |draft, dice, _| {
        let new = *dice.pick(b"ABab01-_.~+/= \n");
        change(draft, dice, |text, at, _| text[at] = new);
    }),
    ("bit flipped", |draft, dice, _| {
        change(draft, dice, |text, at, dice| text[at] ^= 1 << dice.below(7))
    }),
    ("letter inserted", |draft, dice, _| {
        let new = *dice.pick(b"Aa0-_.~+/= \n\0");
        change(draft, dice, |text, at, _| text.insert(at, new));
    }),
    ("letter left out", |draft, dice, _| {
        change(draft, dice, |text, at, _| _ = text.remove(at))
    }),
    ("range left out", |draft, dice, _| {
        change(draft, dice, |text, at, dice| {
            let end = (at + 1 + dice.below(200)).min(text.len());
            text.drain(at..end);
        });
    }),
    ("range repeated", |draft, dice, _| {
        change(draft, dice, |text, at, dice| {
            let end = (at + 1 + dice.below(200)).min(text.len());
            let range = text[at..end].to_vec();
            text.splice(at..at, range);
        });
    }),
    ("letters exchanged", |draft, dice, _| {
        change(draft, dice, |text, at, dice| {
            let other = dice.below(text.len());
            text.swap(at, other);
        });
    }),
    ("cut off", |draft, dice, _| {
        change(draft, dice, |text, at, _| text.truncate(at))
    }),
    ("case changed", |draft, dice, _| {
        change(draft, dice, |text, at, _| {
            if text[at].is_ascii_alphabetic() {
                text[at] ^= 0x20;
            }
        });
    }),
    ("everything in lower case", |draft, dice, _| {
        change(draft, dice, |text, _, _| text.make_ascii_lowercase())
    }),
    ("segment padded", |draft, dice, _| {
        let pads = *dice.pick(&["=", "=="]);
        segments(draft, dice, |segment, _| segment.push_str(pads));
    }),
    ("standard alphabet", |draft, dice, _| {
        segments(draft, dice, |segment, _| {
            *segment = segment.replace('-', "+").replace('_', "/")
        });
    }),
    ("left-over bits", |draft, dice, _| {
        // Another spelling of the same bytes, where the last letter has bits to spare.
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let bundle = draft.bundle();
        let mut all: Vec<_> = bundle.split(['.', '~']).map(str::to_owned).collect();
        let spare: Vec<_> = all
            .iter_mut()
            .filter(|segment| matches!(segment.len() % 4, 2 | 3))
            .collect();
        let count = spare.len();
        if let Some(segment) = spare.into_iter().nth(dice.below(count)) {
            let last = segment.pop().unwrap_or_default();
            let value = LETTERS
                .iter()
                .position(|letter| char::from(*letter) == last);
            segment.push(char::from(
                LETTERS[value.unwrap_or_default() ^ (1 + dice.below(3))],
            ));
        }
        draft.text = Some(joined(&all));
    }),
    ("blanks around a segment", |draft, dice, _| {
        let blank = *dice.pick(&[" ", "\n", "\r\n", "\t", "\0", "\u{feff}", "\u{a0}"]);
        segments(draft, dice, |segment, dice| match dice.below(2) {
            0 => segment.insert_str(0, blank),
            _ => segment.push_str(blank),
        });
    }),
    ("segment emptied", |draft, dice, _| {
        segments(draft, dice, |segment, _| segment.clear())
    }),
    ("segment repeated", |draft, dice, _| {
        segments(draft, dice, |segment, _| {
            *segment = format!("{segment}.{segment}")
        });
    }),
    ("segments exchanged", |draft, dice, _| {
        let bundle = draft.bundle();
        let mut all: Vec<_> = bundle.split(['.', '~']).map(str::to_owned).collect();
        let (one, other) = (dice.below(all.len()), dice.below(all.len()));
        all.swap(one, other);
        draft.text = Some(joined(&all));
    }),
    ("parts in another order", |draft, dice, _| {
        let bundle = draft.bundle();
        let parts: Vec<_> = bundle.split('~').collect();
        let count = dice.below(4);
        draft.text = Some(
            (0..=count)
                .map(|_| *dice.pick(&parts))
                .collect::<Vec<_>>()
                .join("~"),
        );
    }),
    ("empty parts", |draft, dice, _| {
        let bundle = draft.bundle();
        draft.text = Some(match dice.below(4) {
            0 => format!("~{bundle}"),
            1 => format!("{bundle}~"),
            2 => bundle.replace('~', "~~"),
            _ => bundle.replace('~', ""),
        });
    }),
];

fn change(draft: &mut Draft, dice: &mut Dice, change: impl FnOnce(&mut Vec<u8>, usize, &mut Dice)) {
    let mut text = draft.bundle().into_bytes();
    let at = dice.below(text.len());
    if !text.is_empty() {
        change(&mut text, at, dice);
    }
    draft.text = Some(String::from_utf8_lossy(&text).into_owned());
}

/// Changes one segment of any part.
fn segments(draft: &mut Draft, dice: &mut Dice, change: impl FnOnce(&mut String, &mut Dice)) {
    let bundle = draft.bundle();
    let mut all: Vec<_> = bundle.split(['.', '~']).map(str::to_owned).collect();
    let at = dice.below(all.len());
    change(&mut all[at], dice);
    draft.text = Some(joined(&all));
}

/// Three segments a part.
fn joined(segments: &[String]) -> String {
    let parts: Vec<_> = segments.chunks(3).map(|part| part.join(".")).collect();
    parts.join("~")
}
