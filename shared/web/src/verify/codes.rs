//! The codes that this interface gives by itself: requests that are no verification. (What a verification refuses has a
//! [`browserid::Code`].)

use browserid::Fault;

use crate::problem::Kind;

/// A code of a request that came to no verification.
#[derive(Clone, Copy, Debug)]
pub struct RequestCode {
    /// Code, meaning and status.
    pub kind: Kind,
    /// Whose move it is.
    pub fault: Fault,
    /// What to do about it: whole sentences.
    pub advice: &'static str,
}

/// Every one that the verifier gives, in alphabetical order.
pub const REQUEST_CODES: &[RequestCode] = &[
    site(
        Kind::AddressMalformed,
        "Ask `/wsapi/address_info?email=ADDRESS`, percent-encoded, and nothing else in the query; `reason` names the fault. Perhaps the visitor mistyped.",
    ),
    site(
        Kind::AssertionMissing,
        "Send `assertion`: as a member of a JSON object, on v1 also of a form. An empty one means that the browser handed over none: nobody wants to sign in.",
    ),
    site(
        Kind::AudienceMissing,
        "Send `audience`: your site's own origin, from its configuration.",
    ),
    site(
        Kind::BodyTooLarge,
        "Send assertion and audience only. A certificate so large that it does not fit is for the domain's owner to mend. The body of this answer is empty.",
    ),
    site(
        Kind::DomainMalformed,
        "Ask `/wsapi/discovery?domain=HOST` and nothing else in the query; `reason` names the fault.",
    ),
    site(
        Kind::MethodNotAllowed,
        "Verify with POST: what stands in a GET ends in logs. The body of this answer is a text.",
    ),
    site(
        Kind::NotFound,
        "Check the path: `/verify`, `/v2`, `/status`. The body of this answer is a text.",
    ),
    site(
        Kind::RequestMalformed,
        "Send a JSON object if `Content-Type` says JSON. The body of this answer is empty.",
    ),
    site(
        Kind::TrustedIssuersMalformed,
        "Send `trustedIssuers` as an array of at most 100 host names, or leave it out.",
    ),
    site(
        Kind::TypeUnsupported,
        "Name the type of the body in `Content-Type`: `application/json`, on v1 also `application/x-www-form-urlencoded`; in UTF-8, not compressed.",
    ),
    RequestCode {
        kind: Kind::Unavailable,
        fault: Fault::Verifier,
        advice: "Try again once; nobody was verified. If it stays, the verifier's keeper finds the reason in its log.",
    },
];

const fn site(kind: Kind, advice: &'static str) -> RequestCode {
    RequestCode {
        kind,
        fault: Fault::Site,
        advice,
    }
}
