//! Routers inside routers, whole: the inner one sees the request as it came, and answers also what it does not know.

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use tower::ServiceExt;

/// Lets `router` answer.
pub async fn hand_over(router: Router, request: Request) -> Response {
    match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
