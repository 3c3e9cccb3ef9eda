//! What it costs to check the answer of a passkey, as a ratio to the bare check of its signature: in one run, in turns.
//!
//! - *bare*: the signature over authenticator data and the hash of the client data, by the crate that the library uses too,
//!   with the key read from its numbers first, as the library has to.
//! - *whole*: the port: JSON in, the passkey to be kept out.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a bench measures, prints, and fails as loudly as a test"
)]

#[allow(
    dead_code,
    unreachable_pub,
    reason = "the suites of passkeys use all of it"
)]
#[path = "../../../src/authenticator.rs"]
mod authenticator;

use std::hint::black_box;
use std::time::Instant;

use authenticator::{Algorithm, Passkey, bytes};
use browserid::{Email, HostRule, Origin, Timestamp};
use p256::ecdsa::signature::Verifier;
use rsa::BigUint;
use serde_json::Value;
use service::ports::{Begun, Webauthn};
use service::ways::{Handle, Passkey as Kept};
use sha2::{Digest, Sha256};
use webauthn::RelyingParty;

const ORIGIN: &str = "https://me.example";
const HANDLE: Handle = Handle([7; 32]);

fn main() {
    let measures = std::env::args().any(|argument| argument == "--bench");
    let (rounds, times) = if measures { (21, 400) } else { (1, 1) };
    println!("| passkey | whole, µs | bare, µs | ratio |\n|---|---|---|---|");
    for algorithm in Algorithm::ALL {
        let case = Case::new(algorithm);
        let mut all: Vec<[f64; 2]> = (0..rounds)
            .map(|_| {
                let whole = microseconds(times, || case.whole());
                [whole, microseconds(times, || case.bare())]
            })
            .collect();
        let mut median = |of: fn(&[f64; 2]) -> f64| {
            all.sort_by(|a, b| of(a).total_cmp(&of(b)));
            of(&all[all.len() / 2])
        };
        let (whole, bare) = (median(|row| row[0]), median(|row| row[1]));
        let ratio = median(|row| row[0] / row[1]);
        println!("| {algorithm:?} | {whole:.1} | {bare:.1} | {ratio:.2} |");
    }
}

fn microseconds(times: u32, work: impl Fn()) -> f64 {
    let begun = Instant::now();
    for _ in 0..times {
        work();
    }
    begun.elapsed().as_secs_f64() * 1e6 / f64::from(times)
}

/// An answer that is right.
struct Case {
    algorithm: Algorithm,
    answer: Vec<u8>,
    begun: Begun,
    cose: Vec<u8>,
    kept: Kept,
    message: Vec<u8>,
    party: RelyingParty,
    signature: Vec<u8>,
}

impl Case {
    fn new(algorithm: Algorithm) -> Self {
        let party = RelyingParty::new(Origin::parse(ORIGIN).expect("an origin"));
        let email = Email::parse("you@me.example", HostRule::Public).expect("an address");
        let mut passkey = Passkey::new(algorithm, ORIGIN);
        let making = party.registration(&HANDLE, &email, &[]).expect("it works");
        let made = passkey.make(&options(&making)).to_string();
        let registered = party.register(&making.state, made.as_bytes());
        let registered = registered.unwrap_or_else(|failure| panic!("{failure:?}"));
        let begun = party.authentication().expect("it works");
        let answer = passkey.answer(&options(&begun));
        let response = &answer["response"];
        let hash = Sha256::digest(bytes(&response["clientDataJSON"]));
        let case = Self {
            algorithm,
            begun,
            cose: passkey.cose(),
            kept: Kept {
                created: Timestamp::from_millis(0),
                credential: registered.credential,
                id: registered.id,
                is_backed_up: registered.is_backed_up,
                last_used: None,
                name: String::new(),
            },
            message: [&bytes(&response["authenticatorData"])[..], &hash].concat(),
            party,
            signature: bytes(&response["signature"]),
            answer: answer.to_string().into_bytes(),
        };
        let mut forged = case.message.clone();
        forged[0] ^= 1;
        assert!(case.checks(&case.message) && !case.checks(&forged));
        case
    }

    fn whole(&self) {
        let Self { answer, kept, .. } = self;
        let used = self
            .party
            .authenticate(&self.begun.state, answer, &HANDLE, kept);
        assert!(black_box(used).is_ok());
    }

    fn bare(&self) {
        assert!(black_box(self.checks(&self.message)));
    }

    fn checks(&self, message: &[u8]) -> bool {
        let (cose, signature) = (&self.cose, &self.signature);
        match self.algorithm {
            Algorithm::Es256 => {
                let point = [&[4], &cose[10..42], &cose[45..77]].concat();
                let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(&point).expect("a point");
                let signature = p256::ecdsa::DerSignature::try_from(&signature[..]);
                key.verify(message, &signature.expect("DER")).is_ok()
            }
            Algorithm::EdDsa => {
                let key = cose[10..42].try_into().expect("32 bytes");
                let key = ed25519_dalek::VerifyingKey::from_bytes(&key).expect("a point");
                let signature = ed25519_dalek::Signature::from_slice(signature);
                key.verify_strict(message, &signature.expect("64 bytes"))
                    .is_ok()
            }
            Algorithm::Rs256 => {
                let (n, e) = (
                    BigUint::from_bytes_be(&cose[11..267]),
                    BigUint::from(65_537_u32),
                );
                let key = rsa::RsaPublicKey::new(n, e).expect("a key");
                let key = rsa::pkcs1v15::VerifyingKey::<Sha256>::new(key);
                let signature = rsa::pkcs1v15::Signature::try_from(&signature[..]);
                key.verify(message, &signature.expect("256 bytes")).is_ok()
            }
        }
    }
}

fn options(begun: &Begun) -> Value {
    serde_json::from_str(&begun.options).expect("JSON")
}
