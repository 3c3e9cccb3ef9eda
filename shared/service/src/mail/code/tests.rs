use browserid::HostRule;

use super::*;
use crate::mail::layout::WIDTH;

const CODE: &str = "049271";
const HOST: &str = "fallback.example.org";
const LINK: &str = "https://fallback.example.org/persona/prove.html#code=049271";

fn to() -> Email {
    Email::parse("jan@example.com", HostRule::Public).expect("an address")
}

fn mail(language: Language) -> Mail {
    code(to(), CODE, LINK, 10, HOST, language)
}

/// What a reader of the HTML part sees, a line a paragraph.
fn seen(html: &str) -> Vec<String> {
    let body = html.split_once("<p>").expect("paragraphs").1;
    let mut text = String::new();
    let mut is_tag = false;
    for char in body.replace("<br>\n", "\n").chars() {
        match char {
            '<' => is_tag = true,
            '>' if is_tag => is_tag = false,
            _ if !is_tag => text.push(char),
            _ => {}
        }
    }
    let lines = text.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| {
            line.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&")
        })
        .collect()
}

/// The paragraphs of the text part, unwrapped.
fn paragraphs(text: &str) -> Vec<String> {
    let paragraphs = text.trim_end().split("\n\n");
    paragraphs
        .map(|paragraph| paragraph.replace('\n', " "))
        .collect()
}

/// Without any white space: lines of Japanese are broken where there is none.
fn squeezed(texts: &[String]) -> Vec<String> {
    let squeezed = texts.iter().map(|text| text.split_whitespace().collect());
    squeezed.collect()
}

#[test]
fn every_language_has_every_part_in_text_and_html_alike() {
    for language in Language::ALL {
        let mail = mail(language);
        let words = words::of(language);
        let filled = |sentence: &str| sentence.replace("{minutes}", "10").replace("{host}", HOST);
        let expected = [
            filled(words.what),
            CODE.to_owned(),
            filled(words.how),
            filled(words.link),
            LINK.to_owned(),
            filled(words.ignore),
            filled(words.secret),
        ];
        let written = paragraphs(&mail.text);
        match language {
            Language::Japanese => assert_eq!(squeezed(&written), squeezed(&expected)),
            _ => assert_eq!(written, expected, "{language:?}"),
        }
        assert_eq!(seen(&mail.html), expected, "{language:?}");
        assert_eq!(mail.subject, filled(words.subject));
        assert_eq!(mail.language, language);
        assert_eq!(mail.to, to());
        assert!(
            mail.html
                .contains(&format!("<html lang=\"{}\">", language.tag()))
        );
    }
}

#[test]
fn an_english_mail_reads_so() {
    assert_eq!(
        mail(Language::English).text,
        "Somebody is signing in with this address through fallback.example.org.\n\
         If that is you, here is your code:\n\
         \n\
         049271\n\
         \n\
         Type it on the page that asks for it. It works once, and for 10 minutes.\n\
         \n\
         Or open this link in the browser in which you asked for the code; it\n\
         works in no other:\n\
         \n\
         https://fallback.example.org/persona/prove.html#code=049271\n\
         \n\
         If you did not ask for a code, ignore this mail: without the code nobody\n\
         can sign in with your address.\n\
         \n\
         Never tell this code to anybody, whoever asks for it.\n"
    );
}

#[test]
fn sentences_name_host_and_time_and_end_as_they_should() {
    for language in Language::ALL {
        let words = words::of(language);
        for (sentence, holds) in [(words.subject, "{host}"), (words.what, "{host}")] {
            assert_eq!(sentence.matches(holds).count(), 1, "{sentence}");
        }
        assert_eq!(words.how.matches("{minutes}").count(), 1, "{language:?}");
        for ends in [words.what, words.link] {
            assert!(ends.ends_with([':', '：']), "{ends}");
        }
        for ends in [words.how, words.ignore, words.secret] {
            assert!(ends.ends_with(['.', '。']), "{ends}");
        }
        let all = [
            words.subject,
            words.what,
            words.how,
            words.link,
            words.ignore,
            words.secret,
        ]
        .concat();
        assert!(
            !all.contains("  ") && !all.contains(['\'', '"', '\n', '<', '&']),
            "{all}"
        );
        // French sets a space that does not break before high punctuation, the others none.
        for mark in [':', ';'] {
            for (at, _) in all.match_indices(mark) {
                let before = all[..at].chars().next_back();
                let is_spaced = matches!(before, Some('\u{a0}' | '\u{202f}'));
                assert_eq!(is_spaced, language == Language::French, "{all}");
                assert_ne!(before, Some(' '), "{all}");
            }
        }
    }
}

#[test]
fn the_subject_is_short_and_holds_no_code() {
    for language in Language::ALL {
        let subject = mail(language).subject;
        assert!(!subject.contains(CODE), "{subject}");
        assert!(subject.contains(HOST) && subject.chars().count() <= 78);
    }
}

#[test]
fn lines_are_short_and_the_code_stands_alone_in_one_piece() {
    for language in Language::ALL {
        let mail = mail(language);
        assert!(mail.text.trim_end().ends_with(['.', '。']) && !mail.text.contains('\r'));
        for line in mail.text.lines() {
            assert!(
                line == LINK || line.chars().count() <= WIDTH,
                "{language:?}: {line}"
            );
            assert_eq!(line.trim_end(), line);
        }
        assert_eq!(mail.text.lines().filter(|line| *line == CODE).count(), 1);
        assert_eq!(mail.text.matches(CODE).count(), 2, "alone and in the link");
        assert_eq!(
            mail.html
                .matches(&format!("<strong>{CODE}</strong>"))
                .count(),
            1
        );
        for line in mail.html.lines() {
            assert!(line.len() <= 998, "the limit of RFC 5322: {line}");
        }
    }
}

#[test]
fn the_html_part_loads_nothing_and_sets_no_colour() {
    for language in Language::ALL {
        let html = mail(language).html;
        assert_eq!(html.matches("://").count(), html.matches(LINK).count());
        assert_eq!(html.matches(LINK).count(), 2, "where it leads, and as text");
        assert_eq!(html.matches(&format!("href=\"{LINK}\"")).count(), 1);
        for forbidden in [
            "<img",
            "<script",
            "<link",
            "<style",
            "<iframe",
            "src=",
            "url(",
            "@import",
            "color:",
            "background",
            "http-equiv",
        ] {
            assert!(!html.contains(forbidden), "{language:?} holds {forbidden}");
        }
    }
}

#[test]
fn markup_in_what_we_are_given_stays_text() {
    let link = "https://a.example/?a=1&b='\"><script>x</script>";
    let host = "<b>\"a\"&'b'</b>";
    for language in Language::ALL {
        let mail = code(to(), "<i>1", link, 10, host, language);
        for forbidden in ["<script", "</script", "<b>", "<i>", "'", "\"a\""] {
            assert!(!mail.html.contains(forbidden), "{forbidden}");
        }
        let lines = seen(&mail.html);
        assert!(lines.contains(&link.to_owned()) && lines.contains(&"<i>1".to_owned()));
        assert!(lines[0].contains(host));
    }
}

#[test]
fn nothing_that_we_are_given_adds_a_line_or_a_header() {
    let host = "a.example\r\nBcc: all@example.com\u{2028}\u{85}\0\u{7f}";
    let link = "https://a.example/\r\n\r\n.\r\nX";
    for language in Language::ALL {
        let mail = code(to(), "12\r\n3", link, 10, host, language);
        let held = "a.example??Bcc: all@example.com????";
        assert!(mail.subject.contains(held), "{}", mail.subject);
        assert!(!mail.subject.contains(char::is_control));
        let expected = ["12??3", "https://a.example/????.??X"];
        for line in expected {
            assert_eq!(mail.text.lines().filter(|found| *found == line).count(), 1);
        }
        assert_eq!(paragraphs(&mail.text).len(), 7);
        assert_eq!(seen(&mail.html).len(), 7);
    }
}

#[test]
fn names_in_braces_are_not_filled_twice() {
    let mail = code(to(), "{host}", LINK, 10, "{minutes}", Language::English);
    assert_eq!(mail.subject, "Confirm your address at {minutes}");
    assert!(mail.text.contains("\n\n{host}\n\n"));
}

#[test]
fn a_long_host_breaks_no_word() {
    let host = format!("{}.example.org", "a".repeat(63));
    let mail = code(to(), CODE, LINK, 10, &host, Language::German);
    assert!(mail.text.contains(&host));
    let longest = mail.text.lines().map(str::len).max();
    assert_eq!(longest, Some(host.len()), "it has a line of its own");
}

#[test]
fn debug_shows_the_language_alone() {
    let shown = format!("{:?}", mail(Language::French));
    assert_eq!(shown, "Mail { language: French, .. }");
}
