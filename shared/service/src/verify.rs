use std::sync::Arc;
use browserid::{Json, Policy, Identity, Refusal, ExplainedStep};
use crate::ports::*;
/// The loop around `browserid::Verification`.
pub struct Verify { pub clock: Arc<dyn Clock>, pub documents: Arc<dyn SupportDocuments>, pub policy: Policy }
pub struct Verified { pub outcome: Result<Identity, Refusal>, pub steps: Vec<ExplainedStep> }
impl Verify { pub async fn run(&self, assertion: &Json, audience: &Json, extra_trusted: &[String]) -> Verified { todo!() } }
