//! Puts pages and support document into the bucket when the stack is deployed.
fn main() {}
