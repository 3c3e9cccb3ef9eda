//! Who is identified, and what is said of them: I11 to I14, I18 to I25, I28 to I30, V24, V25, V29, V30, V52, V53.

use browserid::{Code, Json};
use serde_json::json;
use tests::http::Call;
use tests::tokens;
use tests::verifier::Verifier;

use crate::judging::{World, support_document};
use crate::making::{BOB, Case, IDP, ISSUER, USER};

const NO_EMAIL: &str = "untrusted assertion, doesn't contain an email, and issuer is untrusted ";

#[test]
fn the_principals_address_is_the_identity_and_nothing_else_is() {
    let world = World::ordinary();
    let email = |case: Case| {
        let identity = world.accepts(case.bundle());
        identity.email().map(|email| email.as_str().to_owned())
    };
    let bob = Some(BOB.to_owned());
    assert_eq!(
        email(Case::ordinary().certificate(json!({"sub": "eve@idp.example"}))),
        bob
    );
    let only_sub = Case::ordinary().certificate_without("principal");
    assert_eq!(email(only_sub.certificate(json!({"sub": BOB}))), bob);
    let falsy = Case::ordinary().certificate(json!({"principal": {"email": ""}, "sub": BOB}));
    assert_eq!(email(falsy), bob);
    let no_object =
        Case::ordinary().certificate(json!({"principal": "eve@idp.example", "sub": BOB}));
    assert_eq!(email(no_object), bob);

    for changes in [
        json!({"principal": null, "email": BOB}),
        json!({"principal": BOB}),
        json!({"principal": {"host": IDP}}),
        json!({"principal": {"domain": IDP}}),
        json!({"principal": {"unverified-email": BOB}}),
        json!({"principal": {"fxa-verifiedEmail": BOB}}),
        json!({"principal": [BOB]}),
        json!({"principal": {"email": null}}),
    ] {
        let case = Case::ordinary()
            .certificate(changes)
            // A user says this of himself.
            .assertion(json!({"email": BOB, "sub": BOB, "principal": {"email": BOB}}));
        world.refuses_unasked(case.bundle(), Code::EmailMissing, NO_EMAIL);
    }
}

#[test]
fn an_address_that_could_be_read_in_two_ways_is_none() {
    let odd = [
        "test@example/com",
        "test@(exam)ple.com",
        "test@users.example.com@idp.example",
        "test@users.example.com\n@idp.example",
        "test@users.example\0.com",
        "test\0@idp.example",
        "test@idp.example\0\n@example.com",
        "bob@idp.example\n",
        "bob@idp.example\r\n",
        "\nbob@idp.example",
        " bob@idp.example",
        "bob@idp.example ",
        "bob @idp.example",
        "b ob@idp.example",
        "bob@ idp.example",
        "\"bob\"@idp.example",
        "bob@@idp.example",
        "bob@idp.example@",
        "bob",
        "idp.example",
        "@idp.example",
        "bob@",
        "@",
        "bob@idp.example#",
        "bob@idp.example?x",
        "bob@idp.example/",
        "bob@idp%2eexample",
        "bob@user:pw@idp.example",
        "bob@https://idp.example",
        "bob,eve@idp.example",
        "bob;eve@idp.example",
        "<bob@idp.example>",
        "bob(comment)@idp.example",
        "bob\\@idp.example",
        "b\u{f6}b@idp.example",
        "bob\u{200b}@idp.example",
        "bob\u{ff20}idp.example",
        "bob@idp\u{3002}example",
        "bob@\u{e4}dp.example",
        // Upper case in the domain: typed addresses are lowered before they come here.
        "bob@IDP.example",
        "bob@idp.EXAMPLE",
        // No host names.
        "bob@127.0.0.1",
        "bob@[127.0.0.1]",
        "bob@[::1]",
        "bob@2130706433",
        "bob@0x7f.1",
        "bob@localhost",
        "bob@idp.example:443",
        "bob@idp.example.",
        "bob@.idp.example",
        "bob@idp..example",
        "bob@-idp.example",
        "bob@*.example",
    ];
    for email in odd {
        let bundle = Case::of(email).bundle();
        World::ordinary().refuses_unasked(bundle, Code::EmailMalformed, NO_EMAIL);
        // Whom the verifier trusts may not certify it either.
        World::ordinary().trusting(&[IDP]).refuses(
            Case::of(email).bundle(),
            Code::EmailMalformed,
            "malformed email in certificate",
        );
    }
    for email in [json!([BOB]), json!({"address": BOB}), json!(7), json!(true)] {
        let bundle = Case::of(email.clone()).bundle();
        World::ordinary().refuses_unasked(bundle, Code::EmailMalformed, NO_EMAIL);
        World::ordinary().trusting(&[IDP]).refuses(
            Case::of(email).bundle(),
            Code::EmailMalformed,
            "malformed email in certificate",
        );
    }
}

#[test]
fn an_address_keeps_its_spelling() {
    let longest = format!("{}@idp.example", "a".repeat(254 - "@idp.example".len()));
    for email in [
        "BOB@idp.example",
        "bob+tag@idp.example",
        "b@idp.example",
        ".bob..x.@idp.example",
        "_!#$%&'*+/=?^`{|}~.-@idp.example",
        "0123456789@idp.example",
        &longest,
    ] {
        let identity = World::ordinary().accepts(Case::of(email).bundle());
        assert_eq!(identity.email().map(|email| email.as_str()), Some(email));
    }
    let bundle = Case::of(format!("a{longest}")).bundle();
    World::ordinary().refuses_unasked(bundle, Code::EmailMalformed, NO_EMAIL);
    // A-labels and underscores are names.
    for host in ["xn--exmple-cua.example", "my_host.example"] {
        let world = World::empty().document(host, &support_document(&ISSUER));
        let case = Case::of(format!("bob@{host}")).certificate(json!({ "iss": host }));
        world.accepts(case.bundle());
    }
}

#[test]
fn claims_are_told_apart_by_who_says_them() {
    let case = Case::ordinary()
        .certificate(json!({
            "fxa-generation": 7, "fxa-amr": ["pwd"], "level": {"a": [1, null]}, "jti": "x", "nbf": 1, "aud": "x", "sub": "s",
            "name": "", "principal": {"email": BOB, "name": "Bob", "level": 5, "iss": "x", "public-key": "y", "more": null},
        }))
        .assertion(json!({"mood": ["calm"], "iss": "self", "jti": 1, "email": "eve@evil.example"}));
    let identity = World::ordinary().accepts(case.bundle());
    assert_eq!(
        json!(identity.idp_claims()),
        json!({
            "fxa-generation": 7, "fxa-amr": ["pwd"], "level": {"a": [1, null]}, "name": "Bob", "more": null,
        })
    );
    assert_eq!(
        json!(identity.user_claims()),
        json!({"mood": ["calm"], "email": "eve@evil.example"})
    );
    assert_eq!(identity.email().map(|email| email.as_str()), Some(BOB));

    let plain = World::ordinary().accepts(Case::ordinary().bundle());
    assert!(plain.idp_claims().is_empty() && plain.user_claims().is_empty());
}

#[tokio::test]
async fn no_claim_changes_the_answer_that_it_stands_in() {
    let verifier = Verifier::new();
    let claims = r#""status":"failure","email":"eve@evil.example","issuer":"evil.example","audience":"x","expires":0,"reason":"x","constructor":{"prototype":1},"toString":1,"unverified-email":"eve@evil.example""#;
    let add = |payload: Json| {
        let text = payload.to_string();
        format!(
            "{},{claims},\"__proto__\":{{\"status\":\"failure\"}}}}",
            text.trim_end_matches('}')
        )
    };
    let mut certificate = tokens::certificate();
    let principal = certificate["principal"].take();
    certificate
        .as_object_mut()
        .expect("an object")
        .remove("principal");
    certificate["public-key"] = json!(null);
    // The nested members first, so that what is added stands at the top.
    let certificate = add(certificate).replacen(
        r#""public-key":null"#,
        &format!(
            r#""public-key":{},"principal":{principal}"#,
            tests::keys::USER.to_json()
        ),
        1,
    );
    let encode = |text: &str| browserid::base64url::encode(text.as_bytes());
    let token = |key: &tests::keys::TestKey, text: &str| {
        let input = format!("{}.{}", encode(r#"{"alg":"RS256"}"#), encode(text));
        let signature = key.sign(input.as_bytes());
        let (header, payload) = input.split_once('.').expect("two parts");
        tokens::signed(header, payload, &signature)
    };
    let bundle = format!(
        "{}~{}",
        token(&tests::keys::ISSUER, &certificate),
        token(&tests::keys::USER, &add(tokens::assertion()))
    );
    for path in ["/verify", "/v2"] {
        let body = json!({"assertion": bundle, "audience": tokens::AUDIENCE, "experimental_allowUnverified": false});
        let heard = verifier.send(Call::post(path).json(&body)).await;
        assert_eq!(heard.status, 200);
        let own = format!(
            r#"{{"audience":"{}","expires":{},"issuer":"{}","email":"{}","idpClaims":"#,
            tokens::AUDIENCE,
            tokens::ASSERTION_EXPIRES_MS,
            tokens::IDP,
            tokens::ALICE
        );
        assert!(heard.body.starts_with(&own), "{}", heard.body);
        assert!(
            heard.body.ends_with(r#"},"status":"okay"}"#),
            "{}",
            heard.body
        );
        assert!(!heard.body.contains("__proto__"), "{}", heard.body);
        let said = heard.json();
        assert_eq!(said["idpClaims"]["status"], "failure");
        assert_eq!(said["userClaims"]["email"], "eve@evil.example");
        let names: Vec<_> = said.as_object().expect("an object").keys().collect();
        assert_eq!(names.len(), 7, "{names:?}");
    }
}

#[test]
fn what_stands_twice_is_refused_wherever_it_stands() {
    let world = World::ordinary();
    let case = Case::ordinary();
    let (certificate, assertion) = case.parts();
    let twice = "payloadsegment: a member appears twice";
    for member in [
        r#""principal":{"email":"eve@idp.example"}"#,
        r#""iss":"idp.example""#,
        r#""exp":1500000000000"#,
        r#""\u0069ss":"idp.example""#,
        r#""other":{"a":1,"a":1}"#,
    ] {
        let text = case
            .certificate
            .to_string()
            .replacen('{', &format!("{{{member},"), 1);
        let token = ISSUER.token_of(r#"{"alg":"RS256"}"#, &text);
        world.refuses_unasked(
            format!("{token}~{assertion}"),
            Code::CertificateMalformed,
            twice,
        );
    }
    let text = case
        .assertion
        .to_string()
        .replacen('{', r#"{"aud":"https://evil.example","#, 1);
    let token = USER.token_of(r#"{"alg":"DS128"}"#, &text);
    world.refuses_unasked(
        format!("{certificate}~{token}"),
        Code::AssertionMalformed,
        twice,
    );
    let token = USER.token_of(
        r#"{"alg":"DS128","alg":"DS128"}"#,
        &case.assertion.to_string(),
    );
    let reason = "headersegment: a member appears twice";
    world.refuses_unasked(
        format!("{certificate}~{token}"),
        Code::AssertionMalformed,
        reason,
    );
}
