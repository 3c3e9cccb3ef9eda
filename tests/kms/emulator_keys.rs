//! The signer on the emulator's keys.

use aws_sdk_kms::Client;
use aws_sdk_kms::types::{KeySpec, KeyUsageType};
use browserid::PublicKey;
use kms::{Kms, KmsError, OpenError, WrongKey, public_key};
use rsa::pkcs8::DecodePublicKey;
use rsa::{Pkcs1v15Sign, RsaPublicKey};
use service::ports::Signer;
use sha2::{Digest, Sha256};

use crate::emulator::{config, unique};

const MESSAGE: &[u8] = b"a header.a payload";

/// A new key of this kind; its ARN.
async fn key(spec: KeySpec, usage: KeyUsageType) -> String {
    let request = Client::new(&config()).create_key();
    let made = request.key_spec(spec).key_usage(usage).send().await;
    let metadata = made.expect("a key").key_metadata.expect("its metadata");
    metadata.arn.expect("its ARN")
}

/// A new key of the kind that the product signs with.
async fn right_key() -> String {
    key(KeySpec::Rsa2048, KeyUsageType::SignVerify).await
}

/// A new alias of a key.
async fn alias(arn: &str) -> String {
    let alias = format!("alias/{}", unique("selfsame"));
    let request = Client::new(&config()).create_alias();
    let made = request.alias_name(&alias).target_key_id(arn).send().await;
    made.expect("an alias");
    alias
}

async fn open(key_id: &str) -> Kms {
    let opened = Kms::open(&config(), key_id).await;
    opened.unwrap_or_else(|error| panic!("{error}"))
}

async fn refused(key_id: &str) -> OpenError {
    let opened = Kms::open(&config(), key_id).await;
    opened.err().expect("a refusal")
}

/// The signature is what `rsa` calls one, over the hash of the message.
async fn assert_signs(kms: &Kms, arn: &str) {
    let signed = kms.sign(MESSAGE).await.expect("a signature");
    assert_eq!(signed.signature.len(), 256);
    assert!(signed.request_id.is_some_and(|id| !id.is_empty()));
    let read = Client::new(&config()).get_public_key().key_id(arn).send();
    let spki = read.await.expect("the public half").public_key;
    let spki = spki.expect("the public half").into_inner();
    let browserid = PublicKey::from_spki(&spki).expect("a key");
    assert_eq!(kms.public_key(), &browserid);
    assert_eq!(browserid.verify(MESSAGE, &signed.signature), Ok(()));
    let rsa = RsaPublicKey::from_public_key_der(&spki).expect("a key");
    let scheme = Pkcs1v15Sign::new::<Sha256>();
    rsa.verify(scheme, &Sha256::digest(MESSAGE), &signed.signature)
        .expect("the signature of the hash");
}

#[tokio::test]
async fn a_key_signs_by_its_arn_its_id_and_its_alias() {
    let arn = right_key().await;
    let id = arn.rsplit('/').next().expect("an id").to_owned();
    for name in [arn.clone(), id, alias(&arn).await] {
        assert_signs(&open(&name).await, &arn).await;
    }
}

#[tokio::test]
async fn what_is_published_is_the_key_that_signs() {
    let arn = right_key().await;
    let published = public_key(&config(), &alias(&arn).await).await;
    assert_eq!(published.as_ref(), Ok(open(&arn).await.public_key()));
    let other = public_key(&config(), &right_key().await).await;
    assert_ne!(published, other);
}

#[tokio::test]
async fn an_alias_that_moves_does_not_move_an_open_signer() {
    let (first, second) = (right_key().await, right_key().await);
    let alias = alias(&first).await;
    let kms = open(&alias).await;
    let request = Client::new(&config()).update_alias();
    let moved = request.alias_name(&alias).target_key_id(&second).send();
    moved.await.expect("another target");
    assert_signs(&kms, &first).await;
    assert_signs(&open(&alias).await, &second).await;
}

#[tokio::test]
async fn a_disabled_key_does_not_sign_and_signs_again_when_it_is_enabled() {
    let arn = right_key().await;
    let (kms, client) = (open(&arn).await, Client::new(&config()));
    let disabled = client.disable_key().key_id(&arn).send().await;
    disabled.expect("a disabled key");
    let error = kms.signature(MESSAGE).await.expect_err("no signature");
    assert!(matches!(error, KmsError::Disabled { .. }), "{error:?}");
    let enabled = client.enable_key().key_id(&arn).send().await;
    enabled.expect("an enabled key");
    assert_signs(&kms, &arn).await;
}

#[tokio::test]
async fn a_key_that_is_scheduled_for_deletion_does_not_sign() {
    let arn = right_key().await;
    let kms = open(&arn).await;
    let request = Client::new(&config()).schedule_key_deletion();
    let scheduled = request.key_id(&arn).pending_window_in_days(7).send();
    scheduled.await.expect("a schedule");
    let error = kms.signature(MESSAGE).await.expect_err("no signature");
    assert!(
        matches!(error, KmsError::PendingDeletion { .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_name_of_no_key_is_missing() {
    for name in [
        format!("alias/{}", unique("nobody")),
        "00000000-0000-0000-0000-000000000000".to_owned(),
    ] {
        let error = refused(&name).await;
        assert!(
            matches!(error, OpenError::Unavailable(KmsError::Missing { .. })),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn keys_of_other_kinds_are_refused() {
    for spec in [KeySpec::Rsa3072, KeySpec::EccNistP256] {
        let arn = key(spec.clone(), KeyUsageType::SignVerify).await;
        let expected = WrongKey::Spec(spec.as_str().to_owned());
        assert_eq!(refused(&arn).await, OpenError::WrongKey(expected));
    }
    let arn = key(KeySpec::Rsa2048, KeyUsageType::EncryptDecrypt).await;
    let expected = WrongKey::Usage("ENCRYPT_DECRYPT".to_owned());
    assert_eq!(refused(&arn).await, OpenError::WrongKey(expected));
    let arn = key(KeySpec::SymmetricDefault, KeyUsageType::EncryptDecrypt).await;
    assert_eq!(
        refused(&arn).await,
        OpenError::WrongKey(WrongKey::NotAsymmetric)
    );
}
