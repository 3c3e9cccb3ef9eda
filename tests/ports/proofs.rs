use super::*;

const YOU: &str = "you@plain.example";
const MAX: u32 = 5;

on_each_medium!(
    proof_is_given_with_each_try_until_there_were_so_many,
    proof_is_over_at_its_expiry_and_not_before,
    proof_is_taken_once,
    proofs_of_other_browsers_are_counted_and_taken_apart,
    try_at_what_is_not_there_makes_nothing,
    of_fifty_tries_at_once_five_count,
    of_fifty_who_take_a_proof_one_gets_it,
    proof_that_is_put_anew_has_all_its_tries,
);

async fn count(ports: &Ports, browser: u32, now: Timestamp) -> Option<Proof> {
    let counted = ports.proofs.count_try(&hash(browser), MAX, now).await;
    counted.expect("it works")
}

async fn put(ports: &Ports, browser: u32, proof: &Proof) {
    let put = ports.proofs.put(hash(browser), proof.clone()).await;
    put.expect("it works");
}

async fn take(ports: &Ports, browser: u32) -> bool {
    ports.proofs.take(&hash(browser)).await.expect("it works")
}

async fn proof_is_given_with_each_try_until_there_were_so_many(ports: &Ports) {
    let proof = proof(YOU);
    // No account is needed: whose address it is turns out later.
    put(ports, 1, &proof).await;
    for _ in 1..=MAX {
        assert_eq!(count(ports, 1, START).await, Some(proof.clone()));
    }
    for _ in 1..=2 {
        assert_eq!(count(ports, 1, START).await, None);
    }
    // Whoever allows more tries gets the rest, and no try was counted that was refused.
    let counted = ports.proofs.count_try(&hash(1), MAX + 1, START).await;
    assert_eq!(counted.expect("it works"), Some(proof));
    assert_eq!(count(ports, 1, START).await, None);
    assert!(take(ports, 1).await, "it is still there");
}

async fn proof_is_over_at_its_expiry_and_not_before(ports: &Ports) {
    let proof = proof(YOU);
    put(ports, 1, &proof).await;
    for late in [proof.expires, proof.expires.plus_ms(1)] {
        assert_eq!(count(ports, 1, late).await, None);
    }
    // A try that was refused for that is none.
    for _ in 1..=MAX {
        let counted = count(ports, 1, proof.expires.minus_ms(1)).await;
        assert_eq!(counted, Some(proof.clone()));
    }
}

async fn proof_is_taken_once(ports: &Ports) {
    assert!(!take(ports, 1).await);
    put(ports, 1, &proof(YOU)).await;
    assert!(take(ports, 1).await);
    assert!(!take(ports, 1).await);
    assert_eq!(count(ports, 1, START).await, None);
}

async fn proofs_of_other_browsers_are_counted_and_taken_apart(ports: &Ports) {
    let (mine, theirs) = (proof(YOU), proof("them@plain.example"));
    put(ports, 1, &mine).await;
    put(ports, 2, &mine).await;
    put(ports, 3, &theirs).await;
    for _ in 1..=MAX {
        count(ports, 1, START).await;
    }
    assert!(take(ports, 1).await);
    assert_eq!(count(ports, 2, START).await, Some(mine));
    assert_eq!(count(ports, 3, START).await, Some(theirs));
}

async fn try_at_what_is_not_there_makes_nothing(ports: &Ports) {
    assert_eq!(count(ports, 1, START).await, None);
    assert!(!take(ports, 1).await);
    assert_eq!(count(ports, 1, START).await, None);
}

async fn of_fifty_tries_at_once_five_count(ports: &Ports) {
    put(ports, 1, &proof(YOU)).await;
    let tries = at_once(50, |_| {
        let proofs = Arc::clone(&ports.proofs);
        async move { proofs.count_try(&hash(1), MAX, START).await }
    })
    .await;
    let counted: Vec<_> = tries.into_iter().flatten().collect();
    assert_eq!(counted, vec![proof(YOU); 5]);
    assert_eq!(count(ports, 1, START).await, None);
}

async fn of_fifty_who_take_a_proof_one_gets_it(ports: &Ports) {
    put(ports, 1, &proof(YOU)).await;
    let taken = at_once(50, |_| {
        let proofs = Arc::clone(&ports.proofs);
        async move { proofs.take(&hash(1)).await }
    })
    .await;
    assert_eq!(taken.iter().filter(|taken| **taken).count(), 1);
}

async fn proof_that_is_put_anew_has_all_its_tries(ports: &Ports) {
    let first = proof(YOU);
    put(ports, 1, &first).await;
    for _ in 1..=MAX {
        count(ports, 1, START).await;
    }
    let second = Proof {
        code: CodeHash([7; 32]),
        ..first
    };
    put(ports, 1, &second).await;
    assert_eq!(count(ports, 1, START).await, Some(second));
}
