//! Where a list comes from, and what happens while it does not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ::http::StatusCode;
use serde_json::Value;
use tests::keys::{ISSUER, OTHER};
use tests::tls::{Act, Shows, TlsServer};

use crate::world::{Idp, NEXT, Verifier, bundle, list, now_ms, put, signed};

const ONE: (&str, &[&str]) = ("id.one.example", &["one.example"]);

fn answer(status: &str, body: &str) -> Vec<Act> {
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    vec![Act::Send([head.as_bytes(), body.as_bytes()].concat())]
}

/// Over TLS to this machine's own address, which only `INSECURE_SSL` allows.
fn at(server: &TlsServer) -> String {
    format!("https://127.0.0.1:{}/members.jws", server.port)
}

#[tokio::test]
async fn until_a_list_can_be_read_everybody_is_refused_and_nobody_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("key.json"), NEXT.to_json().to_string()).expect("written");
    let good = list(now_ms() - 1000, &[ONE]);
    let over = list(now_ms() - 10_000_001, &[ONE]);
    for (answer, code) in [
        (answer("404 Not Found", ""), "list_unreadable"),
        (answer("500 Internal Server Error", ""), "list_unreadable"),
        (
            answer("302 Found", &signed(&NEXT, &good)),
            "list_unreadable",
        ),
        (answer("200 OK", "<html>"), "list_refused"),
        (answer("200 OK", &good.to_string()), "list_refused"),
        (answer("200 OK", &signed(&OTHER, &good)), "list_refused"),
        (answer("200 OK", &signed(&NEXT, &over)), "list_refused"),
        (
            answer("200 OK", &"x".repeat(1024 * 1024 + 1)),
            "list_unreadable",
        ),
    ] {
        let server = TlsServer::start(Shows::Right, answer).await;
        let one = Idp::start(ONE.0, &[&ISSUER]).await;
        let (url, key) = (at(&server), "key.json");
        let environment = [
            ("FEDERATION", url.as_str()),
            ("FEDERATION_KEY", key),
            ("INSECURE_SSL", "true"),
        ];
        let verifier = Verifier::start(folder.path(), &environment, &[&one]);
        for _ in 0..3 {
            let outcome = verifier
                .verify(&bundle(ONE.0, &ISSUER, "a@one.example"))
                .await;
            assert_eq!(outcome, "list_missing");
        }
        let standing = verifier.standing().await;
        assert_eq!(
            (&standing["list"], &standing["trouble"]["code"]),
            (&Value::Null, &code.into())
        );
        assert_eq!(
            (one.asked(), server.connections()),
            (0, 1),
            "not read again with each"
        );
        let path = "/wsapi/address_info?email=a@one.example";
        let info = verifier.site.get(path).await.json();
        assert_eq!(info["state"], "offline", "nobody can tell: {info}");
    }
}

#[tokio::test]
async fn a_list_is_read_over_tls_and_a_wrong_certificate_brings_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let body = list(now_ms() - 1000, &[ONE]).to_string();
    let server = TlsServer::start(Shows::Right, answer("200 OK", &body)).await;
    let one = Idp::start(ONE.0, &[&ISSUER]).await;
    let url = at(&server);
    let environment = [("FEDERATION", url.as_str()), ("INSECURE_SSL", "true")];
    let verifier = Verifier::start(folder.path(), &environment, &[&one]);
    assert_eq!(
        verifier
            .verify(&bundle(ONE.0, &ISSUER, "a@one.example"))
            .await,
        "okay"
    );
    let info = verifier
        .site
        .get("/wsapi/address_info?email=a@one.example")
        .await
        .json();
    assert_eq!(
        (&info["type"], &info["issuer"]),
        (&"primary".into(), &ONE.0.into())
    );
    let info = verifier
        .site
        .get("/wsapi/address_info?email=a@two.example")
        .await
        .json();
    assert_eq!(
        (&info["type"], &info["state"]),
        (&"secondary".into(), &"unknown".into())
    );
    let found = verifier
        .site
        .get("/wsapi/discovery?domain=two.example")
        .await;
    assert_eq!(found.json()["code"], "domain_not_members");
}

#[tokio::test]
async fn a_broken_file_leaves_the_old_list_in_force() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("members.json");
    put(&file, &list(now_ms() - 1000, &[ONE]).to_string());
    let one = Idp::start(ONE.0, &[&ISSUER]).await;
    let verifier = Verifier::start(folder.path(), &[("FEDERATION", "members.json")], &[&one]);
    let sign_in = || bundle(ONE.0, &ISSUER, "a@one.example");
    assert_eq!(verifier.verify(&sign_in()).await, "okay");
    put(&file, "{");
    verifier
        .until("it is refused", |standing| {
            standing["trouble"]["code"] == "list_refused"
        })
        .await;
    assert_eq!(verifier.verify(&sign_in()).await, "okay");
    std::fs::remove_file(&file).expect("it goes");
    verifier
        .until("it is gone", |standing| {
            standing["trouble"]["code"] == "list_unreadable"
        })
        .await;
    assert_eq!(verifier.verify(&sign_in()).await, "okay");
    put(&file, &list(now_ms(), &[ONE]).to_string());
    verifier
        .until("it is back", |standing| standing["trouble"].is_null())
        .await;
}

#[tokio::test]
async fn an_expired_member_is_refused_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut members = list(now_ms() - 1000, &[ONE]);
    members["members"][0]["expires"] = (now_ms() - 1).into();
    put(&folder.path().join("members.json"), &members.to_string());
    let one = Idp::start(ONE.0, &[&ISSUER]).await;
    let verifier = Verifier::start(folder.path(), &[("FEDERATION", "members.json")], &[&one]);
    let outcome = verifier
        .verify(&bundle(ONE.0, &ISSUER, "a@one.example"))
        .await;
    assert_eq!((outcome.as_str(), one.asked()), ("member_expired", 0));
}

#[tokio::test]
async fn two_lists_at_one_place_in_turn_end_with_the_later_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let issued = now_ms() - 10_000;
    let file = folder.path().join("members.json");
    let older = list(issued, &[("old.example", &["old.example"])]).to_string();
    let later = list(issued + 1, &[ONE]).to_string();
    put(&file, &older);
    let one = Idp::start(ONE.0, &[&ISSUER]).await;
    let verifier = Verifier::start(folder.path(), &[("FEDERATION", "members.json")], &[&one]);
    let has_later = AtomicBool::new(false);
    let has_later = Arc::new(has_later);
    let racing = {
        let has_later = Arc::clone(&has_later);
        tokio::task::spawn_blocking(move || {
            while !has_later.load(Ordering::SeqCst) {
                put(&file, &older);
                put(&file, &later);
            }
            put(&file, &older);
        })
    };
    let is_later = |standing: &Value| standing["list"]["members"][0]["issuer"] == ONE.0;
    verifier.until("the later one", is_later).await;
    has_later.store(true, Ordering::SeqCst);
    racing.await.expect("no panic");
    verifier
        .until("the older one is refused", |standing| {
            standing["trouble"]["code"] == "list_older"
        })
        .await;
    assert_eq!(
        verifier
            .verify(&bundle(ONE.0, &ISSUER, "a@one.example"))
            .await,
        "okay"
    );
}

#[tokio::test]
async fn how_a_federation_stands_is_told_on_this_machine_only_and_only_where_there_is_one() {
    let folder = tempfile::tempdir().expect("a folder");
    put(
        &folder.path().join("members.json"),
        &list(now_ms() - 1000, &[ONE]).to_string(),
    );
    let verifier = Verifier::start(folder.path(), &[("FEDERATION", "members.json")], &[]);
    let site = &verifier.site;
    let ask = async |headers: &[(&str, &str)]| {
        site.send(::http::Method::GET, "/federation", headers, "")
            .await
            .status
    };
    assert_eq!(ask(&[]).await, StatusCode::OK);
    for passed_on in ["forwarded", "via", "x-forwarded-for"] {
        assert_eq!(
            ask(&[(passed_on, "1.2.3.4")]).await,
            StatusCode::NOT_FOUND,
            "{passed_on}"
        );
    }
    let rebound = crate::http::Site {
        host: "evil.example",
        port: site.port,
    };
    assert_eq!(
        rebound.get("/federation").await.status,
        StatusCode::NOT_FOUND
    );
    let posted = site
        .send(::http::Method::POST, "/federation", &[], "")
        .await;
    assert_eq!(posted.status, StatusCode::NOT_FOUND);

    let alone = Verifier::start(folder.path(), &[], &[]);
    assert_eq!(
        alone.site.get("/federation").await.status,
        StatusCode::NOT_FOUND
    );
}
