//! An identity provider deployed on AWS, spoken to with the AWS CLI: `aws lambda invoke` of the stack's owner function.
//!
//! The AWS CLI knows how its user signs in (profiles, SSO, roles, hardware tokens); to do it again here would bring the AWS
//! SDK into `cargo run`. Options that both its versions know are used and no others.

mod failure;

use std::fmt;
use std::io;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::complaint::Complaint;
use crate::output;
use crate::system::SystemRandom;
use crate::system::private_folder::PrivateFolder;

/// More than the list of a thousand people.
const ANSWER_LIMIT: usize = 6 * 1024 * 1024;

/// The name of a CloudFormation stack: letters, digits and hyphens, a letter first.
#[derive(Clone, Debug)]
pub struct StackName(String);

impl StackName {
    /// Reads a name as typed. It stands on command lines and in resource names, so nothing else is let through.
    pub fn parse(text: &str) -> Result<Self, String> {
        let is_name = text.len() <= 128
            && text.starts_with(|first: char| first.is_ascii_alphabetic())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        is_name.then(|| Self(text.to_owned())).ok_or_else(|| {
            "a stack's name has letters, digits and hyphens, and a letter first".into()
        })
    }
}

/// The name of an AWS region, such as `eu-central-1`.
#[derive(Clone, Debug)]
pub struct RegionName(String);

impl RegionName {
    /// Reads a name as typed.
    pub fn parse(text: &str) -> Result<Self, String> {
        let is_name = text.starts_with(|first: char| first.is_ascii_lowercase())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        is_name
            .then(|| Self(text.to_owned()))
            .ok_or_else(|| "a region is written like eu-central-1".into())
    }
}

/// One stack.
pub struct Stack {
    name: StackName,
    region: Option<RegionName>,
}

impl Stack {
    /// The stack of this name, in this region or in that of the AWS CLI.
    pub fn new(name: StackName, region: Option<RegionName>) -> Self {
        Self { name, region }
    }

    /// Sends an event to the stack's owner function and waits for its answer.
    pub fn ask_owner(&self, event: &Value) -> Result<Value, Complaint> {
        let unwritable = |error: io::Error| {
            Complaint::failure(format!(
                "the temporary folder cannot be written ({error}): name another one in TMPDIR"
            ))
        };
        let folder = PrivateFolder::new(&SystemRandom).map_err(unwritable)?;
        let payload = folder
            .write("event.json", event.to_string().as_bytes())
            .map_err(unwritable)?;
        // The answer may hold a link that lets somebody in: it lands in a folder that nobody else can enter.
        let answer = folder.file("answer.json");
        let function = self.owner_function();

        let mut command = Command::new("aws");
        command
            .args(["lambda", "invoke", "--function-name", &function])
            .arg("--payload")
            .arg(format!("fileb://{}", payload.display()))
            .args(["--output", "json"]);
        if let Some(RegionName(region)) = &self.region {
            command.args(["--region", region]);
        }
        let output = command
            .arg(&answer)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| failure::not_started(&error))?;
        if !output.status.success() {
            return Err(failure::said(&output, self));
        }
        let answer = output::read_file(&answer, ANSWER_LIMIT)?;
        let answer: Value = serde_json::from_slice(&answer)
            .map_err(|_| failure::not_understood(self, "its answer is no JSON"))?;
        let told: Value = serde_json::from_slice(&output.stdout)
            .map_err(|_| failure::not_understood(self, "the AWS CLI printed no JSON"))?;
        if told
            .get("FunctionError")
            .is_some_and(|error| !error.is_null())
        {
            return Err(failure::of_function(self, &answer));
        }
        Ok(answer)
    }

    /// The complaint about an answer that no owner function of this release gives.
    pub fn answered_nonsense(&self) -> Complaint {
        failure::not_understood(self, "it answers something else")
    }

    /// What the template calls the function.
    fn owner_function(&self) -> String {
        format!("{}-owner", self.name.0)
    }
}

/// As it is typed: ` --stack NAME --region REGION`, to be put behind a command.
impl fmt::Display for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, " --stack {}", self.name.0)?;
        match &self.region {
            Some(RegionName(region)) => write!(f, " --region {region}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_none_reaches_no_command_line() {
        for name in ["selfsame", "A-1", "a"] {
            assert!(StackName::parse(name).is_ok(), "{name}");
        }
        for name in [
            "",
            "-x",
            "1a",
            "a b",
            "a/b",
            "a\n",
            "é",
            "--region",
            &"a".repeat(129),
        ] {
            assert!(StackName::parse(name).is_err(), "{name:?}");
        }
        assert!(RegionName::parse("eu-central-1").is_ok());
        for name in ["", "-x", "EU", "eu central", "1eu", "eu_central_1"] {
            assert!(RegionName::parse(name).is_err(), "{name:?}");
        }
    }
}
