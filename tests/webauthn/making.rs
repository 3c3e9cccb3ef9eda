//! Passkeys are made.

use service::ports::Webauthn;
use tests::authenticator::{
    Algorithm, CAN_BE_BACKED_UP, IS_BACKED_UP, PRESENT, Passkey, VERIFIED, attestation,
    byte_string, rsa_cose,
};

use super::*;

#[test]
fn passkeys_of_every_algorithm_are_made_and_used() {
    for algorithm in Algorithm::ALL {
        let (mut passkey, kept) = made(algorithm);
        assert!(!kept.is_backed_up, "{algorithm:?}");
        let used = uses(&mut passkey, &kept).map_err(|why| format!("{algorithm:?}: {why:?}"));
        assert_eq!(used, Ok(kept.clone()), "nothing of it changed");
    }
}

#[test]
fn browser_is_told_for_whom_it_is_and_what_that_person_has() {
    let known = [[1; 16], [2; 16]];
    let known: Vec<&[u8]> = known.iter().map(<[u8; 16]>::as_slice).collect();
    let begun = party().registration(&HANDLE, &email(), &known);
    let options = options(&begun.expect("a challenge"));
    assert_eq!(options["user"]["name"], "you@me.localhost");
    assert_eq!(
        options["excludeCredentials"].as_array().map(Vec::len),
        Some(2)
    );
    let mut passkey = Passkey::new(Algorithm::EdDsa, ORIGIN);
    passkey.make(&options);
    assert_eq!(passkey.handle, HANDLE.0);
}

#[test]
fn passkey_that_is_backed_up_is_kept_as_such() {
    let mut passkey = Passkey::new(Algorithm::Es256, ORIGIN);
    passkey.flags |= CAN_BE_BACKED_UP;
    assert!(!kept(&mut passkey).is_backed_up, "it only can be");
    passkey.flags |= IS_BACKED_UP;
    assert!(kept(&mut passkey).is_backed_up);
}

#[test]
fn passkey_is_not_made_without_its_person() {
    for flags in [0, PRESENT, VERIFIED, IS_BACKED_UP | PRESENT | VERIFIED] {
        let mut passkey = Passkey::new(Algorithm::Es256, ORIGIN);
        passkey.flags = flags;
        assert!(register(&mut passkey).is_err(), "flags {flags:#x}");
    }
}

#[test]
fn passkey_is_not_made_for_another_page_or_party_or_ceremony() {
    type Attack = fn(&mut Passkey);
    let attacks: [(&str, Attack); 8] = [
        ("port", |p| p.origin = "http://me.localhost:8081".to_owned()),
        ("no port", |p| p.origin = "http://me.localhost".to_owned()),
        ("scheme", |p| {
            p.origin = "https://me.localhost:8080".to_owned()
        }),
        ("below", |p| {
            p.origin = "http://a.me.localhost:8080".to_owned()
        }),
        ("above", |p| p.origin = "http://localhost:8080".to_owned()),
        ("party", |p| p.rp_id = "localhost".to_owned()),
        ("frame", |p| p.cross_origin = true),
        ("type", |p| p.wrong_type = Some("webauthn.get")),
    ];
    for (name, attack) in attacks {
        let mut passkey = Passkey::new(Algorithm::Es256, ORIGIN);
        attack(&mut passkey);
        assert!(register(&mut passkey).is_err(), "{name}");
    }
}

#[test]
fn passkey_is_not_made_with_the_answer_to_another_challenge() {
    let begun = || {
        party()
            .registration(&HANDLE, &email(), &[])
            .expect("a challenge")
    };
    let (one, other) = (begun(), begun());
    let mut passkey = Passkey::new(Algorithm::Es256, ORIGIN);
    let answer = passkey.make(&options(&one));
    assert!(party().register(&other.state, &json(&answer)).is_err());
    let using = party().authentication().expect("a challenge");
    assert!(party().register(&using.state, &json(&answer)).is_err());
    assert!(party().register(&[], &json(&answer)).is_err());
    assert!(party().register(&one.state, &json(&answer)).is_ok());
}

#[test]
fn passkey_that_is_found_only_by_its_id_is_refused() {
    let begun = party()
        .registration(&HANDLE, &email(), &[])
        .expect("a challenge");
    let mut answer = Passkey::new(Algorithm::Es256, ORIGIN).make(&options(&begun));
    answer["clientExtensionResults"]["credProps"]["rk"] = false.into();
    let refused = why(party().register(&begun.state, &json(&answer)));
    assert!(
        refused.contains("client-side credential is required"),
        "{refused}"
    );
}

#[test]
fn rsa_keys_of_2048_to_4096_bits_are_taken() {
    let passkey = Passkey::new(Algorithm::Es256, ORIGIN);
    for (bytes, first, is_taken) in [
        (128, 0x80, false),
        (255, 0xff, false),
        (256, 0x7f, false),
        (256, 0x80, true),
        (512, 0xff, true),
        (513, 0x01, false),
        (1024, 0x80, false),
    ] {
        let mut n = vec![0xff; bytes];
        n[0] = first;
        let refused = why(register_key(&passkey, &rsa_cose(&n)));
        assert_eq!(
            refused.is_empty(),
            is_taken,
            "{bytes} {first:#x}: {refused}"
        );
    }
}

/// Makes a passkey whose key is said to be this one.
fn register_key(passkey: &Passkey, key: &[u8]) -> Result<Registered, NotProved> {
    let begun = party()
        .registration(&HANDLE, &email(), &[])
        .expect("a challenge");
    let client_data = passkey.client_data("webauthn.create", &options(&begun));
    let data = passkey.made_data();
    let (head, _) = data.split_at(data.len() - passkey.cose().len());
    let data = [head, key].concat();
    let answer = passkey.registration(&client_data, &attestation("none", &[0xa0], &data));
    party().register(&begun.state, &json(&answer))
}

#[test]
fn key_of_an_algorithm_that_was_not_asked_for_is_refused() {
    let passkey = Passkey::new(Algorithm::Es256, ORIGIN);
    // P-384 with SHA-384: right in every other respect. The library knows it, and we ask for none.
    let refused = why(register_key(&passkey, &p384()));
    assert!(refused.contains("algorithm"), "{refused}");
    // The same key as before, said to be for others.
    let other = |algorithm: u8| {
        let mut key = passkey.cose();
        key[4] = algorithm;
        key
    };
    for key in [other(0x27), other(0x38), other(0x00), Vec::new()] {
        assert_ne!(why(register_key(&passkey, &key)), "", "{key:02x?}");
    }
    assert_eq!(why(register_key(&passkey, &passkey.cose())), "");
}

/// The base point, as a COSE key for ES384.
fn p384() -> Vec<u8> {
    let x = "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7";
    let y = "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f";
    let hex = |text: &str| -> Vec<u8> {
        let pairs = text.as_bytes().chunks(2);
        let byte = |pair: &[u8]| {
            let pair = std::str::from_utf8(pair).expect("ASCII");
            u8::from_str_radix(pair, 16).expect("hex")
        };
        pairs.map(byte).collect()
    };
    [
        &[
            0xa5, 0x01, 0x02, 0x03, 0x38, 0x22, 0x20, 0x02, 0x21, 0x58, 0x30,
        ][..],
        &hex(x),
        &[0x22, 0x58, 0x30],
        &hex(y),
    ]
    .concat()
}

#[test]
fn attestation_is_none_or_the_passkeys_own() {
    let begun = || {
        party()
            .registration(&HANDLE, &email(), &[])
            .expect("a challenge")
    };
    let passkey = Passkey::new(Algorithm::Es256, ORIGIN);
    let another = Passkey::new(Algorithm::Es256, ORIGIN);
    let packed =
        |signature: &[u8]| [b"\xa2\x63alg\x26\x63sig", &byte_string(signature)[..]].concat();
    let with_certificate = |signature: &[u8]| {
        let certificate = byte_string(&[0x30; 40]);
        let head = [b"\xa3\x63alg\x26\x63sig", &byte_string(signature)[..]].concat();
        [&head[..], b"\x63x5c\x81", &certificate].concat()
    };
    let none = |_: &[u8]| vec![0xa0];
    type Statement<'a> = (&'a str, &'a dyn Fn(&[u8]) -> Vec<u8>, bool, bool);
    let cases: [Statement<'_>; 7] = [
        ("none", &none, false, true),
        ("packed", &packed, false, true),
        ("packed", &packed, true, false),
        ("packed", &none, false, false),
        ("packed", &with_certificate, false, false),
        ("fido-u2f", &none, false, false),
        ("none", &packed, false, false),
    ];
    for (format, statement, is_anothers, is_taken) in cases {
        let begun = begun();
        let client_data = passkey.client_data("webauthn.create", &options(&begun));
        let data = passkey.made_data();
        let hash = <sha2::Sha256 as sha2::Digest>::digest(&client_data);
        let signer = if is_anothers { &another } else { &passkey };
        let signature = signer.sign(&[&data[..], &hash].concat());
        let object = attestation(format, &statement(&signature), &data);
        let answer = passkey.registration(&client_data, &object);
        let refused = why(party().register(&begun.state, &json(&answer)));
        assert_eq!(
            refused.is_empty(),
            is_taken,
            "{format} {is_anothers}: {refused}"
        );
    }
}
