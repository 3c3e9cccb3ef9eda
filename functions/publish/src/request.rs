//! What CloudFormation asks.

use serde::Deserialize;
use serde_json::{Value, json};

/// A request for a custom resource.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Request {
    pub logical_resource_id: String,
    pub physical_resource_id: Option<String>,
    pub request_id: String,
    pub request_type: Kind,
    /// Read when it is needed: if it is wrong, CloudFormation has to hear of it.
    #[serde(default)]
    pub resource_properties: Value,
    /// Whoever has it can answer in our place: a secret.
    #[serde(rename = "ResponseURL")]
    pub response_url: String,
    pub stack_id: String,
}

/// CloudFormation takes 4 KB for all of the answer.
const REASON: usize = 1_000;
impl Request {
    /// What CloudFormation wants to hear.
    pub fn answer(&self, done: &Result<String, String>) -> Value {
        let (status, reason) = match done {
            Ok(what) => ("SUCCESS", what),
            Err(reason) => ("FAILED", reason),
        };
        // The same name from the first answer on: with a new one, CloudFormation would have the old resource deleted.
        let name = self.physical_resource_id.as_deref().unwrap_or("site");
        json!({
            "LogicalResourceId": self.logical_resource_id,
            "PhysicalResourceId": name,
            "Reason": reason.chars().take(REASON).collect::<String>(),
            "RequestId": self.request_id,
            "StackId": self.stack_id,
            "Status": status,
        })
    }
}

/// What has happened to the resource in the template.
#[derive(Clone, Copy, Deserialize, PartialEq)]
pub enum Kind {
    Create,
    Delete,
    Update,
}
