//! May the fallback speak for a domain? Only if discovery says, now, that the domain does not speak for itself.

use std::sync::Arc;

use browserid::{Domain, Timestamp};

use crate::ports::{Authorities, Clock, PortError, Said, SupportSeen};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// A domain that had support and lost it without saying so (`disabled`) is left alone for so long: 30 days. Otherwise
/// whoever makes a document unreachable, or a slip of its owner, hands its people over to the fallback.
pub const GRACE_MS: u64 = 30 * DAY_MS;

/// How the question is answered.
pub struct Standings {
    /// What discovery says.
    pub authorities: Arc<dyn Authorities>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Which domains had support, and when last.
    pub seen: Arc<dyn SupportSeen>,
}

/// How a domain stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It had support, and does not answer so any more; the fallback keeps out until `until`.
    Offline {
        /// From then on the fallback may speak.
        until: Timestamp,
    },
    /// It speaks for itself.
    Primary {
        /// Through this authority.
        authority: Domain,
    },
    /// It does not speak for itself. What was proved before `last_primary` is worth nothing: the domain spoke for itself
    /// in between, and may have given the address to somebody else.
    Secondary {
        /// When it was last seen to speak for itself, if ever.
        last_primary: Option<Timestamp>,
    },
    /// No clear answer. The fallback may not speak.
    Unreachable,
}

impl Standings {
    /// Asks discovery, and remembers support when it sees it.
    pub async fn of(&self, domain: &Domain) -> Result<Standing, PortError> {
        let now = self.clock.now();
        Ok(match self.authorities.ask(domain).await? {
            Said::Supported { authority } => {
                self.seen.keep(domain, now).await?;
                Standing::Primary { authority }
            }
            Said::Disabled => Standing::Secondary {
                last_primary: self.seen.find(domain).await?,
            },
            Said::NoSupport => match self.seen.find(domain).await? {
                Some(seen) if now < seen.plus_ms(GRACE_MS) => Standing::Offline {
                    until: seen.plus_ms(GRACE_MS),
                },
                last_primary => Standing::Secondary { last_primary },
            },
            Said::Unclear => Standing::Unreachable,
        })
    }
}
