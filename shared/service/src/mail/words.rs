//! The sentences, a file a language.

mod english;
mod french;
mod german;
mod italian;
mod japanese;
mod spanish;

use super::Language;

/// What a mail with a code says. `{host}` is who asks, `{minutes}` how long the code works.
///
/// Polite forms throughout. No sentence names a site: who sends the mail does not know it.
pub(super) struct CodeWords {
    /// One line. Without the code: subjects show on locked screens, in lists of mails and in the logs of mail servers.
    pub(super) subject: &'static str,
    /// What is going on; the code follows.
    pub(super) what: &'static str,
    /// What to do with the code, and how long it works.
    pub(super) how: &'static str,
    /// Says that the link works in the browser that asked and in no other; the link follows.
    pub(super) link: &'static str,
    /// For those who asked for nothing.
    pub(super) ignore: &'static str,
    /// Never tell it.
    pub(super) secret: &'static str,
}

/// What the mails say that tell somebody what happened. `{host}` is who tells, `{address}` whose identity it is about,
/// `{days}` how long the link works.
pub(super) struct NoticeWords {
    /// One line each.
    pub(super) subject_device: &'static str,
    pub(super) subject_link: &'static str,
    pub(super) subject_panic: &'static str,
    pub(super) subject_ways: &'static str,

    /// What happened.
    pub(super) new_device: &'static str,
    pub(super) link_made: &'static str,
    pub(super) panic: &'static str,
    pub(super) codes_made: &'static str,
    pub(super) locked: &'static str,
    pub(super) passkey_added: &'static str,
    pub(super) passkey_copied: &'static str,
    pub(super) passkey_removed: &'static str,
    pub(super) password_removed: &'static str,
    pub(super) password_set: &'static str,
    pub(super) totp_removed: &'static str,
    pub(super) totp_set: &'static str,

    /// The moment: `{day}`, `{month}` (a name), `{year}`, `{time}`, always in UTC.
    pub(super) date: &'static str,
    pub(super) months: [&'static str; 12],
    /// `{it}` follows.
    pub(super) when: &'static str,
    pub(super) browser: &'static str,
    pub(super) network: &'static str,
    /// In the place of a browser or a network that is not known.
    pub(super) unknown: &'static str,

    /// Nothing is to be done.
    pub(super) fine: &'static str,
    /// What to do otherwise, and what that does; the link follows.
    pub(super) not_me: &'static str,
}

pub(super) fn of_notices(language: Language) -> &'static NoticeWords {
    match language {
        Language::English => &english::NOTICES,
        Language::German => &german::NOTICES,
        Language::Spanish => &spanish::NOTICES,
        Language::French => &french::NOTICES,
        Language::Italian => &italian::NOTICES,
        Language::Japanese => &japanese::NOTICES,
    }
}

pub(super) fn of(language: Language) -> &'static CodeWords {
    match language {
        Language::English => &english::CODE,
        Language::German => &german::CODE,
        Language::Spanish => &spanish::CODE,
        Language::French => &french::CODE,
        Language::Italian => &italian::CODE,
        Language::Japanese => &japanese::CODE,
    }
}
