//! The verifier over HTTP: a release binary on one core, asked by this process from another.
//!
//! Run by `tests/bench/over_http`, by hand. Prints a table, and JSON for whoever wants to compute with it.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a bench reads clocks, prints, and fails loudly"
)]

mod hanging;
mod load;
mod peers;
mod requests;

use std::time::Duration;

use serde_json::json;

use crate::load::Load;
use crate::peers::{document_server, in_process, old_server, our_verifier, tls_documents};

/// How long each rate is measured, and how often; the median of the rounds counts.
const ROUND: Duration = Duration::from_secs(3);
const ROUNDS: usize = 5;
/// Requests under way at once.
const AT_ONCE: usize = 16;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("in-process") => in_process(ROUND),
        Some(binary) => {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.expect("a runtime").block_on(measure(binary));
        }
        None => panic!("the path of a release build of selfsame, please"),
    }
}

async fn measure(binary: &str) {
    let documents = document_server().await;
    let ours = our_verifier(binary, documents.port, &[], &[]);
    let old = old_server();
    let tls = tls_documents();

    // Both bundles are good for two minutes; all rounds take less.
    let ours_load = Load::new(ours.port, requests::request("idp.example"));
    let old_domain = format!("127.0.0.1:{}", tls.port);
    let old_load = Load::new(old.port, requests::request(&old_domain));
    ours_load.must_be_okay().await;
    old_load.must_be_okay().await;

    // In turns, so that what the machine does besides falls on all alike.
    let mut rates: [Vec<f64>; 3] = Default::default();
    for _ in 0..ROUNDS {
        rates[0].push(peers::rate_in_process());
        rates[1].push(ours_load.rate(AT_ONCE, ROUND).await);
        rates[2].push(old_load.rate(AT_ONCE, ROUND).await);
    }
    let [in_process, over_http, old_rate] = rates.map(median);
    let rss = ours.peak_memory_mb();
    println!("| what | a second, one core | ratio | budget |");
    println!("|---|---|---|---|");
    println!("| in process: request to answer, document kept | {in_process:.0} | 1 | |");
    println!(
        "| over HTTP, a connection each | {over_http:.0} | {:.2} of in process | ≥ 0.5 |",
        over_http / in_process
    );
    println!(
        "| the old server's way: two look-ups over TLS a verification, nothing kept | {old_rate:.0} | ours is {:.0} times that | ≥ 50 |",
        over_http / old_rate
    );
    println!("\npeak memory of the verifier: {rss:.1} MB");
    drop((ours, old, tls));

    let hanging = hanging::measure(binary, documents.port).await;
    let report = json!({
        "in_process_per_s": in_process,
        "over_http_per_s": over_http,
        "old_per_s": old_rate,
        "peak_memory_mb": rss,
        "hanging": hanging,
    });
    println!("\n{report}");
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
