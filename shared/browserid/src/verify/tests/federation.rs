//! A verifier of a federation: the list decides, and nobody is asked whom it does not name.

use super::*;
use crate::{FederationRefusal, MemberList, Seal};

fn member(issuer: &str, domains: &[&str]) -> Json {
    json!({
        "issuer": issuer,
        "domains": domains,
        "keys": {"rsa": 2048},
        "contact": "mailto:it@idp.example",
        "expires": NOW.as_millis() + 1,
    })
}

fn list(members: &[Json]) -> Json {
    json!({
        "version": 1,
        "name": "Universities",
        "issued": NOW.as_millis() - 1000,
        "expires": NOW.as_millis() + 1,
        "members": members,
    })
}

/// `idp.example` for itself and `people.example`, `two.example` for itself. Everything that a list takes the place of is
/// there too, and counts for nothing.
fn among(list: &Json) -> Policy {
    let list = MemberList::parse(list.to_string().as_bytes(), &Seal::None, HostRule::Public);
    among_members(Federation::Members(list.expect("a list")))
}

fn among_members(federation: Federation) -> Policy {
    Policy {
        federation: Some(Arc::new(federation)),
        ..Policy {
            trusted_issuers: vec!["evil.example".to_owned(), "two.example".to_owned()],
            ..with_fallback("fallback.example")
        }
    }
}

fn two() -> Json {
    list(&[
        member("idp.example", &["idp.example", "people.example"]),
        member("two.example", &["two.example"]),
    ])
}

/// Everybody's document, all with the key that signs the certificates of these tests.
fn everybody() -> Vec<(&'static str, Answer)> {
    let document = json_answer(&support_document("RS256a"));
    [
        "idp.example",
        "two.example",
        "evil.example",
        "fallback.example",
        "people.example",
    ]
    .map(|host| (host, document.clone()))
    .to_vec()
}

fn certified(issuer: &str, email: &str) -> Json {
    with(
        certificate(),
        json!({"iss": issuer, "principal": {"email": email}}),
    )
}

fn asked(issuer: &str, email: &str, policy: &Policy) -> Seen {
    let bundle = bundle(&certified(issuer, email), &assertion());
    verify(&bundle, policy, &everybody())
}

fn code(seen: &Seen) -> Code {
    seen.outcome.as_ref().expect_err("a refusal").code()
}

#[test]
fn a_member_speaks_for_each_of_its_domains_and_is_asked_itself() {
    for (email, asked_for) in [
        ("bob@idp.example", "idp.example?idp.example"),
        ("bob@people.example", "idp.example?people.example"),
    ] {
        let seen = asked("idp.example", email, &among(&two()));
        let identity = seen.outcome.as_ref().expect("it is them");
        assert_eq!(identity.email().map(|email| email.as_str()), Some(email));
        assert_eq!(identity.issuer(), "idp.example");
        assert_eq!(seen.asked, [asked_for], "not the address's domain");
        assert_eq!(seen.steps[2].name, "federation");
    }
}

#[test]
fn no_member_speaks_for_anothers_people_nor_for_anybody_elses() {
    for (issuer, email, reason) in [
        (
            "two.example",
            "bob@idp.example",
            "'two.example' may not speak for 'idp.example' in this federation: 'idp.example' speaks for it",
        ),
        (
            "idp.example",
            "bob@two.example",
            "'idp.example' may not speak for 'two.example' in this federation: 'two.example' speaks for it",
        ),
        (
            "idp.example",
            "bob@below.idp.example",
            "'idp.example' may not speak for 'below.idp.example' in this federation: no member speaks for 'below.idp.example'",
        ),
        (
            "idp.example",
            "bob@evil.example",
            "'idp.example' may not speak for 'evil.example' in this federation: no member speaks for 'evil.example'",
        ),
    ] {
        let seen = asked(issuer, email, &among(&two()));
        assert_eq!(seen.reason(), reason);
        assert_eq!(code(&seen), Code::DomainNotMembers);
        assert!(seen.asked.is_empty(), "{:?}", seen.asked);
    }
}

#[test]
fn strangers_trusted_issuers_and_the_fallback_are_no_members_and_are_not_asked() {
    for issuer in [
        "evil.example",
        "fallback.example",
        "people.example",
        "below.idp.example",
    ] {
        let seen = asked(issuer, "bob@people.example", &among(&two()));
        assert_eq!(
            seen.reason(),
            format!("'{issuer}' is no member of this federation")
        );
        assert_eq!(code(&seen), Code::IssuerNotMember);
        assert!(seen.asked.is_empty(), "{:?}", seen.asked);
    }
    let anonymous = bundle(&without(certificate(), "iss"), &assertion());
    let seen = verify(&anonymous, &among(&two()), &everybody());
    assert_eq!(seen.reason(), "'undefined' is no member of this federation");
    // A trusted issuer may leave the address out; here nobody may.
    let nameless = with(
        certificate(),
        json!({"iss": "two.example", "principal": {}}),
    );
    let seen = verify(
        &bundle(&nameless, &assertion()),
        &among(&two()),
        &everybody(),
    );
    assert_eq!(code(&seen), Code::EmailMissing);
    assert!(seen.asked.is_empty());
}

#[test]
fn what_else_is_wrong_goes_before_the_list_as_before_an_untrusted_issuer() {
    let strange = certified("evil.example", "bob@idp.example");
    let late = with(assertion(), json!({"exp": NOW.as_millis() - 1}));
    let seen = verify(&bundle(&strange, &late), &among(&two()), &everybody());
    assert_eq!(seen.reason(), "expired");
    assert!(seen.asked.is_empty());
}

#[test]
fn members_and_lists_end_to_the_millisecond() {
    let now = NOW.as_millis();
    let until = |member_ends: u64, list_ends: u64| {
        let member = with(
            member("idp.example", &["idp.example"]),
            json!({"expires": member_ends}),
        );
        with(list(&[member]), json!({"expires": list_ends}))
    };
    let outcome = |list: &Json| asked("idp.example", "bob@idp.example", &among(list));
    outcome(&until(now + 1, now + 1))
        .outcome
        .expect("both still hold");
    let seen = outcome(&until(now, now + 1));
    assert_eq!(code(&seen), Code::MemberExpired);
    assert_eq!(seen.reason(), "the membership of 'idp.example' has expired");
    assert!(seen.asked.is_empty());
    let seen = outcome(&until(now + 1, now));
    assert_eq!(code(&seen), Code::ListExpired);
    assert!(seen.asked.is_empty());
    assert_eq!(seen.steps.last().expect("a step").name, "federation");
}

#[test]
fn without_a_list_everybody_is_refused_and_nobody_is_asked() {
    let policy = among_members(Federation::Nobody);
    for (issuer, email) in [
        ("idp.example", "bob@idp.example"),
        ("evil.example", "a@b.example"),
    ] {
        let seen = asked(issuer, email, &policy);
        assert_eq!(code(&seen), Code::ListMissing);
        assert!(seen.asked.is_empty());
    }
    let seen = verify(&json!("a~b"), &policy, &[]);
    assert_eq!(
        code(&seen),
        Code::CertificateMalformed,
        "shapes are judged all the same"
    );
}

#[test]
fn a_member_that_delegates_is_refused_and_its_delegate_not_asked() {
    for authority in ["two.example", "evil.example", "idp.example"] {
        let delegates = json_answer(&json!({ "authority": authority }));
        let answers = [vec![("idp.example", delegates)], everybody()].concat();
        let seen = verify(&ordinary(), &among(&two()), &answers);
        assert_eq!(
            seen.reason(),
            "'idp.example' delegates, and a member must speak for itself"
        );
        assert_eq!(code(&seen), Code::MemberDelegates);
        assert_eq!(seen.asked, ["idp.example?idp.example"]);
    }
}

#[test]
fn no_fallback_speaks_for_a_member_without_a_document() {
    for (answer, expected) in [
        (not_found(), Code::DocumentMissing),
        (
            json_answer(&json!({"disabled": true})),
            Code::DomainDisabled,
        ),
        (
            Answer::Unreachable(Unreachable::Timeout),
            Code::DomainTimeout,
        ),
    ] {
        let answers = [vec![("idp.example", answer)], everybody()].concat();
        let seen = verify(&ordinary(), &among(&two()), &answers);
        assert_eq!(code(&seen), expected);
        assert_eq!(seen.asked, ["idp.example?idp.example"]);
    }
}

#[test]
fn a_key_below_what_the_list_demands_does_not_count_even_if_it_fits() {
    let demanding = |keys: Json| {
        list(&[with(
            member("idp.example", &["idp.example"]),
            json!({ "keys": keys }),
        )])
    };
    let signed_with = |key: &str, list: &Json| {
        let (certificate, assertion) = (token(key, &certificate()), token("RS256b", &assertion()));
        let bundle = Json::String(format!("{certificate}~{assertion}"));
        let document = json_answer(&support_document(key));
        verify(&bundle, &among(list), &[("idp.example", document)])
    };
    let seen = signed_with("RS128a", &demanding(json!({"rsa": 2048})));
    assert_eq!(seen.reason(), "member's key too weak: RS128 of 1024 bits");
    assert_eq!(code(&seen), Code::MemberKeyTooWeak);
    signed_with("RS128a", &demanding(json!({"rsa": 1024})))
        .outcome
        .expect("enough here");
    let seen = signed_with("RS256a", &demanding(json!({"dsa": 1024})));
    assert_eq!(code(&seen), Code::MemberKeyTooWeak, "another kind");
}

#[test]
fn a_certificate_that_somebody_else_signed_in_a_members_name_is_forged() {
    let forged = format!(
        "{}~{}",
        token("RS256b", &certificate()),
        token("RS256b", &assertion())
    );
    let seen = verify(&forged.into(), &among(&two()), &everybody());
    assert_eq!(code(&seen), Code::CertificateSignature);
}

#[test]
fn the_step_says_what_the_list_says() {
    let seen = asked("two.example", "bob@idp.example", &among(&two()));
    let (last, federation) = (seen.steps.last().expect("a step"), &seen.steps[2]);
    assert_eq!(
        Json::Object(federation.facts.clone()),
        json!({
            "list": "Universities",
            "issued_ms": -1000,
            "expires_ms": 1,
            "issuer_is_member": true,
            "member_expires_ms": 1,
            "speaks_for_domain": "idp.example",
        })
    );
    assert_eq!(last.facts["code"], "domain_not_members");
    assert_eq!(last.facts["authority"], "idp.example");
}

#[test]
fn who_speaks_can_be_asked_by_domain_alone() {
    let list = MemberList::parse(two().to_string().as_bytes(), &Seal::None, HostRule::Public);
    let federation = Federation::Members(list.expect("a list"));
    let speaker = |name: &str| {
        let speaker = federation.speaker(&domain(name), NOW);
        speaker.map(|member| member.issuer.to_string())
    };
    assert_eq!(speaker("people.example").as_deref(), Ok("idp.example"));
    let nobody = speaker("evil.example").expect_err("nobody speaks for it");
    assert_eq!(nobody.to_string(), "no member speaks for 'evil.example'");
    assert!(DiscoveryError::Federation(nobody).is_no_support());
    let missing = FederationRefusal::ListMissing;
    assert!(
        !DiscoveryError::Federation(missing).is_no_support(),
        "nobody can tell"
    );
}
