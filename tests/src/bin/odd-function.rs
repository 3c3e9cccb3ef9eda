//! A function that does what none of the product's does: panics outside every envelope, sets two cookies, answers bytes.
//! It shows what the `lambda` crate makes of that.

use std::process::ExitCode;

use axum::Router;
use axum::response::{AppendHeaders, IntoResponse};
use axum::routing::get;
use http::header::SET_COOKIE;
use lambda::{Environment, Incomplete};

fn main() -> ExitCode {
    lambda::start(router)
}

fn router(environment: Environment) -> Result<Router, Incomplete> {
    let router = Router::new()
        .route("/bytes", get(async || vec![0_u8, 159, 146, 150]))
        .route("/cookies", get(cookies))
        .route("/panic", get(panic));
    environment.finish(Some(router))
}

async fn cookies() -> impl IntoResponse {
    AppendHeaders([(SET_COOKIE, "a=1; Secure"), (SET_COOKIE, "b=2; Secure")])
}

#[expect(clippy::panic, reason = "that is what it is for")]
async fn panic() {
    panic!("with what a caller sent: a secret");
}
