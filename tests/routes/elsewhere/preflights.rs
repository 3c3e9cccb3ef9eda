//! What browsers ask before a request of another origin.

use super::*;

fn preflight(path: &str, origin: &str) -> Call {
    Call::new("OPTIONS", path)
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type")
        .header("sec-fetch-site", "same-site")
        .header("sec-fetch-mode", "cors")
}

#[tokio::test]
async fn preflight_of_our_pages_permits_what_the_path_knows() {
    let idp = Idp::elsewhere().await;
    for (path, methods) in [
        (
            "/persona/session",
            ["DELETE", "GET", "HEAD", "POST"].as_slice(),
        ),
        ("/persona/enrolment", &["POST"]),
        ("/persona/enrolment/look", &["POST"]),
        ("/persona/panic", &["POST"]),
        ("/persona/password", &["DELETE", "POST"]),
        (SIGN, &["POST"]),
    ] {
        let heard = send(&idp, preflight(path, ORIGIN)).await;
        assert_eq!((heard.status, heard.body.as_str()), (204, ""), "{path}");
        assert_readable(&heard);
        let permitted = heard
            .header("access-control-allow-methods")
            .unwrap_or_default();
        let mut permitted: Vec<_> = permitted.split(',').collect();
        permitted.sort_unstable();
        assert_eq!(permitted, methods, "{path}");
        assert_eq!(
            heard.header("access-control-allow-headers"),
            Some("content-type")
        );
        assert_eq!(heard.header("access-control-max-age"), Some("7200"));
        assert_eq!(heard.header("allow"), None);
    }
    assert_eq!(
        idp.send(preflight("/persona/nothing", ORIGIN)).await.status,
        404
    );
    assert_eq!(idp.signer.signatures(), 0);
    assert_eq!(idp.sessions.reads(), 0);
}

#[tokio::test]
async fn preflight_of_a_stranger_gets_no_permission() {
    let idp = Idp::elsewhere().await;
    for path in [
        "/persona/session",
        "/persona/password",
        "/persona/panic",
        SIGN,
    ] {
        for origin in STRANGERS {
            let heard = send(&idp, preflight(path, origin)).await;
            assert_eq!(heard.status, 405, "{origin}");
            assert_unreadable(&heard);
        }
        let twice = preflight(path, ORIGIN).header("origin", ORIGIN);
        let heard = send(&idp, twice).await;
        assert_eq!(heard.status, 405);
        assert_unreadable(&heard);
    }
}

#[tokio::test]
async fn options_that_ask_for_no_method_are_no_preflight() {
    let idp = Idp::elsewhere().await;
    let bare = Call::new("OPTIONS", "/persona/session").header("origin", ORIGIN);
    let twice =
        preflight("/persona/session", ORIGIN).header("access-control-request-method", "PUT");
    for call in [bare, twice] {
        let heard = idp.send(call).await;
        assert_eq!(heard.status, 405);
        assert_eq!(heard.header("access-control-allow-methods"), None);
    }
}

#[tokio::test]
async fn nothing_of_this_is_there_where_the_pages_are_at_home() {
    let idp = Idp::new().await;
    // That no header of CORS comes back is checked for every answer.
    assert_eq!(
        idp.send(preflight("/persona/session", ORIGIN)).await.status,
        405
    );
    assert_eq!(idp.send(sign_in()).await.code(), "wrong_origin");
    let who = idp.send(from_page("GET", "/persona/session")).await;
    assert_eq!((who.status, who.header("vary")), (200, None));
}
