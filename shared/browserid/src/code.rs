//! The table of stable machine names.

/// Whose move it is when something failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// The domain of the address, or its authority.
    Domain,
    /// The site that asks: its code or its configuration.
    Site,
    /// Whoever keeps the verifier.
    Verifier,
    /// Whoever presented the assertion: their browser, or an attacker.
    Visitor,
}

impl Fault {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::Site => "site",
            Self::Verifier => "verifier",
            Self::Visitor => "visitor",
        }
    }
}

macro_rules! codes {
    ($($name:ident = $text:literal, $fault:ident, $meaning:literal, $advice:literal;)+) => {
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

            /// What to do about it, for the site's developer or the domain's owner: whole sentences.
            pub fn advice(self) -> &'static str {
                match self {
                    $(Self::$name => $advice,)+
                }
            }
        }
    };
}

codes! {
    AlgorithmMismatch = "algorithm_mismatch", Visitor, "a header names another algorithm than the key it is checked with",
        "If the failing step is `key`, the domain has probably changed to a key of another kind while an older certificate is in use: let the visitor sign in again. If it is `signature`, their browser's software is broken.";
    AssertionExpired = "assertion_expired", Visitor, "the assertion is over",
        "Send an assertion to the verifier as soon as the browser hands it over, and only once; it lives for minutes. If it happens with fresh ones, compare the clocks of visitor and verifier (step `clock`).";
    AssertionLivesTooLong = "assertion_lives_too_long", Visitor, "the assertion expires more than 24 hours ahead",
        "The visitor's clock is far ahead, or their software is broken: let them set the clock and sign in again.";
    AssertionMalformed = "assertion_malformed", Visitor, "the assertion is not a signed object, or a claim in it has the wrong shape",
        "Check that your site passes the text on unchanged (not cut, not decoded, `+` not turned into a blank). If it does, the visitor's software is broken.";
    AssertionNotYetValid = "assertion_not_yet_valid", Visitor, "the assertion was issued in the future",
        "The visitor's clock is ahead of the verifier's: let them set it, and check the verifier's own.";
    AssertionSignature = "assertion_signature", Visitor, "the assertion was not signed with the certified key",
        "Refuse the sign-in: certificate and assertion do not belong together. Check that your site passes the text on unchanged.";
    AudienceMismatch = "audience_mismatch", Site, "the assertion is for another site",
        "Compare `audience` with your site's own origin as the browser shows it: scheme, host and port. Take it from your configuration, never from the `Host` header. If it is right, somebody is trying an assertion made for another site.";
    BundleMalformed = "bundle_malformed", Site, "what was sent is not certificate and assertion with a tilde between",
        "Send the text that the browser handed over, whole and unchanged, as `assertion`; in a form it must be percent-encoded.";
    CertificateBeforeNotBefore = "certificate_before_not_before", Visitor, "the certificate was issued before the moment from which its issuer's certificates count",
        "The domain's owner has made everything worthless that was certified before (`not-before` in the support document; a panic switch does so). Refuse the sign-in; the domain's person signs in again and so gets a new certificate. If it happens with new ones, the domain's `not-before` is ahead, or its certificates have no `iat`.";
    CertificateChain = "certificate_chain", Visitor, "there is more than one certificate",
        "Refuse the sign-in: nothing that is in use makes such a thing.";
    CertificateExpired = "certificate_expired", Visitor, "the certificate is over",
        "Let the visitor sign in again: their browser then gets a new certificate. If it happens with new ones, the clock of the domain's signing service is behind, or the verifier's is ahead (step `clock`).";
    CertificateLivesTooLong = "certificate_lives_too_long", Domain, "the certificate is valid for more than 24 hours",
        "The domain's owner must issue certificates for at most 24 hours. Times are in milliseconds.";
    CertificateMalformed = "certificate_malformed", Domain, "the certificate is not a signed object, or a claim in it has the wrong shape",
        "Check that your site passes the text on unchanged. If it does, the domain's owner must correct what is signed: `exp` and `iat` are whole numbers of milliseconds, `exp` is required.";
    CertificateNotYetValid = "certificate_not_yet_valid", Domain, "the certificate was issued in the future",
        "The clock of the domain's signing service is ahead of the verifier's (step `clock`): set it, and set `iat` back by some seconds.";
    CertificateSignature = "certificate_signature", Domain, "the certificate was not signed with a key of its issuer",
        "The domain's owner must publish the key that signs, and the old one beside it (`keys`) until its last certificate has ended. After a change of keys the verifier may hold the old document for as long as its Cache-Control allows, but asks again at most a minute later: let the visitor try again. Otherwise it is forged.";
    DelegationCircular = "delegation_circular", Domain, "domains delegate to each other in a circle",
        "The owner of one of the domains that `reason` lists must let `authority` name a host with a support document of its own.";
    DelegationTooLong = "delegation_too_long", Domain, "too many domains delegate one after the other",
        "The domain's owner must delegate to the authority itself, or over at most five others.";
    DocumentContentType = "document_content_type", Domain, "the support document is not served as application/json",
        "The domain's owner must serve /.well-known/browserid with `Content-Type: application/json`; a host that cannot may serve a document that only delegates.";
    DocumentMalformed = "document_malformed", Domain, "the support document has the wrong shape",
        "The domain's owner must correct /.well-known/browserid: `reason` says what is wrong with it.";
    DocumentMissing = "document_missing", Domain, "the domain answers with another status than 200 for the support document",
        "The domain does not take part, or its owner must put a document at https://DOMAIN/.well-known/browserid, on the very host that stands after the @ (not on `www`). Offer the visitor another way to sign in.";
    DocumentRedirected = "document_redirected", Domain, "the domain redirects the support document",
        "The domain's owner must serve /.well-known/browserid itself, without a redirect (to `www`, for one), or put a document there that delegates: {\"authority\": HOST}.";
    DocumentTooLarge = "document_too_large", Domain, "the support document is too large",
        "The domain's owner must keep the document below 64 KiB; a usual one has 1 KiB.";
    DomainDisabled = "domain_disabled", Domain, "the domain says that it does not take part",
        "Offer the visitor another way to sign in. The domain's owner takes `disabled` out of the document to take part again.";
    DomainForbidden = "domain_forbidden", Domain, "the domain's address is not a public one",
        "The domain's owner must let its name lead to public addresses only. To try things inside one network, use `selfsame verifier` with `--map`.";
    DomainInvalid = "domain_invalid", Domain, "the issuer is not a host name",
        "The domain's owner must write a bare host name as `iss`: no scheme, no port, no path.";
    DomainNotMembers = "domain_not_members", Domain, "the issuer may not speak for this domain in the federation that the verifier belongs to",
        "Each member of a federation speaks for the domains that the member list names for it, exactly these: none below or above them. `reason` names who speaks for this one. If it should be the issuer, its keeper asks the federation to add the domain. Otherwise it is forged.";
    DomainTimeout = "domain_timeout", Domain, "the domain did not answer in time",
        "Try again later. The domain's owner should serve the document from a host that answers within a second.";
    DomainTls = "domain_tls", Domain, "no secure connection to the domain could be made",
        "The domain's owner must mend its certificate: not expired, for this very name, with all intermediate certificates, from an authority that browsers trust.";
    DomainUnknown = "domain_unknown", Domain, "there is no such host",
        "Check the address for a typing error. Otherwise the domain's owner needs an A or AAAA record for the very name after the @.";
    DomainUnreachable = "domain_unreachable", Domain, "the domain could not be reached, or is in trouble",
        "Try again later: the domain refused the connection, broke it off, or answered with a status of 500 or above. Nobody else speaks for it meanwhile.";
    EmailMalformed = "email_malformed", Domain, "the address in the certificate is malformed",
        "The domain's owner must certify addresses in their plain form: one @, and a host name in lower case after it.";
    EmailMissing = "email_missing", Domain, "the certificate names no address and its issuer is not a trusted one",
        "The domain's owner must certify `principal.email`. If the issuer may leave it out, name it among the trusted issuers.";
    IssuerNotMember = "issuer_not_member", Domain, "the certificate's issuer is no member of the federation that the verifier belongs to",
        "This verifier accepts the members of its federation (FEDERATION) and nobody else. Offer the visitor another way to sign in. An institution that should be a member asks the federation.";
    IssuerUntrusted = "issuer_untrusted", Domain, "the certificate's issuer does not speak for the address",
        "`reason` names who does. The address's domain must delegate to the issuer, or the verifier must trust it (TRUSTED_ISSUERS) or have it as fallback. An issuer below or above the domain is another one. Otherwise it is forged.";
    KeyTooWeak = "key_too_weak", Visitor, "a key is below what this verifier accepts",
        "This verifier has STRONG_KEYS on and takes RSA of 2048 bits only. If the failing step is `key`, the domain's owner must change the key; otherwise the visitor's software is from Persona's days.";
    ListExpired = "list_expired", Verifier, "the federation's member list has expired and no newer one could be had",
        "Nobody can sign in until the verifier has a newer list: the federation must publish one before the old one ends, and the verifier must reach it (FEDERATION). Its log says what went wrong.";
    ListMissing = "list_missing", Verifier, "the federation's member list could not be read since the verifier started",
        "Nobody can sign in until the verifier has read a list: its log says what went wrong. Check FEDERATION (a file, or an https URL that answers 200) and FEDERATION_KEY (the key that signed the list). It is tried again by itself.";
    MemberDelegates = "member_delegates", Domain, "the issuer's document names another authority, and a member of a federation must speak for itself",
        "The member's keeper must publish keys in the issuer's own document, or ask the federation to list the other authority as the issuer.";
    MemberExpired = "member_expired", Domain, "the issuer's membership in the federation has expired",
        "The issuer's keeper asks the federation to renew the membership.";
    MemberKeyTooWeak = "member_key_too_weak", Domain, "a key of the issuer is below what the federation demands of it",
        "The member's keeper must sign with a key of the kind and size that the member list names (`keys`), or have the list changed.";
    UserKeyMalformed = "user_key_malformed", Domain, "the public key in the certificate cannot be used",
        "The domain's owner must certify the key object just as the browser sent it, and only if it is RSA of 2048 bits or DSA of the two old sizes; the step's `detail` says more.";
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
    fn a_meaning_is_a_clause_and_an_advice_is_whole_sentences() {
        for code in Code::ALL {
            let (meaning, advice) = (code.meaning(), code.advice());
            assert!(!meaning.ends_with('.') && !meaning.contains('|'), "{code}");
            assert!(meaning.starts_with(char::is_lowercase), "{code}");
            assert!(advice.ends_with('.') && !advice.contains('|'), "{code}");
            assert!(!advice.contains('\n'), "{code}");
        }
    }

    #[test]
    fn the_table_is_in_alphabetical_order() {
        assert!(Code::ALL.is_sorted_by_key(|code| code.as_str()));
    }
}
