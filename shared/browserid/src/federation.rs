//! A federation: institutions that believe each other's identity providers, each for its own people only.

use crate::{Domain, Timestamp};

/// The members that a verifier believes, and nobody else.
#[derive(Clone, Debug, PartialEq)]
pub struct Federation {
    /// In the order of the list.
    pub members: Vec<Member>,
}

/// One institution.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The domains behind the `@` of its people.
    pub domains: Vec<Domain>,
    /// From this moment on it is none any more.
    pub expires: Timestamp,
    /// Who certifies its people.
    pub issuer: Domain,
}
