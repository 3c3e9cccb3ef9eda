//! RSA signatures: ours (aws-lc, or the `rsa` crate for 1023 bits) beside the `rsa` crate and plain arithmetic.

use rsa::BigUint;
use sha2::{Digest as _, Sha256, Sha512};

use crate::chance::Chance;
use crate::pkcs1::{DIGEST_INFO, SIGNERS, Signer, padded};

/// Blocks that are nearly right. Each is signed with the real key, so that only what is read back can refuse it.
fn wrong_blocks(signer: &Signer, message: &[u8]) -> Vec<(String, Vec<u8>)> {
    let right = signer.block(message);
    let digest = Sha256::digest(message);
    let width = signer.width();
    let mut blocks: Vec<(String, Vec<u8>)> = Vec::new();
    let with = |end: &[&[u8]]| {
        let end = end.concat();
        let padding = width - end.len() - 3;
        [&[0, 1][..], &vec![0xff; padding], &[0], &end].concat()
    };
    // A byte of each part: both leading ones, padding from end to end, separator, DigestInfo, digest.
    for at in 0..width {
        let mut block = right.clone();
        block[at] ^= if at % 2 == 0 { 0x01 } else { 0x80 };
        blocks.push((format!("byte {at} changed"), block));
    }
    let separator = width - 52;
    assert_eq!(right[separator - 1..=separator], [0xff, 0]);
    for (what, first, second) in [
        ("block type 0", 0, 0),
        ("block type 2", 0, 2),
        ("leading byte 1", 1, 1),
    ] {
        let mut block = right.clone();
        (block[0], block[1]) = (first, second);
        blocks.push((what.to_owned(), block));
    }
    // Padding that ends early, and something behind the digest or before DigestInfo.
    for count in [0, 1, 7, 8, 9, separator - 3] {
        let mut block = [&[0, 1][..], &vec![0xff; count], &[0], &DIGEST_INFO, &digest].concat();
        let garbage = width - block.len();
        block.extend(vec![0; garbage]);
        blocks.push((format!("{count} bytes of padding, zeros behind"), block));
        let mut block = [&[0, 1][..], &vec![0xff; count], &[0]].concat();
        block.extend(vec![0x5a; garbage]);
        block.extend([&DIGEST_INFO[..], &digest].concat());
        blocks.push((format!("{count} bytes of padding, garbage before"), block));
    }
    let mut no_separator = right.clone();
    no_separator[separator] = 0xff;
    blocks.push(("no separator".to_owned(), no_separator));
    let mut two_separators = right.clone();
    two_separators[separator - 1] = 0;
    blocks.push(("two separators".to_owned(), two_separators));

    // Other ways to write the same DigestInfo, and other ones.
    let oid = &DIGEST_INFO[4..15];
    for (what, end) in [
        (
            "no NULL",
            with(&[&[0x30, 0x2f, 0x30, 0x0b], oid, &[4, 0x20], &digest]),
        ),
        (
            "NULL with a content",
            with(&[&[0x30, 0x32, 0x30, 0x0e], oid, &[5, 1, 0, 4, 0x20], &digest]),
        ),
        (
            "NULL in long form",
            with(&[
                &[0x30, 0x32, 0x30, 0x0e],
                oid,
                &[5, 0x81, 0, 4, 0x20],
                &digest,
            ]),
        ),
        (
            "another tag for NULL",
            with(&[&[0x30, 0x31, 0x30, 0x0d], oid, &[0x30, 0, 4, 0x20], &digest]),
        ),
        (
            "outer length in long form",
            with(&[&[0x30, 0x81, 0x31], &DIGEST_INFO[2..], &digest]),
        ),
        (
            "inner length in long form",
            with(&[&[0x30, 0x32, 0x30, 0x81], &DIGEST_INFO[3..], &digest]),
        ),
        (
            "length of the digest in long form",
            with(&[&[0x30, 0x32], &DIGEST_INFO[2..18], &[0x81, 0x20], &digest]),
        ),
        (
            "length of the OID in long form",
            with(&[
                &[0x30, 0x32, 0x30, 0x0e, 6, 0x81, 9],
                &DIGEST_INFO[6..],
                &digest,
            ]),
        ),
        (
            "indefinite length",
            with(&[&[0x30, 0x80], &DIGEST_INFO[2..], &digest, &[0, 0]]),
        ),
        (
            "garbage in the sequence",
            with(&[&[0x30, 0x33], &DIGEST_INFO[2..], &digest, &[5, 0]]),
        ),
        (
            "garbage behind the sequence",
            with(&[&DIGEST_INFO, &digest, &[0]]),
        ),
        (
            "garbage among the parameters",
            with(&[
                &[0x30, 0x33, 0x30, 0x0f],
                &DIGEST_INFO[4..17],
                &[5, 0, 4, 0x20],
                &digest,
            ]),
        ),
        (
            "a length too small",
            with(&[&[0x30, 0x30], &DIGEST_INFO[2..], &digest]),
        ),
        (
            "a length too large",
            with(&[&[0x30, 0x32], &DIGEST_INFO[2..], &digest]),
        ),
        ("no DigestInfo", with(&[&digest])),
        ("no digest", with(&[&DIGEST_INFO])),
        ("nothing", with(&[])),
        ("a shorter digest", with(&[&DIGEST_INFO, &digest[..31]])),
        ("a longer digest", with(&[&DIGEST_INFO, &digest, &[0]])),
        ("the digest twice", with(&[&DIGEST_INFO, &digest, &digest])),
        (
            "the OID of SHA-512",
            with(&[&DIGEST_INFO[..14], &[3], &DIGEST_INFO[15..], &digest]),
        ),
        (
            "the OID of SHA-384",
            with(&[&DIGEST_INFO[..14], &[2], &DIGEST_INFO[15..], &digest]),
        ),
        (
            "the OID of SHA-224",
            with(&[&DIGEST_INFO[..14], &[4], &DIGEST_INFO[15..], &digest]),
        ),
        (
            "SHA-512 itself",
            with(&[
                &[
                    0x30, 0x51, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3, 5, 0, 4,
                    0x40,
                ],
                &Sha512::digest(message),
            ]),
        ),
        (
            "SHA-1 itself",
            with(&[
                &[
                    0x30, 0x21, 0x30, 9, 6, 5, 0x2b, 0x0e, 3, 2, 0x1a, 5, 0, 4, 0x14,
                ],
                &sha1::Sha1::digest(message),
            ]),
        ),
        ("another message", signer.block(b"another message")),
        ("zero", vec![0; width]),
        ("one", padded(&BigUint::from(1u8), width)),
        ("n - 1", padded(&(signer.n() - 1u8), width)),
    ] {
        blocks.push((what.to_owned(), end));
    }
    blocks
}

/// Signatures that were made otherwise than with a block.
fn wrong_signatures(
    signer: &Signer,
    signature: &[u8],
    chance: &mut Chance,
) -> Vec<(String, Vec<u8>)> {
    let (n, width) = (signer.n(), signer.width());
    let number = BigUint::from_bytes_be(signature);
    let bytes = BigUint::to_bytes_be;
    let mut wrong: Vec<_> = [
        ("0", vec![0; width]),
        ("1", padded(&BigUint::from(1u8), width)),
        ("2", padded(&BigUint::from(2u8), width)),
        ("n - 1", bytes(&(n - 1u8))),
        ("n", bytes(n)),
        ("n + 1", bytes(&(n + 1u8))),
        ("s + n", bytes(&(&number + n))),
        ("s + 2n", bytes(&(&number + n * 2u8))),
        ("n - s", padded(&(n - &number), width)),
        ("all ones", vec![0xff; width]),
        ("none", vec![]),
        ("a zero before", [&[0], signature].concat()),
        ("a zero behind", [signature, &[0]].concat()),
        ("twice", [signature, signature].concat()),
        ("without its last byte", signature[..width - 1].to_vec()),
        ("turned round", signature.iter().rev().copied().collect()),
        ("its first byte alone", signature[..1].to_vec()),
        ("chance", chance.bytes(width)),
        ("chance, short", chance.bytes(width / 2)),
        ("chance, long", chance.bytes(width + 1)),
    ]
    .map(|(what, bytes)| (what.to_owned(), bytes))
    .into();
    if signature[0] != 0 {
        wrong.push(("without its first byte".to_owned(), signature[1..].to_vec()));
    }
    for _ in 0..40 {
        let mut changed = signature.to_vec();
        let bit = chance.below(8 * width);
        changed[bit / 8] ^= 1 << (bit % 8);
        wrong.push((format!("bit {bit} changed"), changed));
    }
    wrong
}

#[test]
fn what_is_signed_is_accepted_by_all_whatever_the_message() {
    let mut count = 0;
    for signer in SIGNERS.iter() {
        let mut chance = Chance::of(signer.name);
        for length in [0, 1, 31, 32, 55, 56, 63, 64, 65, 1000, 70_000] {
            let message = chance.bytes(length);
            let signature = signer
                .sign(&signer.block(&message))
                .expect("a block below n");
            assert!(signer.accepts("right", &message, &signature));
            let other = [&message[..], &[0]].concat();
            assert!(!signer.accepts("one byte more", &other, &signature));
            count += 2;
        }
    }
    println!("{count} messages");
    assert_eq!(count, 7 * 22);
}

#[test]
fn every_block_but_the_right_one_is_refused_by_all() {
    let mut count = 0;
    for signer in SIGNERS.iter() {
        let message = format!("signed with {}", signer.name);
        for (what, block) in wrong_blocks(signer, message.as_bytes()) {
            assert_eq!(block.len(), signer.width(), "{what}");
            assert_ne!(block, signer.block(message.as_bytes()), "{what}");
            if let Some(signature) = signer.sign(&block) {
                assert!(
                    !signer.accepts(&what, message.as_bytes(), &signature),
                    "{what}"
                );
                count += 1;
            }
        }
    }
    println!("{count} blocks");
    assert!(count > 1_500, "{count} blocks");
}

#[test]
fn every_signature_but_the_right_one_is_refused_by_all() {
    let mut count = 0;
    for signer in SIGNERS.iter() {
        let mut chance = Chance::of(signer.name);
        for _ in 0..4 {
            let message = chance.bytes(40);
            let signature = signer
                .sign(&signer.block(&message))
                .expect("a block below n");
            assert!(signer.accepts("right", &message, &signature));
            for (what, wrong) in wrong_signatures(signer, &signature, &mut chance) {
                assert!(
                    !signer.accepts(&what, &message, &wrong),
                    "{} {what}",
                    signer.name
                );
                count += 1;
            }
        }
    }
    println!("{count} signatures");
    assert!(count > 1_600, "{count} signatures");
}

/// One signature in 256 begins with a zero byte, which old signers drop (PROTOCOL §2.3).
#[test]
fn dropped_leading_zeros_are_filled_up_at_every_size() {
    for signer in SIGNERS.iter() {
        let (message, signature) = (0..5_000)
            .map(|number| format!("message {number}"))
            .map(|message| {
                let signature = signer.sign(&signer.block(message.as_bytes()));
                (message, signature.expect("a block below n"))
            })
            .find(|(_, signature)| signature[0] == 0)
            .expect("one in 256");
        let bare: Vec<u8> = signature
            .iter()
            .copied()
            .skip_while(|byte| *byte == 0)
            .collect();
        assert!(signer.accepts("full", message.as_bytes(), &signature));
        assert!(signer.accepts("bare", message.as_bytes(), &bare));
        assert!(!signer.accepts("one less", message.as_bytes(), &bare[1..]));
        let wide = [&[0], &signature[..]].concat();
        assert!(!signer.accepts("one more", message.as_bytes(), &wide));
    }
}
