//! `selfsame support-document`: what to put at `/.well-known/browserid`.

use site::own_document;

use crate::arguments::SupportDocumentArguments;
use crate::complaint::Complaint;
use crate::output;

/// Prints the document of the key that was named.
pub fn run(options: &SupportDocumentArguments) -> Result<(), Complaint> {
    let key = options.source.public_key()?;
    let document = own_document(key, [])
        .map_err(|error| Complaint::failure(format!("no document can be made ({error})")))?;
    output::print_json(&document.to_json())
}
