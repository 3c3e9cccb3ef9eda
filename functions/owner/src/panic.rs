//! The panic switch, by command.

use serde_json::{Value, json};
use service::panic::Published;
use service::secret::Token;

use crate::command::Owner;
use crate::failure::Failure;

impl Owner {
    /// Pulls it. `published` says whether the support document has it; where the pages are elsewhere, the owner writes it. A
    /// document that could not be written is a failure: the same command again writes it.
    pub async fn panic(&self) -> Result<Value, Failure> {
        let pulled = self.sign_in.pull().await?;
        let published = match pulled.published {
            Published::Elsewhere => false,
            Published::Failed(error) => return Err(error.into()),
            Published::Yes => true,
        };
        Ok(json!({
            "status": "okay",
            "not_before": pulled.not_before.as_millis(),
            "certificates_live_until": pulled.certificates_live_until().as_millis(),
            "published": published,
        }))
    }

    /// A link with which an owner, who also shows to be one, releases it.
    pub async fn panic_release(&self) -> Result<Value, Failure> {
        let (token, expires) = self.sign_in.let_release().await?;
        let link = self.page("panic", &token);
        Ok(json!({"status": "okay", "link": link, "expires": expires.as_millis()}))
    }

    pub async fn panic_status(&self) -> Result<Value, Failure> {
        let switch = self.sign_in.switch.switch().await?;
        Ok(json!({
            "status": "okay",
            "is_pulled": switch.is_pulled,
            "not_before": switch.not_before.map(|moment| moment.as_millis()),
        }))
    }

    /// A page with its token behind `#`, so that no log of a server ever holds it.
    pub(crate) fn page(&self, name: &str, token: &Token) -> String {
        let pages = self.pages.as_str();
        format!("{pages}/persona/{name}.html#{}", token.expose())
    }
}
