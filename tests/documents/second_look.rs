//! A refusal that rests on what was kept is looked at a second time, once a minute for each host: a rotated key is accepted
//! at once, and nobody is made to ask a host more often than that.

use std::sync::Arc;

use browserid::{Answer, Policy, Unreachable};
use serde_json::{Value, json};
use service::documents::{Bounds, Wanted};
use service::ports::Keep;
use service::verify::{Trusted, Verify};
use tests::clock::SetClock;
use tests::keys::{ISSUER, OTHER, TestKey, USER};
use tests::tokens::{ALICE, AUDIENCE, IDP, alices_bundle, assertion, certificate, token};

use crate::strangers::{
    Gate, Manner, NOW, Strangers, about, ask, authority, delegation, documents, domain, is_fetched,
    is_kept_since, question, rules,
};

const DAY: Keep = Keep::For { ms: 86_400_000 };

/// A verifier whose clock a test moves.
struct World {
    clock: Arc<SetClock>,
    strangers: Arc<Strangers>,
    verify: Verify,
}

impl World {
    fn new(strangers: Arc<Strangers>) -> Self {
        Self::with_fallback(strangers, None)
    }

    fn with_fallback(strangers: Arc<Strangers>, fallback: Option<&str>) -> Self {
        let clock = Arc::new(SetClock::new());
        let mut discovery = rules();
        discovery.fallback = fallback.map(domain);
        let policy = Policy {
            discovery,
            strong_keys: false,
            federation: None,
            trusted_issuers: Vec::new(),
        };
        let verify = Verify::new(
            Arc::clone(&clock) as _,
            Arc::clone(&strangers) as _,
            policy,
            Bounds::SMALL,
        );
        Self {
            clock,
            strangers,
            verify,
        }
    }

    /// `okay`, or the code of the refusal; and who was asked.
    async fn verify(&self, bundle: &str) -> (&'static str, Vec<String>) {
        let (bundle, audience) = (json!(bundle), json!(AUDIENCE));
        let verified = self.verify.run(&bundle, &audience, Trusted::ByPolicy).await;
        let outcome = match verified.outcome {
            Ok(_) => "okay",
            Err(refusal) => refusal.code().as_str(),
        };
        (outcome, self.strangers.asked())
    }
}

fn document(key: &TestKey) -> Value {
    json!({
        "public-key": key.to_json(),
        "authentication": "/sign_in",
        "provisioning": "/provision",
    })
}

/// Alice's, certified by `issuer` with `key`.
fn bundle(issuer: &str, key: &TestKey) -> String {
    let mut certificate = certificate();
    certificate["iss"] = json!(issuer);
    let certificate = token(key, "RS256", &certificate);
    format!("{certificate}~{}", token(&USER, "RS256", &assertion()))
}

fn asked(hosts: &[&str]) -> Vec<String> {
    hosts
        .iter()
        .map(|host| format!("{host} for {IDP}"))
        .collect()
}

fn one_idp() -> Arc<Strangers> {
    let strangers = Strangers::new();
    strangers.says(IDP, &document(&ISSUER), DAY);
    strangers
}

#[tokio::test]
async fn a_rotated_key_is_accepted_at_once() {
    let world = World::new(one_idp());
    assert_eq!(
        world.verify(&alices_bundle()).await,
        ("okay", asked(&[IDP]))
    );
    world.strangers.says(IDP, &document(&OTHER), DAY);
    let rotated = bundle(IDP, &OTHER);
    assert_eq!(world.verify(&rotated).await, ("okay", asked(&[IDP])));
    assert_eq!(world.verify(&rotated).await, ("okay", asked(&[])));
    // The withdrawn key is refused from now on, and asks nobody within the minute.
    let refused = ("certificate_signature", asked(&[]));
    assert_eq!(world.verify(&alices_bundle()).await, refused);
}

#[tokio::test]
async fn a_host_is_asked_again_once_a_minute_however_many_send_bad_signatures() {
    let world = World::new(one_idp());
    world.verify(&alices_bundle()).await;
    let forged = bundle(IDP, &OTHER);
    let refused = |hosts: &[&str]| ("certificate_signature", asked(hosts));
    assert_eq!(world.verify(&forged).await, refused(&[IDP]));
    for _ in 0..20 {
        assert_eq!(world.verify(&forged).await, refused(&[]));
    }
    world.clock.forward(59_999);
    assert_eq!(world.verify(&forged).await, refused(&[]));
    world.clock.forward(1);
    assert_eq!(world.verify(&forged).await, refused(&[IDP]));
    assert_eq!(world.verify(&forged).await, refused(&[]));
    assert_eq!(world.verify(&alices_bundle()).await, ("okay", asked(&[])));
}

#[tokio::test]
async fn what_was_asked_now_is_not_asked_again() {
    let world = World::new(one_idp());
    let refused = ("certificate_signature", asked(&[IDP]));
    assert_eq!(world.verify(&bundle(IDP, &OTHER)).await, refused);
}

#[tokio::test]
async fn refusals_that_no_document_can_change_ask_nobody() {
    let world = World::new(one_idp());
    world.verify(&alices_bundle()).await;
    let mut expired = certificate();
    expired["exp"] = json!(1);
    let mut elsewhere = assertion();
    elsewhere["aud"] = json!("https://elsewhere.example");
    for (certificate, assertion, assertion_key, code) in [
        (expired, assertion(), &USER, "certificate_expired"),
        (certificate(), elsewhere, &USER, "audience_mismatch"),
        (certificate(), assertion(), &OTHER, "assertion_signature"),
    ] {
        let certificate = token(&ISSUER, "RS256", &certificate);
        let assertion = token(assertion_key, "RS256", &assertion);
        let bundle = format!("{certificate}~{assertion}");
        assert_eq!(world.verify(&bundle).await, (code, asked(&[])));
    }
}

#[tokio::test]
async fn only_the_hosts_of_the_chain_are_asked_until_one_says_something_else() {
    let strangers = Strangers::new();
    strangers.says(IDP, &delegation("b.example"), DAY);
    strangers.says("b.example", &document(&ISSUER), DAY);
    strangers.says("c.example", &document(&OTHER), DAY);
    let world = World::new(strangers);
    let by_b = bundle("b.example", &ISSUER);
    let chain = asked(&[IDP, "b.example"]);
    assert_eq!(world.verify(&by_b).await, ("okay", chain.clone()));

    // b has a new key: both are asked, the first says what it said before.
    world.strangers.says("b.example", &document(&OTHER), DAY);
    let rotated = bundle("b.example", &OTHER);
    assert_eq!(world.verify(&rotated).await, ("okay", chain));

    // The domain moves to c: it alone is asked again, and c for the first time.
    world.clock.forward(60_000);
    world.strangers.says(IDP, &delegation("c.example"), DAY);
    let moved = bundle("c.example", &OTHER);
    let chain = asked(&[IDP, "c.example"]);
    assert_eq!(world.verify(&moved).await, ("okay", chain));
    assert_eq!(
        world.verify(&rotated).await,
        ("issuer_untrusted", asked(&["c.example"])),
        "the domain itself was asked within the minute"
    );
}

#[tokio::test]
async fn a_failure_that_was_kept_is_looked_at_again() {
    let strangers = Strangers::new();
    strangers.answers(
        IDP,
        Answer::Unreachable(Unreachable::Connection),
        Keep::Unsaid,
    );
    let world = World::new(strangers);
    let down = |hosts: &[&str]| ("domain_unreachable", asked(hosts));
    assert_eq!(world.verify(&alices_bundle()).await, down(&[IDP]));
    assert_eq!(world.verify(&alices_bundle()).await, down(&[IDP]));
    assert_eq!(world.verify(&alices_bundle()).await, down(&[]));
    world.strangers.says(IDP, &document(&ISSUER), DAY);
    world.clock.forward(29_999);
    assert_eq!(world.verify(&alices_bundle()).await, down(&[]));
    world.clock.forward(1);
    let okay = ("okay", asked(&[IDP]));
    assert_eq!(world.verify(&alices_bundle()).await, okay);
}

#[tokio::test]
async fn a_second_look_at_a_host_that_is_down_harms_nobody_else() {
    for (answer, manner) in [
        (Answer::Unreachable(Unreachable::Connection), None),
        (
            Answer::Response {
                status: 429,
                content_type: None,
                body: Vec::new(),
            },
            None,
        ),
        (
            Answer::Unreachable(Unreachable::NoSuchHost),
            Some(Manner::Breaks),
        ),
    ] {
        // A fallback would speak for a domain that says that it has no support.
        let strangers = one_idp();
        strangers.says("fallback.example", &document(&OTHER), DAY);
        let world = World::with_fallback(strangers, Some("fallback.example"));
        world.verify(&alices_bundle()).await;
        world.strangers.answers(IDP, answer, Keep::Unsaid);
        if let Some(manner) = manner {
            world.strangers.behaves(IDP, manner);
        }
        let refused = ("certificate_signature", asked(&[IDP]));
        assert_eq!(world.verify(&bundle(IDP, &OTHER)).await, refused);
        assert_eq!(world.verify(&alices_bundle()).await, ("okay", asked(&[])));
        let refused = ("issuer_untrusted", asked(&[]));
        let by_fallback = bundle("fallback.example", &OTHER);
        assert_eq!(world.verify(&by_fallback).await, refused);
    }
}

#[tokio::test]
async fn a_domain_that_says_that_it_is_disabled_is_believed_at_the_second_look() {
    let world = World::new(one_idp());
    world.verify(&alices_bundle()).await;
    world.strangers.says(IDP, &json!({"disabled": true}), DAY);
    let refused = ("domain_disabled", asked(&[IDP]));
    assert_eq!(world.verify(&bundle(IDP, &OTHER)).await, refused);
    let refused = ("domain_disabled", asked(&[]));
    assert_eq!(world.verify(&alices_bundle()).await, refused);
}

#[tokio::test]
async fn two_verifications_at_once_ask_once() {
    let strangers = one_idp();
    let gate = Gate::new();
    strangers.behaves(IDP, Manner::Waits(gate.clone()));
    let world = World::new(strangers);
    let (bundle, audience) = (json!(alices_bundle()), json!(AUDIENCE));
    let run = || world.verify.run(&bundle, &audience, Trusted::ByPolicy);
    let (one, other, ()) = tokio::join!(run(), run(), async { gate.open() });
    for verified in [one, other] {
        let identity = verified.outcome.expect("an identity");
        let email = identity.email().expect("an address");
        assert_eq!(email.as_str(), ALICE);
    }
    assert_eq!(world.strangers.asked(), asked(&[IDP]));
}

#[tokio::test]
async fn looking_for_a_domain_uses_what_a_verification_kept() {
    let world = World::new(one_idp());
    world.verify(&alices_bundle()).await;
    let authority = world.verify.discover(domain(IDP)).await.expect("found");
    assert_eq!(authority.domain(), &domain(IDP));
    assert_eq!(world.strangers.asked(), asked(&[]));
}

#[tokio::test]
async fn the_minute_is_the_hosts_whichever_principal_it_is_asked_about() {
    let strangers = Strangers::new();
    strangers.says("idp.example", &delegation("old.example"), DAY);
    let documents = documents(&strangers, Bounds::SMALL);
    let questions = ["a.example", "b.example"].map(|name| about("idp.example", name));
    for question in &questions {
        ask(&documents, question, NOW).await;
    }
    strangers.says("idp.example", &delegation("new.example"), DAY);
    let newer = |question, now| documents.ask(question, now, 0, Wanted::Newer);
    let heard = newer(&questions[0], NOW).await;
    assert!(is_fetched(&heard));
    assert_eq!(authority(&heard).as_deref(), Some("new.example"));
    let heard = newer(&questions[1], NOW.plus_ms(59_999)).await;
    assert!(is_kept_since(&heard, 59_999));
    let heard = newer(&questions[1], NOW.plus_ms(60_000)).await;
    assert!(is_fetched(&heard));
    assert_eq!(strangers.asked().len(), 4);
}

#[tokio::test]
async fn while_a_second_look_is_on_its_way_others_use_what_is_kept_or_join_it() {
    let strangers = Strangers::new();
    strangers.says("idp.example", &delegation("old.example"), DAY);
    let documents = documents(&strangers, Bounds::SMALL);
    let idp = question("idp.example");
    ask(&documents, &idp, NOW).await;
    strangers.says("idp.example", &delegation("new.example"), DAY);
    let gate = Gate::new();
    strangers.behaves("idp.example", Manner::Waits(gate.clone()));
    let (one, fresh, other, ()) = tokio::join!(
        documents.ask(&idp, NOW, 0, Wanted::Newer),
        documents.ask(&idp, NOW, 0, Wanted::Fresh),
        documents.ask(&idp, NOW, 0, Wanted::Newer),
        async { gate.open() }
    );
    assert_eq!(authority(&fresh).as_deref(), Some("old.example"));
    for newer in [one, other] {
        assert!(is_fetched(&newer));
        assert_eq!(authority(&newer).as_deref(), Some("new.example"));
    }
    assert_eq!(strangers.asked().len(), 2);
}
