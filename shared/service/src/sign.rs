use std::sync::Arc;
use browserid::{Email, PublicKey, Profile};
use crate::{ports::*, secret::Token};
/// `POST /persona/sign/`: session + public key + duration -> certificate.
pub struct Sign { pub clock: Arc<dyn Clock>, pub sessions: Arc<dyn Sessions>, pub signer: Arc<dyn Signer>, pub profile: Profile }
pub struct SignRequest { pub session: Option<Token>, pub email: String, pub duration_s: f64, pub key: PublicKey }
impl Sign { 
    /// One store read: who is asking.
    pub async fn session(&self, token: Option<&Token>) -> Result<crate::session::Session, SignFailure> { todo!() }
    pub async fn certify(&self, session: &crate::session::Session, email: &str, duration_s: f64, key: PublicKey) -> Result<String, SignFailure> { todo!() }
}
#[derive(Debug)]
#[non_exhaustive]
pub enum SignFailure { NoSession, NotYourAddress, Refused(browserid::IssueError), Broken(PortError) }
