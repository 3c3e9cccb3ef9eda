//! What a mail is written in, as the browser asks for it.

use http::HeaderMap;
use http::header::ACCEPT_LANGUAGE;
use service::mail::Language;

/// Nobody wants more; what follows is not read.
const MAX_RANGES: usize = 20;

/// The first of the most wanted languages (`Accept-Language`) that we write; English if there is none.
pub(super) fn of(headers: &HeaderMap) -> Language {
    let mut best: Option<(f32, Language)> = None;
    let lines = headers.get_all(ACCEPT_LANGUAGE).iter();
    let ranges = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .take(MAX_RANGES);
    for range in ranges {
        let mut parts = range.split(';').map(str::trim);
        let Some(language) = parts.next().and_then(known) else {
            continue;
        };
        let weight = parts
            .find_map(|part| part.strip_prefix("q="))
            .map_or(Some(1.0), |weight| weight.trim().parse().ok())
            .filter(|weight: &f32| *weight > 0.0 && *weight <= 1.0);
        if let Some(weight) = weight
            && best.is_none_or(|(most, _)| weight > most)
        {
            best = Some((weight, language));
        }
    }
    best.map_or(Language::English, |(_, language)| language)
}

/// `de`, `de-AT`: what follows the first part does not matter.
fn known(range: &str) -> Option<Language> {
    let primary = range.split('-').next().unwrap_or_default();
    [
        ("de", Language::German),
        ("en", Language::English),
        ("es", Language::Spanish),
        ("fr", Language::French),
        ("it", Language::Italian),
    ]
    .into_iter()
    .find(|(name, _)| primary.eq_ignore_ascii_case(name))
    .map(|(_, language)| language)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn wanted(lines: &[&str]) -> Language {
        let mut headers = HeaderMap::new();
        for line in lines {
            let line = HeaderValue::from_str(line).expect("a header");
            headers.append(ACCEPT_LANGUAGE, line);
        }
        of(&headers)
    }

    #[test]
    fn most_wanted_language_that_we_write_is_taken() {
        for (line, expected) in [
            ("de", Language::German),
            ("DE-at", Language::German),
            (
                "fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5",
                Language::French,
            ),
            ("nl, it;q=0.3, es;q=0.4", Language::Spanish),
            ("de;q=0, it", Language::Italian),
            ("it;q=0.5, de;q=0.5", Language::Italian),
            ("it ; q=0.2,en;q=0.1", Language::Italian),
        ] {
            assert_eq!(wanted(&[line]), expected, "{line}");
        }
        assert_eq!(wanted(&["nl", "es"]), Language::Spanish);
    }

    #[test]
    fn who_wants_nothing_that_we_write_reads_english() {
        let long = format!("{}de", "nl,".repeat(MAX_RANGES));
        for line in [
            "", "*", "nl", "deu", "d", ";q=1", "de;q=2", "de;q=NaN", "de;q=x", "de;q=-1", &long,
        ] {
            assert_eq!(wanted(&[line]), Language::English, "{line}");
        }
        assert_eq!(wanted(&[]), Language::English);
    }
}
