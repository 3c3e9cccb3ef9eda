//! Signatures that a careless verifier takes for real: K10 to K12, K15 to K17, V1 to V4.

use browserid::Code;
use rsa::BigUint;
use serde_json::json;
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha512};

use crate::judging::{World, document_of, support_document};
use crate::making::{
    Case, DS256, IDP, Key, OTHER_DS256, OTHER_RS256, OTHER_USER, RS128, SHA_1, SHA_256, SHA_512,
    USER, hex, number, padded, pkcs1,
};

/// Halves of a DSA signature that pass for every message and key where their range is not checked, and their neighbours.
fn dsa_forgeries(key: &Key) -> Vec<(BigUint, BigUint)> {
    let q = || key.q().clone();
    let (zero, one) = (|| number(0), || number(1));
    let most = (one() << (8 * key.width())) - one();
    vec![
        (one(), q()),
        (one(), zero()),
        (zero(), zero()),
        (zero(), one()),
        (zero(), q()),
        (q(), zero()),
        (q(), q()),
        (q(), one()),
        (one(), one()),
        (q() + one(), q()),
        (one(), q() + one()),
        (most.clone(), most),
    ]
}

#[test]
fn no_signature_fits_every_message_of_a_dsa_user() {
    let users: [&'static Key; 2] = [&USER, &DS256];
    for user in users {
        for halves in dsa_forgeries(user) {
            let case = Case::ordinary().held(user);
            let bundle = case.with_assertion_signature(|_| user.halves(&halves));
            World::ordinary().refuses(bundle, Code::AssertionSignature, "invalid signature");
        }
        // What a lax verifier would take for the halves of a short text.
        for short in [&[0][..], &[1], &[0; 20], &[1; 20]] {
            let case = Case::ordinary().held(user);
            let bundle = case.with_assertion_signature(|_| short.to_vec());
            World::ordinary().refuses(bundle, Code::AssertionSignature, "invalid signature");
        }
    }
}

#[test]
fn no_signature_fits_every_certificate_of_a_dsa_issuer() {
    let issuers: [&'static Key; 2] = [&OTHER_USER, &OTHER_DS256];
    for issuer in issuers {
        let world = World::empty().document(IDP, &support_document(issuer));
        let ceo = Case::of("ceo@idp.example").issued_by(issuer);
        world.accepts(ceo.bundle());
        for halves in dsa_forgeries(issuer) {
            let bundle = ceo.with_certificate_signature(|_| issuer.halves(&halves));
            world.refuses(bundle, Code::CertificateSignature, "invalid signature");
        }
    }
}

#[test]
fn a_dsa_signature_has_one_spelling() {
    let world = World::ordinary();
    let users: [&'static Key; 2] = [&USER, &DS256];
    for user in users {
        let case = Case::ordinary().held(user);
        let q = user.q();
        let refuse = |change: &dyn Fn(BigUint, BigUint) -> (BigUint, BigUint)| {
            let bundle = case.with_assertion_signature(|input| {
                // A nonce whose halves leave room for q in their width.
                let small = (2u64..).map(|nonce| user.dsa(input, nonce)).find(|(r, s)| {
                    let width = 8 * user.width();
                    (r + q).bits() <= width && (s + q).bits() <= width
                });
                let (r, s) = small.expect("there are many");
                user.halves(&change(r, s))
            });
            world.refuses(bundle, Code::AssertionSignature, "invalid signature");
        };
        refuse(&|r, s| (r + q, s));
        refuse(&|r, s| (r, s + q));
        refuse(&|r, s| (r + q, s + q));
        refuse(&|r, s| (r, q - s));
        refuse(&|r, s| (q - r, s));
        refuse(&|r, s| (s, r));
        world.accepts(case.with_assertion_signature(|input| user.halves(&user.dsa(input, 99))));
    }
}

#[test]
fn a_dsa_signature_that_is_too_long_is_malformed() {
    let world = World::ordinary();
    let der = |(r, s): &(BigUint, BigUint)| {
        let integer = |number: &BigUint| {
            let bytes = [vec![0], number.to_bytes_be()].concat();
            [vec![2, bytes.len() as u8], bytes].concat()
        };
        let both = [integer(r), integer(s)].concat();
        [vec![0x30, both.len() as u8], both].concat()
    };
    let users: [&'static Key; 2] = [&USER, &DS256];
    for user in users {
        let case = Case::ordinary().held(user);
        let plain = |input: &[u8]| user.halves(&user.dsa(input, 7));
        world.accepts(case.with_assertion_signature(plain));
        for bundle in [
            case.with_assertion_signature(|input| der(&user.dsa(input, 7))),
            case.with_assertion_signature(|input| [plain(input), vec![0, 0]].concat()),
            case.with_assertion_signature(|input| [vec![0, 0], plain(input)].concat()),
            case.with_assertion_signature(|input| [vec![0], plain(input)].concat()),
        ] {
            world.refuses(bundle, Code::AssertionSignature, "malformed signature");
        }
    }
}

/// From what is signed to what RSA signs.
type MakesBlock<'a> = &'a dyn Fn(&[u8]) -> Vec<u8>;

#[test]
fn the_whole_block_of_an_rsa_signature_is_compared() {
    let digest_of = |input: &[u8]| Sha256::digest(input).to_vec();
    let info = |input: &[u8]| [hex(SHA_256), digest_of(input)].concat();
    let left =
        |width: usize, bytes: Vec<u8>| [bytes.clone(), vec![0xAB; width - bytes.len()]].concat();
    let users: [&'static Key; 2] = [&RS128, &OTHER_RS256];
    for user in users {
        let width = user.width();
        let case = Case::ordinary().held(user);
        World::ordinary().accepts(case.with_assertion_signature(|input| {
            user.sign_block(&pkcs1(width, SHA_256, &digest_of(input)))
        }));
        let blocks: [MakesBlock<'_>; 12] = [
            // No padding, one byte of it, and one too few.
            &|input| [vec![0, 1, 0], info(input)].concat(),
            &|input| [vec![0, 1, 0xff, 0], info(input)].concat(),
            &|input| pkcs1(width - 1, SHA_256, &digest_of(input)),
            &|input| info(input),
            &|input| digest_of(input),
            // Something behind the digest, with the padding shortened for it.
            &|input| left(width, [vec![0, 1, 0xff, 0], info(input)].concat()),
            &|input| left(width, pkcs1(width - 1, SHA_256, &digest_of(input))),
            // Another type of block, another filling.
            &|input| {
                let mut block = pkcs1(width, SHA_256, &digest_of(input));
                block[1] = 2;
                block
            },
            &|input| {
                let mut block = pkcs1(width, SHA_256, &digest_of(input));
                block[10] = 0xfe;
                block
            },
            // Other hashes.
            &|input| pkcs1(width, SHA_1, &Sha1::digest(input)),
            &|input| pkcs1(width, SHA_512, &Sha512::digest(input)),
            // The parameters of the hash left out.
            &|input| {
                pkcs1(
                    width,
                    "302f300b06096086480165030402010420",
                    &digest_of(input),
                )
            },
        ];
        for block in blocks {
            let bundle = case.with_assertion_signature(|input| user.sign_block(&block(input)));
            World::ordinary().refuses(bundle, Code::AssertionSignature, "invalid signature");
        }
    }
}

#[test]
fn an_rsa_signature_is_below_the_modulus() {
    let users: [&'static Key; 2] = [&RS128, &OTHER_RS256];
    for user in users {
        let Key::Rsa { n, .. } = user else {
            panic!("RSA")
        };
        let case = Case::ordinary().held(user);
        let bundle = case.with_assertion_signature(|input| {
            let larger = BigUint::from_bytes_be(&user.sign(input)) + n;
            padded(&larger, user.width())
        });
        World::ordinary().refuses(bundle, Code::AssertionSignature, "invalid signature");
        for odd in [
            n.clone(),
            n - number(1),
            n + number(1),
            number(0),
            number(1),
        ] {
            let bundle = case.with_assertion_signature(|_| padded(&odd, user.width()));
            World::ordinary().refuses(bundle, Code::AssertionSignature, "invalid signature");
        }
    }
}

/// The largest number whose third power is not above.
fn cube_root(number: &BigUint) -> BigUint {
    let mut root = BigUint::from(0u8);
    for bit in (0..=number.bits() / 3).rev() {
        let next = &root + (BigUint::from(1u8) << bit);
        if &next * &next * &next <= *number {
            root = next;
        }
    }
    root
}

#[test]
fn a_cube_root_is_no_signature_of_an_issuer_with_exponent_three() {
    let mut published = OTHER_RS256.json();
    published["e"] = json!("3");
    let world = World::empty().document(IDP, &document_of(published));
    let bundle = Case::of("ceo@idp.example").with_certificate_signature(|input| {
        // Correct at its left end; what follows the digest is whatever makes it a cube.
        let start = [
            vec![0, 1, 0xff, 0],
            hex(SHA_256),
            Sha256::digest(input).to_vec(),
        ]
        .concat();
        let highest = [start.clone(), vec![0xff; 256 - start.len()]].concat();
        let root = cube_root(&BigUint::from_bytes_be(&highest));
        let cube = padded(&(&root * &root * &root), 256);
        assert!(cube.starts_with(&start), "the forgery is one");
        padded(&root, 256)
    });
    world.refuses(bundle, Code::CertificateSignature, "invalid signature");
}
