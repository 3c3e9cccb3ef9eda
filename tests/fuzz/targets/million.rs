//! A million changed bundles (or as many as the first argument says), judged by the product and by the oracle.
//!
//!   million [COUNT [SEED [FIRST]]]
//!
//! Prints the numbers of the run; fails if the two do not agree on any of them.

use std::process::ExitCode;
use std::time::Instant;

use checks::mutation;
// Our own crates are built to report what they reach; it is there to hear them.
use libfuzzer_sys as _;

#[allow(clippy::disallowed_methods, reason = "it measures how long it takes")]
fn main() -> ExitCode {
    let argument = |at, usual| match std::env::args().nth(at) {
        Some(text) => text.parse().expect("a number"),
        None => usual,
    };
    let (count, seed, first) = (argument(1, 1_000_000), argument(2, 1), argument(3, 0));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let begun = Instant::now();
    let tally = mutation::run(seed, first..first + count, threads);
    println!("{tally}");
    println!(
        "seed {seed}, {threads} threads, {} s",
        begun.elapsed().as_secs()
    );
    ExitCode::from(u8::from(!tally.disputed.is_empty()))
}
