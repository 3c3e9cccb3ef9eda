//! `selfsame audit`

use std::path::PathBuf;

use browserid::Timestamp;
use clap::Args;

use super::moment;

/// How a month is exported and judged. CloudTrail's own history reaches 90 days back; a trail's log files, longer.
pub const EXAMPLE: &str = "\
A month, on one of the days after it (TABLE is an output of the stack):

  aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=Sign \\
    --start-time 2026-11-01T00:00:00Z --end-time 2026-12-01T00:00:00Z --output json >signatures.json
  aws dynamodb query --table-name TABLE --consistent-read --key-condition-expression 'pk = :month' \\
    --expression-attribute-values '{\":month\": {\"S\": \"audit#2026-11\"}}' --output json >rows.json
  selfsame audit --cloudtrail signatures.json --rows rows.json --since 2026-11-01 --until 2026-12-01";

/// Options of `audit`.
#[derive(Args, Debug)]
pub struct AuditArguments {
    /// What CloudTrail noted: output of `aws cloudtrail lookup-events`, log files of a trail, or records line by line;
    /// `-`: standard input (may be repeated)
    #[arg(long, value_name = "FILE", required = true)]
    pub cloudtrail: Vec<PathBuf>,
    /// What the sign function wrote down: output of `aws dynamodb query` or `scan`; `-`: standard input (may be repeated)
    #[arg(long, value_name = "FILE", required = true)]
    pub rows: Vec<PathBuf>,
    /// Look only at signatures of this key: its ARN or id (may be repeated, after a rotation); default: every key
    #[arg(long, value_name = "ARN")]
    pub key: Vec<String>,
    /// Both exports hold everything from this moment on (UTC, such as 2026-11-01 or 2026-11-01T12:00Z)
    #[arg(long, value_name = "DATE", value_parser = moment)]
    pub since: Option<Timestamp>,
    /// Both exports hold everything before this moment
    #[arg(long, value_name = "DATE", value_parser = moment)]
    pub until: Option<Timestamp>,
    /// Print one JSON object instead of lines
    #[arg(long)]
    pub json: bool,
}
