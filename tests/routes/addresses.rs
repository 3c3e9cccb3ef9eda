//! Further addresses: given, taken away, certified, and nobody else's.

use serde_json::{Value, json};
use tests::http::{Call, Heard};
use tests::idp::{BOB, FAMILY, Idp, PASSWORD, address, cookie, from_page};
use tests::keys::USER;
use tests::tokens::ALICE;

const SALES: &str = "sales@idp.example";
/// At the other domain.
const AUNT: &str = "alice@family.example";

fn ask(method: &str, path: &str, cookie: &str, body: &Value) -> Call {
    from_page(method, path).header("cookie", cookie).json(body)
}

async fn give(idp: &Idp, cookie: &str, address: &str, to: &str) -> Heard {
    let body = json!({"address": address, "email": to});
    idp.send(ask("POST", "/persona/addresses", cookie, &body))
        .await
}

async fn take(idp: &Idp, cookie: &str, address: &str, from: &str) -> Heard {
    let body = json!({"address": address, "email": from});
    idp.send(ask("DELETE", "/persona/addresses", cookie, &body))
        .await
}

async fn prefer(idp: &Idp, cookie: &str, address: &str) -> Heard {
    let body = json!({ "address": address });
    idp.send(ask("POST", "/persona/addresses/default", cookie, &body))
        .await
}

async fn certify(idp: &Idp, cookie: &str, email: &str) -> Heard {
    let email: String = email.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let query = format!("email={email}&duration=3600");
    let call = from_page("POST", &format!("/persona/sign/?{query}")).header("cookie", cookie);
    idp.send_to_sign(call.json(&USER.to_json())).await
}

/// Whom the certificate names.
fn named(heard: &Heard) -> Value {
    assert_eq!(heard.status, 200, "{heard:?}");
    tests::tokens::payload(&heard.body)["principal"]["email"].clone()
}

fn refused(heard: &Heard, status: u16, code: &str) {
    assert_eq!(
        (heard.status, heard.code().as_str()),
        (status, code),
        "{heard:?}"
    );
}

#[tokio::test]
async fn person_has_addresses_at_two_domains_and_each_is_certified_as_asked() {
    let idp = Idp::with_family().await;
    let alice = idp.sign_alice_in().await;
    for one in [SALES, AUNT] {
        assert_eq!(give(&idp, &alice, one, ALICE).await.status, 200);
    }
    for (asked, expected) in [
        (ALICE, ALICE),
        (SALES, SALES),
        (AUNT, AUNT),
        ("alice@FAMILY.example", AUNT),
        ("alice+shop@idp.example", "alice+shop@idp.example"),
        ("alice+a+b@idp.example", "alice+a+b@idp.example"),
        ("sales+list@idp.example", "sales+list@idp.example"),
        ("alice+Shop@family.example", "alice+Shop@family.example"),
    ] {
        assert_eq!(
            named(&certify(&idp, &alice, asked).await),
            expected,
            "{asked}"
        );
    }
    // Each has its row, which names the address and the account.
    let (start, end) = (address_time(0), idp.now().plus_ms(1));
    let rows = idp.sign_in.audit.of(&address(ALICE), start, end).await;
    let rows = rows.expect("it works");
    assert_eq!(
        rows.len(),
        7,
        "of the same millisecond and key one stands for both spellings"
    );
    assert!(rows.iter().all(|row| row.account == address(ALICE)));
    let by_alias = idp.sign_in.audit.of(&address(SALES), start, end).await;
    assert_eq!(by_alias.expect("it works").len(), 1);
}

fn address_time(ms: u64) -> browserid::Timestamp {
    browserid::Timestamp::from_millis(ms)
}

#[tokio::test]
async fn accounts_own_address_costs_one_read_as_ever() {
    let idp = Idp::with_family().await;
    let alice = idp.sign_alice_in().await;
    let before = idp.sessions.reads();
    assert_eq!(certify(&idp, &alice, ALICE).await.status, 200);
    assert_eq!(idp.sessions.reads(), before + 1);
    assert_eq!(idp.signer.signatures(), 1);
}

#[tokio::test]
async fn nobody_elses_address_is_certified_in_any_spelling() {
    let idp = Idp::with_family().await;
    let alice = idp.sign_alice_in().await;
    let bob = idp.sign_in_as(BOB).await;
    assert_eq!(give(&idp, &alice, SALES, BOB).await.status, 200);
    // An account of its own that looks like a plus-address of Bob's.
    let idp = idp.with("bob+boss@idp.example").await;
    assert_eq!(idp.signer.signatures(), 0);
    for asked in [
        ALICE,
        "alice+x@idp.example",
        "bob+boss@idp.example",
        "bob@family.example",
        "bob+x@family.example",
        "bob+x@elsewhere.example",
        "bob@sub.idp.example",
        "Bob@idp.example",
        "BOB+x@idp.example",
        "bob+@idp.example",
        "+bob@idp.example",
        "+@idp.example",
        "bob +x@idp.example",
        " bob+x@idp.example",
        "bob+x@idp.example ",
        "bob+x@idp.example.",
        "bob+x@idp.example@idp.example",
        "bob+x@idp.example\u{0}",
        "SALES@idp.example",
        "sales@family.example",
        "sale@idp.example",
        "ｂob+x@idp.example",
        "",
        "@",
    ] {
        refused(&certify(&idp, &bob, asked).await, 400, "not_your_address");
    }
    // Of the look-alike account neither has the other's, and it has no plus-addresses of its own.
    let boss = idp.sign_in_as("bob+boss@idp.example").await;
    for asked in [BOB, SALES, "bob+boss+x@idp.example", "bob+x@idp.example"] {
        refused(&certify(&idp, &boss, asked).await, 400, "not_your_address");
    }
    assert_eq!(idp.signer.signatures(), 0);
    for (who, asked) in [
        (&bob, SALES),
        (&bob, "bob+boss+x@idp.example"),
        (&boss, "bob+boss@idp.example"),
    ] {
        assert_eq!(named(&certify(&idp, who, asked).await), asked);
    }
}

#[tokio::test]
async fn address_taken_away_is_refused_from_the_next_certificate_on() {
    let idp = Idp::with_family().await;
    let alice = idp.sign_alice_in().await;
    let bob = idp.sign_in_as(BOB).await;
    assert_eq!(give(&idp, &alice, SALES, BOB).await.status, 200);
    assert_eq!(named(&certify(&idp, &bob, SALES).await), SALES);
    assert_eq!(prefer(&idp, &bob, SALES).await.status, 200);
    assert_eq!(take(&idp, &alice, SALES, BOB).await.status, 200);
    for asked in [SALES, "sales+x@idp.example"] {
        refused(&certify(&idp, &bob, asked).await, 400, "not_your_address");
    }
    let account = idp
        .sign_in
        .accounts
        .find(&address(BOB))
        .await
        .expect("it works");
    assert_eq!(account.expect("Bob is there").ways.default_address, None);
    refused(
        &take(&idp, &alice, SALES, BOB).await,
        404,
        "no_such_address",
    );
    // Sites know Bob by it: it is nobody else's from here, and Bob can have it back.
    refused(
        &give(&idp, &alice, SALES, ALICE).await,
        409,
        "address_taken",
    );
    let body = json!({ "email": SALES });
    let heard = idp
        .send(ask("POST", "/persona/people", &alice, &body))
        .await;
    refused(&heard, 409, "address_taken");
    assert_eq!(give(&idp, &alice, SALES, BOB).await.status, 200);
}

#[tokio::test]
async fn plus_address_that_somebody_used_is_given_to_nobody_else() {
    let idp = Idp::with_family().await;
    let alice = idp.sign_alice_in().await;
    let bob = idp.sign_in_as(BOB).await;
    let shop = "bob+shop@idp.example";
    assert_eq!(named(&certify(&idp, &bob, shop).await), shop);
    refused(&give(&idp, &alice, shop, ALICE).await, 409, "address_taken");
    let body = json!({ "email": shop });
    let heard = idp
        .send(ask("POST", "/persona/people", &alice, &body))
        .await;
    refused(&heard, 409, "address_taken");
    assert_eq!(named(&certify(&idp, &bob, shop).await), shop);
}

#[tokio::test]
async fn address_is_given_once_and_only_here() {
    let idp = Idp::with_family().await;
    let alice = idp.sign_alice_in().await;
    assert_eq!(give(&idp, &alice, SALES, ALICE).await.status, 200);
    refused(&give(&idp, &alice, SALES, BOB).await, 409, "address_taken");
    refused(
        &give(&idp, &alice, SALES, ALICE).await,
        409,
        "address_taken",
    );
    refused(&give(&idp, &alice, BOB, ALICE).await, 409, "address_taken");
    refused(
        &give(&idp, &alice, "x@elsewhere.example", ALICE).await,
        403,
        "not_our_domain",
    );
    refused(
        &give(&idp, &alice, "x", ALICE).await,
        400,
        "address_malformed",
    );
    refused(
        &give(&idp, &alice, "x@idp.example", "nobody@idp.example").await,
        404,
        "no_such_account",
    );
    // Nobody can make an account of it, nor of a further address of it.
    let added = idp.sign_in.add(address(SALES), None).await;
    assert_eq!(
        added.map_err(|failure| failure.code()),
        Err("account_exists")
    );
    for number in 1..20 {
        let one = format!("alice{number}@idp.example");
        assert_eq!(give(&idp, &alice, &one, ALICE).await.status, 200);
    }
    refused(
        &give(&idp, &alice, "alice20@idp.example", ALICE).await,
        409,
        "too_many_addresses",
    );
}

#[tokio::test]
async fn default_address_is_one_of_the_persons_own() {
    let idp = Idp::with_family().await;
    let alice = idp.sign_alice_in().await;
    let bob = idp.sign_in_as(BOB).await;
    assert_eq!(give(&idp, &alice, AUNT, ALICE).await.status, 200);
    for other in [
        ALICE,
        AUNT,
        SALES,
        "bob+x@idp.example",
        "x@elsewhere.example",
    ] {
        refused(&prefer(&idp, &bob, other).await, 400, "not_your_address");
    }
    refused(&prefer(&idp, &bob, "x").await, 400, "address_malformed");
    refused(
        &prefer(&idp, "__Host-selfsame=x", ALICE).await,
        403,
        "no_session",
    );
    let chosen = |email: &'static str| {
        let accounts = idp.sign_in.accounts.clone();
        async move {
            let account = accounts.find(&address(email)).await.expect("it works");
            account.expect("it is there").ways.default_address
        }
    };
    assert_eq!(chosen(BOB).await, None);
    assert_eq!(prefer(&idp, &alice, AUNT).await.status, 200);
    assert_eq!(chosen(ALICE).await, Some(address(AUNT)));
    assert_eq!(prefer(&idp, &alice, ALICE).await.status, 200);
    assert_eq!(chosen(ALICE).await, None);
}

#[tokio::test]
async fn addresses_of_a_removed_person_are_gone() {
    let idp = Idp::with_family().await;
    let alice = idp.sign_alice_in().await;
    let bob = idp.sign_in_as(BOB).await;
    assert_eq!(give(&idp, &alice, SALES, BOB).await.status, 200);
    let body = json!({ "email": BOB });
    let heard = idp
        .send(ask("DELETE", "/persona/people", &alice, &body))
        .await;
    assert_eq!(heard.status, 200);
    for asked in [BOB, SALES, "bob+x@idp.example"] {
        refused(&certify(&idp, &bob, asked).await, 403, "no_session");
    }
    let holder = idp.sign_in.addresses.holder(&address(SALES)).await;
    assert_eq!(holder.expect("it works"), None);
}

#[tokio::test]
async fn people_of_the_second_domain_sign_in_and_are_certified() {
    let carol = format!("carol@{FAMILY}");
    let idp = Idp::with_family().await.with(&carol).await;
    let body = json!({"email": carol, "password": PASSWORD});
    let heard = idp
        .send(from_page("POST", "/persona/session").json(&body))
        .await;
    let cookie = cookie(&heard);
    assert_eq!(named(&certify(&idp, &cookie, &carol).await), carol.as_str());
    let plus = format!("carol+x@{FAMILY}");
    assert_eq!(named(&certify(&idp, &cookie, &plus).await), plus.as_str());
    refused(
        &certify(&idp, &cookie, "carol@idp.example").await,
        400,
        "not_your_address",
    );
}

/// One answer of each kind that is about people and addresses, for the table of codes.
pub async fn of_every_code() -> Vec<Heard> {
    let idp = Idp::with_family().await;
    let (alice, bob) = (idp.sign_alice_in().await, idp.sign_in_as(BOB).await);
    let dismissed = json!({ "email": ALICE });
    let dismiss = ask("DELETE", "/persona/people", &alice, &dismissed);
    let mut heard = vec![
        give(&idp, &bob, SALES, BOB).await,
        give(&idp, &alice, BOB, ALICE).await,
        give(&idp, &alice, "x@idp.example", "nobody@idp.example").await,
        take(&idp, &alice, SALES, ALICE).await,
        idp.send(dismiss).await,
    ];
    for number in 0..20 {
        let one = format!("alice{number}@idp.example");
        assert_eq!(give(&idp, &alice, &one, ALICE).await.status, 200);
    }
    heard.push(give(&idp, &alice, SALES, ALICE).await);
    heard
}
