//! How often and how much memory is asked for in a verification. Only Rust's: aws-lc has its own.
//!
//! `cargo bench -p verifier-bench --bench allocations`
#![allow(missing_docs, reason = "divan names benches by their functions")]

use browserid::bundle::BackedAssertion;
use browserid::{HostRule, Json};
use bytes::Bytes;
use divan::{AllocProfiler, Bencher, black_box};
use verifier_bench::{CASES, Case, Core, Whole};

#[global_allocator]
static COUNTING: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

#[divan::bench(args = CASES)]
fn whole(bencher: Bencher<'_, '_>, case: Case) {
    let bundle = case.bundle();
    let whole = Whole::warm(&bundle);
    let body = Bytes::from(bundle.request());
    bencher
        .with_inputs(|| Whole::request("/v2", body.clone()))
        .bench_values(|request| whole.send(request));
}

#[divan::bench(args = CASES)]
fn core(bencher: Bencher<'_, '_>, case: Case) {
    let core = Core::new(&case.bundle());
    bencher.bench(|| core.run());
}

#[divan::bench(args = CASES)]
fn parse_bundle(bencher: Bencher<'_, '_>, case: Case) {
    let text = Json::from(case.bundle().text);
    bencher.bench(|| BackedAssertion::parse(black_box(&text), HostRule::Public));
}
