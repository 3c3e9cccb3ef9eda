//! From `main` to the runtime's loop.

use std::process::ExitCode;

use axum::Router;
use lambda_http::request::LambdaRequest;
use lambda_http::{Adapter, LambdaEvent, Request, Service, service_fn};
use tracing::Instrument;

use crate::{Environment, Incomplete, event, log};

/// Builds the router of the environment and answers events with it until the platform ends the process. With a variable
/// missing or wrong it says which, and ends at once.
pub fn start(build: impl FnOnce(Environment) -> Result<Router, Incomplete>) -> ExitCode {
    log::start();
    let router = match build(Environment::of_process()) {
        Ok(router) => router,
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
        Ok(runtime) => runtime.block_on(answer(router)),
        Err(error) => Err(error.into()),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = %error, "the runtime ended");
            ExitCode::FAILURE
        }
    }
}

async fn answer(router: Router) -> Result<(), lambda_http::Error> {
    let handler = service_fn(move |request: Request| {
        let mut router = router.clone();
        async move { router.call(event::request(request)).await }
    });
    let mut adapter = Adapter::from(handler);
    let events = service_fn(move |event: LambdaEvent<LambdaRequest>| {
        let span = tracing::info_span!("event", request.id = event.context.request_id);
        let LambdaEvent { payload, context } = event;
        adapter
            .call(LambdaEvent::new(event::tamed(payload), context))
            .instrument(span)
    });
    lambda_runtime::run(events).await
}
