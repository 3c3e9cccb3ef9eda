//! Domains that leave their document to another.

use crate::found;
use crate::idp::{DOCUMENT, HOST, Idp};

#[tokio::test]
async fn delegations_are_followed_to_where_they_end() {
    let mut idp = Idp::healthy();
    let hop = |n: usize| format!("h{n}.hosts.example");
    for n in 0..5 {
        idp.delegate(&hop(n), &if n == 4 { HOST.to_owned() } else { hop(n + 1) });
    }
    for (first, expected) in [
        ("h0.hosts.example", &["delegated"][..]),
        ("h4.hosts.example", &["delegated"]),
    ] {
        let server = idp.serve(tests::tls::Shows::Hosts).await;
        let report = crate::examine(&crate::idp::Look::at(&server).observe(first).await);
        assert_eq!(found(&report), expected, "{report:?}");
        assert_eq!(report.chain.last().map(String::as_str), Some(HOST));
    }
    idp.delegate("before.hosts.example", &hop(0));
    idp.delegate("self.hosts.example", "self.hosts.example");
    idp.delegate("one.hosts.example", "two.hosts.example");
    idp.delegate("two.hosts.example", "one.hosts.example");
    idp.delegate("lost.hosts.example", "nobody.hosts.example");
    idp.delegate("empty.hosts.example", "not-there.hosts.example");
    idp.delegate("www.hosts.example", "https://idp.hosts.example");
    for (first, expected) in [
        ("before.hosts.example", &["delegation-too-long"][..]),
        ("self.hosts.example", &["delegation-circle"]),
        ("one.hosts.example", &["delegation-circle"]),
        (
            "lost.hosts.example",
            &["delegated", "dns-no-address at nobody.hosts.example"],
        ),
        (
            "empty.hosts.example",
            &["delegated", "document-missing at not-there.hosts.example"],
        ),
        ("www.hosts.example", &["authority-malformed"]),
    ] {
        let server = idp.serve(tests::tls::Shows::Hosts).await;
        let report = crate::examine(&crate::idp::Look::at(&server).observe(first).await);
        assert_eq!(found(&report), expected, "{report:?}");
    }
}

#[tokio::test]
async fn delegation_by_a_static_host_may_be_octets() {
    let mut idp = Idp::healthy();
    idp.delegate("blog.hosts.example", HOST);
    for path in DOCUMENT {
        let reply = idp
            .answers
            .get_mut(&format!("blog.hosts.example {path}"))
            .expect("an answer");
        *reply = reply
            .clone()
            .with("content-type", "application/octet-stream");
    }
    let server = idp.serve(tests::tls::Shows::Hosts).await;
    let report = crate::examine(
        &crate::idp::Look::at(&server)
            .observe("blog.hosts.example")
            .await,
    );
    assert_eq!(found(&report), ["delegated"], "{report:?}");
}
