//! Functions that are no web server: invoked with a JSON object, by whom the platform lets.

use std::future::Future;
use std::process::ExitCode;
use std::sync::Arc;

use lambda_http::{LambdaEvent, service_fn};
use lambda_runtime::Runtime;
use serde_json::Value;

use crate::invocation::Invocations;
use crate::log::ANSWERED;
use crate::panic::unwound;
use crate::run::within;
use crate::{Environment, Incomplete};

/// What such a function does.
pub trait Operation: Send + Sync + 'static {
    /// Answers one event. Never fails: trouble is an answer too.
    fn answer(&self, event: Value) -> impl Future<Output = Outcome> + Send;

    /// The answer in place of one that panicked.
    fn panicked(&self) -> Outcome;
}

/// An answer, and what the log says of it.
#[derive(Debug, PartialEq)]
pub struct Outcome {
    /// What the caller gets.
    pub answer: Value,
    /// None if all went well, else the stable name of what did not.
    pub code: Option<&'static str>,
    /// Our own fault, or that of what we depend on: counts as an error in the metrics.
    pub failed: bool,
    /// What was asked for, for the log. Never a secret.
    pub operation: &'static str,
}

/// Answers events with the operation until the platform ends the process. With a variable missing or wrong it says which,
/// and ends before the first event.
pub fn start_operation<O: Operation>(
    configure: impl FnOnce(Environment) -> Result<O, Incomplete>,
) -> ExitCode {
    within(configure, async |operation| {
        let operation = Arc::new(operation);
        let events = service_fn(move |event: LambdaEvent<Value>| {
            let operation = Arc::clone(&operation);
            async move {
                Ok::<_, lambda_runtime::Error>(answer(operation.as_ref(), event.payload).await)
            }
        });
        Runtime::new(events).layer(Invocations).run().await
    })
}

async fn answer(operation: &impl Operation, event: Value) -> Value {
    let outcome = unwound(operation.answer(event))
        .await
        .unwrap_or_else(|| operation.panicked());
    tracing::info!(
        code = outcome.code,
        operation = outcome.operation,
        status = if outcome.failed { 500_u16 } else { 200 },
        "{ANSWERED}"
    );
    outcome.answer
}
