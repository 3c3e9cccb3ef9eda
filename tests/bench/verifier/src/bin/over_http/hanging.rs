//! Healthy domains while 500 others hang: their servers take the connection and never say a word.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::load::Load;
use crate::peers::our_verifier;
use crate::requests::request;

/// Hanging domains at once.
const HANGING: usize = 500;
/// Requests for the healthy domain, without and with them.
const REQUESTS: usize = 1000;

/// Measures, prints, and gives the same as JSON.
pub async fn measure(binary: &str, documents: u16) -> Value {
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = silent.local_addr().expect("a bound address").port();
    // Taken and kept open, never answered.
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = silent.accept().await {
            held.push(stream);
        }
    });
    let name = |number: usize| format!("hangs{number}.example");
    let maps: Vec<String> = (0..HANGING)
        .map(|number| format!("{}=http://127.0.0.1:{port}", name(number)))
        .collect();
    // Long enough that none of them gives up while the healthy are measured.
    let ours = our_verifier(binary, documents, &maps, &[("HTTP_TIMEOUT", "60")]);
    let healthy = Load::new(ours.port, request("idp.example"));
    healthy.must_be_okay().await;
    healthy.latencies(REQUESTS / 4).await;
    let alone = healthy.latencies(REQUESTS).await;
    let memory_alone = ours.peak_memory_mb();

    let mut askers = JoinSet::new();
    for number in 0..HANGING {
        let load = Load::new(ours.port, request(&name(number)));
        askers.spawn(async move { load.ask().await });
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let beside = healthy.latencies(REQUESTS).await;
    let still_hanging = askers.len() - ended(&mut askers);
    let memory_beside = ours.peak_memory_mb();
    askers.abort_all();

    let ms = |taken: &[Duration], part: usize| taken[taken.len() * part / 100].as_secs_f64() * 1e3;
    println!("\n| healthy domain | median ms | 99 of 100 within ms | peak memory MB |");
    println!("|---|---|---|---|");
    for (what, taken, memory) in [
        ("alone", &alone, memory_alone),
        ("beside 500 hanging ones", &beside, memory_beside),
    ] {
        println!(
            "| {what} | {:.3} | {:.3} | {memory:.1} |",
            ms(taken, 50),
            ms(taken, 99)
        );
    }
    println!("\nstill hanging at the end: {still_hanging} of {HANGING}");
    json!({
        "alone_ms": [ms(&alone, 50), ms(&alone, 99)],
        "beside_ms": [ms(&beside, 50), ms(&beside, 99)],
        "memory_mb": [memory_alone, memory_beside],
        "still_hanging": still_hanging,
    })
}

fn ended(askers: &mut JoinSet<Vec<u8>>) -> usize {
    std::iter::from_fn(|| askers.try_join_next()).count()
}
