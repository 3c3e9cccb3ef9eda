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
