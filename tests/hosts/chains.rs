//! Delegations that lead nowhere: what `selfsame discover` says to programs and to the owner, and why a verifier refuses
//! the people of such a domain. What a visitor reads: `tests/static/include_discovery.test.js`.

use std::collections::BTreeMap;
use std::net::TcpListener;

use browserid::{Answer, Unreachable};
use serde_json::{Value, json};
use tests::http::Call;
use tests::network::Network;
use tests::tokens::{AUDIENCE, assertion, bundle, certificate, support_document};
use tests::verifier::Verifier;

use crate::program::run;
use crate::server::{Reply, Server};

/// What a host of a chain is like.
#[derive(Clone)]
enum Host {
    /// A document of this content.
    Says(Value),
    /// This status, and a page.
    Status(u16),
    /// Nobody listens.
    Closed,
    /// There is no such name; only a verifier can be shown that here.
    Unknown,
    /// It never answers; the same.
    Silent,
    /// It shows another's certificate; the same.
    Impostor,
}

struct Case {
    name: &'static str,
    /// The first is the domain of the address.
    hosts: Vec<(&'static str, Host)>,
    code: &'static str,
    reason: String,
    /// In the line for the owner.
    hints: Vec<&'static str>,
}

fn to(authority: &str) -> Host {
    Host::Says(json!({ "authority": authority }))
}

fn case(
    name: &'static str,
    hosts: Vec<(&'static str, Host)>,
    code: &'static str,
    reason: impl Into<String>,
    hints: &[&'static str],
) -> Case {
    Case {
        name,
        hosts,
        code,
        reason: reason.into(),
        hints: hints.to_vec(),
    }
}

const SIX: &str = "six delegations";
const OWNER: &str =
    "a.example leaves sign-in to it: repair it, or let a.example name another authority";

fn cases() -> Vec<Case> {
    let hops = |last: usize| -> Vec<(&'static str, Host)> {
        let names = [
            "a.example",
            "b.example",
            "c.example",
            "d.example",
            "e.example",
            "f.example",
            "g.example",
        ];
        let mut hosts: Vec<_> = (0..last).map(|at| (names[at], to(names[at + 1]))).collect();
        hosts.push((names[last], Host::Says(support_document())));
        hosts
    };
    let no_primary = |host: &str, why: &str| format!("{host} is not a browserid primary{why}");
    let non_200 = " - non-200 response code to /.well-known/browserid";
    vec![
        case(
            "it names itself",
            vec![("a.example", to("a.example"))],
            "delegation_circular",
            "Circular reference in delegating authority: a.example",
            &["a.example names itself as its authority"],
        ),
        case(
            "two name each other",
            vec![
                ("a.example", to("b.example")),
                ("b.example", to("a.example")),
            ],
            "delegation_circular",
            "Circular reference in delegating authority: a.example > b.example",
            &["in a circle (a.example -> b.example)"],
        ),
        case(
            "the authority names itself",
            vec![
                ("a.example", to("b.example")),
                ("b.example", to("b.example")),
            ],
            "delegation_circular",
            "Circular reference in delegating authority: a.example > b.example",
            &["in a circle (a.example -> b.example)"],
        ),
        case(
            SIX,
            hops(6),
            "delegation_too_long",
            "Too many hops while delegating authority: a.example > b.example > c.example > d.example > e.example > f.example > g.example",
            &[
                "five delegations are the most",
                "let a.example name the last host itself",
            ],
        ),
        case(
            "the authority has no document any more",
            vec![
                ("a.example", to("b.example")),
                ("b.example", Host::Status(404)),
            ],
            "document_missing",
            no_primary("b.example", non_200),
            &[
                "https://b.example/.well-known/browserid is not there (status 404)",
                OWNER,
            ],
        ),
        case(
            "the authority is in trouble",
            vec![
                ("a.example", to("b.example")),
                ("b.example", Host::Status(503)),
            ],
            "domain_unreachable",
            no_primary("b.example", non_200),
            &["b.example is in trouble (status 503)", OWNER],
        ),
        case(
            "the authority redirects",
            vec![
                ("a.example", to("b.example")),
                ("b.example", Host::Status(301)),
            ],
            "document_redirected",
            no_primary(
                "b.example",
                " - redirection not supported for support documents",
            ),
            &["https://b.example/.well-known/browserid answers with a redirect"],
        ),
        case(
            "the authority is somebody's page",
            vec![
                ("a.example", to("b.example")),
                ("b.example", Host::Status(200)),
            ],
            "document_content_type",
            no_primary(
                "b.example",
                " - non \"application/json\" response to /.well-known/browserid",
            ),
            &["send https://b.example/.well-known/browserid as application/json"],
        ),
        case(
            "the authority has a document that is none",
            vec![
                ("a.example", to("b.example")),
                ("b.example", Host::Says(json!({"agent": "/a"}))),
            ],
            "document_malformed",
            "bad support document for 'b.example': Error: support document missing required property: 'authentication'",
            &["repair https://b.example/.well-known/browserid"],
        ),
        case(
            "the authority is no host name",
            vec![("a.example", to("https://b.example/"))],
            "document_malformed",
            "bad support document for 'a.example': Error: the authority is not a valid hostname",
            &["repair https://a.example/.well-known/browserid"],
        ),
        case(
            "nobody listens at the authority",
            vec![("a.example", to("b.example")), ("b.example", Host::Closed)],
            "domain_unreachable",
            no_primary("b.example", ": no connection"),
            &["b.example cannot be reached", OWNER],
        ),
        case(
            "the authority's name is gone",
            vec![("a.example", to("b.example")), ("b.example", Host::Unknown)],
            "domain_unknown",
            no_primary("b.example", ": no such host"),
            &[],
        ),
        case(
            "the authority's certificate has run out",
            vec![
                ("a.example", to("b.example")),
                ("b.example", Host::Impostor),
            ],
            "domain_tls",
            no_primary("b.example", ": no secure connection"),
            &[],
        ),
        case(
            "the authority never answers",
            vec![("a.example", to("b.example")), ("b.example", Host::Silent)],
            "domain_timeout",
            "timeout trying to load well-known for b.example",
            &[],
        ),
    ]
}

/// What the command prints, and the line for the owner. Every host has a name of its own on this machine.
fn discovered(hosts: &[(&'static str, Host)]) -> (Value, String) {
    let known: BTreeMap<String, Host> = hosts
        .iter()
        .map(|(name, host)| (name.replace(".example", ".localhost"), host.clone()))
        .collect();
    let closed = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let nobody = closed.local_addr().expect("an address").port();
    let server = Server::start(move |asked| match known.get(&asked.host) {
        Some(Host::Says(document)) => Reply::new(200, "application/json", document.to_string()),
        Some(Host::Status(status)) => Reply::html(*status),
        other => panic!("{} is not there: {}", asked.host, other.is_some()),
    });
    let maps: Vec<String> = hosts
        .iter()
        .map(|(name, host)| {
            let port = match host {
                Host::Closed => nobody,
                _ => server.port(),
            };
            format!(
                "--map={name}=http://{}:{port}",
                name.replace(".example", ".localhost")
            )
        })
        .collect();
    drop(closed);
    let folder = tempfile::tempdir().expect("a folder");
    let mut arguments = vec!["discover", "a.example"];
    arguments.extend(maps.iter().map(String::as_str));
    let output = run(folder.path(), &arguments);
    let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let is_failure = json["status"] == "failure";
    assert_eq!(output.status.code(), Some(i32::from(is_failure)), "{json}");
    let hint = String::from_utf8(output.stderr).expect("text");
    (json, hint)
}

/// What a verifier answers about somebody of the first host, certified by the last.
async fn verified(hosts: &[(&'static str, Host)]) -> Value {
    let mut network = Network::new();
    for (name, host) in hosts {
        network = match host {
            Host::Says(document) => network.document(name, document),
            Host::Status(200) => network.answer(
                name,
                Answer::Response {
                    status: 200,
                    content_type: Some("text/html".to_owned()),
                    body: b"<!doctype html>".to_vec(),
                },
            ),
            Host::Status(status) => network.status(name, *status),
            Host::Closed => network.unreachable(name, Unreachable::Connection),
            Host::Unknown => network,
            Host::Silent => network.unreachable(name, Unreachable::Timeout),
            Host::Impostor => network.unreachable(name, Unreachable::Tls),
        };
    }
    let (first, last) = (hosts[0].0, hosts[hosts.len() - 1].0);
    let mut claims = certificate();
    claims["iss"] = last.into();
    claims["principal"]["email"] = format!("ann@{first}").into();
    let asked = json!({"assertion": bundle(&claims, &assertion()), "audience": AUDIENCE});
    let heard = Verifier::on(network)
        .send(Call::post("/v2").json(&asked))
        .await;
    assert_eq!(heard.status, 200);
    heard.json()
}

#[test]
fn discover_names_the_host_that_fails_and_tells_the_owner_what_to_do() {
    for case in cases() {
        if matches!(
            case.hosts[case.hosts.len() - 1].1,
            Host::Unknown | Host::Silent | Host::Impostor
        ) {
            continue;
        }
        let (json, hint) = discovered(&case.hosts);
        let expected = json!({"status": "failure", "code": case.code, "reason": case.reason});
        assert_eq!(json, expected, "{}", case.name);
        assert!(
            hint.starts_with("selfsame: ") && hint.lines().count() == 1,
            "{hint}"
        );
        assert!(!case.hints.is_empty(), "{}", case.name);
        for part in case.hints {
            assert!(hint.contains(part), "{}: {hint}", case.name);
        }
    }
}

#[tokio::test]
async fn verifier_refuses_the_people_of_a_domain_whose_authority_fails_and_says_which_host() {
    for case in cases() {
        // Here the issuer has a good document, so that the domain's side decides: nobody is expected, as the reference says.
        let (code, reason) = match case.name {
            SIX => (
                "issuer_untrusted",
                "untrusted issuer, expected '', got 'g.example'",
            ),
            _ => (case.code, case.reason.as_str()),
        };
        let said = verified(&case.hosts).await;
        assert_eq!(said["status"], "failure", "{}: {said}", case.name);
        assert_eq!(said["code"], code, "{}: {said}", case.name);
        assert_eq!(said["reason"], reason, "{}", case.name);
    }
}

#[tokio::test]
async fn five_delegations_are_followed_and_the_last_host_is_the_issuer() {
    let mut hosts = cases()
        .into_iter()
        .find(|case| case.name == SIX)
        .expect("it is there")
        .hosts;
    hosts.remove(5);
    hosts[4].1 = to("g.example");
    let (json, hint) = discovered(&hosts);
    assert_eq!(
        (&json["status"], &json["authority"]),
        (&json!("okay"), &json!("g.example")),
        "{json}"
    );
    assert_eq!(json["chain"].as_array().map(Vec::len), Some(6));
    assert_eq!(hint, "");
    let said = verified(&hosts).await;
    assert_eq!(said["status"], "okay", "{said}");
    assert_eq!(said["issuer"], "g.example");
    assert_eq!(said["email"], "ann@a.example");
}

/// The domain in the middle decides who speaks, but not what is said.
#[tokio::test]
async fn host_in_the_middle_of_a_chain_cannot_certify_itself() {
    let hosts = [
        ("a.example", to("b.example")),
        ("c.example", Host::Says(support_document())),
        ("b.example", to("c.example")),
    ];
    let said = verified(&hosts).await;
    assert_eq!(said["status"], "failure", "{said}");
    let hosts = [
        ("a.example", to("c.example")),
        ("c.example", Host::Says(support_document())),
        ("b.example", to("c.example")),
    ];
    // Nor can another domain of the same authority.
    assert_eq!(verified(&hosts).await["status"], "failure");
}

#[tokio::test]
async fn authority_that_is_disabled_is_no_failure_but_nobody_can_sign_in() {
    let off = Host::Says(json!({"disabled": true}));
    let hosts = [("a.example", to("b.example")), ("b.example", off)];
    let (json, hint) = discovered(&hosts);
    let expected = json!({"status": "disabled", "domain": "a.example", "authority": "b.example", "chain": ["a.example", "b.example"]});
    assert_eq!(json, expected);
    assert!(
        hint.contains("b.example says that it does not take part") && hint.contains(OWNER),
        "{hint}"
    );
    let said = verified(&hosts).await;
    assert_eq!(said["code"], "domain_disabled", "{said}");
    assert_eq!(
        said["reason"],
        "b.example is not a browserid primary - support is disabled"
    );
}
