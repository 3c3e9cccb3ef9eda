//! The table of stable machine names.

/// Whose move it is when something failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// Who sent the assertion.
    Caller,
    /// The domain of the address, or its authority.
    Issuer,
}

macro_rules! codes {
    ($($name:ident = $text:literal, $fault:ident, $meaning:literal;)+) => {
        /// Stable machine names of protocol failures: one table. Lines are added, never renamed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $meaning] $name,)+
        }

        impl Code {
            /// Every code, in alphabetical order.
            pub const ALL: &'static [Code] = &[$(Code::$name,)+];

            /// The name on the wire.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }

            /// What it means, in one sentence without a full stop.
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Self::$name => $meaning,)+
                }
            }

            /// Whose move it is.
            pub fn fault(self) -> Fault {
                match self {
                    $(Self::$name => Fault::$fault,)+
                }
            }
        }
    };
}

codes! {
    AlgorithmMismatch = "algorithm_mismatch", Caller, "a header names another algorithm than the key it is checked with";
    AssertionExpired = "assertion_expired", Caller, "the assertion is over";
    AssertionLivesTooLong = "assertion_lives_too_long", Caller, "the assertion expires more than 24 hours ahead";
    AssertionMalformed = "assertion_malformed", Caller, "the assertion is not a signed object, or a claim in it has the wrong shape";
    AssertionNotYetValid = "assertion_not_yet_valid", Caller, "the assertion was issued in the future";
    AssertionSignature = "assertion_signature", Caller, "the assertion was not signed with the certified key";
    AudienceMismatch = "audience_mismatch", Caller, "the assertion is for another site";
    BundleMalformed = "bundle_malformed", Caller, "what was sent is not certificate and assertion with a tilde between";
    CertificateChain = "certificate_chain", Caller, "there is more than one certificate";
    CertificateExpired = "certificate_expired", Caller, "the certificate is over";
    CertificateLivesTooLong = "certificate_lives_too_long", Issuer, "the certificate is valid for more than 24 hours";
    CertificateMalformed = "certificate_malformed", Caller, "the certificate is not a signed object, or a claim in it has the wrong shape";
    CertificateNotYetValid = "certificate_not_yet_valid", Caller, "the certificate was issued in the future";
    CertificateSignature = "certificate_signature", Caller, "the certificate was not signed with a key of its issuer";
    DelegationCircular = "delegation_circular", Issuer, "domains delegate to each other in a circle";
    DelegationTooLong = "delegation_too_long", Issuer, "too many domains delegate one after the other";
    DocumentContentType = "document_content_type", Issuer, "the support document is not served as application/json";
    DocumentMalformed = "document_malformed", Issuer, "the support document has the wrong shape";
    DocumentMissing = "document_missing", Issuer, "the domain answers with another status than 200 for the support document";
    DocumentRedirected = "document_redirected", Issuer, "the domain redirects the support document";
    DocumentTooLarge = "document_too_large", Issuer, "the support document is too large";
    DomainDisabled = "domain_disabled", Issuer, "the domain says that it does not take part";
    DomainForbidden = "domain_forbidden", Issuer, "the domain's address is not a public one";
    DomainInvalid = "domain_invalid", Caller, "the issuer is not a host name";
    DomainTimeout = "domain_timeout", Issuer, "the domain did not answer in time";
    DomainTls = "domain_tls", Issuer, "no secure connection to the domain could be made";
    DomainUnknown = "domain_unknown", Issuer, "there is no such host";
    DomainUnreachable = "domain_unreachable", Issuer, "the domain could not be reached, or is in trouble";
    EmailMalformed = "email_malformed", Caller, "the address in the certificate is malformed";
    EmailMissing = "email_missing", Caller, "the certificate names no address and its issuer is not a trusted one";
    IssuerUntrusted = "issuer_untrusted", Caller, "the certificate's issuer does not speak for the address";
    KeyTooWeak = "key_too_weak", Caller, "a key is below what this verifier accepts";
    UserKeyMalformed = "user_key_malformed", Caller, "the public key in the certificate cannot be used";
}

impl core::fmt::Display for Code {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_spelled_alike() {
        let names: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        for name in names {
            assert!(
                name.bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'_'),
                "{name}"
            );
        }
    }

    #[test]
    fn the_table_is_in_alphabetical_order() {
        assert!(Code::ALL.is_sorted_by_key(|code| code.as_str()));
    }
}
