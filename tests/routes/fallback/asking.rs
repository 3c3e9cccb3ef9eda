//! `POST /persona/proof`.

use super::*;

#[tokio::test]
async fn code_is_mailed_and_the_browser_gets_a_cookie() {
    let idp = FallbackIdp::new();
    let heard = idp.send(ask(ANNA)).await;
    assert_eq!(heard.status, 200);
    let expires = START_MS + 10 * MINUTE_MS;
    assert_eq!(
        heard.body,
        format!(r#"{{"status":"okay","expires":{expires}}}"#)
    );
    let set = heard.header("set-cookie").expect("one cookie");
    let (name_and_value, attributes) = set.split_once("; ").expect("attributes");
    let token = name_and_value.strip_prefix("__Host-selfsame-proof=");
    assert_eq!(token.map(str::len), Some(43));
    assert_eq!(
        attributes,
        "Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=600"
    );
    let sent = idp.outbox.sent();
    assert_eq!(sent.len(), 1);
    let mail = &sent[0];
    assert_eq!(mail.to, ANNA);
    assert!(mail.code.bytes().all(|byte| byte.is_ascii_digit()) && mail.code.len() == 6);
    let link = format!("{ORIGIN}/persona/prove.html#code={}", mail.code);
    assert!(mail.shown.contains(&link), "{}", mail.shown);
    assert!(!idp.knows(ANNA).await, "asking makes no account");
}

#[tokio::test]
async fn mail_is_written_in_the_browsers_language() {
    let idp = FallbackIdp::new();
    for (n, (lines, expected)) in [
        (vec![], "en"),
        (vec!["de-AT,de;q=0.9,en;q=0.8"], "de"),
        (vec!["nl", "it;q=0.2"], "it"),
        (vec!["\u{7f}", "x".repeat(5000).as_str()], "en"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut call = ask(&format!("anna{n}@plain.example"));
        for line in lines {
            if line.is_ascii() && !line.contains('\u{7f}') {
                call = call.header("accept-language", line);
            }
        }
        assert_eq!(idp.send(call).await.status, 200);
        assert_eq!(idp.outbox.last().language, expected);
    }
}

#[tokio::test]
async fn what_is_no_address_is_refused_and_counts_nothing() {
    let idp = FallbackIdp::new();
    for email in [
        "",
        "anna",
        "@plain.example",
        "anna@",
        "anna@localhost",
        "anna@1.2.3.4",
    ] {
        check_refused(&idp.send(ask(email)).await, 400, "address_malformed");
    }
    for _ in 0..30 {
        idp.send(ask("anna")).await;
    }
    assert_eq!(idp.discovery.asked(), 0);
    assert_eq!(idp.outbox.sent().len(), 0);
    assert_eq!(idp.send(ask(ANNA)).await.status, 200);
}

#[tokio::test]
async fn sixth_mail_in_an_hour_to_one_mailbox_is_not_sent() {
    let idp = FallbackIdp::new();
    for (n, spelling) in [
        ANNA,
        "Anna@plain.example",
        "anna+a@plain.example",
        " ANNA@PLAIN.EXAMPLE ",
        "anna+b@plain.example",
    ]
    .into_iter()
    .enumerate()
    {
        let call = ask(spelling).from_source(&format!("192.0.2.{n}"));
        assert_eq!(idp.send(call).await.status, 200, "{spelling}");
    }
    idp.clock.forward(HOUR_MS - 1);
    let asked = idp.discovery.asked();
    let heard = idp.send(ask(ANNA).from_source("192.0.2.9")).await;
    check_refused(&heard, 429, "too_many_tries");
    assert_eq!(heard.header("retry-after"), Some("1"));
    assert_eq!(idp.outbox.sent().len(), 5);
    assert_eq!(idp.discovery.asked(), asked, "nobody is asked either");
    let other = ask("bob@plain.example").from_source("192.0.2.9");
    assert_eq!(idp.send(other).await.status, 200);
    idp.clock.forward(1);
    let heard = idp.send(ask(ANNA).from_source("192.0.2.9")).await;
    assert_eq!(heard.status, 200);
}

#[tokio::test]
async fn twenty_first_mail_in_a_day_to_one_mailbox_is_not_sent() {
    let idp = FallbackIdp::new();
    for hour in 0..4 {
        for n in 0..5 {
            let call = ask(ANNA).from_source(&format!("192.0.{hour}.{n}"));
            assert_eq!(idp.send(call).await.status, 200);
        }
        idp.clock.forward(HOUR_MS);
    }
    let heard = idp.send(ask(ANNA)).await;
    check_refused(&heard, 429, "too_many_tries");
    assert_eq!(heard.header("retry-after"), Some("72000"));
    idp.clock.forward(20 * HOUR_MS);
    assert_eq!(idp.send(ask(ANNA)).await.status, 200);
    assert_eq!(idp.outbox.sent().len(), 21);
}

#[tokio::test]
async fn twenty_first_mail_in_an_hour_from_one_source_is_not_sent_and_uses_up_nobodys() {
    let idp = FallbackIdp::new();
    let from = |n: u32, source: &str| ask(&format!("p{n}@plain.example")).from_source(source);
    for n in 0..20 {
        assert_eq!(idp.send(from(n, "192.0.2.1")).await.status, 200);
    }
    for _ in 0..10 {
        let heard = idp.send(from(20, "192.0.2.1")).await;
        check_refused(&heard, 429, "too_many_tries");
        assert_eq!(heard.header("retry-after"), Some("3600"));
    }
    assert_eq!(idp.outbox.sent().len(), 20);
    assert_eq!(idp.send(from(20, "192.0.2.2")).await.status, 200);
}

#[tokio::test]
async fn refused_and_broken_mail_gives_no_cookie() {
    let idp = FallbackIdp::new();
    idp.outbox.refuses();
    check_refused(&idp.send(ask(ANNA)).await, 422, "mail_refused");
    idp.outbox.breaks();
    let heard = idp.send(ask(ANNA)).await;
    check_refused(&heard, 503, "unavailable");
    assert_eq!(heard.header("retry-after"), Some("5"));
    assert!(!heard.body.contains("away"), "what broke stays in the log");
}

#[tokio::test]
async fn known_and_unknown_addresses_get_the_same_answer_to_the_byte() {
    let idp = FallbackIdp::new();
    let cookie = idp.prove(ANNA).await;
    let heard = idp.send(set_password(&cookie, PASSWORD)).await;
    assert_eq!(heard.status, 200);
    assert!(idp.knows(ANNA).await);

    let without_token = |heard: Heard| {
        let token = cookie_of(&heard, PROOF);
        let (name, value) = token
            .as_deref()
            .and_then(|t| t.split_once('='))
            .expect("one");
        assert_eq!((name, value.len()), (PROOF, 43));
        format!("{heard:?}").replace(value, "TOKEN")
    };
    let known = without_token(idp.send(ask(ANNA)).await);
    let unknown = without_token(idp.send(ask("zoe@plain.example")).await);
    assert_eq!(known, unknown);

    let wrong_password = idp.send(sign_in(ANNA, "not this one at all")).await;
    check_refused(&wrong_password, 401, "credentials_wrong");
    for email in ["zoe@plain.example", "no address", ""] {
        let heard = idp.send(sign_in(email, PASSWORD)).await;
        assert_eq!(heard, wrong_password, "{email}");
    }

    // Where there may be no mail, that is all there is to hear.
    for said in [Said::Unclear, Said::Disabled] {
        idp.discovery.says("plain.example", said);
        let known = idp.send(sign_in(ANNA, "not this one at all")).await;
        let unknown = idp.send(sign_in("zoe@plain.example", PASSWORD)).await;
        assert_eq!(known, unknown);
    }
    idp.discovery.supports("plain.example");
    let known = idp.send(ask(ANNA)).await;
    check_refused(&known, 403, "domain_supported");
    assert_eq!(known, idp.send(ask("zoe@plain.example")).await);
    let known = idp.send(sign_in(ANNA, PASSWORD)).await;
    assert_eq!(
        known,
        idp.send(sign_in("zoe@plain.example", PASSWORD)).await
    );
}
