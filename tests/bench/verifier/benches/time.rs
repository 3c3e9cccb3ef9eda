//! How long a verification takes, in process, whole and in its parts.
//!
//! `cargo bench -p verifier-bench --bench time`; `tests/bench/verify` runs it in rounds and computes the ratios.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "divan names benches by their functions; a bench fails loudly"
)]

use browserid::bundle::BackedAssertion;
use browserid::{HostRule, Json, PublicKey, SupportDocument, audience, base64url, json};
use bytes::Bytes;
use divan::{Bencher, black_box};
use verifier_bench::{
    AUDIENCE, Bundle, CASES, Case, Core, Documents, Key, NOW_MS, Whole, document, is_okay,
    operation, to_nowhere,
};

fn main() {
    divan::main();
}

/// Two bare signature checks with what stands in the very same bundles.
#[divan::bench_group]
mod bare {
    use super::*;

    #[divan::bench(args = CASES.into_iter().filter(Case::is_rsa))]
    fn from_numbers(bencher: Bencher<'_, '_>, case: Case) {
        let bare = case.bare();
        bencher.bench(|| bare.from_numbers());
    }

    #[divan::bench(args = CASES.into_iter().filter(Case::is_rsa))]
    fn with_prepared_keys(bencher: Bencher<'_, '_>, case: Case) {
        let bare = case.bare();
        bencher.bench(|| bare.with_prepared_keys());
    }
}

/// Bytes of a request in, bytes of its answer out, through the router of `web`; the issuer's document is kept.
#[divan::bench_group]
mod whole {
    use super::*;

    fn run(bencher: Bencher<'_, '_>, case: Case, target: &'static str) {
        let bundle = case.bundle();
        let whole = Whole::warm(&bundle);
        let body = Bytes::from(bundle.request());
        let request = || Whole::request(target, body.clone());
        assert!(is_okay(&whole.send(request())));
        bencher
            .with_inputs(request)
            .bench_values(|request| whole.send(request));
    }

    #[divan::bench(args = CASES)]
    fn v2(bencher: Bencher<'_, '_>, case: Case) {
        run(bencher, case, "/v2");
    }

    #[divan::bench(args = CASES)]
    fn v2_with_log_line(bencher: Bencher<'_, '_>, case: Case) {
        let _logging = to_nowhere();
        run(bencher, case, "/v2");
    }

    #[divan::bench(args = &CASES[..1])]
    fn v2_explained(bencher: Bencher<'_, '_>, case: &Case) {
        run(bencher, *case, "/v2?explain=1");
    }
}

/// What stands around a verification: the router of `web` when there is nothing to verify.
#[divan::bench_group]
mod around {
    use super::*;

    /// Layers, routing and headers alone.
    #[divan::bench]
    fn health(bencher: Bencher<'_, '_>) {
        let whole = Whole::warm(&CASES[0].bundle());
        bencher
            .with_inputs(|| Whole::request("/status", Bytes::new()))
            .bench_values(|request| whole.send(request));
    }

    /// Also the reading of a body as large as a real one, and an answer in JSON: what was sent is no bundle.
    #[divan::bench]
    fn refusal(bencher: Bencher<'_, '_>) {
        let bundle = CASES[0].bundle();
        let whole = Whole::warm(&bundle);
        let body = String::from_utf8_lossy(&bundle.request()).replace('~', "-");
        let body = Bytes::from(body.into_bytes());
        bencher
            .with_inputs(|| Whole::request("/v2", body.clone()))
            .bench_values(|request| whole.send(request));
    }
}

/// A verifier that has heard so many domains, asked about some of them in turn.
#[divan::bench_group]
mod seen {
    use super::*;

    /// How many of them send assertions now.
    const BUSY: usize = 200;

    #[divan::bench(args = [1, 1_000, 100_000])]
    fn whole(bencher: Bencher<'_, '_>, domains: usize) {
        let (issuer, user) = (Key::named("RS256a"), Key::named("RS256b"));
        // A debug build only shows that this works.
        let domains = if cfg!(debug_assertions) {
            domains.min(10)
        } else {
            domains
        };
        let name = |number: usize| format!("idp{number}.example");
        let whole = Whole::new(operation(Documents::of_all_hosts(&document(&issuer))));
        for number in 0..domains {
            whole.discover(&name(number));
        }
        let spread = (domains / BUSY).max(1);
        let bodies: Vec<_> = (0..domains)
            .step_by(spread)
            .take(BUSY)
            .map(|number| Bundle::new(&issuer, &user, &name(number), NOW_MS).request())
            .map(Bytes::from)
            .collect();
        for body in &bodies {
            assert!(is_okay(&whole.send(Whole::request("/v2", body.clone()))));
        }
        let mut next = bodies.iter().cycle();
        bencher
            .with_inputs(move || Whole::request("/v2", next.next().expect("a body").clone()))
            .bench_local_values(|request| whole.send(request));
    }
}

/// The protocol core alone: `Verification::start` and `hear`, the issuer's document read before.
#[divan::bench_group]
mod core {
    use super::*;

    #[divan::bench(args = CASES)]
    fn verification(bencher: Bencher<'_, '_>, case: Case) {
        let core = Core::new(&case.bundle());
        bencher.bench(|| core.run());
    }

    #[divan::bench(args = &CASES[..1])]
    fn explained(bencher: Bencher<'_, '_>, case: &Case) {
        let core = Core::new(&case.bundle());
        bencher.bench(|| core.explained());
    }
}

/// What a verification is made of.
#[divan::bench_group]
mod part {
    use super::*;

    #[divan::bench(args = CASES)]
    fn parse_bundle(bencher: Bencher<'_, '_>, case: Case) {
        let text = Json::from(case.bundle().text);
        bencher.bench(|| BackedAssertion::parse(black_box(&text), HostRule::Public));
    }

    #[divan::bench(args = ["RS128a", "RS256a", "DS128a", "DS256a"])]
    fn read_key(bencher: Bencher<'_, '_>, name: &str) {
        let public = Key::named(name).public;
        bencher.bench(|| PublicKey::from_json(black_box(&public)));
    }

    #[divan::bench(args = ["RS128a", "RS256a", "DS128a", "DS256a"])]
    fn check_signature(bencher: Bencher<'_, '_>, name: &str) {
        let key = Key::named(name);
        let message = [b'x'; 620];
        let signature = key.sign(&message);
        let public = PublicKey::from_json(&key.public).expect("a key");
        bencher.bench(|| {
            public
                .verify(black_box(&message), black_box(&signature))
                .expect("a good signature")
        });
    }

    /// Keys in groups that nobody knows: each group is checked.
    #[divan::bench(args = [0, 1])]
    fn read_key_of_another_group(bencher: Bencher<'_, '_>, which: usize) {
        let text = include_str!("../../../../shared/browserid/tests/dsa_other_groups.json");
        let cases = json::parse(text.as_bytes()).expect("JSON");
        let public = cases[which]["key"].clone();
        bencher.bench(|| PublicKey::from_json(black_box(&public)).expect("a key"));
    }

    #[divan::bench(args = ["RS256a", "DS256a"])]
    fn read_document(bencher: Bencher<'_, '_>, name: &str) {
        let document = document(&Key::named(name)).to_string();
        bencher.bench(|| SupportDocument::parse(black_box(document.as_bytes()), HostRule::Public));
    }

    #[divan::bench]
    fn decode_base64url(bencher: Bencher<'_, '_>) {
        let bundle = CASES[0].bundle();
        let text = bundle.text.split('.').nth(1).expect("a payload");
        bencher.bench(|| base64url::decode(black_box(text)));
    }

    #[divan::bench]
    fn parse_json(bencher: Bencher<'_, '_>) {
        let bundle = CASES[0].bundle();
        let text = bundle.text.split('.').nth(1).expect("a payload");
        let text = base64url::decode(text).expect("base64url");
        bencher.bench(|| json::parse(black_box(&text)));
    }

    #[divan::bench]
    fn compare_audience(bencher: Bencher<'_, '_>) {
        let audience = Json::from(AUDIENCE);
        bencher.bench(|| audience::compare(Some(black_box(&audience)), black_box(&audience)));
    }
}
