//! One invocation: a span around all that the runtime does with it, from the raw event to the posted answer.

use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use lambda_runtime::LambdaInvocation;
use lambda_runtime::tower::{Layer, Service};
use tracing::Instrument;
use tracing::instrument::Instrumented;

/// Puts the span around a service.
#[derive(Debug, Default)]
pub(crate) struct Invocations;

impl<S> Layer<S> for Invocations {
    type Service = Invocation<S>;

    fn layer(&self, inner: S) -> Invocation<S> {
        Invocation {
            inner,
            is_warm: AtomicBool::new(false),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Invocation<S> {
    inner: S,
    is_warm: AtomicBool,
}

impl<S: Service<LambdaInvocation>> Service<LambdaInvocation> for Invocation<S> {
    type Error = S::Error;
    type Future = Instrumented<S::Future>;
    type Response = S::Response;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, invocation: LambdaInvocation) -> Self::Future {
        let span = tracing::info_span!(
            "invocation",
            cold_start = !self.is_warm.swap(true, Ordering::Relaxed),
            request_id = invocation.context.request_id,
        );
        let answering = span.in_scope(|| self.inner.call(invocation));
        answering.instrument(span)
    }
}
