//! Deploying publishes: pages and support document in the bucket, and CloudFormation hears of it.

use serde_json::{Value, json};
use tests::cloud::{Cloud, KEY, OTHER_KEY, Trouble};
use tests::keys::{ISSUER, OTHER};
use tests::lambda::Function;

use crate::{answered, started};

fn request(cloud: &Cloud, kind: &str, key_ids: Value) -> Value {
    json!({
        "RequestType": kind,
        "ResponseURL": format!("{}/reply?X-Amz-Signature=a-secret", cloud.address()),
        "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/selfsame/1",
        "RequestId": "request-1",
        "ResourceType": "Custom::Site",
        "LogicalResourceId": "Site",
        "ResourceProperties": {
            "ServiceToken": "arn:aws:lambda:eu-west-1:123456789012:function:selfsame-publish",
            "ServiceTimeout": "150",
            "Api": "",
            "Bucket": "pages",
            "Domain": "idp.example",
            "KeyIds": key_ids,
            "Version": "1",
        },
    })
}

async fn publish(cloud: &Cloud) -> Function {
    started("publish", cloud, &[]).await
}

/// What the function told CloudFormation last.
fn reply(cloud: &Cloud) -> Value {
    cloud.replies().last().expect("an answer").clone()
}

fn document(cloud: &Cloud) -> Value {
    let files = cloud.files();
    let file = &files["pages/.well-known/browserid"];
    assert_eq!(file.content_type, "application/json");
    assert!(file.cache_control.contains("max-age="), "{file:?}");
    assert_eq!(file, &files["pages/.well-known/browserid/"]);
    serde_json::from_slice(&file.content).expect("JSON")
}

#[tokio::test]
async fn pages_and_document_of_the_keys_are_put_into_the_bucket() {
    let cloud = Cloud::start().await;
    let function = publish(&cloud).await;
    function
        .invoke(request(&cloud, "Create", json!([KEY])))
        .await
        .answer();
    let created = reply(&cloud);
    assert_eq!(
        created,
        json!({
            "LogicalResourceId": "Site",
            "PhysicalResourceId": "site",
            "Reason": created["Reason"],
            "RequestId": "request-1",
            "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/selfsame/1",
            "Status": "SUCCESS",
        })
    );
    assert_eq!(document(&cloud)["public-key"], ISSUER.to_json());
    assert_eq!(document(&cloud).get("keys"), None);
    for (path, kind) in [
        ("persona/agent.html", "text/html; charset=utf-8"),
        ("persona/include.js", "text/javascript; charset=utf-8"),
        ("persona/sign_in.html", "text/html; charset=utf-8"),
    ] {
        let files = cloud.files();
        let file = &files[&format!("pages/{path}")];
        assert_eq!(file.content_type, kind, "{path}");
        assert!(
            !file.content.is_empty() && !file.cache_control.is_empty(),
            "{path}"
        );
    }

    // A rotation: the other key signs, both are published.
    let mut update = request(&cloud, "Update", json!([OTHER_KEY, KEY]));
    update["PhysicalResourceId"] = json!("named before");
    function.invoke(update).await.answer();
    assert_eq!(reply(&cloud)["Status"], "SUCCESS");
    assert_eq!(reply(&cloud)["PhysicalResourceId"], "named before");
    assert_eq!(document(&cloud)["public-key"], OTHER.to_json());
    assert_eq!(document(&cloud)["keys"], json!([ISSUER.to_json()]));

    let log = function.stop().await;
    let (lines, others) = answered(&log);
    assert_eq!((lines.len(), others.len()), (2, 0), "{log:?}");
    assert!(!format!("{log:?}").contains("a-secret"), "{log:?}");
}

#[tokio::test]
async fn what_the_panic_switch_has_written_into_the_document_outlives_every_deploy() {
    let cloud = Cloud::start().await;
    let function = publish(&cloud).await;
    let deploy = async |keys: Value| {
        function
            .invoke(request(&cloud, "Update", keys))
            .await
            .answer();
        assert_eq!(reply(&cloud)["Status"], "SUCCESS");
    };
    deploy(json!([KEY])).await;
    assert_eq!(document(&cloud).get("not-before"), None);

    for name in [
        "pages/.well-known/browserid",
        "pages/.well-known/browserid/",
    ] {
        let mut file = cloud.files()[name].clone();
        let mut pulled: Value = serde_json::from_slice(&file.content).expect("JSON");
        pulled["not-before"] = json!(1_700_000_000_000_u64);
        file.content = pulled.to_string().into_bytes();
        cloud.keep(name, file);
    }
    for keys in [json!([KEY]), json!([OTHER_KEY, KEY]), json!([OTHER_KEY])] {
        deploy(keys).await;
        assert_eq!(document(&cloud)["not-before"], json!(1_700_000_000_000_u64));
    }
    assert_eq!(document(&cloud)["public-key"], OTHER.to_json());

    // What cannot be read is not written over: it might say that certificates count no more.
    cloud.has("GetObject", Trouble::Fails(403, "AccessDenied"));
    function
        .invoke(request(&cloud, "Update", json!([KEY])))
        .await
        .answer();
    assert_eq!(reply(&cloud)["Status"], "FAILED");
    let said = reply(&cloud)["Reason"].to_string();
    assert!(said.contains("the file .well-known/browserid"), "{said}");
    assert_eq!(document(&cloud)["public-key"], OTHER.to_json());
    function.stop().await;
}

#[tokio::test]
async fn document_of_a_fallback_leads_to_its_own_page_and_the_others_stay() {
    let cloud = Cloud::start().await;
    let function = publish(&cloud).await;
    let mut pages = Vec::new();
    for (kind, page) in [
        (json!("own"), "/persona/sign_in.html"),
        (json!("fallback"), "/persona/prove.html"),
        (json!(null), "/persona/sign_in.html"),
    ] {
        let mut request = request(&cloud, "Create", json!([KEY]));
        if !kind.is_null() {
            request["ResourceProperties"]["IdentityProvider"] = kind;
        }
        function.invoke(request).await.answer();
        let mut document = document(&cloud);
        assert_eq!(document["authentication"], page);
        assert!(cloud.files().contains_key(&format!("pages{page}")));
        document["authentication"] = json!(null);
        pages.push(document);
    }
    assert_eq!(pages[0], pages[1], "nothing else is different");
    let mut odd = request(&cloud, "Create", json!([KEY]));
    odd["ResourceProperties"]["IdentityProvider"] = json!("other");
    function.invoke(odd).await.answer();
    assert_eq!(reply(&cloud)["Status"], "FAILED");
    function.stop().await;
}

#[tokio::test]
async fn deleting_answers_and_touches_nothing() {
    let cloud = Cloud::start().await;
    let function = publish(&cloud).await;
    let mut delete = request(&cloud, "Delete", json!([]));
    delete["PhysicalResourceId"] = json!("site");
    delete["ResourceProperties"] = json!({});
    function.invoke(delete).await.answer();
    assert_eq!(reply(&cloud)["Status"], "SUCCESS");
    assert_eq!(cloud.calls(), ["Reply"]);
    function.stop().await;
}

#[tokio::test]
async fn what_cannot_be_published_fails_the_deployment_with_a_reason() {
    let cloud = Cloud::start().await;
    let function = publish(&cloud).await;
    let with = |name: &str, value: Value| {
        let mut request = request(&cloud, "Create", json!([KEY]));
        request["ResourceProperties"][name] = value;
        request
    };
    let mut none = with("Bucket", json!(null));
    none["ResourceProperties"] = json!(null);
    for (request, reason) in [
        (with("Bucket", json!(null)), "the properties are wrong"),
        (with("Domain", json!("Not A Domain")), "Domain must be"),
        (with("Api", json!("api.idp.example")), "Api must be"),
        (with("KeyIds", json!([])), "KeyIds must name"),
        (with("KeyIds", json!(["no-such-key"])), "no-such-key"),
        (none, "the properties are wrong"),
    ] {
        function.invoke(request).await.answer();
        let reply = reply(&cloud);
        assert_eq!(reply["Status"], "FAILED", "{reply}");
        assert_eq!(reply["PhysicalResourceId"], "site");
        let said = reply["Reason"].as_str().expect("a reason");
        assert!(said.contains(reason), "{said}");
    }
    assert_eq!(cloud.files().len(), 0);

    cloud.has("PutObject", Trouble::Fails(403, "AccessDenied"));
    function
        .invoke(request(&cloud, "Create", json!([KEY])))
        .await
        .answer();
    let said = reply(&cloud)["Reason"].to_string();
    assert!(said.contains("the file "), "{said}");
    assert_eq!(reply(&cloud)["Status"], "FAILED");
    let log = function.stop().await;
    assert!(!format!("{log:?}").contains("a-secret"), "{log:?}");
}

#[tokio::test]
async fn cloudformation_that_does_not_listen_is_told_three_times_and_no_more() {
    let cloud = Cloud::start().await;
    let function = publish(&cloud).await;
    cloud.has("Reply", Trouble::Fails(500, "SlowDown"));
    function
        .invoke(request(&cloud, "Delete", json!([])))
        .await
        .answer();
    assert_eq!(cloud.calls(), ["Reply"; 3]);
    cloud.is_well();
    let nothing = function.invoke(json!({"a": "secret"})).await.answer();
    assert_eq!(nothing, json!(null));
    function
        .invoke(request(&cloud, "Delete", json!([])))
        .await
        .answer();
    assert_eq!(reply(&cloud)["Status"], "SUCCESS");

    let log = function.stop().await;
    let codes: Vec<_> = answered(&log).0.iter().map(|line| &line["code"]).collect();
    assert_eq!(
        json!(codes),
        json!(["not_answered", "request_malformed", null])
    );
    assert!(!format!("{log:?}").contains("secret"), "{log:?}");
}
