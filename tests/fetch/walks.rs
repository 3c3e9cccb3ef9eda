//! Whole verifications over real connections: however strangers arrange their domains, the work has an end.

use browserid::{Code, DiscoveryRules, MAX_DELEGATIONS, Policy};
use serde_json::{Value, json};
use service::documents::Bounds;
use service::verify::{Trusted, Verify};
use tests::clock::SetClock;
use tests::tokens::{AUDIENCE, assertion, bundle, certificate, support_document};

use super::internet::{Internet, Says};
use super::*;

fn host(n: usize) -> String {
    format!("h{n}.hosts.example")
}

/// Each host delegates to the next one, the last one says who it is.
async fn chain(hosts: usize) -> Internet {
    let delegating = (0..hosts - 1).map(|n| (host(n), Says::delegates_to(&host(n + 1))));
    let last = (host(hosts - 1), Says::Document(support_document()));
    Internet::of(delegating.chain([last])).await
}

fn verifier(internet: &Internet, fallback: Option<&str>, limits: Limits) -> Verify {
    let domain = |text: &str| Domain::parse(text, HostRule::Public).expect("a domain");
    let policy = Policy {
        discovery: DiscoveryRules {
            fallback: fallback.map(domain),
            hosts: HostRule::Public,
            max_delegations: MAX_DELEGATIONS,
            strict_content_type: false,
        },
        strong_keys: false,
        federation: None,
        trusted_issuers: Vec::new(),
    };
    let network = Arc::new(internet.client(limits));
    Verify::new(Arc::new(SetClock::new()), network, policy, Bounds::SMALL)
}

/// Somebody at the first host, certified by `issuer`.
fn certified_by(issuer: &str) -> Value {
    let mut certificate = certificate();
    certificate["iss"] = json!(issuer);
    certificate["principal"]["email"] = json!(format!("alice@{}", host(0)));
    json!(bundle(&certificate, &assertion()))
}

async fn verdict(verify: &Verify, bundle: &Value) -> Result<(), Code> {
    let verified = verify
        .run(bundle, &json!(AUDIENCE), Trusted::ByPolicy)
        .await;
    verified
        .outcome
        .map(|_| ())
        .map_err(|refusal| refusal.code())
}

fn hosts(numbers: impl IntoIterator<Item = usize>) -> Vec<String> {
    numbers.into_iter().map(host).collect()
}

#[tokio::test]
async fn chain_of_five_delegations_leads_to_the_authority_and_asks_six_hosts_once() {
    let internet = chain(6).await;
    let verify = verifier(&internet, None, PATIENT);
    assert_eq!(verdict(&verify, &certified_by(&host(5))).await, Ok(()));
    assert_eq!(internet.asked(), hosts(0..6));
}

#[tokio::test]
async fn longer_chain_ends_after_six_hosts() {
    let internet = chain(12).await;
    let verify = verifier(&internet, None, PATIENT);
    let verdict = verdict(&verify, &certified_by(&host(0))).await;
    assert_eq!(verdict, Err(Code::DelegationTooLong));
    assert_eq!(internet.asked(), hosts(0..6));
}

#[tokio::test]
async fn circle_ends_where_it_closes() {
    for length in 1..=5 {
        let circle = (0..length).map(|n| (host(n), Says::delegates_to(&host((n + 1) % length))));
        let internet = Internet::of(circle).await;
        let verify = verifier(&internet, None, PATIENT);
        let verdict = verdict(&verify, &certified_by(&host(0))).await;
        assert_eq!(verdict, Err(Code::DelegationCircular), "{length}");
        assert_eq!(internet.asked(), hosts(0..length), "{length}");
    }
}

#[tokio::test]
async fn redirects_lead_nowhere() {
    let to = |n: usize| {
        let location = format!(
            "HTTP/1.1 302 There\nLocation: https://{}/.well-known/browserid\nContent-Length: 0",
            host(n)
        );
        Says::Acts(response(&location, b""))
    };
    let internet = Internet::of([(host(0), to(1)), (host(1), to(0))]).await;
    let verify = verifier(&internet, None, PATIENT);
    let verdict = verdict(&verify, &certified_by(&host(0))).await;
    assert_eq!(verdict, Err(Code::DocumentRedirected));
    assert_eq!(internet.asked(), hosts(0..1));
}

/// The first domain's own chain and that of its fallback share the six hosts.
#[tokio::test]
async fn fallback_adds_no_hosts_to_the_six() {
    for own in 1..=5 {
        // The domain's own chain ends in a host that has no document; the fallback's would never end.
        let chain = (0..own - 1).map(|n| (host(n), Says::delegates_to(&host(n + 1))));
        let endless = (10..30).map(|n| (host(n), Says::delegates_to(&host(n + 1))));
        let internet = Internet::of(chain.chain(endless)).await;
        let verify = verifier(&internet, Some(&host(10)), PATIENT);
        let verdict = verdict(&verify, &certified_by(&host(10))).await;
        assert!(verdict.is_err(), "{own}");
        assert_eq!(
            internet.asked(),
            hosts((0..own).chain(10..16 - own)),
            "{own}"
        );
    }
}

/// Whatever is wrong with what comes in: nobody is asked twice in one verification, and nobody who is not on the way.
#[tokio::test]
async fn forged_assertions_make_no_crowd_of_requests() {
    let internet = chain(6).await;
    let verify = verifier(&internet, None, PATIENT);
    let good = certified_by(&host(5));
    let text = good.as_str().expect("a text");
    // The first character of the certificate's signature, changed.
    let (certificate, rest) = text.split_once('~').expect("two parts");
    let dot = certificate.rfind('.').expect("three segments") + 1;
    let other = if certificate[dot..].starts_with('A') {
        "B"
    } else {
        "A"
    };
    let forged = json!(format!(
        "{}{other}{}~{rest}",
        &certificate[..dot],
        &certificate[dot + 1..]
    ));
    let strangers = certified_by("elsewhere.hosts.example");
    // The first walk asks everybody once. What it heard is doubted once, each host in its turn, and believed for a minute.
    for (bundle, expected) in [(&forged, 6), (&strangers, 6), (&forged, 0), (&strangers, 0)] {
        let before = internet.asked().len();
        assert!(verdict(&verify, bundle).await.is_err());
        let asked = internet.asked().split_off(before);
        assert_eq!(asked, hosts(0..expected));
    }
    assert_eq!(verdict(&verify, &good).await, Ok(()));
}

#[tokio::test]
async fn answer_that_is_too_slow_anywhere_in_a_chain_ends_the_walk() {
    let slow = |n: usize| (host(n), Says::Acts(vec![Act::Hold]));
    for at in [0, 2] {
        let chain = (0..at).map(|n| (host(n), Says::delegates_to(&host(n + 1))));
        let internet = Internet::of(chain.chain([slow(at)])).await;
        let limits = Limits {
            headers: Duration::from_millis(1_000),
            ..PATIENT
        };
        let verify = verifier(&internet, Some(&host(9)), limits);
        let verdict = verdict(&verify, &certified_by(&host(at))).await;
        // Nobody speaks for a domain that is only in trouble.
        assert_eq!(verdict, Err(Code::DomainTimeout), "{at}");
        assert_eq!(internet.asked(), hosts(0..=at), "{at}");
    }
}
