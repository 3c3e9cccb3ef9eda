//! What came of verifications, by member.

use core::fmt;
use std::collections::BTreeMap;

use browserid::{Domain, MemberList, Refusal};

/// In whose name somebody came.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Voice {
    /// In that of a member: its issuer.
    Member(Domain),
    /// In nobody's on the list.
    Stranger,
}

impl Voice {
    /// The issuer, or `stranger`, which is no host name of a federation.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Member(issuer) => issuer.as_str(),
            Self::Stranger => "stranger",
        }
    }
}

impl fmt::Display for Voice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How often.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// It was them.
    pub accepted: u64,
    /// It was not, by the code of what refused.
    pub refused: BTreeMap<&'static str, u64>,
}

/// At most one line for each member and one for all strangers, each with at most one number a code.
#[derive(Debug, Default)]
pub(super) struct Tally(BTreeMap<Voice, Counts>);

impl Tally {
    pub(super) fn count(&mut self, voice: &Voice, refusal: Option<&Refusal>) {
        let counts = self.0.entry(voice.clone()).or_default();
        let counted = match refusal {
            None => &mut counts.accepted,
            Some(refusal) => counts.refused.entry(refusal.code().as_str()).or_default(),
        };
        *counted = counted.saturating_add(1);
    }

    pub(super) fn all(&self) -> Vec<(Voice, Counts)> {
        let all = self.0.iter();
        all.map(|(voice, counts)| (voice.clone(), counts.clone()))
            .collect()
    }

    /// Forgets members that are none any more.
    pub(super) fn keep_only(&mut self, list: &MemberList) {
        self.0.retain(|voice, _| match voice {
            Voice::Member(issuer) => list.member(issuer).is_some(),
            Voice::Stranger => true,
        });
    }
}
