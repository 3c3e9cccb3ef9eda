//! The handshake: judged as strictly as verifiers do, and written down also when it fails.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme,
};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use x509_cert::Certificate;
use x509_cert::der::Decode;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

use crate::observation::{TlsFailure, TlsSeen};

/// The stream if everything was right, and what was shown in any case.
pub(super) async fn secure(
    stream: TcpStream,
    name: ServerName<'static>,
    trust: &Arc<WebPkiServerVerifier>,
    now: u64,
) -> (Option<TlsStream<TcpStream>>, TlsSeen) {
    let shown = Arc::new(Mutex::new(TlsSeen::default()));
    let witness = Witness {
        now: UnixTime::since_unix_epoch(Duration::from_millis(now)),
        shown: Arc::clone(&shown),
        strict: Arc::clone(trust),
    };
    let connected = match config(witness) {
        Ok(config) => {
            TlsConnector::from(Arc::new(config))
                .connect(name, stream)
                .await
        }
        Err(error) => Err(io::Error::other(error)),
    };
    let mut seen = shown.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match connected {
        Ok(stream) => {
            let version = stream.get_ref().1.protocol_version();
            seen.version = version.map(|version| format!("{version:?}"));
            (Some(stream), seen)
        }
        Err(error) => {
            seen.failure = Some(failure(&error));
            (None, seen)
        }
    }
}

fn config(witness: Witness) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(witness))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.resumption = Resumption::disabled();
    Ok(config)
}

fn failure(error: &io::Error) -> (TlsFailure, String) {
    let Some(error) = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Error>())
    else {
        return (
            TlsFailure::Other,
            "the connection was closed during the handshake".to_owned(),
        );
    };
    let kind =
        match error {
            Error::AlertReceived(AlertDescription::ProtocolVersion)
            | Error::PeerIncompatible(_) => TlsFailure::Version,
            Error::InvalidCertificate(certificate) => match certificate {
                CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                    TlsFailure::Expired
                }
                CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                    TlsFailure::NotYetValid
                }
                CertificateError::NotValidForName
                | CertificateError::NotValidForNameContext { .. } => TlsFailure::Name,
                // A certificate for clients, one that is its own authority, a signature that is none: nobody known vouches.
                _ => TlsFailure::UnknownIssuer,
            },
            _ => TlsFailure::Other,
        };
    (kind, error.to_string())
}

/// Writes down what is shown, and passes on the strict judgement: nothing is accepted that it refuses.
#[derive(Debug)]
struct Witness {
    now: UnixTime,
    shown: Arc<Mutex<TlsSeen>>,
    strict: Arc<WebPkiServerVerifier>,
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let seen = facts(end_entity, intermediates.len() + 1);
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = seen;
        self.strict.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            self.now,
        )
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.strict
            .verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.strict
            .verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.strict.supported_verify_schemes()
    }
}

/// What stands in a certificate; whatever cannot be read stays empty.
fn facts(certificate: &CertificateDer<'_>, certificates: usize) -> TlsSeen {
    let mut seen = TlsSeen {
        certificates,
        ..TlsSeen::default()
    };
    let Ok(certificate) = Certificate::from_der(certificate) else {
        return seen;
    };
    let facts = certificate.tbs_certificate;
    let ms = |time: x509_cert::time::Time| {
        u64::try_from(time.to_unix_duration().as_millis()).unwrap_or(0)
    };
    seen.is_self_issued = facts.issuer == facts.subject;
    seen.issuer = facts.issuer.to_string();
    seen.not_before = ms(facts.validity.not_before);
    seen.not_after = ms(facts.validity.not_after);
    if let Ok(Some((_, names))) = facts.get::<SubjectAltName>() {
        seen.names = names
            .0
            .iter()
            .filter_map(|name| match name {
                GeneralName::DnsName(name) => Some(name.to_string()),
                _ => None,
            })
            .take(20)
            .collect();
    }
    seen
}
