//! KMS.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{KEY, OTHER_KEY, WRONG_KEY};
use crate::keys::{ISSUER, OTHER};

/// The answer, or the name of the error and what is in it.
pub fn answer(operation: &str, asked: &Value) -> Result<Value, (&'static str, Value)> {
    let id = asked["KeyId"].as_str().expect("a key's id");
    let key = match id {
        KEY => &ISSUER,
        OTHER_KEY => &OTHER,
        WRONG_KEY => {
            return Ok(json!({
                "EncryptionAlgorithms": ["RSAES_OAEP_SHA_256"],
                "KeyId": id,
                "KeySpec": "RSA_2048",
                "KeyUsage": "ENCRYPT_DECRYPT",
                "PublicKey": STANDARD.encode(ISSUER.spki()),
            }));
        }
        _ => return Err(("NotFoundException", json!({}))),
    };
    match operation {
        "GetPublicKey" => Ok(json!({
            "KeyId": id,
            "KeySpec": "RSA_2048",
            "KeyUsage": "SIGN_VERIFY",
            "PublicKey": STANDARD.encode(key.spki()),
            "SigningAlgorithms": ["RSASSA_PKCS1_V1_5_SHA_256", "RSASSA_PSS_SHA_256"],
        })),
        "Sign" => {
            assert_eq!(asked["MessageType"], "DIGEST");
            assert_eq!(asked["SigningAlgorithm"], "RSASSA_PKCS1_V1_5_SHA_256");
            let digest = asked["Message"].as_str().expect("a message");
            let digest = STANDARD.decode(digest).expect("base64");
            Ok(json!({
                "KeyId": id,
                "Signature": STANDARD.encode(key.sign_digest(&digest)),
                "SigningAlgorithm": "RSASSA_PKCS1_V1_5_SHA_256",
            }))
        }
        other => panic!("the stub knows no {other}"),
    }
}
