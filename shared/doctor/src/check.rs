//! What is looked for.

use serde::Serialize;

use crate::remedies::Remedy;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Somebody cannot sign in, or somebody else could.
    Error,
    /// It works today, for some, or less safely than it should.
    Warning,
    /// Nothing to mend; worth knowing.
    Note,
}

impl Severity {
    /// As it is printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// One thing that can be wrong. Its `id` is stable: added, never renamed.
#[derive(Debug)]
pub struct Check {
    /// How to mend it, wherever the domain is hosted.
    pub fix: &'static str,
    /// The stable name.
    pub id: &'static str,
    /// True if a page on the domain's own origin can see it too.
    pub is_for_pages: bool,
    /// Which of the hosts' own instructions mends it.
    pub remedy: Option<Remedy>,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one clause.
    pub what: &'static str,
    /// Why it matters.
    pub why: &'static str,
}

/// Checks that are looked at together or not at all.
#[derive(Debug)]
pub struct Subject {
    /// All of them.
    pub checks: &'static [&'static Check],
    /// What they are about.
    pub name: &'static str,
}

/// A subject with its checks: `NAME = severity "id" what; why; fix`, with `in a page` where a page can see it too, and
/// `remedy X` where hosts differ in how it is mended.
macro_rules! subject {
    ($subject:literal: $(
        $name:ident = $severity:ident $id:literal $(in a $page:ident)? $(remedy $remedy:ident)?:
        $what:literal; $why:literal; $fix:literal;
    )*) => {
        $(pub(crate) static $name: $crate::check::Check = $crate::check::Check {
            fix: $fix,
            id: $id,
            is_for_pages: $crate::check::subject!(@page $($page)?),
            remedy: $crate::check::subject!(@remedy $($remedy)?),
            severity: $crate::check::Severity::$severity,
            what: $what,
            why: $why,
        };)*
        /// All checks of this file.
        pub(crate) static SUBJECT: $crate::check::Subject = $crate::check::Subject {
            checks: &[$(&$name),*],
            name: $subject,
        };
    };
    (@page) => { false };
    (@page page) => { true };
    (@remedy) => { None };
    (@remedy $remedy:ident) => { Some($crate::remedies::Remedy::$remedy) };
}
pub(crate) use subject;
