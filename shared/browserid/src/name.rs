//! Names: host names, e-mail-like identities, origins. Parsed strictly, once, at the border.

mod domain;
mod email;
mod origin;

pub use domain::{Domain, HostRule, InvalidDomain};
pub use email::{Email, InvalidEmail};
pub use origin::{InvalidOrigin, Origin};

pub(crate) use domain::{is_domain, lowered, to_ascii};
