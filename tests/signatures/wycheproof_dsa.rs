//! DSA as Wycheproof knows it, in both encodings of a signature. Its files have no DSA of 1024 bits.

use browserid::{KeyError, PublicKey, SignatureError};
use rsa::BigUint;
use serde_json::json;
use wycheproof::dsa::{TestGroup, TestName, TestSet};

use crate::published::{Exception, Tally};

fn load(name: TestName) -> TestSet {
    TestSet::load(name).expect("a file of cases")
}

fn key(group: &TestGroup) -> Result<PublicKey, KeyError> {
    let hex = |number: &[u8]| BigUint::from_bytes_be(number).to_str_radix(16);
    PublicKey::from_json(&json!({
        "algorithm": "DS",
        "p": hex(group.key.p.as_ref()),
        "q": hex(group.key.q.as_ref()),
        "g": hex(group.key.g.as_ref()),
        "y": hex(group.key.y.as_ref()),
    }))
}

/// r and s side by side, each as wide as the wider of them and q: how the files with the fixed form write what does not
/// fit.
fn side_by_side(r: &[u8], s: &[u8]) -> Vec<u8> {
    let width = 32.max(r.len()).max(s.len());
    let mut both = vec![0; 2 * width];
    both[width - r.len()..width].copy_from_slice(r);
    both[2 * width - s.len()..].copy_from_slice(s);
    both
}

/// Two positive integers in the one DER encoding they have; no other bytes anywhere.
fn from_der(signature: &[u8]) -> Option<Vec<u8>> {
    let (content, rest) = element(0x30, signature)?;
    let (r, others) = element(2, content)?;
    let (s, end) = element(2, others)?;
    (rest.is_empty() && end.is_empty())
        .then(|| Some(side_by_side(natural(r)?, natural(s)?)))
        .flatten()
}

/// The content of the first element, and what stands behind it.
fn element(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&first, rest) = der.split_first()?;
    let (&length, rest) = rest.split_first()?;
    let (length, rest) = match length {
        0..=0x7f => (usize::from(length), rest),
        0x81 => rest
            .split_first()
            .filter(|(length, _)| **length >= 0x80)
            .map(|(length, rest)| (usize::from(*length), rest))?,
        0x82 => rest
            .split_first_chunk::<2>()
            .map(|(length, rest)| (usize::from(u16::from_be_bytes(*length)), rest))
            .filter(|(length, _)| *length >= 0x100)?,
        _ => return None,
    };
    (first == tag)
        .then(|| rest.split_at_checked(length))
        .flatten()
}

/// The digits of a DER integer that is not negative.
fn natural(content: &[u8]) -> Option<&[u8]> {
    match content {
        [] | [0x80..=0xff, ..] | [0, 0..=0x7f, ..] => None,
        [0, rest @ ..] => Some(rest),
        digits => Some(digits),
    }
}

fn check(
    name: &'static str,
    file: TestName,
    exceptions: &'static [Exception],
    raw: impl Fn(&[u8]) -> Option<Vec<u8>>,
) -> Tally {
    let mut tally = Tally::of(name, exceptions);
    for group in load(file).test_groups {
        let key = key(&group).expect("a key of 2048 and 256 bits");
        for test in &group.tests {
            let accepted = raw(&test.sig).is_some_and(|raw| key.verify(&test.msg, &raw).is_ok());
            tally.check(test.tc_id, &test.comment, test.result, accepted);
        }
    }
    tally
}

#[test]
fn every_signature_of_2048_and_256_bits_in_the_fixed_form_comes_out_as_published() {
    check(
        "dsa_2048_256_sha256_p1363",
        TestName::Dsa2048_256Sha256P1363,
        &[],
        |raw| Some(raw.to_vec()),
    )
    .finish((81, 58));
}

#[test]
fn every_signature_of_2048_and_256_bits_in_der_comes_out_as_published() {
    check(
        "dsa_2048_256_sha256",
        TestName::Dsa2048_256Sha256,
        &[],
        from_der,
    )
    .finish((82, 284));
}

/// Two widths of q, or of p, are none of ours; and a signature with another hash would be another algorithm.
#[test]
fn groups_of_other_sizes_are_refused_before_any_signature() {
    let mut groups = 0;
    for (file, expected) in [
        (TestName::Dsa2048_224Sha224P1363, KeyError::Group),
        (TestName::Dsa2048_224Sha256P1363, KeyError::Group),
        (
            TestName::Dsa3072_256Sha256P1363,
            KeyError::Size { bits: 3072 },
        ),
    ] {
        for group in load(file).test_groups {
            assert_eq!(key(&group), Err(expected.clone()));
            groups += 1;
        }
    }
    assert_eq!(groups, 56);
}

#[test]
fn a_signature_that_is_wider_than_two_numbers_below_q_is_malformed() {
    let set = load(TestName::Dsa2048_256Sha256P1363);
    let mut wide = 0;
    for group in &set.test_groups {
        let key = key(group).expect("a key");
        for test in group.tests.iter().filter(|test| test.sig.len() > 64) {
            assert_eq!(
                key.verify(&test.msg, &test.sig),
                Err(SignatureError::Malformed)
            );
            wide += 1;
        }
    }
    assert_eq!(wide, 32);
}
