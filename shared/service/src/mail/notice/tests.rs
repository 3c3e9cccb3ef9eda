use browserid::{Email, HostRule};

use super::*;
use crate::{history::What, mail::layout::WIDTH};

const HOST: &str = "id.example";
const LINK: &str = "https://id.example/persona/not_me.html#token";

fn event(device: &str, source: &str) -> Event {
    Event {
        device: device.to_owned(),
        email: Email::parse("jan@me.example", HostRule::Public).expect("an address"),
        source: source.to_owned(),
        time: Timestamp::from_millis(1_795_305_599_000),
        what: What::SignedOut,
    }
}

fn mail(told: Told, language: Language) -> Mail {
    let event = event("Firefox on Linux", "192.0.2.1");
    notice(&event, told, Some(LINK), HOST, language)
}

#[test]
fn an_english_mail_reads_so() {
    let mail = mail(Told::NewDevice, Language::English);
    assert_eq!(mail.subject, "New sign-in at id.example");
    assert_eq!(
        mail.text,
        "Somebody signed in as jan@me.example with a browser that had not been\n\
         used for that before.\n\
         \n\
         When: 21 November 2026, 23:59 UTC\n\
         Browser: Firefox on Linux\n\
         Network: 192.0.2.1\n\
         \n\
         If that was you, there is nothing to do.\n\
         \n\
         If it was not you, open this link. It ends all sessions and removes\n\
         everything that somebody else could use; it lets nobody in. It works for\n\
         7 days:\n\
         \n\
         https://id.example/persona/not_me.html#token\n"
    );
}

#[test]
fn every_mail_in_every_language_says_all_of_it_in_both_parts() {
    for language in Language::ALL {
        let mut subjects = std::collections::BTreeSet::new();
        let mut texts = std::collections::BTreeSet::new();
        for told in Told::ALL {
            let mail = mail(told, language);
            for part in [&mail.text, &mail.html] {
                for said in [
                    "jan@me.example",
                    "Firefox on Linux",
                    "192.0.2.1",
                    "2026",
                    "23:59",
                    LINK,
                ] {
                    // Lines of Japanese are broken anywhere.
                    let joined: String = part.split('\n').collect();
                    assert!(
                        part.contains(said) || joined.contains(said),
                        "{said}: {part}"
                    );
                }
                assert!(!part.contains(['{', '}']), "{part}");
            }
            assert!(mail.subject.contains(HOST) && mail.subject.chars().count() <= 78);
            for line in mail.text.lines() {
                assert!(line == LINK || line.chars().count() <= WIDTH, "{line}");
                assert_eq!(line.trim_end(), line);
            }
            assert_eq!(
                mail.html.matches("://").count(),
                2,
                "the link and nothing else"
            );
            assert!(
                mail.html
                    .contains(&format!("<html lang=\"{}\">", language.tag()))
            );
            subjects.insert(mail.subject);
            texts.insert(mail.text);
        }
        assert_eq!(
            (subjects.len(), texts.len()),
            (4, Told::ALL.len()),
            "{language:?}"
        );
    }
}

#[test]
fn without_a_link_nobody_is_asked_to_open_one() {
    for language in Language::ALL {
        let words = words::of_notices(language);
        let event = event("", "");
        let mail = notice(&event, Told::PanicSwitchPulled, None, HOST, language);
        for part in [&mail.text, &mail.html] {
            assert!(!part.contains("href") && !part.contains("://"), "{part}");
            assert!(!part.contains(words.fine), "{part}");
            assert_eq!(part.matches(words.unknown).count(), 2, "{part}");
        }
    }
}

#[test]
fn markup_and_line_ends_in_what_is_filled_in_stay_text() {
    for language in Language::ALL {
        let event = event("<script>x</script>\r\nBcc: a", "1\r\n\r\n<b>\u{e9}\u{2028}");
        let link = "https://a.example/'\"><script>\r\n";
        let host = "a.example\r\nBcc: all@example.com<i>";
        let mail = notice(&event, Told::NewDevice, Some(link), host, language);
        for forbidden in ["<script", "</script", "<b>", "<i>", "'\""] {
            assert!(!mail.html.contains(forbidden), "{forbidden}");
        }
        assert!(!mail.subject.contains(char::is_control));
        for line in mail.text.lines() {
            assert!(!line.starts_with("Bcc"), "{line}");
        }
        assert_eq!(mail.text.trim_end().split("\n\n").count(), 5);
        assert!(mail.html.contains("&lt;script&gt;x&lt;/script&gt;??Bcc: a"));
    }
}

#[test]
fn dates_are_those_of_the_calendar() {
    for (days, expected) in [
        (0, (1970, 0, 1)),
        (58, (1970, 1, 28)),
        (59, (1970, 2, 1)),
        (364, (1970, 11, 31)),
        (11_016, (2000, 1, 29)),
        (11_017, (2000, 2, 1)),
        (20_778, (2026, 10, 21)),
        (47_540, (2100, 1, 28)),
        (47_541, (2100, 2, 1)),
    ] {
        assert_eq!(civil(days), expected, "{days}");
    }
}

#[test]
fn dates_are_written_as_each_language_writes_them() {
    let written = |language| date(event("", "").time, words::of_notices(language));
    for (language, expected) in [
        (Language::English, "21 November 2026, 23:59 UTC"),
        (Language::German, "21. November 2026, 23:59 Uhr UTC"),
        (Language::Spanish, "21 de noviembre de 2026, 23:59 UTC"),
        (Language::French, "21 novembre 2026, 23:59 UTC"),
        (Language::Italian, "21 novembre 2026, 23:59 UTC"),
        (Language::Japanese, "2026年11月21日 23:59 UTC"),
    ] {
        assert_eq!(written(language), expected);
    }
}

#[test]
fn sentences_end_as_they_should_and_name_what_they_are_about() {
    for language in Language::ALL {
        let words = words::of_notices(language);
        for told in Told::ALL {
            let (what, _) = told.words(words);
            assert!(
                what.contains("{address}") && what.ends_with(['.', '。']),
                "{what}"
            );
            assert!(
                !what.contains("  ") && !what.contains(['\'', '"', '<', '&']),
                "{what}"
            );
        }
        assert!(words.not_me.contains("{days}") && words.not_me.ends_with([':', '：']));
        for fact in [words.when, words.browser, words.network] {
            assert!(fact.ends_with("{it}"), "{fact}");
        }
    }
}
