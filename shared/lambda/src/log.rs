//! The log: one JSON object a line on standard output, which CloudWatch keeps with a time of its own.
//!
//! What belongs to an invocation carries its id and whether it was a cold start. The line `answered`, of which every
//! invocation has one, carries the metrics.

use std::io::Write;
use std::panic;
use std::time::Instant;

use serde_json::{Map, Value, json};
use service::ports::Clock;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

use crate::SystemClock;
use crate::metrics::{self, Measured};

/// The message of the one line that each invocation has (`web` writes it for requests that reach a router).
pub(crate) const ANSWERED: &str = "answered";

/// Whose everyday lines are worth keeping. The others (the SDK's, the runtime's) speak from WARN on.
const OURS: &[&str] = &[
    "aws",
    "browserid",
    "dynamodb",
    "fetch",
    "kms",
    "lambda",
    "owner",
    "publish",
    "s3",
    "service",
    "sign",
    "sign_in",
    "site",
    "verify",
    "web",
];

/// Starts it. Panics are logged by their place alone: their message may repeat what a caller sent.
pub(crate) fn start(function: String) {
    let subscriber = tracing_subscriber::registry().with(Lines { function });
    // Fails only if it was started before.
    let _ = tracing::subscriber::set_global_default(subscriber);
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "panicked");
    }));
}

/// Writes the lines.
struct Lines {
    /// The function's name on the platform.
    function: String,
}

/// What a span knows.
struct Spanned {
    fields: Fields,
    started: Instant,
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Lines {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        let krate = metadata.target().split("::").next().unwrap_or_default();
        let limit = if OURS.contains(&krate) {
            Level::INFO
        } else {
            Level::WARN
        };
        *metadata.level() <= limit
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the log measures how long an invocation takes; nothing decides by it"
    )]
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(Spanned {
                fields,
                started: Instant::now(),
            });
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let mut line = fields.0;
        line.insert("level".to_owned(), json!(event.metadata().level().as_str()));

        let mut elapsed_ms = None;
        for span in context.event_scope(event).into_iter().flatten() {
            let extensions = span.extensions();
            let Some(spanned) = extensions.get::<Spanned>() else {
                continue;
            };
            for (name, value) in &spanned.fields.0 {
                line.entry(name.clone()).or_insert_with(|| value.clone());
            }
            // The outermost span is the invocation.
            elapsed_ms = Some(spanned.started.elapsed().as_secs_f64() * 1000.0);
        }
        let is_answer = line.get("message").is_some_and(|text| text == ANSWERED);
        if let Some(duration_ms) = elapsed_ms.filter(|_| is_answer) {
            line.remove("duration_ms");
            let measured = Measured {
                cold_start: line.get("cold_start") == Some(&Value::Bool(true)),
                duration_ms,
                failed: line.get("status").and_then(Value::as_u64) >= Some(500),
                function: &self.function,
                now_ms: SystemClock.now().as_millis(),
            };
            metrics::add(&mut line, &measured);
        }
        let mut text = Value::Object(line).to_string();
        text.push('\n');
        // Nobody is left to tell.
        let _ = std::io::stdout().lock().write_all(text.as_bytes());
    }
}

/// The fields of an event or a span as JSON.
#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn put(&mut self, field: &Field, value: Value) {
        self.0.insert(field.name().to_owned(), value);
    }
}

impl Visit for Fields {
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, json!(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.put(field, json!(format!("{value:?}")));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, json!(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, json!(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, json!(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, json!(value));
    }
}
