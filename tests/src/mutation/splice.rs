//! Parts, segments and signatures of one bundle in another; signatures made up.

use rsa::BigUint;

use super::dice::Dice;
use super::draft::Draft;
use super::signers::wide;
use super::{Mutation, Stage};

/// Of signed objects as they are.
pub const ALL: &[Mutation] = &[
    ("somebody else's certificate", |draft, dice, stage| {
        draft.certificates = other(dice, stage).certificates.clone();
    }),
    ("somebody else's assertion", |draft, dice, stage| {
        draft.assertion = other(dice, stage).assertion.clone();
    }),
    ("header of another", |draft, dice, stage| {
        segment(draft, dice, stage, 0)
    }),
    ("payload of another", |draft, dice, stage| {
        segment(draft, dice, stage, 1)
    }),
    ("signature of another", |draft, dice, stage| {
        segment(draft, dice, stage, 2)
    }),
    ("signature of the other part", |draft, dice, _| {
        let signatures = [
            draft.certificates[0].signature(),
            draft.assertion.signature(),
        ];
        match dice.below(2) {
            0 => draft.certificate().set_signature(&signatures[1]),
            _ => draft.assertion.set_signature(&signatures[0]),
        }
    }),
    ("further certificate", |draft, dice, stage| {
        let certificate = other(dice, stage).certificates[0].clone();
        let at = dice.below(2);
        draft.certificates.insert(at, certificate);
    }),
    ("certificate by the certified key", |draft, dice, stage| {
        // A chain: the person certifies another key for another address.
        let mut certificate = draft.certificates[0].clone();
        certificate.payload["public-key"] = stage.strangers[0].public.clone();
        certificate.payload["principal"] = serde_json::json!({"email": "root@idp.example"});
        certificate.sign_as(&draft.assertion.signer.clone(), dice);
        draft.assertion.sign_as(&stage.strangers[0], dice);
        match dice.below(2) {
            0 => draft.certificates.push(certificate),
            _ => draft.certificates = vec![certificate],
        }
    }),
    ("signature of nothing", |draft, dice, _| {
        let length = draft.any_token(dice).signature().len();
        let bytes = match dice.below(5) {
            0 => vec![],
            1 => vec![0; length],
            2 => vec![0xff; length],
            3 => wide(&BigUint::from(1u8), length),
            _ => dice.bytes(length),
        };
        draft.any_token(dice).set_signature(&bytes);
    }),
    ("signature of another length", |draft, dice, _| {
        let more = 1 + dice.below(40);
        let way = dice.below(4);
        let token = draft.any_token(dice);
        let mut bytes = token.signature();
        match way {
            0 => bytes.splice(0..0, vec![0; more]).for_each(drop),
            1 => bytes.extend(vec![0; more]),
            2 => bytes.drain(..more.min(bytes.len())).for_each(drop),
            _ => bytes.truncate(bytes.len().saturating_sub(more)),
        }
        token.set_signature(&bytes);
    }),
    ("leading zeros of a signature dropped", |draft, dice, _| {
        // As the old libraries wrote them; signed again until there is one to drop.
        for _ in 0..40 {
            let token = draft.any_token(dice);
            if token.signature().first() == Some(&0) {
                break;
            }
            token.payload["n"] = dice.number().into();
            token.sign(dice);
            if !token.signer.is_dsa() {
                break;
            }
        }
        for at in 0..2 {
            let token = if at == 0 {
                draft.certificate()
            } else {
                &mut draft.assertion
            };
            let bytes = token.signature();
            let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
            token.set_signature(&bytes[zeros..]);
        }
    }),
    ("signature beyond its modulus", |draft, dice, _| {
        let times = if dice.once_in(4) { 2u8 } else { 1 };
        let part = dice.below(3);
        let token = draft.any_token(dice);
        let modulus = token.signer.modulus() * BigUint::from(times);
        // Signed again until s, with the multiple added, is no longer than before.
        for _ in 0..30 {
            let bytes = token.signature();
            let s = BigUint::from_bytes_be(&bytes[bytes.len() / 2..]) + &modulus;
            if !token.signer.is_dsa() || s.bits() <= bytes.len() * 4 {
                break;
            }
            token.payload["n"] = dice.number().into();
            token.sign(dice);
        }
        let bytes = token.signature();
        let plus = |bytes: &[u8]| wide(&(BigUint::from_bytes_be(bytes) + &modulus), bytes.len());
        let (r, s) = bytes.split_at(bytes.len() / 2);
        let bytes = match (token.signer.is_dsa(), part) {
            (false, _) => plus(&bytes),
            (true, 0) => [plus(r), s.to_vec()].concat(),
            (true, 1) => [r.to_vec(), plus(s)].concat(),
            (true, _) => [plus(r), plus(s)].concat(),
        };
        token.set_signature(&bytes);
    }),
    ("signature that fits everything", |draft, dice, _| {
        // r and s at the ends of their range: the universal forgery and its neighbours.
        let picks = (dice.below(5), dice.below(5));
        let token = draft.any_token(dice);
        let q = token.signer.modulus();
        let ends = [
            BigUint::from(0u8),
            BigUint::from(1u8),
            &q - BigUint::from(1u8),
            q.clone(),
            &q + BigUint::from(1u8),
        ];
        let width = token.signature().len() / 2;
        token.set_signature(&[wide(&ends[picks.0], width), wide(&ends[picks.1], width)].concat());
    }),
    ("signature turned round", |draft, dice, _| {
        let way = dice.below(3);
        let token = draft.any_token(dice);
        let mut bytes = token.signature();
        let half = bytes.len() / 2;
        let less = |bytes: &[u8]| {
            let number = BigUint::from_bytes_be(bytes);
            let modulus = token.signer.modulus();
            if number < modulus {
                wide(&(modulus - number), bytes.len())
            } else {
                bytes.to_vec()
            }
        };
        bytes = match way {
            0 => [&bytes[half..], &bytes[..half]].concat(),
            1 if token.signer.is_dsa() => [bytes[..half].to_vec(), less(&bytes[half..])].concat(),
            1 => less(&bytes),
            _ => bytes.into_iter().rev().collect(),
        };
        token.set_signature(&bytes);
    }),
];

fn other<'a>(dice: &mut Dice, stage: &'a Stage) -> &'a Draft {
    dice.pick(&stage.bases)
}

fn segment(draft: &mut Draft, dice: &mut Dice, stage: &Stage, at: usize) {
    let donor = other(dice, stage);
    let donors = [&donor.certificates[0], &donor.assertion];
    let segment = dice.pick(&donors).segments()[at].to_owned();
    draft.any_token(dice).set_segment(at, &segment);
}
