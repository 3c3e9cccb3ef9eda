//! The two signature checks that no verifier can do without, by aws-lc-rs and nothing around them.

use aws_lc_rs::signature::{
    ParsedPublicKey, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, RsaParameters,
    RsaPublicKeyComponents,
};

use crate::{Bundle, Key, Signed};

/// The same as the product's: it takes 1024, 2047 and 2049 bits too.
const KIND: &RsaParameters = &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY;

/// Both signatures of a bundle with their keys; RSA only.
#[derive(Debug)]
pub struct Bare(Vec<Check>);

#[derive(Debug)]
struct Check {
    numbers: RsaPublicKeyComponents<Vec<u8>>,
    prepared: ParsedPublicKey,
    signed: Signed,
}

impl Bare {
    /// Takes the keys of issuer and user apart, and prepares them.
    pub fn new(bundle: &Bundle, issuer: &Key, user: &Key) -> Self {
        let prepare = |(key, signed): (&Key, Signed)| {
            let (n, e) = key.components().expect("an RSA key");
            let numbers = RsaPublicKeyComponents { n, e };
            Check {
                prepared: numbers.to_parsed_public_key(KIND).expect("a key"),
                numbers,
                signed,
            }
        };
        let signed = bundle.signed();
        Self(
            [issuer, user]
                .into_iter()
                .zip(signed)
                .map(prepare)
                .collect(),
        )
    }

    /// With each key from its numbers n and e, every time.
    pub fn from_numbers(&self) {
        for Check {
            numbers, signed, ..
        } in &self.0
        {
            let outcome = numbers.verify(KIND, &signed.message, &signed.signature);
            assert!(outcome.is_ok());
        }
    }

    /// With both keys prepared before: the least there can be, though a verifier meets a user's key but once.
    pub fn with_prepared_keys(&self) {
        for Check {
            prepared, signed, ..
        } in &self.0
        {
            let outcome = prepared.verify_sig(&signed.message, &signed.signature);
            assert!(outcome.is_ok());
        }
    }
}
