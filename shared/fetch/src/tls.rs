//! Which certificates a host may show.

use std::fmt;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

/// TLS 1.2 and 1.3 with the roots of Mozilla's programme, which are compiled in: no file of the machine can add one.
pub fn strict_tls() -> Arc<ClientConfig> {
    strict_tls_with(&ExtraRoots::default())
}

/// The same, and further roots: for institutions whose hosts have certificates of an authority of their own. Everything
/// else stays as strict.
pub fn strict_tls_with(extra: &ExtraRoots) -> Arc<ClientConfig> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    #[expect(
        clippy::expect_used,
        reason = "the versions and the provider are both constants of this function"
    )]
    let versions = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider speaks TLS 1.2 and 1.3");
    let mut roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    roots.extend(extra.0.roots.iter().cloned());
    Arc::new(versions.with_root_certificates(roots).with_no_client_auth())
}

/// Roots of the operator's own choice.
#[derive(Debug)]
pub struct ExtraRoots(RootCertStore);

impl Default for ExtraRoots {
    fn default() -> Self {
        Self(RootCertStore::empty())
    }
}

impl ExtraRoots {
    /// One or more certificates as PEM. Where a line should end there may be any blank: some consoles make one line of
    /// what is pasted into them.
    pub fn from_pem(text: &str) -> Result<Self, NoRoots> {
        let mut roots = RootCertStore::empty();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let body = rest.strip_prefix(BEGIN).ok_or(NoRoots)?;
            let (body, after) = body.split_once(END).ok_or(NoRoots)?;
            let body: Vec<&str> = body.split_whitespace().collect();
            let pem = format!("{BEGIN}\n{}\n{END}\n", body.join("\n"));
            let certificate =
                CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|_| NoRoots)?;
            roots.add(certificate).map_err(|_| NoRoots)?;
            rest = after.trim_start();
        }
        if roots.is_empty() {
            return Err(NoRoots);
        }
        Ok(Self(roots))
    }
}

/// Some of the text is no certificate, or there is none in it.
#[derive(Debug)]
pub struct NoRoots;

impl fmt::Display for NoRoots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this is not a list of certificates as PEM")
    }
}

impl std::error::Error for NoRoots {}

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

#[cfg(test)]
mod tests {
    use super::*;

    const CA: &str = include_str!("../../../tests/src/tls/ca.pem");

    fn count(text: &str) -> Option<usize> {
        let roots = ExtraRoots::from_pem(text).ok()?;
        Some(roots.0.len())
    }

    #[test]
    fn certificates_are_read_with_any_blanks_for_line_ends() {
        let pem = CA.trim();
        assert_eq!(count(pem), Some(1));
        assert_eq!(count(&format!(" {pem}\n\n{pem} ")), Some(2));
        assert_eq!(count(&format!("{pem}{pem}")), Some(2));
        assert_eq!(count(&pem.replace('\n', " ")), Some(1));
        assert_eq!(count(&pem.replace('\n', "\r\n")), Some(1));
    }

    #[test]
    fn whatever_is_no_certificate_is_refused_with_the_rest() {
        let pem = CA.trim();
        let cut: String = pem.lines().take(4).chain([END]).collect();
        for wrong in [
            "",
            " ",
            "a certificate",
            BEGIN,
            &format!("{BEGIN}{END}"),
            &format!("{BEGIN}AAAA{END}"),
            &cut,
            &format!("{pem} and more"),
            &format!("{pem}{BEGIN}"),
            &pem.replace("CERTIFICATE", "PRIVATE KEY"),
        ] {
            assert_eq!(count(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn further_roots_add_to_the_compiled_in_ones() {
        let pem = ExtraRoots::from_pem(CA).expect("a certificate");
        assert_eq!(pem.0.len(), 1);
        assert_eq!(ExtraRoots::default().0.len(), 0);
    }
}
