//! Answers out of a file instead of the network: `verify --documents`, `discover --responses`.

use std::collections::HashMap;
use std::path::Path;

use async_trait::async_trait;
use browserid::{Answer, Question};
use serde_json::{Map, Value};
use service::ports::{Fetched, SupportDocuments};

use crate::complaint::Complaint;
use crate::output;

/// No recorded file is longer.
const LIMIT: usize = 16 * 1024 * 1024;

/// What each host answers; a host that is not listed answers 404.
pub struct Recorded(HashMap<String, Answer>);

impl Recorded {
    /// Reads a JSON object: domain → support document.
    pub fn documents(file: &Path) -> Result<Self, Complaint> {
        let answers = object(file)?
            .into_iter()
            .map(|(domain, document)| {
                let answer = Answer::Response {
                    status: 200,
                    content_type: Some("application/json".into()),
                    body: document.to_string().into_bytes(),
                };
                (domain, answer)
            })
            .collect();
        Ok(Self(answers))
    }

    /// Reads a JSON object: host → `{"status", "headers", "body"}`.
    pub fn responses(file: &Path) -> Result<Self, Complaint> {
        object(file)?
            .into_iter()
            .map(|(host, response)| {
                let answer = response_of(&response).ok_or_else(|| {
                    Complaint::usage(format!(
                        "`{}`: write the answer of `{host}` as {{\"status\": 200, \"headers\": {{…}}, \"body\": \"…\"}}",
                        file.display()
                    ))
                })?;
                Ok((host, answer))
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

#[async_trait]
impl SupportDocuments for Recorded {
    async fn ask(&self, question: &Question, _: u64) -> Fetched {
        let known = self.0.get(question.host.as_str()).cloned();
        let answer = known.unwrap_or(Answer::Response {
            status: 404,
            content_type: None,
            body: Vec::new(),
        });
        answer.into()
    }
}

fn object(file: &Path) -> Result<Map<String, Value>, Complaint> {
    let bytes = output::read_file(file, LIMIT)?;
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(members)) => Ok(members),
        _ => Err(Complaint::usage(format!(
            "`{}` is no JSON object: write one with a member for each host",
            file.display()
        ))),
    }
}

fn response_of(json: &Value) -> Option<Answer> {
    let headers = match json.get("headers") {
        Some(Value::Object(headers)) => Some(headers),
        None => None,
        Some(_) => return None,
    };
    let content_type = headers
        .into_iter()
        .flatten()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
        .and_then(|(_, value)| value.as_str());
    Some(Answer::Response {
        status: u16::try_from(json.get("status")?.as_u64()?).ok()?,
        content_type: content_type.map(str::to_owned),
        body: match json.get("body") {
            Some(Value::String(body)) => body.clone().into_bytes(),
            None | Some(Value::Null) => Vec::new(),
            Some(_) => return None,
        },
    })
}
