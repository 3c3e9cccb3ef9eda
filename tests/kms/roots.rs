//! Whom the clients of AWS believe: Amazon's authorities, and nobody else.

use std::process::Command;

use aws::ROOTS;
use kms::public_key;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use sha2::{Digest, Sha256};
use tests::tls::{Act, Shows, TlsServer};

use crate::keys::ARN;
use crate::stub::{PATIENT, config};

/// Name, SHA-256 of the certificate, end of its life as it stands in it. As in the README of `shared/aws`.
const EXPECTED: [(&str, &str, &str); 5] = [
    (
        "Amazon Root CA 1",
        "8ecde6884f3d87b1125ba31ac3fcb13d7016de7f57cc904fe1cb97c6ae98196e",
        "380117000000Z",
    ),
    (
        "Amazon Root CA 2",
        "1ba5b2aa8c65401a82960118f80bec4f62304d83cec4713a19c39c011ea46db4",
        "400526000000Z",
    ),
    (
        "Amazon Root CA 3",
        "18ce6cfe7bf14e60b2e347b8dfe868cb31d02ebb3ada271569f50343b46db3a4",
        "400526000000Z",
    ),
    (
        "Amazon Root CA 4",
        "e35d28419ed02025cfa69038cd623962458da5c695fbdea3c22b0bfb25897092",
        "400526000000Z",
    ),
    (
        "Starfield Services Root Certificate Authority - G2",
        "568d6905a2c88708a4b3025190edcfedb1974a606a13c6e5290fcb2ae63edab5",
        "371231235959Z",
    ),
];

/// The day before which none may expire: beyond the life of a function that is never deployed again.
const AT_LEAST_UNTIL: &str = "360101000000Z";

#[test]
fn the_roots_are_amazons_five_and_live_on_for_years() {
    let readme = include_str!("../../shared/aws/README.md");
    let mut store = RootCertStore::empty();
    for (pem, (name, fingerprint, end)) in ROOTS.into_iter().zip(EXPECTED) {
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem.as_bytes())
            .collect::<Result<_, _>>()
            .expect("PEM");
        let [certificate] = &certificates[..] else {
            panic!("{name}: {} certificates in a file", certificates.len());
        };
        let digest = Sha256::digest(certificate);
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, fingerprint, "{name}");
        assert!(readme.contains(fingerprint), "{name}");
        // Its own issuer: the name stands there twice. Its times: UTCTime, the second is the end.
        let count = |text: &[u8]| {
            certificate
                .windows(text.len())
                .filter(|w| *w == text)
                .count()
        };
        assert_eq!(count(name.as_bytes()), 2, "{name}");
        let utc_time = [b"\x17\x0d", end.as_bytes()].concat();
        assert_eq!(count(&utc_time), 1, "{name}");
        assert!(end > AT_LEAST_UNTIL, "{name} ends at {end}");
        store.add(certificate.clone()).expect("an authority");
    }
    assert_eq!(store.len(), ROOTS.len());
}

#[tokio::test]
async fn nobody_else_is_believed_and_nobody_else_gets_a_request() {
    let refusal = b"HTTP/1.1 400 -\r\ncontent-length: 2\r\n\r\n{}".to_vec();
    let server = TlsServer::start(Shows::Right, vec![Act::Send(refusal)]).await;
    let endpoint = format!("https://localhost:{}", server.port);
    let read = public_key(&config(&endpoint, PATIENT), ARN).await;
    let error = read.expect_err("not Amazon's");
    assert_eq!(error.code(), "unreachable");
    assert!(error.to_string().contains("UnknownIssuer"), "{error}");
    assert_eq!(server.requests(), [""; 0]);
    assert!(server.connections() > 0);
}

#[test]
fn no_variable_of_the_process_changes_who_is_believed_or_asked() {
    let authority = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tls/ca.pem");
    let nowhere = "http://127.0.0.1:1";
    let tests = std::env::current_exe().expect("the tests");
    let output = Command::new(tests)
        .args(["nobody_else_is_believed", "signing::"])
        .env("AWS_CONFIG_FILE", authority)
        .env("AWS_ENDPOINT_URL", nowhere)
        .env("AWS_ENDPOINT_URL_KMS", nowhere)
        .env("AWS_MAX_ATTEMPTS", "1")
        .env("AWS_PROFILE", "nobody")
        .env("AWS_REGION", "nowhere")
        .env("AWS_USE_FIPS_ENDPOINT", "true")
        .env("HTTPS_PROXY", nowhere)
        .env("HTTP_PROXY", nowhere)
        .env("SSL_CERT_FILE", authority)
        .env("http_proxy", nowhere)
        .env("https_proxy", nowhere)
        .output()
        .expect("the tests start");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    assert!(
        text.contains("test result: ok. 6 passed; 0 failed"),
        "{text}"
    );
}
