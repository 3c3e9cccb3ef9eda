//! Ten thousand guesses at one account, and its owner beside them: `tests/bench/guesses`.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a bench measures, prints, and fails as loudly as a test"
)]

use std::path::Path;
use std::time::{Duration, Instant};

use local::store::Store;
use serde_json::json;
use tests::authenticator::{Algorithm, Passkey};
use tests::clock::START_MS;
use tests::http::{Call, Heard};
use tests::idp::{Idp, ORIGIN, PASSWORD, cookie, from_page, jar};
use tests::tokens::ALICE;

const GUESSES: u32 = 10_000;
const YEAR_MS: u64 = 365 * 24 * 60 * 60 * 1000;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let folder = std::env::temp_dir().join(format!("guesses-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    println!(
        "| store | guesses | over | looked at (argon2id each) | refused unread | signed in | the owner: known browser, passkey | a refusal, µs | one looked at, ms |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for is_file in [false, true] {
        for crowd in Crowd::ALL {
            run(crowd, is_file, &folder).await;
        }
    }
    std::fs::remove_dir_all(&folder).expect("our folder");
}

/// How ten thousand guesses are spread.
#[derive(Clone, Copy, Debug)]
enum Crowd {
    /// All of them at one moment: six wrong ones, and then only the right password.
    AtOnce,
    /// Evenly over a year, every one wrong.
    InAYear,
    /// Over a year, each at the moment when it may be made, the others in between.
    AsSoonAsItMay,
}

impl Crowd {
    const ALL: [Self; 3] = [Self::AtOnce, Self::InAYear, Self::AsSoonAsItMay];
}

#[derive(Default)]
struct Tally {
    looked_at: u32,
    looking: Duration,
    owner: u32,
    refused: u32,
    refusing: Duration,
    signed_in: u32,
}

async fn run(crowd: Crowd, is_file: bool, folder: &Path) {
    let store = match is_file {
        true => Store::open(&folder.join(format!("{crowd:?}.redb"))).expect("a file"),
        false => Store::in_memory().expect("memory"),
    };
    let idp = Idp::over(store).await;
    let home = idp.send(guess(PASSWORD, "home")).await;
    let laptop = jar(&home);
    let mut phone = phone(&idp, &cookie(&home)).await;

    let mut tally = Tally::default();
    let mut now = 0;
    for n in 0..GUESSES {
        let is_right = matches!(crowd, Crowd::AtOnce) && n >= 6;
        let typed = if is_right {
            PASSWORD
        } else {
            "incorrect horse"
        };
        let begun = Instant::now();
        let heard = idp.send(guess(typed, &format!("source {n}"))).await;
        let took = begun.elapsed();
        match heard.status {
            200 => tally.signed_in += 1,
            401 => (tally.looked_at, tally.looking) = (tally.looked_at + 1, tally.looking + took),
            429 => (tally.refused, tally.refusing) = (tally.refused + 1, tally.refusing + took),
            other => panic!("{other}: {heard:?}"),
        }
        if n % 200 == 199 {
            let owner = guess(PASSWORD, "home").header("cookie", &laptop);
            assert_eq!(idp.send(owner).await.status, 200, "the owner, by password");
            let owner = sign_in_with(&idp, &mut phone).await;
            assert_eq!(owner.status, 200, "the owner, by passkey");
            tally.owner += 1;
        }
        let until = heard.json()["until"].as_u64();
        let wait = match (crowd, until) {
            (Crowd::AtOnce, _) => 0,
            (Crowd::AsSoonAsItMay, Some(until)) if n % 20 == 19 => until - START_MS - now,
            (Crowd::AsSoonAsItMay, _) => 0,
            (Crowd::InAYear, _) => YEAR_MS / u64::from(GUESSES),
        };
        idp.clock.forward(wait);
        now += wait;
    }
    let mean = |all: Duration, of: u32| all.as_secs_f64() / f64::from(of.max(1));
    println!(
        "| {} | {crowd:?} | {} days | {} | {} | {} | {} and {} times of {} | {:.0} | {:.1} |",
        if is_file { "redb file" } else { "memory" },
        now / (YEAR_MS / 365),
        tally.looked_at,
        tally.refused,
        tally.signed_in,
        tally.owner,
        tally.owner,
        GUESSES / 200,
        mean(tally.refusing, tally.refused) * 1e6,
        mean(tally.looking, tally.looked_at) * 1e3,
    );
    assert_eq!(tally.signed_in, 0, "no success beyond the allowance");
}

fn guess(password: &str, source: &str) -> Call {
    let body = json!({"email": ALICE, "password": password});
    from_page("POST", "/persona/session")
        .json(&body)
        .from_source(source)
}

/// The owner's other device: a passkey, in a browser that keeps its cookies.
struct Phone {
    cookies: String,
    passkey: Passkey,
}

async fn phone(idp: &Idp, cookie: &str) -> Phone {
    let post = |path: &str, cookie: &str| from_page("POST", path).header("cookie", cookie);
    let challenge = post("/persona/ways/passkey/challenge", cookie).json(&json!({}));
    let heard = idp.send(challenge).await;
    let mut passkey = Passkey::new(Algorithm::Es256, ORIGIN);
    let credential = passkey.make(&heard.json()["publicKey"]);
    let both = format!("{cookie}; {}", jar(&heard));
    let add = json!({"credential": credential, "name": "Phone"});
    let heard = idp
        .send(post("/persona/ways/passkey", &both).json(&add))
        .await;
    assert_eq!(heard.status, 200, "{heard:?}");
    Phone {
        cookies: String::new(),
        passkey,
    }
}

async fn sign_in_with(idp: &Idp, phone: &mut Phone) -> Heard {
    let post = |path: &str| from_page("POST", path).from_source("home");
    let challenge = post("/persona/passkey/challenge").json(&json!({}));
    let heard = idp.send(challenge).await;
    let credential = phone.passkey.answer(&heard.json()["publicKey"]);
    let cookies = format!("{}; {}", phone.cookies, jar(&heard));
    let answer = post("/persona/passkey").header("cookie", &cookies);
    let heard = idp
        .send(answer.json(&json!({"credential": credential})))
        .await;
    if let Some(mark) = jar(&heard).split("; ").find(|one| one.contains("-device")) {
        phone.cookies = mark.to_owned();
    }
    heard
}
