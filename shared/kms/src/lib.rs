//! The signer on a key in AWS KMS.
