use serde::{Deserialize, Serialize};

/// The longest `Accept-Language` that is read, in bytes. Browsers send less than 100.
const MAX_HEADER: usize = 1000;

/// What a mail is written in. The tags stand in stores: rename none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub enum Language {
    /// Where nothing better is known.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Deutsch
    #[serde(rename = "de")]
    German,
    /// Español
    #[serde(rename = "es")]
    Spanish,
    /// Français
    #[serde(rename = "fr")]
    French,
    /// Italiano
    #[serde(rename = "it")]
    Italian,
    /// 日本語
    #[serde(rename = "ja")]
    Japanese,
}

impl Language {
    /// All that we write, the default first.
    pub const ALL: [Self; 6] = [
        Self::English,
        Self::German,
        Self::Spanish,
        Self::French,
        Self::Italian,
        Self::Japanese,
    ];

    /// What the browser that sends this `Accept-Language` likes best of what we write (RFC 9110 §12.5.4; `de-AT` is
    /// German). The first of those liked equally; English if none is liked, if only `*` is, or if the header is over
    /// 1000 bytes long. Ranges that cannot be read are passed over.
    pub fn from_accept(header: &str) -> Self {
        if header.len() > MAX_HEADER {
            return Self::default();
        }
        let liked: Vec<Liked> = header.split(',').filter_map(Liked::read).collect();
        let mut best = (Self::default(), 0, usize::MAX);
        for language in Self::ALL {
            let (quality, place) = quality(&liked, language);
            if quality > best.1 || (quality == best.1 && quality > 0 && place < best.2) {
                best = (language, quality, place);
            }
        }
        best.0
    }

    /// Its name in `Content-Language` and in HTML (BCP 47).
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::Spanish => "es",
            Self::French => "fr",
            Self::Italian => "it",
            Self::Japanese => "ja",
        }
    }
}

/// One range of the header.
struct Liked<'a> {
    /// The part before the first hyphen, as sent; `*` for any.
    primary: &'a str,
    /// In thousandths.
    quality: u16,
}

impl<'a> Liked<'a> {
    fn read(range: &'a str) -> Option<Self> {
        let (tag, quality) = match range.split_once(';') {
            Some((tag, weight)) => (tag, thousandths(weight.trim().strip_prefix(['q', 'Q'])?)?),
            None => (range, 1000),
        };
        let tag = tag.trim();
        let mut subtags = tag.split('-');
        let is_tag = tag == "*"
            || subtags.all(|subtag| {
                (1..=8).contains(&subtag.len())
                    && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
            });
        let primary = tag.split('-').next().filter(|_| is_tag)?;
        Some(Self { primary, quality })
    }
}

/// How much a language is liked, and at which place of the header that stands. `*` speaks for those that are not named.
fn quality(liked: &[Liked<'_>], language: Language) -> (u16, usize) {
    let best_of = |name: &str| {
        let mut best = None;
        for (place, range) in liked.iter().enumerate() {
            let is_better = best.is_none_or(|(quality, _)| range.quality > quality);
            if range.primary.eq_ignore_ascii_case(name) && is_better {
                best = Some((range.quality, place));
            }
        }
        best
    };
    let named = best_of(language.tag());
    named.or_else(|| best_of("*")).unwrap_or((0, usize::MAX))
}

/// `=0.8` is 800. At most three digits after the point, at most 1.
fn thousandths(weight: &str) -> Option<u16> {
    let number = weight.strip_prefix('=')?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let fraction: u16 = format!("{fraction:0<3}").parse().ok()?;
    match (whole, fraction) {
        ("0", fraction) => Some(fraction),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Language::{English, French, German, Italian, Japanese, Spanish};
    use super::*;

    fn check(cases: &[(&str, Language)]) {
        for (header, expected) in cases {
            assert_eq!(Language::from_accept(header), *expected, "{header:?}");
        }
    }

    #[test]
    fn each_language_is_found_by_its_tag_and_by_its_regions() {
        for language in Language::ALL {
            let tag = language.tag();
            check(&[
                (tag, language),
                (&format!("{tag}-XX"), language),
                (&tag.to_uppercase(), language),
            ]);
        }
        check(&[
            ("de-AT", German),
            ("zh-Hant-TW, es-419;q=0.9", Spanish),
            ("it-CH-1996", Italian),
            ("ja-JP, en;q=0.8", Japanese),
        ]);
    }

    #[test]
    fn the_best_liked_wins_wherever_it_stands_and_the_first_of_equals() {
        check(&[
            ("de, fr", German),
            ("fr, de", French),
            ("en;q=0.8, de;q=0.9", German),
            ("nl, pl;q=0.9, it;q=0.1", Italian),
            ("en;q=0.5,es;q=0.501", Spanish),
            ("de;q=0.2, en-GB;q=0.4, de-CH;q=0.6", German),
            ("fr ; q=1.000 , de ; q=0.999", French),
            ("en;Q=0.1, fr;Q=0.2", French),
        ]);
    }

    #[test]
    fn a_star_speaks_for_those_that_are_not_named() {
        check(&[
            ("*", English),
            ("fr, *;q=0.1", French),
            ("*, fr", English),
            ("*;q=0.5, fr;q=0.4", English),
            ("en;q=0, *", German),
            ("*;q=0, it", Italian),
        ]);
    }

    #[test]
    fn what_is_not_liked_is_not_taken() {
        check(&[
            ("de;q=0", English),
            ("de;q=0.000, nl", English),
            ("nl, pl", English),
            ("den, deu, frx", English),
        ]);
    }

    #[test]
    fn anything_odd_is_english_or_passed_over() {
        check(&[
            ("", English),
            (",,, ,", English),
            ("de;q=2", English),
            ("de;q=1.001", English),
            ("de;q=-1", English),
            ("de;q=0.1234", English),
            ("de;q=", English),
            ("de;q", English),
            ("de;quality=1", English),
            ("de;q=1;q=1", English),
            ("de;q=0.+1", English),
            ("d\u{0435}", English),
            ("de_AT", English),
            ("de-", English),
            ("-de", English),
            ("de fr", English),
            ("de\r\nBcc: x", English),
            ("*-de", English),
            ("de;q=oops, fr;q=0.3", French),
            ("\u{1F1E9}\u{1F1EA}, es", Spanish),
        ]);
    }

    #[test]
    fn a_header_of_any_length_is_bounded_work() {
        let long = format!("de,{}", "a".repeat(MAX_HEADER - 3));
        check(&[(&long, German)]);
        check(&[(&format!("{long}a"), English)]);
        check(&[(&format!("de,{}", ",".repeat(MAX_HEADER - 3)), German)]);
    }
}
