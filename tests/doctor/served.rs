//! Broken documents and pages, served over TLS on loopback: exactly what is broken is found.

use serde_json::json;
use tests::keys::{OTHER, WEAK};

use crate::found;
use crate::idp::{AGENT, DOCUMENT, Idp, PAGES, PROVISION, Reply, SIGN_IN};

async fn check(what: &str, expected: &[&str], break_it: impl FnOnce(&mut Idp)) {
    let mut idp = Idp::healthy();
    break_it(&mut idp);
    assert_eq!(found(&idp.examined().await), expected, "{what}");
}

#[tokio::test]
async fn healthy_domain_has_nothing() {
    let report = Idp::healthy().examined().await;
    assert_eq!(report.findings, [], "{report:?}");
    assert_eq!(report.not_looked_at, [], "{report:?}");
    assert!(report.counts.fine > 90, "{report:?}");
}

#[tokio::test]
async fn broken_answers_for_the_document_are_told_apart() {
    let header = |name: &'static str, value: &'static str| {
        move |idp: &mut Idp| idp.change_document(|reply| *reply = reply.clone().with(name, value))
    };
    let status = |status: u16, to: &'static str| {
        move |idp: &mut Idp| {
            idp.change_document(|reply| {
                reply.status = status;
                *reply = reply.clone().with("location", to);
            });
        }
    };
    for (status_code, to) in [
        (301, "https://www.idp.hosts.example/"),
        (302, "/login"),
        (308, "/.well-known/browserid/"),
    ] {
        check(to, &["document-redirected"], status(status_code, to)).await;
    }
    check("404", &["document-missing"], status(404, "")).await;
    check("401", &["document-status"], status(401, "")).await;
    check("503", &["document-status"], status(503, "")).await;
    check("html", &["document-type"], |idp| {
        idp.change_document(|reply| {
            *reply = Reply {
                body: b"<html>".to_vec(),
                ..reply.clone().with("content-type", "text/html")
            }
        });
    })
    .await;
    check(
        "type",
        &["document-type"],
        header("content-type", "application/octet-stream"),
    )
    .await;
    check("no type", &["document-type"], |idp| {
        idp.change_document(|reply| drop(reply.headers.remove("content-type")));
    })
    .await;
    check(
        "type with a parameter",
        &[],
        header("content-type", "Application/JSON; charset=utf-8"),
    )
    .await;
    check("cors", &["cors-missing"], |idp| {
        idp.change_document(|reply| drop(reply.headers.remove("access-control-allow-origin")));
    })
    .await;
    check(
        "cors for one",
        &["cors-missing"],
        header("access-control-allow-origin", "https://rp.example"),
    )
    .await;
    check(
        "gzip",
        &["document-encoded"],
        header("content-encoding", "gzip"),
    )
    .await;
    check("identity", &[], header("content-encoding", "identity")).await;
    check(
        "cached for long",
        &["cache-long"],
        header("cache-control", "max-age=604800"),
    )
    .await;
    check(
        "cached for ever",
        &["cache-immutable"],
        header("cache-control", "max-age=60, immutable"),
    )
    .await;
    check(
        "not cached",
        &["cache-never"],
        header("cache-control", "no-store"),
    )
    .await;
    check("caching unsaid", &["cache-unsaid"], |idp| {
        idp.change_document(|reply| drop(reply.headers.remove("cache-control")));
    })
    .await;
    check("a challenge", &["bot-challenge"], |idp| {
        idp.change_document(|reply| {
            *reply = Reply::new(403, "text/html", "<title>Just a moment...</title>")
        });
    })
    .await;
    check(
        "a challenge by its header",
        &["bot-challenge"],
        header("cf-mitigated", "challenge"),
    )
    .await;
    check("clock", &["clock-wrong"], |idp| {
        idp.change("POST /persona/sign/", |reply| {
            *reply = reply.clone().with("date", "Mon, 21 Sep 2026 14:23:20 GMT")
        });
    })
    .await;
    check("clock a little", &["clock-off"], |idp| {
        idp.change("POST /persona/sign/", |reply| {
            *reply = reply.clone().with("date", "Mon, 21 Sep 2026 14:13:50 GMT")
        });
    })
    .await;
}

#[tokio::test]
async fn query_and_final_slash_are_looked_at_apart() {
    check("?domain=", &["query-refused"], |idp| {
        idp.change(DOCUMENT[0], |reply| reply.status = 404)
    })
    .await;
    check("another document", &["query-differs"], |idp| {
        idp.change(DOCUMENT[1], |reply| reply.body = b"{}".to_vec());
    })
    .await;
    check("final slash", &["final-slash"], |idp| {
        idp.change(DOCUMENT[2], |reply| reply.status = 301)
    })
    .await;
}

#[tokio::test]
async fn broken_json_is_told_apart() {
    let body = |body: &'static [u8]| {
        move |idp: &mut Idp| idp.change_document(|reply| reply.body = body.to_vec())
    };
    check("nonsense", &["document-json"], body(b"{,}")).await;
    check("no UTF-8", &["document-json"], body(b"{\"a\":\"\xff\"}")).await;
    check(
        "twice",
        &["document-member-twice"],
        body(b"{\"disabled\":true,\"disabled\":false}"),
    )
    .await;
    check("a list", &["document-not-object"], body(b"[]")).await;
    check("disabled", &["disabled"], body(b"{\"disabled\":true}")).await;
    check("byte-order mark", &["document-bom"], |idp| {
        idp.change_document(|reply| reply.body = [b"\xef\xbb\xbf", reply.body.as_slice()].concat());
    })
    .await;
    let long = |bytes: usize| move |idp: &mut Idp| idp.members(json!({"x": "x".repeat(bytes)}));
    check("large", &["document-large"], long(9_000)).await;
    check("too large", &["document-too-large"], long(70_000)).await;
}

#[tokio::test]
async fn broken_members_and_keys_are_told_apart() {
    let members = |members| move |idp: &mut Idp| idp.members(members);
    let other = OTHER.to_json();
    check(
        "rotation",
        &["keys-overlap"],
        members(json!({"keys": [other]})),
    )
    .await;
    check(
        "weak",
        &["key-weak"],
        members(json!({"public-key": WEAK.to_json()})),
    )
    .await;
    check(
        "no agent",
        &["agent-missing"],
        members(json!({"agent": null})),
    )
    .await;
    check(
        "no pages",
        &["authentication-missing", "provisioning-missing"],
        |idp| {
            idp.members(json!({"authentication": null, "provisioning": null}));
        },
    )
    .await;
    check(
        "an address for a path",
        &["agent-path"],
        members(json!({"agent": "https://idp.hosts.example/a"})),
    )
    .await;
    let numbers = json!({"public-key": {"algorithm": "RS", "n": other["n"], "e": 65537}});
    check("a number", &["key-number-json"], members(numbers)).await;
}

#[tokio::test]
async fn broken_pages_are_told_apart() {
    let header = |page: &'static str, name: &'static str, value: &'static str| {
        move |idp: &mut Idp| idp.change(page, |reply| *reply = reply.clone().with(name, value))
    };
    let policy = "content-security-policy";
    for page in PAGES {
        check(page, &["page-status"], |idp| {
            idp.change(page, |reply| reply.status = 404)
        })
        .await;
        check(
            page,
            &["page-type"],
            header(page, "content-type", "text/plain"),
        )
        .await;
    }
    let framable = "default-src 'none'; script-src 'self'";
    check(
        "framed agent",
        &["agent-framable"],
        header(AGENT, policy, framable),
    )
    .await;
    check(
        "framed sign-in",
        &["sign-in-framable"],
        header(SIGN_IN, policy, framable),
    )
    .await;
    check(
        "framed provisioning",
        &["provisioning-framable"],
        header(PROVISION, policy, framable),
    )
    .await;
    check("old header", &[], |idp| {
        idp.change(AGENT, |reply| {
            *reply = reply
                .clone()
                .with(policy, framable)
                .with("x-frame-options", "DENY")
        });
    })
    .await;
    let refuses = "default-src 'none'; script-src 'self'; frame-ancestors 'none'";
    check(
        "unframable",
        &["provisioning-unframable"],
        header(PROVISION, policy, refuses),
    )
    .await;
    for coop in [
        "same-origin",
        "same-origin-allow-popups",
        "noopener-allow-popups",
    ] {
        check(
            coop,
            &["agent-cut-off"],
            header(AGENT, "cross-origin-opener-policy", coop),
        )
        .await;
    }
    check(
        "reachable",
        &["sign-in-reachable"],
        header(SIGN_IN, "cross-origin-opener-policy", "unsafe-none"),
    )
    .await;
    check(
        "no policy for scripts",
        &["csp-missing"],
        header(AGENT, policy, "frame-ancestors 'none'"),
    )
    .await;
    let inline = "script-src 'self' 'unsafe-inline'; frame-ancestors 'none'";
    check("inline", &["csp-inline"], header(AGENT, policy, inline)).await;
    let strangers = "script-src 'self' https:; frame-ancestors 'none'";
    check(
        "strangers",
        &["csp-strangers"],
        header(AGENT, policy, strangers),
    )
    .await;
    check("hsts", &["hsts-missing"], |idp| {
        idp.change(SIGN_IN, |reply| {
            drop(reply.headers.remove("strict-transport-security"))
        });
    })
    .await;
    check(
        "short hsts",
        &["hsts-short"],
        header(SIGN_IN, "strict-transport-security", "max-age=3600"),
    )
    .await;
}

#[tokio::test]
async fn broken_scripts_are_told_apart() {
    let body = |page: &'static str, more: &'static str| {
        move |idp: &mut Idp| idp.change(page, |reply| reply.body.extend(more.as_bytes()))
    };
    let gone = "<script src='https://login.persona.org/provisioning_api.js'></script>";
    check("gone", &["script-gone"], body(PROVISION, gone)).await;
    check(
        "foreign",
        &["script-foreign"],
        body(AGENT, "<script src=//cdn.example/a.js></script>"),
    )
    .await;
    check(
        "commented out",
        &[],
        body(AGENT, "<!-- <script src=//cdn.example/a.js></script> -->"),
    )
    .await;
    check(
        "inline",
        &["script-blocked"],
        body(AGENT, "<script>go()</script>"),
    )
    .await;
    check("none", &["script-missing"], |idp| {
        idp.change(PROVISION, |reply| reply.body = b"<p>".to_vec())
    })
    .await;
    let script = "GET /persona/authentication_api.js";
    check("not there", &["script-not-found"], |idp| {
        idp.change(script, |reply| reply.status = 404)
    })
    .await;
    check("wrong type", &["script-not-found"], |idp| {
        idp.change(script, |reply| {
            *reply = reply.clone().with("content-type", "text/html")
        });
    })
    .await;
}
