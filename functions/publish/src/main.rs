//! Puts pages and support document into the bucket when the stack is deployed: CloudFormation's custom resource.

mod answer;
mod config;
mod properties;
mod publication;
mod reply;
mod request;

use std::process::ExitCode;

fn main() -> ExitCode {
    lambda::start_operation(config::read)
}
