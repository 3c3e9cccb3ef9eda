//! Signatures for exponent 3 made without the secret: each passes with a reader that looks at a part of the block only.

use rsa::BigUint;
use sha2::{Digest as _, Sha256};

use crate::pkcs1::{DIGEST_INFO, Signer, padded, signer};

/// The largest number whose cube is not above `number`.
fn cube_root(number: &BigUint) -> BigUint {
    let mut root = BigUint::from(0u8);
    for bit in (0..=number.bits() / 3).rev() {
        let with_bit = &root + (BigUint::from(1u8) << bit);
        if &with_bit * &with_bit * &with_bit <= *number {
            root = with_bit;
        }
    }
    root
}

/// The number below 2^`bits` whose cube ends in the `bits` bits of the odd number `end`.
fn cube_root_of_the_end(end: &BigUint, bits: usize) -> BigUint {
    let mut root = BigUint::from(1u8);
    for bit in 1..bits {
        let modulus = BigUint::from(1u8) << (bit + 1);
        if &root * &root * &root % &modulus != end % &modulus {
            root += BigUint::from(1u8) << bit;
        }
    }
    root
}

fn cube(signature: &BigUint, signer: &Signer) -> Vec<u8> {
    let cube = signature * signature * signature;
    assert!(cube < *signer.n(), "nothing is reduced");
    padded(&cube, signer.width())
}

/// Messages enough for those that need a digest of a kind.
fn messages() -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
    (0u32..).map(|number| {
        let message = format!("forged {number}").into_bytes();
        let digest = Sha256::digest(&message).to_vec();
        (message, digest)
    })
}

/// Bleichenbacher, 2006: the block is right from its start to the digest, and garbage stands behind it.
#[test]
fn garbage_behind_the_digest_is_no_signature() {
    for name in ["1024_e3", "2048_e3"] {
        let signer = signer(name);
        // In 1024 bits no cube has room for eight bytes of padding.
        for padding in if name == "2048_e3" { 0..=8 } else { 0..=0 } {
            for (message, digest) in messages().take(5) {
                let start = [
                    &[0, 1][..],
                    &vec![0xff; padding],
                    &[0],
                    &DIGEST_INFO,
                    &digest,
                ]
                .concat();
                let behind = signer.width() - start.len();
                let largest = [&start[..], &vec![0xff; behind]].concat();
                let signature = cube_root(&BigUint::from_bytes_be(&largest));
                let block = cube(&signature, signer);
                let agrees = block.iter().zip(&start).take_while(|(a, b)| a == b).count();
                let expected = if name == "2048_e3" { start.len() } else { 42 };
                assert!(
                    agrees >= expected,
                    "{name} {padding}: {agrees} bytes are right"
                );
                let signature = padded(&signature, signer.width());
                assert!(!signer.accepts("garbage behind", &message, &signature));
            }
        }
    }
}

/// The same from the other end: start and end of the block are right, and the padding between is garbage.
#[test]
fn garbage_instead_of_padding_is_no_signature() {
    let signer = signer("2048_e3");
    let odd = messages().filter(|(_, digest)| digest[31] % 2 == 1).take(8);
    for (message, digest) in odd {
        let end = [&[0][..], &DIGEST_INFO, &digest].concat();
        let bits = 8 * end.len();
        let low = cube_root_of_the_end(&BigUint::from_bytes_be(&end), bits);
        let start = [&[0, 1][..], &vec![0xff; signer.width() - 2]].concat();
        let high = cube_root(&BigUint::from_bytes_be(&start));
        let signature = (high >> bits << bits) - (BigUint::from(1u8) << bits) + low;
        let block = cube(&signature, signer);
        assert!(block.starts_with(&[&[0, 1][..], &[0xff; 28]].concat()));
        assert!(block.ends_with(&end));
        let signature = padded(&signature, signer.width());
        assert!(!signer.accepts("garbage between", &message, &signature));
    }
}

/// What a reader would take that skips lengths it does not know: the digest at the end, garbage in a long-form length
/// or in the parameters of the algorithm.
#[test]
fn garbage_inside_the_encoding_is_no_signature() {
    let signer = signer("2048_e3");
    let starts: [&[u8]; 3] = [
        // the length of the outer sequence in 100 bytes
        &[
            0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0x30, 0xe4,
        ],
        // the length of the inner sequence in 100 bytes
        &[
            0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0x30, 0x81, 0xe0, 0x30, 0xe4,
        ],
        // parameters that are no NULL but 180 octets
        &[
            0, 1, 0xff, 0, 0x30, 0x81, 0xf0, 0x30, 0x81, 0xc9, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3,
            4, 2, 1, 4, 0x81, 0xb4,
        ],
    ];
    for start in starts {
        for (message, digest) in messages().filter(|(_, digest)| digest[31] % 2 == 1).take(5) {
            let end = [&DIGEST_INFO[15..], &digest].concat();
            let bits = 8 * end.len();
            let low = cube_root_of_the_end(&BigUint::from_bytes_be(&end), bits);
            let middle = signer.width() - start.len();
            let high = cube_root(&BigUint::from_bytes_be(
                &[start, &vec![0x80; middle]].concat(),
            ));
            let signature = (high >> bits << bits) + low;
            let block = cube(&signature, signer);
            assert!(block.starts_with(start) && block.ends_with(&end));
            let signature = padded(&signature, signer.width());
            assert!(!signer.accepts("garbage inside", &message, &signature));
        }
    }
}
