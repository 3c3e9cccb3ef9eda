use async_trait::async_trait;
use browserid::{Answer, Question, Timestamp};

use super::PortError;

/// Other domains' support documents, from the network. Nothing is kept here: that is
/// [`Documents`](crate::documents::Documents)' business.
#[async_trait]
pub trait SupportDocuments: Send + Sync {
    /// Never fails: trouble is an [`Answer`] too. Deadlines and size limits are the port's business;
    /// `spent_ms` is how long the walk that this question belongs to has taken already, so that a
    /// whole verification has a deadline and not only each hop. (`Documents` says 0, because many walks may wait for one
    /// answer, and gives up itself.) May be called from a task of its own, and be dropped half way.
    async fn ask(&self, question: &Question, spent_ms: u64) -> Fetched;
}

/// Where a federation publishes its member list.
#[async_trait]
pub trait MemberLists: Send + Sync {
    /// The whole list as it stands there now. Deadline and size limit ([`browserid::MAX_LIST_BYTES`]) are the port's
    /// business. The error tells neither contents nor a secret of the address.
    async fn read(&self) -> Result<Vec<u8>, PortError>;
}

/// What came back from the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// What it is.
    pub answer: Answer,
    /// What time the host says it is (its `Date` header), if it does.
    pub host_time: Option<Timestamp>,
    /// How long the host lets it be kept. Counts for documents only; failures are kept for a time of our own.
    pub keep: Keep,
}

/// What a host says of keeping its answer (`Cache-Control`, `Age`). How long it is kept in fact: `documents`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// For so long from now.
    For {
        /// In milliseconds.
        ms: u64,
    },
    /// Not at all (`no-store`, `no-cache`).
    No,
    /// It does not say.
    Unsaid,
}

impl From<Answer> for Fetched {
    /// With nothing said about time.
    fn from(answer: Answer) -> Self {
        Self {
            answer,
            host_time: None,
            keep: Keep::Unsaid,
        }
    }
}
