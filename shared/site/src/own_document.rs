//! The support document of a domain that runs this product.

use browserid::{Path, PublicKey, Support, SupportDocument, SupportDocumentError};

/// What stands at `/.well-known/browserid` for `key`: its three pages are those of `static/persona`.
pub fn own_document(key: PublicKey) -> Result<SupportDocument, SupportDocumentError> {
    Ok(SupportDocument::Supported(Support::new(
        key,
        Vec::new(),
        Path::parse("/persona/sign_in.html")?,
        Path::parse("/persona/provision.html")?,
        Some(Path::parse("/persona/agent.html")?),
    )))
}
