//! Readers: no panic on anything, one spelling for one value, what is written is read.

use browserid::{
    Domain, Email, HostRule, Json, Origin, Path, PublicKey, SupportDocument, audience, base64url,
    json,
};
use proptest::prelude::*;
use serde_json::{Value, json};

const RULES: [HostRule; 3] = [HostRule::Public, HostRule::Recorded, HostRule::Insecure];

/// JSON as strangers write it, a few levels deep.
pub fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i32>().prop_map(|eighths| Value::from(f64::from(eighths) / 8.0)),
        "[a-z@.~/:%\u{e9} ]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(member_name(), inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn member_name() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "algorithm",
            "kty",
            "n",
            "e",
            "p",
            "q",
            "g",
            "y",
            "public-key",
            "keys",
            "use",
            "authority",
            "disabled",
            "authentication",
            "provisioning",
            "agent",
            "iss",
            "exp",
            "iat",
            "aud",
            "principal",
            "email",
            "sub",
        ])
        .prop_map(str::to_owned),
        "[a-z_]{0,4}",
    ]
}

/// Near to a host name.
fn any_host() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9_.:\\-\\[\\]]{0,20}|[a-z]{1,8}(\\.[a-z0-9-]{1,8}){0,3}(:[0-9]{1,6})?|[0-9]{1,3}(\\.[0-9]{1,3}){3}"
}

proptest! {
    #[test]
    fn base64url_is_read_as_written(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(base64url::decode(&base64url::encode(&bytes)), Ok(bytes));
    }

    #[test]
    fn base64url_has_one_spelling(text in "[A-Za-z0-9_=+/\n -]{0,12}") {
        if let Ok(bytes) = base64url::decode(&text) {
            prop_assert_eq!(base64url::encode(&bytes), text);
        }
    }

    #[test]
    fn json_is_what_serde_reads_or_refused(text in "[\\[\\]{}\",:0-9a-e.\\\\u+ -]{0,40}") {
        if let Ok(value) = json::parse(text.as_bytes()) {
            prop_assert_eq!(serde_json::from_str::<Value>(&text).ok(), Some(value));
        }
    }

    #[test]
    fn json_is_read_as_written(value in any_json()) {
        prop_assert_eq!(json::parse(value.to_string().as_bytes()), Ok(value));
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = json::parse(&bytes);
        let _ = PublicKey::from_slice(&bytes);
        let _ = PublicKey::from_spki(&bytes);
        let text = String::from_utf8_lossy(&bytes);
        for rule in RULES {
            let _ = SupportDocument::parse(&bytes, rule);
            let _ = Domain::parse(&text, rule);
            let _ = Email::parse(&text, rule);
            let _ = Email::from_typed(&text, rule);
        }
        let _ = Origin::parse(&text);
        let _ = Path::parse(&text);
    }

    #[test]
    fn no_json_makes_a_reader_panic(value in any_json()) {
        let _ = PublicKey::from_json(&value);
        for rule in RULES {
            if let Ok(document) = SupportDocument::parse(value.to_string().as_bytes(), rule) {
                let again = SupportDocument::parse(document.to_json().to_string().as_bytes(), rule);
                prop_assert_eq!(again, Ok(document));
            }
        }
    }

    #[test]
    fn a_wider_rule_takes_what_a_narrower_one_takes(text in any_host()) {
        let taken = RULES.map(|rule| Domain::parse(&text, rule).is_ok());
        prop_assert!(taken.is_sorted());
    }

    #[test]
    fn a_domain_is_its_own_spelling_and_comes_apart(text in any_host()) {
        if let Ok(domain) = Domain::parse(&text, HostRule::Insecure) {
            prop_assert_eq!(domain.as_str(), &text);
            let again = match domain.port() {
                Some(port) => format!("{}:{port}", domain.host()),
                None => domain.host().to_owned(),
            };
            prop_assert_eq!(again, text);
        }
    }

    #[test]
    fn normalising_a_typed_address_twice_changes_nothing(
        local in "[A-Za-z0-9.+ @]{0,8}", host in any_host(), blank in "[ \t\n]{0,2}",
    ) {
        let typed = format!("{blank}{local}@{host}{blank}");
        if let Ok(email) = Email::from_typed(&typed, HostRule::Public) {
            prop_assert_eq!(Email::from_typed(email.as_str(), HostRule::Public), Ok(email.clone()));
            prop_assert_eq!(Email::parse(email.as_str(), HostRule::Public), Ok(email.clone()));
            let parts = format!("{}@{}", email.local_part(), email.domain());
            prop_assert_eq!(parts, email.as_str());
        }
    }

    #[test]
    fn normalising_an_origin_twice_changes_nothing(scheme in "https?|HTTP", host in any_host()) {
        if let Ok(origin) = Origin::parse(&format!("{scheme}://{host}")) {
            prop_assert_eq!(Origin::parse(origin.as_str()), Ok(origin.clone()));
            prop_assert!(audience::compare(Some(&origin.as_str().into()), &origin.as_str().into()).is_ok());
        }
    }

    #[test]
    fn an_audience_never_matches_another_host(
        signed in "[a-z]{1,5}\\.example", given in "(https?:/{0,3})?([a-z:]{1,5}@)?[a-z*]{1,5}\\.example[/:?#@\\\\]{0,2}[a-z0-9.]{0,9}",
    ) {
        let outcome = audience::compare(Some(&format!("http://{signed}").into()), &given.as_str().into());
        if outcome.is_ok() {
            let rest = given.strip_prefix("http://").unwrap_or(&given);
            let host = rest.split(['/', ':', '#']).next();
            prop_assert_eq!(host, Some(signed.as_str()));
        }
    }

    #[test]
    fn comparing_audiences_never_panics(signed in any_json(), given in any_json(), text in "\\PC{0,30}") {
        let text = Json::from(text);
        let _ = audience::compare(Some(&signed), &given);
        let _ = audience::compare(Some(&text), &given);
        let _ = audience::compare(Some(&signed), &text);
        let _ = audience::compare(Some(&text), &text);
        prop_assert!(audience::compare(None, &text).is_err());
    }

    #[test]
    fn a_path_stays_behind_its_domain(text in "\\PC{0,20}") {
        if let Ok(path) = Path::parse(&format!("/{text}")) {
            let url = format!("https://idp.example{path}");
            let authority = url.trim_start_matches("https://").split(['/', '?', '#', '\\']).next();
            prop_assert_eq!(authority, Some("idp.example"));
            prop_assert!(!url.contains(['?', '#', '\\', ' ']));
        }
    }

    #[test]
    fn an_agent_never_breaks_a_document(agent in any_json()) {
        let document = json!({
            "public-key": super::signers::SHORT.json, "authentication": "/a", "provisioning": "/b", "agent": agent,
        });
        let parsed = SupportDocument::parse(document.to_string().as_bytes(), HostRule::Public);
        prop_assert!(matches!(parsed, Ok(SupportDocument::Supported(_))));
    }
}
