//! May the fallback speak for a domain? Only if discovery says, now, that the domain does not speak for itself.
//!
//! | discovery says | before | the domain is |
//! |---|---|---|
//! | it has support | anything | primary; we remember that |
//! | it delegates to this fallback | anything | secondary, at once: its owner says so |
//! | it has none: `disabled` | anything | secondary, at once: its owner says so |
//! | it has none: no host, 404, no document | never seen, or last seen 30 days ago or longer | secondary |
//! | it has none: no host, 404, no document | seen within 30 days | offline, until the 30 days are over |
//! | nothing clear | anything | unreachable |
//!
//! Only for a secondary domain does the fallback do anything, and only what was proved after its last day as a primary
//! counts ([`still_counts`]).

use std::sync::Arc;

use browserid::{Domain, Timestamp};

use crate::ports::{Authorities, Clock, PortError, Said, SupportSeen};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// A domain that had support and lost it without saying so (`disabled`) is left alone for so long: 30 days. Otherwise
/// whoever makes a document unreachable, or a slip of its owner, hands its people over to the fallback.
pub const GRACE_MS: u64 = 30 * DAY_MS;

/// For so long it is remembered that a domain had support: longer than anything proved by mail is worth
/// ([`PASSWORD_MS`](crate::fallback::PASSWORD_MS)), so that forgetting changes nothing.
pub const SEEN_RETENTION_MS: u64 = 400 * DAY_MS;

/// How the question is answered.
pub struct Standings {
    /// What discovery says.
    pub authorities: Arc<dyn Authorities>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// The fallback's own domain. One that names it as its authority asks it to speak.
    pub issuer: Domain,
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
        /// When it was last seen to speak for itself, if ever. In the past.
        last_primary: Option<Timestamp>,
    },
    /// No clear answer. The fallback may not speak.
    Unreachable,
}

/// True if what was proved at `proved` is worth something still.
pub fn still_counts(proved: Timestamp, last_primary: Option<Timestamp>) -> bool {
    last_primary.is_none_or(|last| last < proved)
}

impl Standings {
    /// Asks discovery, and remembers support when it sees it.
    pub async fn of(&self, domain: &Domain) -> Result<Standing, PortError> {
        let said = self.authorities.ask(domain).await?;
        // Not before the answer: support is remembered for the moment when it was seen.
        let now = self.clock.now();
        Ok(match said {
            Said::Supported { authority } if authority == self.issuer && *domain != self.issuer => {
                self.at_its_owners_word(domain, now).await?
            }
            Said::Supported { authority } => {
                self.seen.keep(domain, now).await?;
                Standing::Primary { authority }
            }
            Said::Disabled => self.at_its_owners_word(domain, now).await?,
            Said::NoSupport => match self.seen.find(domain).await? {
                Some(seen) if now < seen.plus_ms(GRACE_MS) => Standing::Offline {
                    until: seen.plus_ms(GRACE_MS),
                },
                last_primary => Standing::Secondary { last_primary },
            },
            Said::Unclear => Standing::Unreachable,
        })
    }

    /// The owner of the domain lets the fallback speak.
    async fn at_its_owners_word(
        &self,
        domain: &Domain,
        now: Timestamp,
    ) -> Result<Standing, PortError> {
        Ok(match self.seen.find(domain).await? {
            // Our clock was set back since: nothing that is proved now could be told from what was proved before.
            Some(seen) if now <= seen => Standing::Unreachable,
            last_primary => Standing::Secondary { last_primary },
        })
    }
}

#[cfg(test)]
mod tests;
