//! Algorithms and signatures: K1 to K9, K13, K14, K26, K29, K30, V5, V6.

use browserid::{Code, Json};
use serde_json::json;

use crate::judging::{World, document_of, support_document};
use crate::making::{
    Case, DS256, IDP, ISSUER, Key, OTHER_DS256, OTHER_RS256, OTHER_USER, RS64, RS128, USER,
    generated, with_signature,
};

#[test]
fn issuers_and_users_may_have_any_two_kinds_of_key_but_rs64() {
    let issuers: [&'static Key; 5] = [&RS64, &RS128, &ISSUER, &USER, &DS256];
    let users: [&'static Key; 5] = [&RS64, &RS128, &OTHER_RS256, &OTHER_USER, &OTHER_DS256];
    let mut accepted = 0;
    for issuer in issuers {
        let world = World::empty().document(IDP, &support_document(issuer));
        for user in users {
            let bundle = Case::ordinary().issued_by(issuer).held(user).bundle();
            match (issuer.label(), user.label()) {
                ("RS64", _) => {
                    let reason = "bad support document for 'idp.example': Error: mal-formed public key in support doc: KeySizeNotSupportedError: bad key size: 512";
                    world.refuses(bundle, Code::DocumentMalformed, reason);
                }
                (_, "RS64") => {
                    let reason = "malformed public key in certificate";
                    world.refuses(bundle, Code::UserKeyMalformed, reason);
                }
                _ => {
                    world.accepts(bundle);
                    accepted += 1;
                }
            }
        }
    }
    assert_eq!(accepted, 16);
}

#[test]
fn the_header_must_name_the_algorithm_of_the_key() {
    let world = World::ordinary();
    let case = Case::ordinary();
    let (certificate, assertion) = case.parts();
    for alg in [
        json!("none"),
        json!("None"),
        json!("HS256"),
        json!("rs256"),
        json!("ds128"),
        json!("RS128"),
        json!("RS64"),
        json!("DS256"),
        json!("DS160"),
        json!("RS"),
        json!(""),
        json!(" RS256"),
        json!("__proto__"),
        json!("constructor"),
        json!(null),
        json!(256),
        json!(["RS256"]),
        json!({"RS256": 1}),
    ] {
        let header = json!({ "alg": alg }).to_string();
        let by_issuer = ISSUER.token_of(&header, &case.certificate.to_string());
        let by_user = USER.token_of(&header, &case.assertion.to_string());
        let unsigned = |token: &str| with_signature(token, |_| Vec::new());
        for bundle in [
            format!("{by_issuer}~{assertion}"),
            format!("{}~{assertion}", unsigned(&by_issuer)),
            format!("{certificate}~{by_user}"),
            format!("{certificate}~{}", unsigned(&by_user)),
        ] {
            world.refuses(bundle, Code::AlgorithmMismatch, "algorithms do not match");
        }
    }
    // The labels of the two keys are not interchangeable either, nor may a label be missing.
    for header in [
        "{}",
        r#"{"typ":"JWT"}"#,
        r#"{"ALG":"RS256"}"#,
        r#"{"alg":"DS128"}"#,
    ] {
        let by_issuer = ISSUER.token_of(header, &case.certificate.to_string());
        let bundle = format!("{by_issuer}~{assertion}");
        world.refuses(bundle, Code::AlgorithmMismatch, "algorithms do not match");
    }
}

#[test]
fn other_members_of_a_header_mean_nothing() {
    let case = Case::ordinary();
    let header = |alg: &str| {
        json!({
            "alg": alg, "typ": "JWT", "kid": "none of ours", "jku": "https://evil.example/keys",
            "jwk": OTHER_USER.json_with_kty(), "crit": ["exp"], "x5u": "https://evil.example",
        })
        .to_string()
    };
    let bundle = format!(
        "{}~{}",
        ISSUER.token_of(&header("RS256"), &case.certificate.to_string()),
        USER.token_of(&header("DS128"), &case.assertion.to_string())
    );
    let seen = World::ordinary().judge(bundle);
    assert!(seen.outcome.is_ok());
    assert_eq!(seen.asked, ["idp.example for idp.example"]);

    // The key in the header is not believed.
    let by_another = OTHER_USER.token_of(&header("DS128"), &case.assertion.to_string());
    let bundle = format!("{}~{by_another}", case.parts().0);
    World::ordinary().refuses(bundle, Code::AssertionSignature, "invalid signature");
}

#[test]
fn nobody_signs_for_anybody_else() {
    let world = World::ordinary();
    let by_another_issuer = Case::ordinary().issued_by(&OTHER_RS256).bundle();
    let self_signed = Case::ordinary()
        .held(&OTHER_RS256)
        .issued_by(&OTHER_RS256)
        .bundle();
    for certificate in [by_another_issuer, self_signed] {
        world.refuses(certificate, Code::CertificateSignature, "invalid signature");
    }
    let self_signed = Case::ordinary().issued_by(&USER).bundle();
    world.refuses(
        self_signed,
        Code::AlgorithmMismatch,
        "algorithms do not match",
    );
    let by_another_user = Case::ordinary().signed_by(&OTHER_USER).bundle();
    world.refuses(
        by_another_user,
        Code::AssertionSignature,
        "invalid signature",
    );
    let by_the_issuer = Case::ordinary().signed_by(&ISSUER).bundle();
    world.refuses(
        by_the_issuer,
        Code::AlgorithmMismatch,
        "algorithms do not match",
    );
    let by_the_issuer = Case::ordinary()
        .held(&OTHER_RS256)
        .signed_by(&ISSUER)
        .bundle();
    world.refuses(by_the_issuer, Code::AssertionSignature, "invalid signature");
}

#[test]
fn an_empty_signature_is_none() {
    let users: [&'static Key; 4] = [&RS128, &OTHER_RS256, &USER, &DS256];
    for user in users {
        let bundle = Case::ordinary()
            .held(user)
            .with_assertion_signature(|_| Vec::new());
        World::ordinary().refuses(bundle, Code::AssertionSignature, "invalid signature");
    }
    for issuer in users {
        let world = World::empty().document(IDP, &support_document(issuer));
        let case = Case::ordinary().issued_by(issuer);
        let bundle = case.with_certificate_signature(|_| Vec::new());
        world.refuses(bundle, Code::CertificateSignature, "invalid signature");
    }
}

#[test]
fn signatures_may_lack_their_leading_zeros() {
    let world = World::ordinary();
    let users: [&'static Key; 2] = [&USER, &DS256];
    for user in users {
        let bundle = Case::ordinary()
            .held(user)
            .with_assertion_signature(|input| {
                let with_zero = (2u64..)
                    .map(|nonce| user.halves(&user.dsa(input, nonce)))
                    .find(|signature| signature[0] == 0);
                with_zero.expect("one in 256")[1..].to_vec()
            });
        world.accepts(bundle);
    }

    // 1025 bits take 129 bytes, of which the first is nearly always 0.
    let odd: &'static Key = Box::leak(Box::new(generated(1025)));
    assert_eq!((odd.width(), odd.label()), (129, "RS128"));
    let case = Case::ordinary().held(odd);
    let with_two_zeros = (0..100_000)
        .map(|nonce| case.clone().assertion(json!({ "nonce": nonce })))
        .map(|case| (odd.sign(signing_input(&case).as_bytes()), case))
        .find(|(signature, _)| signature.starts_with(&[0, 0]));
    let (signature, case) = with_two_zeros.expect("one in 512");
    for cut in [0, 1, 2] {
        world.accepts(case.with_assertion_signature(|_| signature[cut..].to_vec()));
    }
    for bundle in [
        case.with_assertion_signature(|_| signature[3..].to_vec()),
        case.with_assertion_signature(|_| [vec![0], signature.clone()].concat()),
        case.with_assertion_signature(|_| [vec![0, 0], signature.clone()].concat()),
    ] {
        world.refuses(bundle, Code::AssertionSignature, "invalid signature");
    }
}

fn signing_input(case: &Case) -> String {
    let (_, assertion) = case.parts();
    let (input, _) = assertion.rsplit_once('.').expect("three parts");
    input.to_owned()
}

#[test]
fn the_right_key_of_a_document_counts_wherever_it_stands() {
    let documents = |document: Json| World::empty().document(IDP, &document);
    let with = |first: Json, keys: Json| {
        let mut document = document_of(first);
        document["keys"] = keys;
        document
    };
    let (right, wrong) = (ISSUER.json(), OTHER_RS256.json());
    let bundle = Case::ordinary().bundle();
    for document in [
        with(wrong.clone(), json!([right])),
        with(wrong.clone(), json!([USER.json(), DS256.json(), right])),
        with(right.clone(), json!([wrong, USER.json()])),
        with(Json::Null, json!([wrong, right])),
        with(wrong.clone(), json!([with_use(&right, "sig")])),
    ] {
        documents(document).accepts(bundle.clone());
    }
    // None fits: the last key's error is said.
    let world = documents(with(USER.json(), json!([wrong])));
    world.refuses(
        bundle.clone(),
        Code::CertificateSignature,
        "invalid signature",
    );
    let world = documents(with(wrong.clone(), json!([USER.json()])));
    world.refuses(
        bundle.clone(),
        Code::AlgorithmMismatch,
        "algorithms do not match",
    );
    // The right key, but not for signing.
    let world = documents(with(wrong, json!([with_use(&right, "enc")])));
    world.refuses(
        bundle.clone(),
        Code::CertificateSignature,
        "invalid signature",
    );
    let mut only_for_encryption = with(Json::Null, json!([with_use(&right, "enc")]));
    only_for_encryption
        .as_object_mut()
        .expect("an object")
        .remove("public-key");
    documents(only_for_encryption).refuses(
        bundle.clone(),
        Code::DocumentMalformed,
        "bad support document for 'idp.example': Error: support document missing required property 'keys' and/or 'public-key'",
    );
    // No `kid` is matched: neither does one help, nor does another one harm.
    let mut with_kid = right;
    with_kid["kid"] = json!("of another");
    documents(document_of(with_kid)).accepts(bundle);
}

fn with_use(key: &Json, purpose: &str) -> Json {
    let mut key = key.clone();
    key["use"] = json!(purpose);
    key
}
