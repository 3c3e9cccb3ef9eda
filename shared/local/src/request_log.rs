//! One line on standard error for each request: method, host, path, status. No query, no header, no body: nothing that
//! is secret and nothing that says where somebody came from. A verifier of a federation adds in which member's name it came,
//! and what came of it.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use http::header;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use web::Told;

/// Lets this process write its log. Without it, as in tests, nothing is written.
pub fn to_stderr() {
    let lines = tracing_subscriber::fmt::layer()
        .compact()
        .log_internal_errors(false)
        .with_ansi(false)
        .with_target(false)
        .with_writer(std::io::stderr)
        .without_time();
    // Of others only what went wrong: the routers' own lines say more than a person wants to read here.
    let wanted = Targets::new()
        .with_default(LevelFilter::WARN)
        .with_target(module_path!(), LevelFilter::INFO);
    // Only the first of a process counts; a second one would say the same.
    let _ = tracing_subscriber::registry()
        .with(lines.with_filter(wanted))
        .try_init();
}

/// Adds the line to every request of `router`.
pub fn around(router: Router) -> Router {
    router.layer(from_fn(log))
}

async fn log(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let host = request.headers().get(header::HOST);
    let host = host
        .and_then(|host| host.to_str().ok())
        .unwrap_or("-")
        .to_owned();
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    let status = response.status().as_u16();
    match response.extensions().get::<Told>() {
        None => tracing::info!("{method} {host} {path} {status}"),
        Some(Told { code, member }) => {
            let code = code.unwrap_or("okay");
            tracing::info!("{method} {host} {path} {status} member={member} code={code}");
        }
    }
    response
}
