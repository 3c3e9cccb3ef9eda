//! `http://localhost:PORT`: what is where.

use axum::Router;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use browserid::Origin;
use http::header;

use crate::hosts::{self, origin};
use crate::served::Served;

/// One page. `pages`: where the domain's own are.
pub fn router(port: u16, pages: &Origin, served: &Served) -> Router {
    let page = page(port, pages, served);
    Router::new().route("/", get(|| async move { answer(page) }))
}

fn answer(page: String) -> Response {
    let headers = [
        (header::CACHE_CONTROL, "no-cache"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        ),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, Html(page)).into_response()
}

fn page(port: u16, pages: &Origin, served: &Served) -> String {
    let guestbook = origin(hosts::GUESTBOOK, port);
    let fallback = origin(hosts::FALLBACK, port);
    let verifier = origin(hosts::VERIFIER, port);
    // A domain has no character that means anything in HTML.
    let endings: Vec<String> = served.all().iter().map(|one| format!("@{one}")).collect();
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Selfsame on this machine</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/persona/style.css">
<link rel="stylesheet" href="/persona/pages.css">
</head>
<body>
<main>
<h1>Selfsame on this machine</h1>
<h2><a href="{pages}/persona/account.html">{pages}</a></h2>
<p>Your own domain: it vouches for addresses that end in {endings}.</p>
<h2><a href="{guestbook}/">{guestbook}</a></h2>
<p>A site to sign in to.</p>
<h2><a href="{fallback}/persona/account.html">{fallback}</a></h2>
<p>The fallback: it vouches for people whose own domain does not, after a mail to them.</p>
<h2>{verifier}</h2>
<p>The verifier that sites ask: <code>POST /verify</code> with an assertion and an audience.</p>
</main>
</body>
</html>
"#,
        endings = endings.join(", "),
    )
}
