//! Whom a connection to AWS believes.

use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::{HttpConnectorSettings, SharedHttpClient};

use crate::Deadlines;
use crate::limit::limited;

/// Amazon's own authorities, as PEM: every endpoint of AWS has its certificate from one of them. The README says where
/// they come from.
pub const ROOTS: [&str; 5] = [
    include_str!("../roots/amazon-root-ca-1.pem"),
    include_str!("../roots/amazon-root-ca-2.pem"),
    include_str!("../roots/amazon-root-ca-3.pem"),
    include_str!("../roots/amazon-root-ca-4.pem"),
    include_str!("../roots/starfield-services-root-ca-g2.pem"),
];

/// Speaks HTTPS with those who have a certificate from [`ROOTS`], and plain HTTP where an endpoint says `http://`.
/// No proxy, whatever the environment says. None (and every call fails) if the library takes no such trust.
pub(crate) fn http_client() -> Option<SharedHttpClient> {
    Some(limited(
        Builder::new()
            .tls_provider(PROVIDER)
            .tls_context(context()?)
            .build_https(),
    ))
}

/// The same for what is no service of the SDK.
pub(crate) fn connector(deadlines: Deadlines) -> Option<Connector> {
    let settings = HttpConnectorSettings::builder()
        .connect_timeout(deadlines.connect)
        .read_timeout(deadlines.attempt)
        .build();
    Some(
        Connector::builder()
            .connector_settings(settings)
            // A function sleeps between requests, and what slept may be dead: one connection a question.
            .pool_max_idle_per_host(0)
            .sleep_impl(TokioSleep::new())
            .tls_provider(PROVIDER)
            .tls_context(context()?)
            .build(),
    )
}

const PROVIDER: Provider = Provider::Rustls(CryptoMode::AwsLc);

fn context() -> Option<TlsContext> {
    let mut store = TrustStore::empty();
    for root in ROOTS {
        store.add_pem_certificate(root);
    }
    TlsContext::builder().with_trust_store(store).build().ok()
}
