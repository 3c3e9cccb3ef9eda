//! What all mails have in common: lines of text, and the page around the HTML part.

use super::Language;

/// Lines of text end here where a blank allows it: below the 78 characters that RFC 5322 recommends.
pub(super) const WIDTH: usize = 72;

/// What must not stand at the beginning of a line of Japanese.
const NOT_FIRST: &str = "、。」）：！？ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ";

/// The HTML part around `body`, which is markup already, as is `title`.
///
/// No colours: the reader's own hold, dark or light. Nothing is loaded.
pub(super) fn page(language: Language, title: &str, body: &str) -> String {
    let tag = language.tag();
    format!(
        "<!DOCTYPE html>\n\
         <html lang=\"{tag}\">\n\
         <head>\n\
         <meta charset=\"utf-8\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"format-detection\" content=\"telephone=no\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}</title>\n\
         </head>\n\
         <body style=\"font-family: sans-serif; font-size: 1rem; line-height: 1.5\">\n\
         {body}\
         </body>\n\
         </html>\n"
    )
}

/// What is not printable ASCII becomes `?`.
pub(super) fn one_line(text: &str) -> String {
    let plain = |char: char| {
        if matches!(char, ' '..='~') { char } else { '?' }
    };
    text.chars().map(plain).collect()
}

/// Lines of at most [`WIDTH`] columns, broken at blanks, and between wide characters, which take two columns each; a longer
/// word has a line of its own.
pub(super) fn wrapped(paragraph: &str) -> String {
    let mut text = String::new();
    let mut column = 0;
    for (blank, piece) in pieces(paragraph) {
        let length = piece.chars().map(columns).sum::<usize>();
        if column > 0 && column + usize::from(blank) + length > WIDTH {
            text.push('\n');
            column = 0;
        } else if column > 0 && blank {
            text.push(' ');
            column += 1;
        }
        text.push_str(piece);
        column += length;
    }
    text
}

/// What a line cannot be broken in, each with whether a blank is in front of it.
fn pieces(paragraph: &str) -> Vec<(bool, &str)> {
    let mut pieces = Vec::new();
    for (at, word) in paragraph.split(' ').enumerate() {
        let mut blank = at > 0;
        let mut rest = word;
        while !rest.is_empty() || blank {
            let (piece, left) = rest.split_at(breaks(rest));
            pieces.push((blank, piece));
            blank = false;
            rest = left;
        }
    }
    pieces
}

/// Where a line may end in `word` first: at its end, or beside a wide character.
fn breaks(word: &str) -> usize {
    let mut before: Option<char> = None;
    for (at, char) in word.char_indices() {
        let is_wide = columns(char) == 2;
        let may_end =
            before.is_some_and(|before| (columns(before) == 2 || is_wide) && before != '（');
        if may_end && !NOT_FIRST.contains(char) {
            return at;
        }
        before = Some(char);
    }
    word.len()
}

/// How wide a character is drawn.
fn columns(char: char) -> usize {
    if matches!(char, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}')
    {
        2
    } else {
        1
    }
}

/// For HTML, also between double quotes.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_at_blanks_and_a_long_word_has_one_of_its_own() {
        let long = "a".repeat(WIDTH + 1);
        assert_eq!(wrapped(&format!("b {long} c")), format!("b\n{long}\nc"));
        let fits = "a".repeat(WIDTH - 2);
        assert_eq!(wrapped(&format!("b {fits} c")), format!("b {fits}\nc"));
        assert_eq!(wrapped(""), "");
    }

    #[test]
    fn lines_of_japanese_are_broken_between_characters_but_not_before_a_full_stop() {
        let line = "あ".repeat(WIDTH / 2);
        assert_eq!(wrapped(&format!("{line}い")), format!("{line}\nい"));
        let shorter = "あ".repeat(WIDTH / 2 - 1);
        assert_eq!(wrapped(&format!("{line}。")), format!("{shorter}\nあ。"));
        assert_eq!(wrapped("10 分間"), "10 分間");
    }
}
