use std::sync::{
    OnceLock,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use browserid::{Domain, HostRule, Timestamp};
use rand_core::OsRng;
use rsa::{
    RsaPrivateKey,
    pkcs1v15::SigningKey,
    pkcs8::EncodePublicKey,
    sha2::Sha256,
    signature::{SignatureEncoding, Signer as _},
};
use serde_json::Value;

use super::*;
use crate::{
    audit::AuditRow,
    ports::Signed,
    session::{ABSOLUTE_MS, IDLE_MS},
    world::{START, World, email},
};

mod addresses;
mod speaking;

const HOUR_S: f64 = 3_600.0;
const YOU: &str = "you@me.example";

/// A signer of our own, so that the tests can break it.
struct Pen {
    how: How,
    public_key: PublicKey,
    signed: AtomicUsize,
}

#[derive(Clone, Copy)]
enum How {
    Fails,
    Right,
    Wrong,
}

#[async_trait]
impl Signer for Pen {
    fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    async fn sign(&self, message: &[u8]) -> Result<Signed, PortError> {
        self.signed.fetch_add(1, Ordering::SeqCst);
        let key = SigningKey::<Sha256>::new(keys().issuer.clone());
        match self.how {
            How::Fails => Err(PortError::new("signing", "no ink")),
            How::Right => Ok(signed(key.sign(message).to_vec())),
            How::Wrong => Ok(signed(key.sign(b"something else").to_vec())),
        }
    }
}

fn signed(signature: Vec<u8>) -> Signed {
    Signed {
        request_id: Some("request 7".to_owned()),
        signature,
    }
}

struct Keys {
    issuer: RsaPrivateKey,
    user: RsaPrivateKey,
}

/// Made once for all tests of this file.
fn keys() -> &'static Keys {
    static KEYS: OnceLock<Keys> = OnceLock::new();
    let key = || RsaPrivateKey::new(&mut OsRng, 2048).expect("a key");
    KEYS.get_or_init(|| Keys {
        issuer: key(),
        user: key(),
    })
}

fn public(key: &RsaPrivateKey) -> PublicKey {
    let spki = key.to_public_key().to_public_key_der().expect("a key");
    PublicKey::from_spki(spki.as_bytes()).expect("a good key")
}

struct Desk {
    pen: Arc<Pen>,
    session: Session,
    sign: Sign,
    token: Token,
    world: Arc<World>,
}

/// Everything in place, and you signed in at [`START`].
fn desk(how: How) -> Desk {
    let world = World::new();
    let pen = Arc::new(Pen {
        how,
        public_key: public(&keys().issuer),
        signed: AtomicUsize::new(0),
    });
    let issuer = Domain::parse("me.example", HostRule::Public).expect("a domain");
    let sign = Sign {
        addresses: Some(Arc::<World>::clone(&world)),
        audit: Arc::<World>::clone(&world),
        clock: Arc::<World>::clone(&world),
        profile: Profile::new(issuer, pen.public_key.clone()),
        sessions: Arc::<World>::clone(&world),
        signer: Arc::<Pen>::clone(&pen),
        speaks: Speaks::For(vec![email("you@me.example").domain().clone()]),
    };
    let token = Token::random(world.as_ref()).expect("random");
    let session = Session::start(email(YOU), START);
    world.keeps(token.hash(), session.clone());
    Desk {
        pen,
        session,
        sign,
        token,
        world,
    }
}

impl Desk {
    async fn certify(&self, email: &str, duration_s: f64) -> Result<Value, String> {
        let key = public(&keys().user);
        let permitted = self
            .sign
            .permit(self.session.clone(), email, duration_s)
            .await
            .map_err(|failure| failure.code().to_owned())?;
        let certificate = self
            .sign
            .certify(&permitted, key)
            .await
            .map_err(|failure| failure.code().to_owned())?;
        Ok(claims(&certificate))
    }

    async fn lifetime_ms(&self, duration_s: f64) -> Result<u64, String> {
        let claims = self.certify(YOU, duration_s).await?;
        let expires = claims["exp"].as_u64().expect("a time");
        Ok(Timestamp::from_millis(expires).since_ms(self.sign.clock.now()))
    }

    fn signed(&self) -> usize {
        self.pen.signed.load(Ordering::SeqCst)
    }
}

fn claims(certificate: &str) -> Value {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let claims = certificate.split('.').nth(1).expect("three parts");
    let claims = URL_SAFE_NO_PAD.decode(claims).expect("base64url");
    serde_json::from_slice(&claims).expect("JSON")
}

#[tokio::test]
async fn certificate_is_for_the_session_with_one_read_and_one_signature() {
    let desk = desk(How::Right);
    let session = desk
        .sign
        .session(Some(&desk.token))
        .await
        .expect("signed in");
    assert_eq!(session, desk.session);
    let claims = desk.certify(YOU, HOUR_S).await.expect("a certificate");

    let now = START.as_millis();
    assert_eq!(claims["iss"], "me.example");
    assert_eq!(claims["principal"]["email"], YOU);
    assert_eq!(claims["public-key"], public(&keys().user).to_json());
    assert_eq!(claims["iat"], now - 10_000);
    assert_eq!(claims["exp"], now + 3_600_000);
    assert_eq!(desk.world.calls(), ["sessions.find", "audit.keep"]);
    assert_eq!(desk.signed(), 1);
}

#[tokio::test]
async fn every_certificate_has_its_row() {
    let desk = desk(How::Right);
    desk.certify(YOU, HOUR_S).await.expect("a certificate");
    let row = AuditRow {
        account: email(YOU),
        email: email(YOU),
        key_thumbprint: public(&keys().user).thumbprint(),
        lifetime_ms: 3_600_000,
        request_id: Some("request 7".to_owned()),
        time: START,
    };
    assert_eq!(desk.world.audit_rows(), [row]);
}

#[tokio::test]
async fn without_its_row_no_certificate_leaves() {
    let desk = desk(How::Right);
    desk.world.breaks();
    let refused = desk.certify(YOU, HOUR_S).await.err();
    assert_eq!(refused.as_deref(), Some("unavailable"));
    assert_eq!(desk.world.audit_rows(), []);
    assert_eq!(desk.world.calls(), ["audit.keep"]);
}

#[tokio::test]
async fn lifetime_is_what_was_asked_between_a_minute_and_six_hours() {
    let desk = desk(How::Right);
    for (asked_s, lifetime_ms) in [
        (f64::MIN_POSITIVE, 60_000),
        (59.999, 60_000),
        (60.0, 60_000),
        (60.001, 60_001),
        (21_600.0, 21_600_000),
        (21_600.001, 21_600_000),
        (86_400.0, 21_600_000),
        (f64::MAX, 21_600_000),
    ] {
        assert_eq!(
            desk.lifetime_ms(asked_s).await,
            Ok(lifetime_ms),
            "{asked_s}"
        );
    }
}

#[tokio::test]
async fn what_is_no_duration_is_refused_and_nothing_is_signed() {
    let desk = desk(How::Right);
    for asked_s in [0.0, -0.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let refused = desk.lifetime_ms(asked_s).await;
        assert_eq!(refused, Err("duration_invalid".to_owned()), "{asked_s}");
    }
    assert_eq!(desk.signed(), 0);
}

#[tokio::test]
async fn certificate_never_outlives_the_session() {
    let desk = desk(How::Right);
    for (left_ms, lifetime) in [
        (7_200_000, Ok(3_600_000)),
        (3_599_999, Ok(3_599_999)),
        (60_000, Ok(60_000)),
        (59_999, Err("no_session".to_owned())),
        (0, Err("no_session".to_owned())),
    ] {
        desk.world.is_at(START.plus_ms(ABSOLUTE_MS - left_ms));
        assert_eq!(desk.lifetime_ms(HOUR_S).await, lifetime, "{left_ms}");
    }
}

#[tokio::test]
async fn session_counts_until_a_minute_before_its_absolute_end_and_until_its_idle_end() {
    let desk = desk(How::Right);
    let last_seen = START.plus_ms(ABSOLUTE_MS - IDLE_MS);
    let busy = Session {
        last_seen,
        ..desk.session.clone()
    };
    for (session, ends) in [
        (busy, START.plus_ms(ABSOLUTE_MS - 60_000 + 1)),
        (desk.session.clone(), START.plus_ms(IDLE_MS)),
    ] {
        desk.world.keeps(desk.token.hash(), session.clone());
        desk.world.is_at(ends.minus_ms(1));
        let found = desk.sign.session(Some(&desk.token)).await;
        assert_eq!(found.ok(), Some(session));
        desk.world.is_at(ends);
        let failure = desk.sign.session(Some(&desk.token)).await.err();
        assert!(matches!(failure, Some(SignFailure::NoSession)));
    }
}

#[tokio::test]
async fn unknown_token_and_no_token_are_no_session() {
    let desk = desk(How::Right);
    let unknown = Token::random(desk.world.as_ref()).expect("random");
    for token in [None, Some(&unknown)] {
        let failure = desk.sign.session(token).await.err();
        assert!(matches!(failure, Some(SignFailure::NoSession)));
    }
}

#[tokio::test]
async fn only_the_stored_spelling_is_certified() {
    let desk = desk(How::Right);
    let claims = desk
        .certify("you@ME.Example", HOUR_S)
        .await
        .expect("the same address");
    assert_eq!(claims["principal"]["email"], YOU);
    assert_eq!(desk.signed(), 1);
    for other in [
        "",
        "you",
        "@me.example",
        "You@me.example",
        "YOU@ME.EXAMPLE",
        " you@me.example",
        "you@me.example ",
        "you@me.example.",
        "you@me.example@me.example",
        "you@other.example",
        "them@me.example",
    ] {
        let refused = desk.certify(other, HOUR_S).await.err();
        assert_eq!(refused.as_deref(), Some("not_your_address"), "{other}");
        // The address comes first: a wrong duration says nothing about it.
        let refused = desk.certify(other, 0.0).await.err();
        assert_eq!(refused.as_deref(), Some("not_your_address"), "{other}");
    }
    assert_eq!(desk.signed(), 1);
}

#[tokio::test]
async fn key_of_the_issuer_is_refused_and_nothing_is_signed() {
    let desk = desk(How::Right);
    let key = public(&keys().issuer);
    let permitted = desk.sign.permit(desk.session.clone(), YOU, HOUR_S).await;
    let permitted = permitted.expect("their own address");
    let failure = desk.sign.certify(&permitted, key).await.err();
    assert!(matches!(
        failure,
        Some(SignFailure::Refused(IssueError::KeyIsIssuers))
    ));
    assert_eq!(desk.signed(), 0);
}

#[tokio::test]
async fn signature_that_the_published_key_does_not_confirm_never_leaves() {
    for how in [How::Fails, How::Wrong] {
        let desk = desk(how);
        let refused = desk.certify(YOU, HOUR_S).await.err();
        assert_eq!(refused.as_deref(), Some("unavailable"));
        assert_eq!(desk.signed(), 1);
        assert_eq!(desk.world.audit_rows(), []);
    }
}

#[tokio::test]
async fn broken_store_is_not_no_session() {
    let desk = desk(How::Right);
    desk.world.breaks();
    let failure = desk.sign.session(Some(&desk.token)).await.err();
    assert!(matches!(failure, Some(SignFailure::Broken(_))));
}
