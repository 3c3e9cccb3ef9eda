//! `selfsame rotate --plan`: the dates of a change of the signing key.

use service::ports::Clock;

use crate::arguments::RotateArguments;
use crate::complaint::Complaint;
use crate::output;
use crate::rotation::Plan;
use crate::system::SystemClock;

/// Prints the plan.
pub fn run(options: &RotateArguments) -> Result<(), Complaint> {
    let start = options.start.unwrap_or_else(|| SystemClock.now());
    let plan = Plan::new(options.from, start, options.max_age, options.max_lifetime);
    output::print(&plan.to_string())
}
