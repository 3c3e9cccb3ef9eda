//! What is wrong before a word of HTTP is spoken.

use std::time::Duration;

use doctor::{Limits, NoNames, Outcome, Report};
use tests::tls::{Act, Shows, TlsServer};

use crate::idp::{HOST, Idp, Look, Reply, closed_port, v4, v6};
use crate::{examine, faults, found};

async fn report(look: Look) -> Report {
    examine(&look.observe(HOST).await)
}

#[tokio::test]
async fn names_without_a_public_address_are_said_to_be_so() {
    let nowhere = report(Look::over(Vec::new())).await;
    assert_eq!(found(&nowhere), ["dns-no-address"]);
    assert_eq!(nowhere.outcome, Outcome::Errors);

    let server = Idp::healthy().serve(Shows::Hosts).await;
    let private = Look {
        allows: |_| false,
        ..Look::at(&server)
    };
    assert_eq!(found(&report(private).await), ["dns-not-public"]);
    assert_eq!(server.connections(), 0);

    let one = Look {
        plain: Vec::new(),
        ..Look::over(vec![v4(server.port)])
    };
    assert_eq!(found(&report(one).await), ["dns-no-ipv6"]);
    let other = Look {
        plain: Vec::new(),
        ..Look::over(vec![v6(server.port)])
    };
    assert_eq!(found(&report(other).await), ["dns-no-ipv4"]);
}

#[tokio::test]
async fn without_name_servers_nothing_is_said_about_the_domain() {
    let trouble = Look {
        addresses: Err(NoNames("they do not answer".to_owned())),
        ..Look::over(Vec::new())
    };
    let report = report(trouble).await;
    assert_eq!(report.findings, []);
    assert_eq!(report.outcome, Outcome::Unexamined);
}

#[tokio::test]
async fn port_that_is_closed_or_speaks_something_else_is_told_apart() {
    let port = closed_port();
    assert_eq!(
        found(&report(Look::over(vec![v4(port), v6(port)])).await),
        ["port-closed"]
    );

    let odd = TlsServer::start(
        Shows::Hosts,
        vec![Act::Send(b"220 mail.example ESMTP\r\n".to_vec())],
    )
    .await;
    assert_eq!(found(&report(Look::at(&odd)).await), ["host-not-http"]);

    let rude = TlsServer::start(Shows::Hosts, vec![]).await;
    assert_eq!(found(&report(Look::at(&rude)).await), ["host-hangs-up"]);
}

#[tokio::test]
async fn silence_ends_after_the_time_for_a_request_and_everything_after_the_whole_time() {
    let hasty = Limits {
        body: 1024,
        request: Duration::from_millis(200),
        whole: Duration::from_secs(60),
    };
    let silent = TlsServer::start(Shows::Hosts, vec![Act::Hold]).await;
    let look = Look {
        limits: hasty,
        ..Look::at(&silent)
    };
    assert_eq!(found(&report(look).await), ["host-silent"]);

    let over = Limits {
        request: Duration::from_secs(60),
        whole: Duration::from_millis(200),
        ..hasty
    };
    let look = Look {
        limits: over,
        ..Look::at(&silent)
    };
    let report = report(look).await;
    assert_eq!(report.findings, []);
    assert!(
        report
            .not_looked_at
            .iter()
            .any(|unseen| unseen.because == "no time was left"),
        "{report:?}"
    );
}

#[tokio::test]
async fn endless_body_is_not_read_to_its_end() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n".to_vec();
    let endless = TlsServer::start(
        Shows::Hosts,
        vec![Act::Send(head), Act::Repeat(vec![b' '; 4096])],
    )
    .await;
    let report = report(Look::at(&endless)).await;
    assert_eq!(faults(&report), ["document-too-large"]);
}

#[tokio::test]
async fn certificates_that_verifiers_refuse_are_told_apart() {
    for (shows, host, expected) in [
        (Shows::Right, "localhost.hosts.example", "tls-name"),
        (Shows::AnothersName, HOST, "tls-name"),
        (Shows::ItsOwn, HOST, "tls-untrusted"),
        (Shows::AnotherAuthoritys, HOST, "tls-chain"),
        (Shows::NoTls, HOST, "tls-failed"),
    ] {
        let server = Idp::healthy().serve(shows).await;
        // Later than the day on which the one that vouches for itself was made.
        let look = Look {
            now: 1_900_000_000_000,
            ..Look::at(&server)
        };
        let report = examine(&look.observe(host).await);
        assert_eq!(found(&report), [expected], "{shows:?}");
        let requests = server.requests();
        assert!(
            requests.iter().all(|head| !head.contains("HTTP/1.1")),
            "nothing is asked: {requests:?}"
        );
    }
}

#[tokio::test]
async fn times_of_the_certificate_are_compared_with_the_examiners() {
    const DAY: u64 = 86_400_000;
    // The certificate of `*.hosts.example` is valid from 2020 to 2120.
    let last = 4_733_510_400_000;
    for (now, expected) in [
        (last + 3 * DAY, "tls-expired"),
        (last - 3 * DAY, "tls-expires-soon"),
        (1_577_836_800_000 - DAY, "tls-not-yet-valid"),
    ] {
        let server = Idp::healthy().serve(Shows::Hosts).await;
        let report = report(Look {
            now,
            ..Look::at(&server)
        })
        .await;
        let faults = faults(&report);
        assert!(faults.contains(&expected), "{now}: {faults:?}");
        assert!(
            faults
                .iter()
                .all(|id| *id == expected || *id == "clock-wrong"),
            "{faults:?}"
        );
    }
}

#[tokio::test]
async fn old_tls_is_told_by_its_alert() {
    // A fatal alert, `protocol_version`, as a server of TLS 1.0 sends it.
    let alert = vec![0x15, 3, 1, 0, 2, 2, 70];
    let old = TlsServer::start(Shows::NoTls, vec![Act::Send(alert)]).await;
    assert_eq!(found(&report(Look::at(&old)).await), ["tls-version"]);
}

#[tokio::test]
async fn families_that_differ_or_die_are_told_apart() {
    let one = Idp::healthy().serve(Shows::Hosts).await;
    let mut changed = Idp::healthy();
    changed.members(serde_json::json!({"new": true}));
    let other = changed.serve(Shows::Hosts).await;
    let differ = report(Look::over(vec![v4(one.port), v6(other.port)])).await;
    assert_eq!(found(&differ), ["family-differs"]);
    let dead = closed_port();
    let half = report(Look::over(vec![v4(one.port), v6(dead)])).await;
    assert_eq!(found(&half), ["family-dead"]);
    let half = report(Look::over(vec![v4(dead), v6(one.port)])).await;
    assert_eq!(found(&half), ["family-dead"]);
}

#[tokio::test]
async fn plain_http_must_lead_to_https() {
    let server = Idp::healthy().serve(Shows::Hosts).await;
    for (status, location, expected) in [
        (
            301,
            "https://idp.hosts.example/.well-known/browserid",
            &[][..],
        ),
        (404, "", &[]),
        (200, "", &["http-open"]),
        (302, "http://www.hosts.example/", &["http-open"]),
    ] {
        let mut plain = Idp::healthy();
        plain.change_document(|reply| {
            *reply = Reply {
                status,
                ..Reply::new(status, "text/plain", "x").with("location", location)
            }
        });
        let plain = plain.serve(Shows::NoTls).await;
        let look = Look {
            plain: vec![v4(plain.port)],
            ..Look::at(&server)
        };
        assert_eq!(found(&report(look).await), expected, "{status} {location}");
    }
}
