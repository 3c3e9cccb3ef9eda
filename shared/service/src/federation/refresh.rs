//! One reading of the list.

use core::fmt;
use std::sync::Arc;

use browserid::{MemberList, MemberListError, Timestamp};

use super::Members;

/// Why a reading brought no list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefreshFailure {
    /// It was issued before the one that is held, or in the same moment and says something else.
    Older {
        /// When the one that is held was issued.
        held: Timestamp,
        /// When the one that was read was.
        offered: Timestamp,
    },
    /// What was read is no list that we believe.
    Refused(MemberListError),
    /// Nothing could be read.
    Unreadable {
        /// Why, in words.
        why: String,
    },
}

impl RefreshFailure {
    /// The stable name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Older { .. } => "list_older",
            Self::Refused(_) => "list_refused",
            Self::Unreadable { .. } => "list_unreadable",
        }
    }
}

impl fmt::Display for RefreshFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Older { held, offered } if held == offered => {
                f.write_str("it says something else than the list of the same moment that is held")
            }
            Self::Older { held, offered } => write!(
                f,
                "it was issued at {offered}, before the one that is held ({held})"
            ),
            Self::Refused(error) => error.fmt(f),
            Self::Unreadable { why } => f.write_str(why),
        }
    }
}

impl std::error::Error for RefreshFailure {}

impl Members {
    /// Whoever calls has the turn.
    pub(super) async fn read(&self) -> Result<(), RefreshFailure> {
        let read = self.lists.read().await;
        let now = self.clock.now();
        let list = match read {
            Ok(bytes) => self.judge(&bytes, now),
            Err(error) => Err(RefreshFailure::Unreadable {
                why: error.to_string(),
            }),
        };
        let mut held = self.held();
        let done = list.and_then(|list| held.take(list));
        held.read = Some(now);
        held.readings += 1;
        held.trouble = done.clone().err();
        if done.is_ok() {
            held.refreshed = Some(now);
        }
        drop(held);
        if let Err(failure) = &done {
            tracing::warn!(
                code = failure.code(),
                error = %failure,
                "the federation's member list was not renewed"
            );
        }
        done
    }

    fn judge(&self, bytes: &[u8], now: Timestamp) -> Result<MemberList, RefreshFailure> {
        let list = MemberList::parse(bytes, &self.seal, self.hosts);
        list.and_then(|list| list.check_current(now).map(|()| list))
            .map_err(RefreshFailure::Refused)
    }
}

/// A reading that nobody waits for.
pub(super) struct Aside(pub(super) Arc<Members>);

impl Aside {
    pub(super) async fn refresh(self) {
        let Self(members) = self;
        // What came of it is in the log, and in what is held now.
        let _ = members.refresh().await;
    }
}
