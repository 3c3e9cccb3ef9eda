//! `http://localhost:PORT`: what is where.

use axum::Router;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http::header;

use crate::hosts::{self, origin};

/// One page.
pub fn router(port: u16) -> Router {
    let page = page(port);
    Router::new().route("/", get(|| async move { answer(page) }))
}

fn answer(page: String) -> Response {
    let headers = [
        (header::CACHE_CONTROL, "no-cache"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        ),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, Html(page)).into_response()
}

fn page(port: u16) -> String {
    let identity = origin(hosts::IDENTITY, port);
    let guestbook = origin(hosts::GUESTBOOK, port);
    let verifier = origin(hosts::VERIFIER, port);
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Selfsame on this machine</title>
</head>
<body>
<h1>Selfsame on this machine</h1>
<dl>
<dt><a href="{identity}/persona/account.html">{identity}</a></dt>
<dd>Your own domain: it vouches for addresses that end in @{domain}.</dd>
<dt><a href="{guestbook}/">{guestbook}</a></dt>
<dd>A site to sign in to.</dd>
<dt>{verifier}</dt>
<dd>The verifier that sites ask: <code>POST /verify</code> with an assertion and an audience.</dd>
</dl>
</body>
</html>
"#,
        domain = hosts::IDENTITY,
    )
}
