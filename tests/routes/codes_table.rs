//! `shared/CODES.md` is written from the source, and stands there as it was written last.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use browserid::Code;
use serde_json::json;
use tests::http::Call;
use tests::network::Network;
use tests::tokens::{AUDIENCE, alices_bundle};
use tests::verifier::Verifier;
use web::verify::REQUEST_CODES;

use crate::log::{keep_the_log, lines};

const HEAD: &str = "\
# What the verifier's codes mean

Every failure carries a `code`, a stable name for programs, beside `reason`, the original verifier's sentence for people.
Codes are added, never renamed. Whose move it is: `site` is the site that asks (its code or configuration), `domain` the
domain of the address or its authority, `visitor` whoever presented the assertion (their browser, or an attacker),
`verifier` whoever keeps the verifier.

To see more, add `?explain=1` to `/v2`, where the verifier's keeper has that on, or run
`selfsame verify --audience ORIGIN --explain ASSERTION`: the last of the `steps` is the one that refused.

Written from `browserid/src/code.rs` and `web/src/verify/codes.rs`; a test holds it. To write it anew:
`RENEW=1 cargo test -p tests --test routes codes_table`

## Verifications that were refused

The HTTP status is 200, `status` is `failure`.

| code | meaning | whose move | what to do |
|---|---|---|---|
";

const REQUESTS: &str = "
## Requests that came to no verification

| code | HTTP status | meaning | whose move | what to do |
|---|---|---|---|---|
";

fn written() -> String {
    let mut text = HEAD.to_owned();
    for code in Code::ALL {
        let (meaning, fault, advice) = (code.meaning(), code.fault().as_str(), code.advice());
        writeln!(text, "| `{code}` | {meaning} | {fault} | {advice} |").expect("memory");
    }
    text.push_str(REQUESTS);
    for of in REQUEST_CODES {
        let (code, status) = (of.kind.code(), of.kind.status().as_u16());
        let (meaning, fault) = (of.kind.meaning().trim_end_matches('.'), of.fault.as_str());
        writeln!(
            text,
            "| `{code}` | {status} | {meaning} | {fault} | {} |",
            of.advice
        )
        .expect("memory");
    }
    text
}

#[test]
fn the_table_of_codes_is_the_sources() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/CODES.md");
    if std::env::var_os("RENEW").is_some() {
        fs::write(&path, written()).expect("it is written");
    }
    let stands = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stands == written(),
        "shared/CODES.md is not what the source says; write it anew with `RENEW=1 cargo test -p tests --test routes codes_table`"
    );
}

#[test]
fn advice_fits_into_a_table() {
    for of in REQUEST_CODES {
        assert!(!of.advice.contains(['|', '\n']) && of.advice.ends_with('.'));
        assert!(!of.kind.meaning().contains('|'));
    }
    assert!(REQUEST_CODES.is_sorted_by_key(|of| of.kind.code()));
}

#[tokio::test]
async fn the_verifier_gives_exactly_these_codes_to_requests_that_it_does_not_verify() {
    keep_the_log();
    let verifier = Verifier::new();
    let v2 = |body: serde_json::Value| Call::post("/v2").json(&body);
    for call in [
        v2(json!({})),
        v2(json!({"assertion": "x"})),
        v2(json!({"assertion": "x", "audience": "x", "trustedIssuers": 1})),
        Call::post("/v2").body("text/plain", "x"),
        Call::post("/v2").body("application/json", "x"),
        Call::post("/v2").body("application/json", "x".repeat(10_241)),
        Call::get("/v2"),
        Call::get("/nothing"),
        Call::get("/wsapi/address_info"),
        Call::get("/wsapi/discovery"),
    ] {
        verifier.send(call).await;
    }
    let broken = Verifier::on(Network::broken());
    broken
        .send(v2(
            json!({"assertion": alices_bundle(), "audience": AUDIENCE}),
        ))
        .await;

    let told = lines();
    let told: BTreeSet<_> = told
        .iter()
        .filter_map(|line| line["code"].as_str())
        .collect();
    let listed: BTreeSet<_> = REQUEST_CODES.iter().map(|of| of.kind.code()).collect();
    assert_eq!(told, listed);
}
