//! `selfsame keygen`: a private key for a domain.

use std::io::ErrorKind;

use crate::arguments::KeygenArguments;
use crate::complaint::Complaint;
use crate::key_file;
use crate::output;

/// Makes an RSA 2048 key: PKCS#8, PEM.
pub fn run(options: &KeygenArguments) -> Result<(), Complaint> {
    let Some(path) = &options.out else {
        let pem = key_file::new_pem()
            .map_err(|error| Complaint::failure(format!("no key can be made ({error})")))?;
        return output::print(&pem);
    };
    let shown = path.display();
    key_file::create(path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            Complaint::failure(format!("`{shown}` exists and is kept: choose another name"))
        }
        _ => Complaint::failure(format!(
            "`{shown}` cannot be written ({error}): choose another place"
        )),
    })?;
    output::note(&format!(
        "wrote `{shown}`; to publish it: selfsame support-document --key {shown}"
    ));
    Ok(())
}
