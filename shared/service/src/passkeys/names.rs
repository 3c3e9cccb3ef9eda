use crate::sign_in::SignInFailure;

/// A passkey's name has so many characters at most.
pub const MAX_NAME: usize = 60;

/// A name without blanks around it, of 1 to 60 characters. Something of it can be seen, and nothing of it breaks the line or
/// turns what stands around it.
pub(super) fn named(name: &str) -> Result<String, SignInFailure> {
    let name = name.trim();
    let is_right = (1..=MAX_NAME).contains(&name.chars().count())
        && !name.chars().any(is_disturbing)
        && !name.chars().all(|c| c.is_whitespace() || is_unseen(c));
    match is_right {
        true => Ok(name.to_owned()),
        false => Err(SignInFailure::NameInvalid),
    }
}

/// Controls, line ends, and what turns the direction of writing.
fn is_disturbing(c: char) -> bool {
    let is_listed = matches!(
        c,
        '\u{61c}'
            | '\u{200e}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
    );
    is_listed || c.is_control()
}

/// Shows nothing by itself. Some of it joins or parts letters in languages that need that, so it may stand among others.
fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200d}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{e0000}'..='\u{e007f}'
            | '\u{e0100}'..='\u{e01ef}'
    )
}
