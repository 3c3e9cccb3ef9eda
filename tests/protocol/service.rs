//! The verifier as a service: H11, H16, H17, trust by environment and caller, and what ended the old one (V51).

use serde_json::json;

use crate::making::{IDP, ISSUER, USER};
use crate::running::{FORM, Running, check, check_headers, form, fresh, idp, object, server};

#[tokio::test]
async fn health_is_told_on_the_old_paths() {
    let verifier = Running::start(&[], &[]);
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
    let (text, json) = (
        Some("text/plain; charset=utf-8"),
        Some("application/json; charset=utf-8"),
    );
    for (path, body, kind) in [
        ("/status", "OK", text),
        ("/__heartbeat__", "{}", json),
        ("/__lbheartbeat__", "{}", json),
    ] {
        let heard = verifier.send(get(path)).await;
        check_headers(&heard);
        assert_eq!(
            (
                heard.status,
                heard.body.as_str(),
                heard.header("content-type")
            ),
            (200, body, kind)
        );
    }
    let heard = verifier.send(get("/__version__")).await;
    check_headers(&heard);
    let said = heard.json();
    let names: Vec<_> = said
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        (heard.status, names.as_slice()),
        (200, &["commit", "source", "version"][..])
    );
    for path in ["/status?x", "/Status", "/nope"] {
        let heard = verifier.send(get(path)).await;
        check_headers(&heard);
        assert_eq!(heard.status, 404, "{path}");
        assert!(
            !heard.body.contains("nope"),
            "nothing of the request is repeated"
        );
    }
}

#[tokio::test]
async fn it_ends_cleanly_when_it_is_asked_to() {
    for signal in ["TERM", "INT", "QUIT"] {
        let idp = idp().await;
        let verifier = Running::with_idp(&idp);
        assert_eq!(verifier.v2(&object(&fresh().0.bundle())).await.status, 200);
        assert_eq!(verifier.end(signal).code(), Some(0), "{signal}");
    }
}

#[tokio::test]
async fn callers_may_force_an_issuer_and_hear_unverified_addresses() {
    let idp = idp().await;
    let verifier = Running::with_idp(&idp);
    let case = fresh()
        .0
        .certificate(json!({"principal": {"unverified-email": "new@elsewhere.example"}}));
    let bundle = case.bundle();
    let reason = "untrusted assertion, doesn't contain an email, and issuer is untrusted ";
    check(
        &verifier.v2(&object(&bundle)).await,
        200,
        "email_missing",
        reason,
    );
    assert_eq!(idp.connections(), 0, "nobody is asked in vain");

    let forced = format!("{}&experimental_forceIssuer={IDP}", form(&bundle));
    let said = verifier.post("/verify", FORM, &forced).await.json();
    assert_eq!(
        (
            &said["status"],
            said.get("email"),
            said.get("unverified-email")
        ),
        (&json!("okay"), None, None)
    );
    assert_eq!(
        said["idpClaims"],
        json!({"unverified-email": "new@elsewhere.example"})
    );
    let allowed = format!("{forced}&experimental_allowUnverified=true");
    let said = verifier.post("/verify", FORM, &allowed).await.json();
    assert_eq!(
        (&said["status"], &said["unverified-email"]),
        (&json!("okay"), &json!("new@elsewhere.example"))
    );
    let mut body = object(&bundle);
    body["trustedIssuers"] = json!(["x.example", IDP]);
    assert_eq!(verifier.v2(&body).await.json()["status"], "okay");
    body["trustedIssuers"] = json!(["x.example", "dp.example", "idp.example.x.example"]);
    check(&verifier.v2(&body).await, 200, "email_missing", reason);
    // Without being forced, allowing changes nothing.
    let only_allowed = format!("{}&experimental_allowUnverified=true", form(&bundle));
    check(
        &verifier.post("/verify", FORM, &only_allowed).await,
        200,
        "email_missing",
        reason,
    );
}

#[tokio::test]
async fn the_fallback_of_the_environment_speaks_for_domains_without_support() {
    let idp = idp().await;
    let none = server("404 Not Found", "").await;
    let maps = [
        format!("idp.example=http://127.0.0.1:{}", idp.port),
        format!("none.example=http://127.0.0.1:{}", none.port),
    ];
    let arguments = ["--map", &maps[0], "--map", &maps[1]];
    let bundle = fresh()
        .0
        .certificate(json!({"principal": {"email": "me@none.example"}}))
        .bundle();

    let without = Running::start(&[("FALLBACK_DOMAIN", "")], &arguments);
    let reason = "untrusted issuer, expected '', got 'idp.example'";
    check(
        &without.v2(&object(&bundle)).await,
        200,
        "issuer_untrusted",
        reason,
    );
    assert_eq!(idp.connections(), 0);

    let with = Running::start(&[("FALLBACK_DOMAIN", IDP)], &arguments);
    let said = with.v2(&object(&bundle)).await.json();
    assert_eq!(
        (&said["status"], &said["issuer"], &said["email"]),
        (&json!("okay"), &json!(IDP), &json!("me@none.example"))
    );
    let head = idp.requests().concat().to_lowercase();
    assert!(
        head.contains("/.well-known/browserid?domain=none.example"),
        "{head}"
    );
}

#[tokio::test]
async fn it_survives_what_killed_the_old_one() {
    let idp = idp().await;
    let verifier = Running::with_idp(&idp);
    let (case, _) = fresh();
    let (certificate, assertion) = case.parts();
    let odd = [
        case.clone().certificate_without("public-key").bundle(),
        case.clone()
            .certificate(json!({"public-key": {"algorithm": "XX"}}))
            .bundle(),
        case.clone()
            .certificate(json!({"public-key": {"algorithm": "constructor"}}))
            .bundle(),
        case.clone()
            .certificate(json!({"public-key": {"algorithm": "__proto__"}}))
            .bundle(),
        case.clone()
            .certificate(json!({"public-key": {"algorithm": "RS", "n": 4096, "e": 65537}}))
            .bundle(),
        case.clone().with_assertion_signature(|_| Vec::new()),
        case.clone().with_assertion_signature(|_| vec![0; 40]),
        format!("{certificate}~{assertion}~"),
        format!(
            "{}~{assertion}",
            ISSUER.token_of(r#"{"alg":"RS256"}"#, "null")
        ),
        format!("{}~{assertion}", ISSUER.token_of("null", "{}")),
        format!(
            "{certificate}~{}",
            USER.token_of(r#"{"alg":"DS128"}"#, &"[".repeat(2000))
        ),
    ];
    for bundle in odd {
        let heard = verifier.v2(&object(&bundle)).await;
        check_headers(&heard);
        assert_eq!(
            (heard.status, &heard.json()["status"]),
            (200, &json!("failure"))
        );
        assert_eq!(
            verifier.v2(&object(&case.bundle())).await.json()["status"],
            "okay",
            "it is still there"
        );
    }
}
