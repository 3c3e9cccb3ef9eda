use std::sync::Arc;
use browserid::{Authority, DiscoveryError, DiscoveryRules, Domain};
use crate::ports::*;
/// The loop around `browserid::Discovery`.
pub async fn discover(documents: &dyn SupportDocuments, principal: Domain, rules: &DiscoveryRules) -> Result<Authority, DiscoveryError> { todo!() }
