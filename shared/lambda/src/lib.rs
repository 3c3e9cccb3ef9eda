//! What every function's `main` shares: the environment, the log, and a router on the Lambda runtime.
//!
//! A function is `lambda::start(config::router)`: read the environment, build the router, answer events. It understands
//! events of API Gateway's HTTP APIs (payload 2.0), which function URLs send too, and no others.

pub mod absent;
pub mod environment;

mod adapters;
mod event;
mod log;
mod run;

pub use adapters::{KernelRandom, SystemClock};
pub use environment::{Environment, Incomplete};
pub use run::start;
