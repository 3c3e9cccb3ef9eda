//! What CloudTrail and the table export: the forms that `audit` reads.

use serde_json::{Value, json};

pub const KEY: &str =
    "arn:aws:kms:eu-central-1:111122223333:key/11111111-aaaa-4aaa-8aaa-111111111111";
pub const OTHER_KEY: &str =
    "arn:aws:kms:eu-central-1:111122223333:key/22222222-bbbb-4bbb-8bbb-222222222222";
pub const FUNCTION: &str = "arn:aws:sts::111122223333:assumed-role/home-sign/home-sign";
/// 2026-01-15T12:00:00Z: long enough ago that CloudTrail has noted everything.
pub const NOON: u64 = 1_768_478_400_000;

/// What CloudTrail notes of a signature at `hour`:00:00.
pub fn noted(request: &str, hour: u64) -> Value {
    json!({
        "eventVersion": "1.11",
        "userIdentity": {"type": "AssumedRole", "arn": FUNCTION, "accountId": "111122223333"},
        "eventTime": format!("2026-01-15T{hour:02}:00:00Z"),
        "eventSource": "kms.amazonaws.com",
        "eventName": "Sign",
        "awsRegion": "eu-central-1",
        "sourceIPAddress": "192.0.2.7",
        "requestParameters": {
            "keyId": KEY,
            "messageType": "DIGEST",
            "signingAlgorithm": "RSASSA_PKCS1_V1_5_SHA_256",
        },
        "responseElements": null,
        "requestID": request,
        "eventID": format!("event-of-{request}"),
        "readOnly": true,
        "resources": [{"accountId": "111122223333", "type": "AWS::KMS::Key", "ARN": KEY}],
        "managementEvent": true,
    })
}

/// A record that is changed in one place.
pub fn with(mut record: Value, pointer: &str, value: Value) -> Value {
    *record.pointer_mut(pointer).expect("there is such a member") = value;
    record
}

/// An audit row as `shared/dynamodb` writes it, half a second after `hour`:00:00.
pub fn row(request: &str, hour: u64) -> Value {
    let time = NOON - 12 * 3_600_000 + hour * 3_600_000 + 500;
    json!({
        "pk": {"S": "audit#2026-01"},
        "sk": {"S": format!("{time:013}#thumbprint#{request}")},
        "email": {"S": "me@my.example"},
        "expires_s": {"N": (time / 1000 + 400 * 86_400).to_string()},
        "key_thumbprint": {"S": "thumbprint"},
        "lifetime_ms": {"N": "3600000"},
        "request_id": {"S": request},
        "time": {"N": time.to_string()},
    })
}

pub fn lookup_events(records: &[Value]) -> Value {
    let events = records.iter().map(|record| {
        json!({
            "EventId": record["eventID"],
            "EventName": "Sign",
            "EventTime": "2026-01-15T13:00:00+01:00",
            "CloudTrailEvent": record.to_string(),
        })
    });
    json!({"Events": events.collect::<Vec<_>>()})
}

pub fn query(items: &[Value]) -> Value {
    json!({"Items": items, "Count": items.len(), "ScannedCount": items.len(), "ConsumedCapacity": null})
}
