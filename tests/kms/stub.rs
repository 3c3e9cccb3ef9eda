//! An endpoint of AWS on loopback that answers as it is told, and writes down what it was asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws::{Deadlines, SdkConfig, Settings};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// For what must not depend on how busy the machine is.
pub const PATIENT: Deadlines = Deadlines {
    attempt: Duration::from_secs(60),
    connect: Duration::from_secs(60),
    operation: Duration::from_secs(120),
};

/// What the stub does with a request.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Closes the connection.
    Drop,
    /// Sends all of the head and a part of the body, and closes the connection.
    HalfAndDrop,
    /// The same, and keeps the connection open.
    HalfAndHold,
    /// Sends nothing, and keeps the connection open.
    Hold,
    /// Status and body.
    Send(u16, Vec<u8>),
}

/// What KMS answers to what it did.
pub fn done(body: Value) -> Answer {
    Answer::Send(200, body.to_string().into_bytes())
}

/// How KMS refuses. The message names what no line of our log may.
pub fn refusal(status: u16, code: &str) -> Answer {
    let body = json!({ "__type": code, "message": "arn:aws:kms:test:1:key/SECRET-KEY-ID" });
    Answer::Send(status, body.to_string().into_bytes())
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Asked {
    pub body: Vec<u8>,
    pub headers: BTreeMap<String, String>,
    /// Method and path.
    pub line: String,
}

impl Asked {
    /// The operation, without the service's name.
    pub fn operation(&self) -> &str {
        let target = self.headers.get("x-amz-target");
        target.map_or("", |target| target.rsplit('.').next().unwrap_or_default())
    }

    /// The body of a request to KMS.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }
}

/// What it answers to each operation, in turn; the last answer is for all that follow. S3's operation is "".
type Script = BTreeMap<&'static str, Vec<Answer>>;

/// The stub. It ends with its handle.
pub struct Stub {
    asked: Arc<Mutex<Vec<Asked>>>,
    port: u16,
    task: JoinHandle<()>,
}

impl Stub {
    /// Starts one.
    pub async fn start(script: impl IntoIterator<Item = (&'static str, Vec<Answer>)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("a bound address").port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let script: Arc<Script> = Arc::new(script.into_iter().collect());
        let log = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&script), Arc::clone(&log)));
            }
        });
        Self { asked, port, task }
    }

    /// What was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no poison").clone()
    }

    /// How often an operation was asked for so far.
    pub fn count(&self, operation: &str) -> usize {
        let asked = self.asked();
        asked.iter().filter(|a| a.operation() == operation).count()
    }

    /// Clients that ask here.
    pub fn config(&self, deadlines: Deadlines) -> SdkConfig {
        config(&format!("http://127.0.0.1:{}", self.port), deadlines)
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Clients that ask at `endpoint`.
pub fn config(endpoint: &str, deadlines: Deadlines) -> SdkConfig {
    settings(Some(endpoint)).sdk_config_within(deadlines)
}

/// The environment of a function, with an endpoint or with AWS's own.
pub fn settings(endpoint: Option<&str>) -> Settings {
    // The SDK keeps one budget of retries a region and process: a region for each test.
    let region = endpoint.and_then(|endpoint| endpoint.rsplit(':').next());
    let region = region.map_or("eu-central-1".to_owned(), |port| format!("test-{port}"));
    let settings = Settings::read(|name| match name {
        "AWS_ACCESS_KEY_ID" => Some("AKIDEXAMPLE".to_owned()),
        "AWS_ENDPOINT_URL" => endpoint.map(str::to_owned),
        "AWS_REGION" => Some(region.clone()),
        "AWS_SECRET_ACCESS_KEY" => Some("SECRET-ACCESS-KEY".to_owned()),
        "AWS_SESSION_TOKEN" => Some("SESSION-TOKEN".to_owned()),
        _ => None,
    });
    settings.unwrap_or_else(|faults| panic!("{faults:?}"))
}

async fn serve(stream: TcpStream, script: Arc<Script>, log: Arc<Mutex<Vec<Asked>>>) {
    let mut stream = BufReader::new(stream);
    while let Some(asked) = read(&mut stream).await {
        let (number, turn) = {
            let mut log = log.lock().expect("no poison");
            let operation = asked.operation().to_owned();
            let turn = log.iter().filter(|a| a.operation() == operation).count();
            log.push(asked.clone());
            (log.len(), turn)
        };
        let answers = script.get(asked.operation());
        let answer = answers.and_then(|answers| answers.get(turn).or(answers.last()));
        let answer = answer.unwrap_or_else(|| panic!("asked for {:?}", asked.operation()));
        let head = |status: u16, length: usize| {
            format!(
                "HTTP/1.1 {status} -\r\ncontent-length: {length}\r\nx-amzn-requestid: R{number}\r\netag: \"E{number}\"\r\n\r\n"
            )
        };
        let half = format!("{}{{\"Key", head(200, 500));
        let sent = match answer {
            Answer::Drop => return,
            Answer::Hold => std::future::pending().await,
            Answer::HalfAndDrop => {
                let _ = stream.write_all(half.as_bytes()).await;
                return;
            }
            Answer::HalfAndHold => {
                let _ = stream.write_all(half.as_bytes()).await;
                std::future::pending().await
            }
            Answer::Send(status, body) => {
                let whole = [head(*status, body.len()).into_bytes(), body.clone()].concat();
                stream.write_all(&whole).await
            }
        };
        if sent.is_err() {
            return;
        }
    }
}

/// The next request, or None if the client is gone.
async fn read(stream: &mut BufReader<TcpStream>) -> Option<Asked> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).expect("a head in ASCII");
    let mut lines = head.lines();
    let line = lines.next().expect("a request line");
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.get("content-length").map_or("0", String::as_str);
    let mut body = vec![0; length.parse().expect("a length")];
    stream.read_exact(&mut body).await.ok()?;
    Some(Asked {
        body,
        headers,
        line: line.trim_end_matches(" HTTP/1.1").to_owned(),
    })
}
