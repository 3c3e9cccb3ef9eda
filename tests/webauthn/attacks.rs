//! Answers that prove nothing.

use tests::authenticator::{IS_BACKED_UP, PRESENT, VERIFIED, bytes, text};

use super::*;

#[test]
fn answer_is_refused_for_another_page_or_party_or_ceremony_or_without_its_person() {
    type Attack = fn(&mut Passkey);
    let attacks: [(&str, Attack); 16] = [
        ("port", |p| p.origin = "http://me.localhost:8081".to_owned()),
        ("no port", |p| p.origin = "http://me.localhost".to_owned()),
        ("slash", |p| p.origin.push('/')),
        ("case", |p| p.origin = "http://ME.localhost:8080".to_owned()),
        ("scheme", |p| {
            p.origin = "https://me.localhost:8080".to_owned()
        }),
        ("below", |p| {
            p.origin = "http://a.me.localhost:8080".to_owned()
        }),
        ("above", |p| p.origin = "http://localhost:8080".to_owned()),
        ("nobody", |p| p.origin = "null".to_owned()),
        ("party above", |p| p.rp_id = "localhost".to_owned()),
        ("party below", |p| p.rp_id = "a.me.localhost".to_owned()),
        ("frame", |p| p.cross_origin = true),
        ("type", |p| p.wrong_type = Some("webauthn.create")),
        ("not verified", |p| p.flags = PRESENT),
        ("not present", |p| p.flags = VERIFIED),
        ("neither", |p| p.flags = 0),
        ("backed up and not able", |p| p.flags |= IS_BACKED_UP),
    ];
    for algorithm in Algorithm::ALL {
        let (passkey, kept) = made(algorithm);
        for (name, attack) in attacks {
            let mut passkey = passkey.clone();
            attack(&mut passkey);
            let refused = why(uses(&mut passkey, &kept));
            assert_ne!(refused, "", "{algorithm:?} {name}");
            assert_ne!(refused, "copied", "{algorithm:?} {name}");
        }
    }
}

#[test]
fn answer_to_another_challenge_is_refused() {
    let (mut passkey, kept) = made(Algorithm::Es256);
    let begun = || party().authentication().expect("a challenge");
    let (one, other) = (begun(), begun());
    let answer = json(&passkey.answer(&options(&one)));
    let check = |state: &[u8]| why(party().authenticate(state, &answer, &HANDLE, &kept));
    assert_ne!(check(&other.state), "");
    let making = party().registration(&HANDLE, &email(), &[]);
    assert_ne!(check(&making.expect("a challenge").state), "");
    assert_ne!(check(&[]), "");
    assert_ne!(check(&one.state[..one.state.len() - 1]), "");
    assert_eq!(check(&one.state), "");
}

#[test]
fn answer_of_another_passkey_is_refused() {
    for algorithm in Algorithm::ALL {
        let (passkey, kept) = made(algorithm);
        // Rightly signed, by what is not the one that is kept.
        let (mut another, _) = made(algorithm);
        assert_ne!(why(uses(&mut another, &kept)), "", "another id");
        another.id.clone_from(&passkey.id);
        if algorithm != Algorithm::Rs256 {
            // (Those of RSA have the same key here.)
            assert_ne!(why(uses(&mut another, &kept)), "", "another key");
        }
        let mut odd = passkey.clone();
        odd.handle = vec![8; 32];
        assert_ne!(why(uses(&mut odd, &kept)), "", "another person");
    }
}

#[test]
fn key_of_one_algorithm_checks_no_signature_of_another() {
    for algorithm in Algorithm::ALL {
        let (passkey, kept) = made(algorithm);
        for other in Algorithm::ALL
            .into_iter()
            .filter(|other| *other != algorithm)
        {
            let mut another = Passkey::new(other, ORIGIN);
            another.id.clone_from(&passkey.id);
            another.handle.clone_from(&passkey.handle);
            assert_ne!(
                why(uses(&mut another, &kept)),
                "",
                "{algorithm:?} {other:?}"
            );
        }
    }
}

#[test]
fn no_bit_of_what_is_proved_can_be_changed() {
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
        let (mut passkey, kept) = made(algorithm);
        for member in ["clientDataJSON", "authenticatorData", "signature"] {
            let begun = party().authentication().expect("a challenge");
            let right = passkey.answer(&options(&begun));
            let whole = bytes(&right["response"][member]);
            for place in 0..whole.len() {
                let mut changed = whole.clone();
                changed[place] ^= 1 << (place % 8);
                let mut answer = right.clone();
                answer["response"][member] = text(&changed).into();
                let proved = party().authenticate(&begun.state, &json(&answer), &HANDLE, &kept);
                assert_ne!(why(proved), "", "{algorithm:?} {member} at {place}");
            }
            let proved = party().authenticate(&begun.state, &json(&right), &HANDLE, &kept);
            assert_eq!(why(proved), "", "{algorithm:?} {member}");
        }
    }
}

#[test]
fn answer_that_is_cut_short_anywhere_is_refused() {
    let (mut passkey, kept) = made(Algorithm::EdDsa);
    for member in [
        "clientDataJSON",
        "authenticatorData",
        "signature",
        "userHandle",
    ] {
        let begun = party().authentication().expect("a challenge");
        let right = passkey.answer(&options(&begun));
        let whole = bytes(&right["response"][member]);
        for end in 0..whole.len() {
            let mut answer = right.clone();
            answer["response"][member] = text(&whole[..end]).into();
            let proved = party().authenticate(&begun.state, &json(&answer), &HANDLE, &kept);
            assert_ne!(why(proved), "", "{member} until {end}");
        }
    }
}

#[test]
fn making_that_is_cut_short_or_filled_up_anywhere_is_refused() {
    for algorithm in Algorithm::ALL {
        let begun = party().registration(&HANDLE, &email(), &[]);
        let begun = begun.expect("a challenge");
        let right = Passkey::new(algorithm, ORIGIN).make(&options(&begun));
        let whole = bytes(&right["response"]["attestationObject"]);
        let mut all: Vec<Vec<u8>> = (0..whole.len()).map(|end| whole[..end].to_vec()).collect();
        all.push([&whole[..], &[0]].concat());
        for object in all {
            let mut answer = right.clone();
            answer["response"]["attestationObject"] = text(&object).into();
            let made = party().register(&begun.state, &json(&answer));
            assert!(made.is_err(), "{algorithm:?} {} bytes", object.len());
        }
        assert!(party().register(&begun.state, &json(&right)).is_ok());
    }
}

#[test]
fn bytes_of_an_attestation_can_be_anything_and_do_no_harm() {
    let begun = party().registration(&HANDLE, &email(), &[]);
    let begun = begun.expect("a challenge");
    let right = Passkey::new(Algorithm::Es256, ORIGIN).make(&options(&begun));
    let whole = bytes(&right["response"]["attestationObject"]);
    for place in 0..whole.len() {
        for value in [0x00, 0x7f, 0x80, 0xff, whole[place] ^ 1] {
            let mut object = whole.clone();
            object[place] = value;
            let mut answer = right.clone();
            answer["response"]["attestationObject"] = text(&object).into();
            // The key, the id's bytes and the counter may be others: nothing signs them. It must only not panic.
            let _ = party().register(&begun.state, &json(&answer));
        }
    }
}
