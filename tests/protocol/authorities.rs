//! Who may say who somebody is: I1 to I10, I15, I26, I27, V19 to V23, V31.

use browserid::{Code, Json, Unreachable};
use serde_json::json;
use tests::http::Call;
use tests::tokens;
use tests::verifier::Verifier;

use crate::judging::{World, answer, support_document, unreachable};
use crate::making::{BOB, Case, IDP, ISSUER, OTHER_RS256};

fn issued_as(issuer: impl Into<Json>) -> Case {
    let issuer: Json = issuer.into();
    Case::ordinary().certificate(json!({ "iss": issuer }))
}

fn untrusted(expected: &str, got: &str) -> String {
    format!("untrusted issuer, expected '{expected}', got '{got}'")
}

/// [`IDP`], and others with keys of their own.
fn world() -> World {
    let other = support_document(&OTHER_RS256);
    World::ordinary()
        .document("fallback.example", &other)
        .document("school.example", &other)
        .document("sub.idp.example", &other)
}

#[test]
fn only_the_domains_own_authority_speaks_for_it() {
    let own = ["idp.example for idp.example"];
    for (world, issuer) in [
        (world(), "school.example"),
        (world().fallback("fallback.example"), "fallback.example"),
        (world().fallback("fallback.example"), "school.example"),
        (world(), "sub.idp.example"),
        (world(), "nope.example"),
        (world().fallback("fallback.example"), "nope.example"),
        // The issuer's key is right, its name is not.
        (
            world().document("nope.example", &support_document(&ISSUER)),
            "nope.example",
        ),
    ] {
        for key in [&OTHER_RS256, &ISSUER] {
            let bundle = issued_as(issuer).issued_by(key).bundle();
            let asked = world.refuses(bundle, Code::IssuerUntrusted, &untrusted(IDP, issuer));
            assert_eq!(asked, own, "{issuer} is not asked");
        }
    }
    // A parent for the domain below it.
    let parent = Case::of("bob@sub.idp.example").bundle();
    let asked = world().refuses(
        parent,
        Code::IssuerUntrusted,
        &untrusted("sub.idp.example", IDP),
    );
    assert_eq!(asked, ["sub.idp.example for sub.idp.example"]);
}

#[test]
fn names_are_compared_whole() {
    for issuer in [
        "dp.example",
        "xidp.example",
        "idp.example.evil.example",
        "idp.exampl",
        "www.idp.example",
    ] {
        let asked = world().refuses(
            issued_as(issuer).bundle(),
            Code::IssuerUntrusted,
            &untrusted(IDP, issuer),
        );
        assert_eq!(asked, ["idp.example for idp.example"]);
    }
    let by_school = || issued_as("school.example").issued_by(&OTHER_RS256).bundle();
    for trusted in [
        "school",
        "example",
        "chool.example",
        "school.example.",
        "SCHOOL.example",
        "",
        "school.example,x.example",
        "*",
    ] {
        let world = world().trusting(&[trusted]);
        world.refuses(
            by_school(),
            Code::IssuerUntrusted,
            &untrusted(IDP, "school.example"),
        );
    }
    let seen = world()
        .trusting(&["x.example", "school.example"])
        .judge(by_school());
    assert!(seen.outcome.is_ok());
    assert_eq!(seen.asked, ["school.example for idp.example"]);
}

#[test]
fn nobody_is_trusted_from_the_start() {
    let verifier = Verifier::new();
    assert!(verifier.trusted.is_empty() && verifier.fallback.is_none());
    for name in [
        "login.persona.org",
        "browserid.org",
        "diresworb.org",
        "verifier.login.persona.org",
    ] {
        let world = World::ordinary().document(name, &support_document(&OTHER_RS256));
        let bundle = issued_as(name).issued_by(&OTHER_RS256).bundle();
        let asked = world.refuses(bundle, Code::IssuerUntrusted, &untrusted(IDP, name));
        assert_eq!(asked, ["idp.example for idp.example"]);
    }
}

#[test]
fn a_domain_without_support_is_spoken_for_by_its_fallback_alone() {
    let by_fallback = Case::of("bob@none.example")
        .issued_by(&OTHER_RS256)
        .certificate(json!({"iss": "fallback.example"}))
        .bundle();
    let asked_both = [
        "none.example for none.example",
        "fallback.example for none.example",
    ];
    for no_support in [
        answer(404, "text/html", ""),
        answer(302, "", ""),
        answer(200, "application/json", "{}"),
        answer(200, "application/json", r#"{"disabled":true}"#),
        answer(200, "text/html", "<p>"),
        unreachable(Unreachable::NoSuchHost),
    ] {
        let world = world().answer("none.example", no_support);
        let seen = world
            .fallback("fallback.example")
            .judge(by_fallback.clone());
        let identity = seen.outcome.expect("accepted");
        assert_eq!(identity.issuer(), "fallback.example");
        assert_eq!(seen.asked, asked_both);
    }
    // Trouble is not "no support".
    for trouble in [
        answer(500, "", ""),
        unreachable(Unreachable::Timeout),
        unreachable(Unreachable::Connection),
        unreachable(Unreachable::Tls),
        unreachable(Unreachable::Forbidden),
        unreachable(Unreachable::TooLarge { limit: 1 }),
    ] {
        let world = world()
            .answer("none.example", trouble)
            .fallback("fallback.example");
        let seen = world.judge(by_fallback.clone());
        assert!(seen.outcome.is_err());
        assert_eq!(seen.asked, asked_both[..1]);
    }
    // Without a fallback, or with another one, or with its key under another name.
    world().refuses(
        by_fallback.clone(),
        Code::IssuerUntrusted,
        &untrusted("undefined", "fallback.example"),
    );
    let other = world().fallback("school.example");
    other.refuses(
        by_fallback,
        Code::IssuerUntrusted,
        &untrusted("school.example", "fallback.example"),
    );
    let under_another_name = Case::of("bob@none.example")
        .issued_by(&OTHER_RS256)
        .certificate(json!({"iss": "none.example"}))
        .bundle();
    let world = world().fallback("fallback.example");
    world.refuses(
        under_another_name,
        Code::IssuerUntrusted,
        &untrusted("fallback.example", "none.example"),
    );
}

#[test]
fn the_end_of_a_delegation_is_the_issuer_and_nobody_on_the_way() {
    let world = || {
        World::ordinary()
            .document("a.example", &json!({"authority": "b.example"}))
            .document("b.example", &json!({"authority": IDP}))
    };
    let issued_as = |issuer: &str| Case::of("bob@a.example").certificate(json!({ "iss": issuer }));
    let seen = world().judge(issued_as(IDP).bundle());
    assert_eq!(seen.outcome.expect("accepted").issuer(), IDP);
    let asked = [
        "a.example for a.example",
        "b.example for a.example",
        "idp.example for a.example",
    ];
    assert_eq!(seen.asked, asked);
    for on_the_way in ["a.example", "b.example"] {
        let bundle = issued_as(on_the_way).bundle();
        let seen = world().refuses(bundle, Code::IssuerUntrusted, &untrusted(IDP, on_the_way));
        assert_eq!(seen, asked);
    }
    // The authority does not speak for a domain that does not say so.
    let bundle = Case::of("bob@c.example").bundle();
    world().refuses(bundle, Code::IssuerUntrusted, &untrusted("undefined", IDP));
}

#[test]
fn a_fallback_may_delegate_a_domain_to_a_bridge() {
    let world = || {
        World::empty()
            .document("fallback.example", &json!({"authority": "bridge.example"}))
            .document("bridge.example", &support_document(&OTHER_RS256))
            .fallback("fallback.example")
    };
    let issued_as = |issuer: &str| {
        let case = Case::of("bob@mail.example").issued_by(&OTHER_RS256);
        case.certificate(json!({ "iss": issuer })).bundle()
    };
    let seen = world().judge(issued_as("bridge.example"));
    assert_eq!(seen.outcome.expect("accepted").issuer(), "bridge.example");
    assert_eq!(
        seen.asked,
        [
            "mail.example for mail.example",
            "fallback.example for mail.example",
            "bridge.example for mail.example"
        ]
    );
    let reason = untrusted("bridge.example", "fallback.example");
    world().refuses(
        issued_as("fallback.example"),
        Code::IssuerUntrusted,
        &reason,
    );
}

#[test]
fn an_issuer_is_a_host_name_in_lower_case() {
    for (odd, printed) in [
        (json!(5), "5"),
        (json!(true), "true"),
        (json!({"host": IDP}), "[object Object]"),
        (json!([IDP]), "[object Object]"),
        (json!("https://idp.example"), "https://idp.example"),
        (json!("idp.example/"), "idp.example/"),
        (json!("idp.example."), "idp.example."),
        (json!("IDP.example"), "IDP.example"),
        (json!("idp.example:443"), "idp.example:443"),
        (json!("user@idp.example"), "user@idp.example"),
        (json!("127.0.0.1"), "127.0.0.1"),
        (json!("[::1]"), "[::1]"),
        (json!("localhost"), "localhost"),
        (json!("idp.example\n"), "idp.example\n"),
        (json!(" idp.example"), " idp.example"),
        (
            json!("idp.example\0.evil.example"),
            "idp.example\0.evil.example",
        ),
    ] {
        let reason = format!("invalid domain: {printed}");
        let bundle = issued_as(odd).bundle();
        World::ordinary().refuses_unasked(bundle, Code::DomainInvalid, &reason);
    }
    // None at all: judged with the domain's own key, and refused at the end.
    let without = Case::ordinary().certificate_without("iss");
    for (case, got) in [
        (without, "undefined"),
        (issued_as(""), ""),
        (issued_as(json!(null)), "null"),
        (issued_as(0), "0"),
        (issued_as(false), "false"),
    ] {
        World::ordinary().refuses(case.bundle(), Code::IssuerUntrusted, &untrusted(IDP, got));
    }
}

#[test]
fn a_trusted_issuer_certifies_addresses_of_others_and_people_without_one() {
    let world = World::ordinary().trusting(&[IDP]);
    let foreign = world.judge(Case::of("eve@elsewhere.example").bundle());
    assert_eq!(foreign.asked, ["idp.example for elsewhere.example"]);
    let identity = foreign.outcome.expect("accepted");
    assert_eq!(
        identity.email().map(|email| email.as_str()),
        Some("eve@elsewhere.example")
    );
    assert_eq!(identity.issuer(), IDP);

    let unverified = Case::ordinary().certificate(json!({"principal": {"unverified-email": BOB}}));
    let identity = world.accepts(unverified.bundle());
    assert_eq!(identity.email(), None);
    assert_eq!(
        json!(identity.idp_claims()),
        json!({"unverified-email": BOB})
    );
    // Trusted is not unchecked.
    let forged = Case::of("eve@elsewhere.example").issued_by(&OTHER_RS256);
    world.refuses(
        forged.bundle(),
        Code::CertificateSignature,
        "invalid signature",
    );
}

#[tokio::test]
async fn a_bridged_domain_has_the_bridges_pages_and_support_of_its_own_wins() {
    let network = |own: bool| {
        let network = tests::network::Network::new()
            .document("fallback.example", &json!({"authority": "bridge.example"}))
            .document("bridge.example", &tokens::support_document());
        if own {
            network.document("mail.example", &tokens::support_document())
        } else {
            network.status("mail.example", 404)
        }
    };
    for (own, issuer) in [(false, "bridge.example"), (true, "mail.example")] {
        let verifier = Verifier {
            fallback: Some("fallback.example"),
            ..Verifier::on(network(own))
        };
        let call = Call::get("/wsapi/address_info?email=me%40mail.example");
        let said = verifier.send(call).await.json();
        assert_eq!(
            (&said["type"], &said["issuer"]),
            (&json!("primary"), &json!(issuer))
        );
        assert_eq!(
            said["auth"],
            format!("https://{issuer}/persona/sign_in.html")
        );
        assert_eq!(
            said["prov"],
            format!("https://{issuer}/persona/provision.html")
        );
    }
}
