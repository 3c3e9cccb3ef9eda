//! AWS as an emulator on loopback plays it. `tests/aws/emulator COMMAND` starts one for a command.

use std::{
    env, process,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use aws::{Deadlines, SdkConfig, Settings};
use aws_sdk_dynamodb::{
    Client,
    types::{AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType},
};

/// Says where it is.
pub const VARIABLE: &str = "SELFSAME_EMULATOR";

/// It does all its work in one thread, on a machine that has other things to do.
const PATIENT: Deadlines = Deadlines {
    attempt: Duration::from_secs(60),
    connect: Duration::from_secs(60),
    operation: Duration::from_secs(120),
};

/// The emulator that the test was started beside.
pub struct Emulator {
    config: SdkConfig,
}

impl Emulator {
    /// Fails where there is none: a test that needs one and is run without one must not pass.
    #[expect(
        clippy::disallowed_methods,
        reason = "how a test is told what it was started beside"
    )]
    pub fn from_environment() -> Self {
        let Ok(endpoint) = env::var(VARIABLE) else {
            panic!("{VARIABLE} is not set: start this test by tests/aws/emulator");
        };
        let settings = Settings::read(|name| match name {
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("test".to_owned()),
            "AWS_ENDPOINT_URL" => Some(endpoint.clone()),
            "AWS_REGION" => Some("us-east-1".to_owned()),
            _ => None,
        });
        let settings = settings.unwrap_or_else(|faults| panic!("{faults:?}"));
        Self {
            config: settings.sdk_config_within(PATIENT),
        }
    }

    /// What clients of it are made of.
    pub fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// Its DynamoDB.
    pub fn dynamodb(&self) -> Client {
        Client::new(&self.config)
    }

    /// A table of our kind for one test alone; by name. It goes with the emulator.
    pub async fn table(&self) -> String {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("test-{}-{number}", process::id());
        let mut create = self
            .dynamodb()
            .create_table()
            .table_name(&name)
            .billing_mode(BillingMode::PayPerRequest);
        for (attribute, kind) in [("pk", KeyType::Hash), ("sk", KeyType::Range)] {
            let definition = AttributeDefinition::builder()
                .attribute_name(attribute)
                .attribute_type(ScalarAttributeType::S)
                .build();
            let element = KeySchemaElement::builder()
                .attribute_name(attribute)
                .key_type(kind)
                .build();
            create = create
                .attribute_definitions(definition.expect("whole"))
                .key_schema(element.expect("whole"));
        }
        create.send().await.expect("the emulator makes it");
        name
    }
}
