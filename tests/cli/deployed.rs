//! `user … --stack NAME`: how the AWS CLI is called, and what is said of its answers.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::{Value, json};

use crate::program::command;
use crate::{complaint, folder, said};

const LINK: &str =
    "https://my.example/persona/enrol.html#0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";

/// A folder in which a stand-in for `aws` finds its answers and leaves what it was asked.
struct FakeAws(tempfile::TempDir);

impl FakeAws {
    /// One whose function answers this.
    fn answering(answer: &Value) -> Self {
        let fake = Self(folder());
        fake.set("answer", &answer.to_string());
        fake.set(
            "stdout",
            r#"{"StatusCode": 200, "ExecutedVersion": "$LATEST"}"#,
        );
        fake.set("stderr", "");
        fake.set("status", "0");
        fs::create_dir(fake.path("tmp")).expect("it is made");
        fake
    }

    /// One that fails before any function answers.
    fn failing(status: &str, stderr: &str) -> Self {
        let fake = Self::answering(&Value::Null);
        fs::remove_file(fake.path("answer")).expect("it is there");
        fake.set("stdout", "");
        fake.set("stderr", stderr);
        fake.set("status", status);
        fake
    }

    fn set(&self, name: &str, content: &str) {
        fs::write(self.path(name), content).expect("it is written");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("it was called")
    }

    /// Runs `selfsame user …` with it on the path. Whatever happens, nothing may stay behind.
    fn user(&self, arguments: &[&str]) -> Output {
        let bin = Path::new(env!("CARGO_MANIFEST_DIR")).join("cli/bin");
        let output = command(self.0.path())
            .arg("user")
            .args(arguments)
            .env("FAKE_AWS", self.0.path())
            .env("PATH", format!("{}:/usr/bin:/bin", bin.display()))
            .env("TMPDIR", self.path("tmp"))
            .output()
            .expect("it starts");
        let left = fs::read_dir(self.path("tmp")).expect("a folder").count();
        assert_eq!(left, 0, "nothing is left in the temporary folder");
        assert!(!self.path(".selfsame").exists(), "nothing is done here");
        output
    }
}

/// Standard output and standard error of a command that did its work.
fn done(output: &Output) -> (String, String) {
    let note = String::from_utf8(output.stderr.clone()).expect("text");
    assert_eq!(output.status.code(), Some(0), "{note}");
    (said(output), note)
}

#[test]
fn a_link_is_asked_for_with_the_aws_cli_and_printed_like_a_local_one() {
    let answer = json!({"status": "okay", "link": LINK, "expires": 1_795_348_800_000_u64});
    for name in ["add", "link"] {
        let aws = FakeAws::answering(&answer);
        let output = aws.user(&[
            name,
            "Me@My.Example",
            "--stack",
            "home",
            "--region",
            "eu-central-1",
        ]);
        let (link, note) = done(&output);
        assert_eq!(link, format!("{LINK}\n"));
        assert_eq!(
            note,
            "Me@my.example can choose how to sign in here, once, within 24 hours:\n"
        );

        let argv = aws.read("argv");
        let argv: Vec<&str> = argv.lines().collect();
        let [payload, answer] = [argv[5], argv[10]];
        assert_eq!(
            argv,
            [
                "lambda",
                "invoke",
                "--function-name",
                "home-owner",
                "--payload",
                payload,
                "--output",
                "json",
                "--region",
                "eu-central-1",
                answer,
            ]
        );
        let payload = Path::new(payload.strip_prefix("fileb://").expect("a file"));
        assert_eq!(payload.parent(), Path::new(answer).parent());
        assert!(payload.starts_with(aws.path("tmp")));
        let event: Value = serde_json::from_str(&aws.read("event")).expect("JSON");
        assert_eq!(event, json!({"command": name, "email": "Me@my.example"}));
        assert_eq!(aws.read("modes"), "600\n700\n", "nobody else can read it");
    }
}

#[test]
fn people_are_removed_signed_out_and_listed_like_local_ones() {
    let okay = json!({"status": "okay"});
    let aws = FakeAws::answering(&okay);
    let output = aws.user(&["remove", "me@my.example", "--stack", "home"]);
    assert_eq!(
        done(&output),
        (
            String::new(),
            "me@my.example is gone and signed out; certificates already given out end within 24 hours\n".to_owned()
        )
    );
    assert!(
        !aws.read("argv").contains("--region"),
        "the AWS CLI knows its region"
    );

    let aws = FakeAws::answering(&okay);
    let output = aws.user(&["sign-out", "me@my.example", "--stack", "home"]);
    assert_eq!(
        done(&output),
        (
            String::new(),
            "me@my.example is signed out everywhere; certificates already given out end within 24 hours\n".to_owned()
        )
    );
    let event: Value = serde_json::from_str(&aws.read("event")).expect("JSON");
    assert_eq!(
        event,
        json!({"command": "sign_out", "email": "me@my.example"})
    );

    let aws = FakeAws::answering(&json!({"status": "okay", "users": [
        {"email": "me@my.example", "has_password": true, "created": 1},
        {"email": "you@my.example", "has_password": false, "created": 2},
    ]}));
    let output = aws.user(&["list", "--stack", "home"]);
    assert_eq!(
        done(&output),
        (
            "me@my.example\thas a password\nyou@my.example\tcannot sign in yet\n".to_owned(),
            String::new()
        )
    );
    let event: Value = serde_json::from_str(&aws.read("event")).expect("JSON");
    assert_eq!(event, json!({"command": "list"}));
}

#[test]
fn what_the_stack_refuses_is_one_line_with_the_command_that_helps() {
    let refusal = |code: &str, reason: &str| {
        FakeAws::answering(&json!({"status": "failure", "code": code, "reason": reason}))
    };
    for (code, reason, line) in [
        (
            "account_exists",
            "this address has an account already",
            "me@my.example has an account already: `selfsame user link me@my.example --stack home --region eu-west-1` makes a link for a new password",
        ),
        (
            "no_such_account",
            "this address has no account",
            "me@my.example has no account: `selfsame user list --stack home --region eu-west-1` shows who has one",
        ),
        (
            "address_invalid",
            "`email` must be an address that ends in @other.example",
            "the stack refuses: `email` must be an address that ends in @other.example (address_invalid)",
        ),
    ] {
        let place = ["--stack", "home", "--region", "eu-west-1"];
        let output = refusal(code, reason).user(&[&["add", "me@my.example"], &place[..]].concat());
        assert_eq!(complaint(&output, 1), format!("selfsame: {line}\n"));
    }
}

#[test]
fn what_the_aws_cli_complains_of_is_one_line_that_says_what_to_do() {
    for (status, stderr, line) in [
        (
            "254",
            "\nAn error occurred (ResourceNotFoundException) when calling the Invoke operation: Function not found: arn:aws:lambda:eu-central-1:111122223333:function:home-owner\n",
            "there is no function `home-owner` in the region of the AWS CLI: give the name that the stack was deployed with, and its region with --region",
        ),
        (
            "253",
            "\nUnable to locate credentials. You can configure credentials by running \"aws login\".\n",
            "the AWS CLI is not signed in: run `aws configure` or `aws sso login`, then this again",
        ),
        (
            "255",
            "\nAn error occurred (ExpiredTokenException) when calling the Invoke operation: The security token included in the request is expired\n",
            "the AWS CLI is not signed in: run `aws configure` or `aws sso login`, then this again",
        ),
        (
            "253",
            "\nYou must specify a region. You can also configure your region by running \"aws configure\".\n",
            "the AWS CLI knows no region: name that of the stack with --region",
        ),
        (
            "254",
            "\nAn error occurred (AccessDeniedException) when calling the Invoke operation: User: arn:aws:iam::111122223333:user/me is not authorized to perform: lambda:InvokeFunction\n",
            "the AWS CLI's user may not call `home-owner`: allow it lambda:InvokeFunction, or sign in as another",
        ),
        (
            "255",
            "\nCould not connect to the endpoint URL: \"https://lambda.eu-nowhere-1.amazonaws.com/\"\n",
            "AWS cannot be reached: look at the network, and at the name of the region",
        ),
        (
            "254",
            "\nAn error occurred (TooManyRequestsException) when calling the Invoke operation (reached max retries: 2): Rate Exceeded.\n",
            "`home-owner` does not answer at the moment: try again in a minute",
        ),
        (
            "255",
            "warning\n\u{1b}[31msomething\tnew\u{1b}[0m\n\n",
            "the AWS CLI failed: [31msomething new [0m",
        ),
        ("3", "", "the AWS CLI failed: exit status: 3"),
    ] {
        let output = FakeAws::failing(status, stderr).user(&["list", "--stack", "home"]);
        assert_eq!(complaint(&output, 1), format!("selfsame: {line}\n"));
    }
}

#[test]
fn a_function_that_broke_is_named_with_its_log() {
    let aws = FakeAws::answering(&json!({
        "errorType": "Sandbox.Timedout",
        "errorMessage": "Task timed out after 10.00 seconds",
    }));
    aws.set(
        "stdout",
        r#"{"StatusCode": 200, "FunctionError": "Unhandled", "ExecutedVersion": "$LATEST"}"#,
    );
    let output = aws.user(&["list", "--stack", "home"]);
    assert_eq!(
        complaint(&output, 1),
        "selfsame: `home-owner` failed (Task timed out after 10.00 seconds): its log is /aws/lambda/home-owner in CloudWatch\n"
    );
}

#[test]
fn an_answer_that_is_none_of_our_function_is_not_taken_for_success() {
    for answer in [
        json!(null),
        json!({}),
        json!({"status": "perhaps"}),
        json!({"status": "okay"}),
        json!({"status": "okay", "users": [{"email": "me@my.example"}]}),
        json!({"statusCode": 200, "body": "okay"}),
    ] {
        let output = FakeAws::answering(&answer).user(&["list", "--stack", "home"]);
        let text = complaint(&output, 1);
        assert!(
            text.contains("`home-owner` cannot be understood"),
            "{answer}: {text}"
        );
    }
    // Its metadata, too, must be what it always is; and it must have written an answer.
    let aws = FakeAws::answering(&json!({"status": "okay", "users": []}));
    aws.set("stdout", "StatusCode: 200\n");
    complaint(&aws.user(&["list", "--stack", "home"]), 1);
    let aws = FakeAws::answering(&json!({"status": "okay", "users": []}));
    fs::remove_file(aws.path("answer")).expect("it is there");
    complaint(&aws.user(&["list", "--stack", "home"]), 1);
}

#[test]
fn without_the_aws_cli_it_says_what_to_install() {
    let folder = folder();
    let output = command(folder.path())
        .args(["user", "list", "--stack", "home"])
        .env("PATH", folder.path())
        .env("TMPDIR", folder.path())
        .output()
        .expect("it starts");
    assert_eq!(
        complaint(&output, 1),
        "selfsame: there is no `aws` on this machine: install the AWS CLI and sign in with it\n"
    );
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

#[test]
fn what_cannot_be_meant_calls_nobody() {
    for (arguments, what) in [
        (
            &["list", "--stack", "home", "--data", "x"][..],
            "'--data <DIR>'",
        ),
        (
            &["link", "me@my.example", "--stack", "home", "--port", "1"],
            "'--port <N>'",
        ),
        (
            &[
                "add",
                "me@my.example",
                "--stack",
                "home",
                "--password-stdin",
            ],
            "'--password-stdin'",
        ),
        (&["list", "--region", "eu-central-1"], "--stack"),
        (
            &["list", "--stack", "two words"],
            "letters, digits and hyphens",
        ),
        (
            &["list", "--stack=--profile"],
            "letters, digits and hyphens",
        ),
        (
            &["list", "--stack", "home", "--region", "Frankfurt"],
            "eu-central-1",
        ),
        (
            &["add", "nobody", "--stack", "home"],
            "`nobody` is no address",
        ),
    ] {
        let aws = FakeAws::answering(&json!({"status": "okay", "users": []}));
        let text = complaint(&aws.user(arguments), 2);
        assert!(text.contains(what), "{arguments:?}: {text}");
        assert!(!aws.path("argv").exists(), "{arguments:?}");
    }
}
