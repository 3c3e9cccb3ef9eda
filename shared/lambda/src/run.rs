//! From `main` to the runtime's loop.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use lambda_http::http::HeaderValue;
use lambda_http::http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use lambda_http::request::LambdaRequest;
use lambda_http::{Adapter, LambdaEvent, Request, Service, service_fn};
use lambda_runtime::Runtime;
use service::ports::PortError;
use tokio::time::timeout;
use web::problem::{Kind, Problem};

use crate::invocation::Invocations;
use crate::log::{self, ANSWERED};
use crate::outside::{Door, Outside, Shut};
use crate::panic::unwound;
use crate::{Environment, Incomplete, event};

/// Opens what the configuration names and answers events with its router until the platform ends the process.
///
/// With a variable missing or wrong, or one that names what will never do, it says which, and ends before the first event.
/// What does not answer now is asked again with each event, which is answered 503 until it does.
pub fn start<O: Outside>(configure: impl FnOnce(Environment) -> Result<O, Incomplete>) -> ExitCode {
    within(configure, async |outside| {
        let door = Door::new(outside);
        match door.router().await {
            Ok(_) => {}
            Err(Shut::Unavailable(error)) => {
                tracing::error!(error = %error, "not open yet, the next event tries again");
            }
            Err(Shut::Wrong(message)) => return Err(message.into()),
        }
        answer(door).await
    })
}

/// Log, environment and executor of a function; the rest is `run`.
pub(crate) fn within<C>(
    configure: impl FnOnce(Environment) -> Result<C, Incomplete>,
    run: impl AsyncFnOnce(C) -> Result<(), lambda_runtime::Error>,
) -> ExitCode {
    let environment = Environment::of_process();
    log::start(environment.function());
    let configured = match configure(environment) {
        Ok(configured) => configured,
        Err(incomplete) => {
            tracing::error!("{incomplete}");
            return ExitCode::FAILURE;
        }
    };
    // One event at a time: one thread does.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let ended = match runtime {
        Ok(runtime) => runtime.block_on(run(configured)),
        Err(error) => Err(error.into()),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn answer<O: Outside>(door: Door<O>) -> Result<(), lambda_runtime::Error> {
    let door = Arc::new(door);
    let handler = service_fn(move |request: Request| {
        let door = Arc::clone(&door);
        async move { Ok::<_, lambda_runtime::Error>(respond(&door, request).await) }
    });
    let mut adapter = Adapter::from(handler);
    let events = service_fn(move |event: LambdaEvent<LambdaRequest>| {
        let LambdaEvent { payload, context } = event;
        adapter.call(LambdaEvent::new(event::tamed(payload), context))
    });
    Runtime::new(events).layer(Invocations).run().await
}

/// So long an answer may take, all calls to AWS together. After 10 s the platform would end the function without a word,
/// and the caller would get the gateway's 500.
const PATIENCE: Duration = Duration::from_secs(9);

/// One request, with its one line in the log.
async fn respond<O: Outside>(door: &Door<O>, request: Request) -> Response {
    let request = event::request(request);
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let answering = async {
        let mut router = door.router().await?;
        let Ok(response) = Service::call(&mut router, request).await;
        Ok(response)
    };
    let response = unwound(async {
        let in_time = timeout(PATIENCE, answering).await;
        in_time.unwrap_or_else(|_| Err(Shut::Unavailable(too_late())))
    });
    let (kind, mut response) = match response.await {
        // The router has written the line.
        Some(Ok(response)) => return response,
        Some(Err(Shut::Unavailable(error))) => {
            (Kind::Unavailable, Problem::from(error).into_response())
        }
        Some(Err(Shut::Wrong(message))) => {
            // It did not answer during init, or it would have ended there.
            let error = PortError::new("opening what the configuration names", message);
            (Kind::Unavailable, Problem::from(error).into_response())
        }
        None => (
            Kind::Internal,
            Problem::from(Kind::Internal).into_response(),
        ),
    };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    tracing::info!(
        code = kind.code(),
        method = %method,
        path = path.chars().take(200).collect::<String>(),
        status = response.status().as_u16(),
        "{ANSWERED}"
    );
    response
}

fn too_late() -> PortError {
    PortError::new(
        "answering",
        format!("given up after {} s", PATIENCE.as_secs()),
    )
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use lambda_http::Body;
    use lambda_http::http::header::RETRY_AFTER;
    use tokio::time::{Instant, sleep};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_takes_too_long_is_a_503_before_the_platform_ends_the_function() {
        let slow = async || sleep(PATIENCE * 100).await;
        let door = Door::new(Router::new().fallback(slow));

        let begun = Instant::now();
        let response = respond(&door, Request::new(Body::Empty)).await;
        assert_eq!(begun.elapsed(), PATIENCE);
        assert_eq!(response.status().as_u16(), 503);
        assert_eq!(response.headers()[RETRY_AFTER], "5");
    }
}
