//! Everything that can be wrong with a domain's identity provider: what to look at, what it means, how to mend it.
//!
//! Two halves that meet in an [`Observation`]: [`Prober`] asks a domain and writes down what it saw, judging nothing;
//! [`examine`] reads an observation and gives a [`Report`], asking nobody. The page `static/persona/doctor.html` makes
//! observations of the same shape, as far as a page can see, and judges them by the same checks.
//!
//! Nothing secret is ever sent: no cookie, no password, no session. The one request that could change anything is a `POST`
//! to the signing endpoint without a session, with a public key of which nobody has the private half.

mod certificate;
mod check;
mod checks;
mod findings;
mod html;
mod observation;
mod observe;
mod policy;
mod reading;
mod remedies;

pub use check::{Check, Severity, Subject};
pub use checks::{SUBJECTS, examine};
pub use findings::{Counts, Finding, Outcome, Report, Unseen};
pub use observation::{
    AuthoritySeen, Exchange, Failure, Family, HostSeen, NamesSeen, Observation, PageSeen, Role,
    SignSeen, TlsFailure, TlsSeen,
};
pub use observe::{Limits, Names, NoNames, Prober, Way};
pub use remedies::{Host, Remedy};
