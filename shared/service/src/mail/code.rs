use browserid::Email;

use super::{
    Language, Mail,
    layout::{escaped, one_line, page, wrapped},
    words,
};

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
    let subject = filled(words.subject);
    let [title, what, how, before_link, ignore, secret] =
        [&subject, &what, &how, &before_link, &ignore, &secret].map(|text| escaped(text));
    let (code, link) = (escaped(&code), escaped(&link));
    let html = page(
        language,
        &title,
        &format!(
            "<p>{what}</p>\n\
             <p style=\"font-family: monospace; font-size: 2.5rem; margin: 1rem 0\"><strong>{code}</strong></p>\n\
             <p>{how}</p>\n\
             <p>{before_link}<br>\n\
             <a href=\"{link}\" style=\"overflow-wrap: anywhere\">{link}</a></p>\n\
             <p>{ignore}</p>\n\
             <p><strong>{secret}</strong></p>\n"
        ),
    );
    Mail {
        language,
        subject,
        text: text + "\n",
        html,
        to,
    }
}

#[cfg(test)]
mod tests;
