//! `selfsame key-numbers`: what a key is made of, in the form that BrowserID writes on the wire.

use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use serde::Serialize;

use crate::arguments::KeyNumbersArguments;
use crate::complaint::Complaint;
use crate::key_input::RsaKey;
use crate::output;

/// Decimal numbers.
#[derive(Serialize)]
struct Numbers {
    n: String,
    e: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    d: Option<String>,
}

/// Prints `{"n", "e"}`, and `d` too of a private key.
pub fn run(options: &KeyNumbersArguments) -> Result<(), Complaint> {
    let key = RsaKey::read(&options.file)?;
    let public = key.public();
    output::print_json(&Numbers {
        n: public.n().to_string(),
        e: public.e().to_string(),
        d: match &key {
            RsaKey::Private(key) => Some(key.d().to_string()),
            RsaKey::Public(_) => None,
        },
    })
}
