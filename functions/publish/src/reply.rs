//! Our answer's way to CloudFormation: a PUT to the signed address in its request.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Uri};
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;

/// For all of one try.
const DEADLINE: Duration = Duration::from_secs(5);
const TRIES: usize = 3;

/// Answers CloudFormation.
pub struct Replies(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl Replies {
    /// Believes the authorities that AWS's endpoints have their certificates from. Plain HTTP where the address says so,
    /// which CloudFormation's never do.
    pub fn new() -> Self {
        let mut roots = RootCertStore::empty();
        for pem in aws::ROOTS {
            if let Ok(root) = CertificateDer::from_pem_slice(pem.as_bytes()) {
                // Whoever has a certificate from one that is left out is not believed.
                let _ = roots.add(root);
            }
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        #[expect(
            clippy::expect_used,
            reason = "the versions and the provider are both constants of this function"
        )]
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider speaks TLS 1.2 and 1.3")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .build();
        Self(Client::builder(TokioExecutor::new()).build(connector))
    }

    /// Gives the answer. The error repeats nothing of the address, which is a secret.
    pub async fn put(&self, address: &str, answer: &Value) -> Result<(), String> {
        let address: Uri = address.parse().map_err(|_| "ResponseURL is no address")?;
        let mut trouble = String::new();
        for _ in 0..TRIES {
            match tokio::time::timeout(DEADLINE, self.put_once(address.clone(), answer)).await {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(error)) => trouble = error,
                Err(_) => trouble = "no answer in time".to_owned(),
            }
        }
        Err(trouble)
    }

    async fn put_once(&self, address: Uri, answer: &Value) -> Result<(), String> {
        // Without a Content-Type: the address was signed without one.
        let request = Request::put(address)
            .body(Full::from(answer.to_string()))
            .map_err(|_| "ResponseURL is no address")?;
        let response = self.0.request(request).await;
        let status = response.map_err(|error| error.to_string())?.status();
        match status.is_success() {
            true => Ok(()),
            false => Err(format!("status {}", status.as_u16())),
        }
    }
}
