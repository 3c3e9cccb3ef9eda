//! The owner's commands on Lambda: invoked with AWS credentials, never over HTTP.
fn main() {}
