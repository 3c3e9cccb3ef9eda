//! The environment of the publishing function: AWS, and nothing of ours. What to publish stands in the request.

use aws::Settings;
use lambda::{Environment, Incomplete};

use crate::answer::Publish;
use crate::reply::Replies;

/// What answers CloudFormation, or everything that is wrong with the environment.
pub fn read(mut environment: Environment) -> Result<Publish, Incomplete> {
    let settings = environment.read(|get| Settings::read(get));

    let build = || {
        Some(Publish {
            config: settings?.sdk_config(),
            replies: Replies::new(),
        })
    };
    let built = build();
    environment.finish(built)
}
