use browserid::Timestamp;

use super::{
    Language, Mail,
    layout::{escaped, one_line, page, wrapped},
    words::{self, NoticeWords},
};
use crate::{history::Event, not_me::LINK_MS};

const MINUTE_MS: u64 = 60 * 1000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

/// What somebody is told by mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// There are new recovery codes.
    CodesMade,
    /// There is a link that sets new ways in.
    LinkMade,
    /// Everything was locked.
    Locked,
    /// A browser signed in that was not known.
    NewDevice,
    /// The panic switch was pulled.
    PanicSwitchPulled,
    /// There is a passkey more.
    PasskeyAdded,
    /// A passkey seems to have been copied.
    PasskeyCopied,
    /// There is a passkey less.
    PasskeyRemoved,
    /// There is no password any more.
    PasswordRemoved,
    /// There is a new password.
    PasswordSet,
    /// There is no second step any more.
    TotpRemoved,
    /// There is a second step.
    TotpSet,
}

impl Told {
    /// All of it.
    pub const ALL: [Self; 12] = [
        Self::CodesMade,
        Self::LinkMade,
        Self::Locked,
        Self::NewDevice,
        Self::PanicSwitchPulled,
        Self::PasskeyAdded,
        Self::PasskeyCopied,
        Self::PasskeyRemoved,
        Self::PasswordRemoved,
        Self::PasswordSet,
        Self::TotpRemoved,
        Self::TotpSet,
    ];

    /// The sentence, and the subject.
    fn words(self, words: &NoticeWords) -> (&'static str, &'static str) {
        let ways = words.subject_ways;
        match self {
            Self::CodesMade => (words.codes_made, ways),
            Self::LinkMade => (words.link_made, words.subject_link),
            Self::Locked => (words.locked, ways),
            Self::NewDevice => (words.new_device, words.subject_device),
            Self::PanicSwitchPulled => (words.panic, words.subject_panic),
            Self::PasskeyAdded => (words.passkey_added, ways),
            Self::PasskeyCopied => (words.passkey_copied, ways),
            Self::PasskeyRemoved => (words.passkey_removed, ways),
            Self::PasswordRemoved => (words.password_removed, ways),
            Self::PasswordSet => (words.password_set, ways),
            Self::TotpRemoved => (words.totp_removed, ways),
            Self::TotpSet => (words.totp_set, ways),
        }
    }
}

/// The mail that tells the person of `event` what happened, when, and with what browser from where. Both parts say the same.
///
/// `link`: to "this was not me", where there is something to undo. `host`: who tells (where our pages are). What is not
/// printable ASCII in what is filled in becomes `?`, so that none of it can add a line anywhere. No mail names a site that
/// somebody signs in to: who sends it does not know any.
pub fn notice(
    event: &Event,
    told: Told,
    link: Option<&str>,
    host: &str,
    language: Language,
) -> Mail {
    let words = words::of_notices(language);
    let [host, address] = [host, event.email.as_str()].map(one_line);
    let days = (LINK_MS / DAY_MS).to_string();
    let filled = |sentence: &str| {
        let timed = sentence.replace("{days}", &days);
        let named = timed.replace("{host}", &host);
        named.replace("{address}", &address)
    };
    let (what, subject) = told.words(words);
    let facts = facts(event, words);
    let mut before = vec![filled(what), facts.join("\n")];
    let link = link.map(one_line);
    if link.is_some() {
        before.extend([filled(words.fine), filled(words.not_me)]);
    }

    let mut text: Vec<String> = before.iter().map(|paragraph| lines(paragraph)).collect();
    text.extend(link.clone());
    let paragraphs = before.iter().map(|paragraph| {
        let paragraph = escaped(paragraph).replace('\n', "<br>\n");
        format!("<p>{paragraph}</p>\n")
    });
    let mut body: String = paragraphs.collect();
    if let Some(link) = link.as_deref().map(escaped) {
        body +=
            &format!("<p><a href=\"{link}\" style=\"overflow-wrap: anywhere\">{link}</a></p>\n");
    }
    let subject = filled(subject);
    Mail {
        language,
        html: page(language, &escaped(&subject), &body),
        subject,
        text: text.join("\n\n") + "\n",
        to: event.email.clone(),
    }
}

/// When, with what, from where; a line each.
fn facts(event: &Event, words: &NoticeWords) -> [String; 3] {
    let known = |text: &str| match one_line(text) {
        known if known.is_empty() => words.unknown.to_owned(),
        known => known,
    };
    [
        words.when.replace("{it}", &date(event.time, words)),
        words.browser.replace("{it}", &known(&event.device)),
        words.network.replace("{it}", &known(&event.source)),
    ]
}

fn lines(paragraph: &str) -> String {
    let wrapped: Vec<String> = paragraph.split('\n').map(wrapped).collect();
    wrapped.join("\n")
}

/// As people of that language write it, to the minute.
fn date(time: Timestamp, words: &NoticeWords) -> String {
    let (year, month, day) = civil(time.as_millis() / DAY_MS);
    let rest = time.as_millis() % DAY_MS;
    let clock = format!("{:02}:{:02}", rest / HOUR_MS, rest / MINUTE_MS % 60);
    let name = words.months.get(month).copied().unwrap_or_default();
    let dated = words.date.replace("{day}", &day.to_string());
    let dated = dated.replace("{month}", name);
    let dated = dated.replace("{year}", &year.to_string());
    dated.replace("{time}", &clock)
}

/// Year, month (from 0) and day of the `days`th day after 1 January 1970. Years begin in March here, so that the odd day is
/// the last one of its year; 719 468 days lie between the first such year and 1970.
fn civil(days: u64) -> (u64, usize, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = (from_march + 2) % 12;
    let is_next = u64::from(month < 2);
    (
        year + era * 400 + is_next,
        usize::try_from(month).unwrap_or_default(),
        day,
    )
}

#[cfg(test)]
mod tests;
