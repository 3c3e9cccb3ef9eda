//! From CloudFormation's request to our answer, which it always gets: it waits for it, and the stack with it.

use aws::SdkConfig;
use lambda::{Operation, Outcome};
use serde_json::Value;

use crate::publication::publish;
use crate::reply::Replies;
use crate::request::{Kind, Request};

/// The custom resource.
pub struct Publish {
    pub config: SdkConfig,
    pub replies: Replies,
}

impl Operation for Publish {
    async fn answer(&self, event: Value) -> Outcome {
        let Ok(request) = serde_json::from_value::<Request>(event) else {
            tracing::error!("this is no request of CloudFormation's for a custom resource");
            return outcome("unknown", Some("request_malformed"));
        };
        let (operation, done) = match request.request_type {
            Kind::Create => ("create", self.publish(&request).await),
            // The bucket stays, and what is in it: a domain without its document is a domain that nobody believes.
            Kind::Delete => ("delete", Ok("nothing is deleted".to_owned())),
            Kind::Update => ("update", self.publish(&request).await),
        };
        let answer = request.answer(&done);
        let code = done.err().map(|reason| {
            tracing::error!(reason, "could not publish");
            "not_published"
        });
        match self.replies.put(&request.response_url, &answer).await {
            Ok(()) => outcome(operation, code),
            Err(error) => {
                tracing::error!(error, "CloudFormation does not take the answer");
                outcome(operation, Some("not_answered"))
            }
        }
    }

    fn panicked(&self) -> Outcome {
        outcome("unknown", Some("internal"))
    }
}

impl Publish {
    async fn publish(&self, request: &Request) -> Result<String, String> {
        let published = lambda::unwound(publish(&self.config, &request.resource_properties)).await;
        published
            .unwrap_or_else(|| Err("a bug of ours; the function's log has its place".to_owned()))
    }
}

fn outcome(operation: &'static str, code: Option<&'static str>) -> Outcome {
    Outcome {
        answer: Value::Null,
        code,
        failed: code.is_some(),
        operation,
    }
}
