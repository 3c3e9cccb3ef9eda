use browserid::Email;

use super::{Language, Mail, words};

/// Lines of text end here where a blank allows it: below the 78 characters that RFC 5322 recommends.
const WIDTH: usize = 72;

/// The mail that brings a code. Both parts say the same.
///
/// `link` opens the page that asked, with the code filled in; `host` is who asks (the fallback's own domain), `minutes` how
/// long the code works (two or more). What is not printable ASCII in `code`, `link` and `host` becomes `?`, so that neither
/// can add a line anywhere.
pub fn code(
    to: Email,
    code: &str,
    link: &str,
    minutes: u32,
    host: &str,
    language: Language,
) -> Mail {
    let words = words::of(language);
    let (code, host, link) = (one_line(code), one_line(host), one_line(link));
    let filled = |sentence: &str| {
        let timed = sentence.replace("{minutes}", &minutes.to_string());
        timed.replace("{host}", &host)
    };
    let [what, how, before_link, ignore, secret] = [
        words.what,
        words.how,
        words.link,
        words.ignore,
        words.secret,
    ]
    .map(filled);
    let text = [
        wrapped(&what),
        code.clone(),
        wrapped(&how),
        wrapped(&before_link),
        link.clone(),
        wrapped(&ignore),
        wrapped(&secret),
    ]
    .join("\n\n");
    let tag = language.tag();
    let subject = filled(words.subject);
    let [title, what, how, before_link, ignore, secret] =
        [&subject, &what, &how, &before_link, &ignore, &secret].map(|text| escaped(text));
    let (code, link) = (escaped(&code), escaped(&link));
    // No colours: the reader's own hold, dark or light. Nothing is loaded; the link is the only address in it.
    let html = format!(
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
         <p>{what}</p>\n\
         <p style=\"font-family: monospace; font-size: 2.5rem; margin: 1rem 0\"><strong>{code}</strong></p>\n\
         <p>{how}</p>\n\
         <p>{before_link}<br>\n\
         <a href=\"{link}\" style=\"overflow-wrap: anywhere\">{link}</a></p>\n\
         <p>{ignore}</p>\n\
         <p><strong>{secret}</strong></p>\n\
         </body>\n\
         </html>\n"
    );
    Mail {
        language,
        subject,
        text: text + "\n",
        html,
        to,
    }
}

/// What is not printable ASCII becomes `?`.
fn one_line(text: &str) -> String {
    let plain = |char: char| {
        if matches!(char, ' '..='~') { char } else { '?' }
    };
    text.chars().map(plain).collect()
}

/// Lines of at most [`WIDTH`] characters, broken at blanks; a longer word has a line of its own.
fn wrapped(paragraph: &str) -> String {
    let mut text = String::new();
    let mut column = 0;
    for word in paragraph.split(' ') {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > WIDTH {
            text.push('\n');
            column = 0;
        } else if column > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += length;
    }
    text
}

/// For HTML, also between double quotes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests;
