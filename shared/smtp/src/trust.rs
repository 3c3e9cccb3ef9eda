//! Whom a connection believes.

use std::sync::Arc;

use lettre::transport::smtp::client::{Certificate, CertificateStore, TlsParameters};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_rustls::TlsConnector;

/// The public authorities, and those of one's own.
pub(crate) struct Trust {
    /// For TLS from the beginning.
    pub(crate) connector: TlsConnector,
    own: Vec<Certificate>,
}

impl Trust {
    /// With the authorities in `pem` beside the public ones. None if there is something in it that is none, or nothing.
    pub(crate) fn with(pem: Option<&str>) -> Option<Self> {
        let mut roots = RootCertStore::empty();
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        let mut own = Vec::new();
        if let Some(pem) = pem {
            for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
                let certificate = certificate.ok()?;
                own.push(Certificate::from_der(certificate.to_vec()).ok()?);
                roots.add(certificate).ok()?;
            }
            if own.is_empty() {
                return None;
            }
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .ok()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Some(Self {
            connector: TlsConnector::from(Arc::new(config)),
            own,
        })
    }

    /// For TLS after STARTTLS, which lettre speaks: the same authorities, for a server of this name.
    pub(crate) fn parameters(
        &self,
        host: &str,
    ) -> Result<TlsParameters, lettre::transport::smtp::Error> {
        let mut builder = TlsParameters::builder(host.to_owned())
            .certificate_store(CertificateStore::WebpkiRoots);
        for certificate in &self.own {
            builder = builder.add_root_certificate(certificate.clone());
        }
        builder.build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_believed_must_be_certificates_and_nothing_else() {
        assert!(Trust::with(None).is_some());
        for odd in [
            "",
            "no PEM",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        ] {
            assert!(Trust::with(Some(odd)).is_none(), "{odd}");
        }
    }
}
