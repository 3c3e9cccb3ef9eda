//! What every function's `main` shares: the environment, the log, and a router on the Lambda runtime.
//!
//! A function is `lambda::start(config::read)`: read the environment, open what is outside, answer events. It understands
//! events of API Gateway's HTTP APIs (payload 2.0), which function URLs send too, and no others.
//!
//! - `environment.rs`: the variables, every fault in one message.
//! - `identity.rs`: the variables that the identity provider's functions share.
//! - `outside.rs`: what is opened during init, and tried again with the next event while it does not answer.
//! - `run.rs`: from `main` to the runtime's loop, for HTTP.
//! - `operations.rs`: the same for functions that are invoked with a JSON object and no HTTP.
//! - `event.rs`: from an event to the request that a router expects.
//! - `invocation.rs`: what belongs to one invocation: its id, whether it is the first, how long it takes.
//! - `log.rs`, `metrics.rs`: one JSON object a line; the line of a request is its metrics line too.

pub mod environment;

mod adapters;
mod event;
mod identity;
mod invocation;
mod log;
mod metrics;
mod operations;
mod outside;
mod panic;
mod run;

pub use adapters::{KernelRandom, SystemClock};
pub use environment::{Environment, Incomplete};
pub use identity::{Identity, own_origin};
pub use operations::{Operation, Outcome, start_operation};
pub use outside::{Outside, Shut, warmed};
pub use panic::unwound;
pub use run::start;
/// Two futures at once.
pub use tokio::join;
