//! Every failure, on its way out: the one place that knows statuses, codes, reasons and what the log learns.

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use browserid::{KeyError, Timestamp};
use http::{HeaderValue, StatusCode, header::RETRY_AFTER};
use serde::Serialize;
use service::fallback::FallbackFailure;
use service::ports::PortError;
use service::sign::SignFailure;
use service::sign_in::SignInFailure;

use crate::answer::Answer;
use crate::envelope::Facts;

/// When something of ours is broken, callers are asked to wait so long.
const RETRY_BROKEN_S: u64 = 5;

/// When somebody else's domain does not answer: what is known of it is kept for half a minute.
const RETRY_DOMAIN_S: u64 = 30;

macro_rules! kinds {
    ($($(#[doc = $meaning:literal])* $name:ident = $status:ident, $code:literal, $reason:literal;)*) => {
        /// Everything that these routes refuse by themselves. (What a verification refuses has a [`browserid::Code`].)
        /// Adding a line is the whole job; renaming a code is forbidden, pages and sites depend on it.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum Kind { $($(#[doc = $meaning])* $name,)* }

        impl Kind {
            /// Every line of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable machine name.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What it means, in one sentence.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($meaning),*).trim(),)* }
            }

            /// A sentence for people, where the case at hand has no better one.
            pub const fn reason(self) -> &'static str {
                match self { $(Self::$name => $reason,)* }
            }

            /// The HTTP status.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)* }
            }
        }
    };
}

kinds! {
    /// What is asked about is no address, or asked in another way than this path expects.
    AddressMalformed = BAD_REQUEST, "address_malformed", "missing required parameter: 'email'";
    /// The address is somebody's, or was used by somebody.
    AddressTaken = CONFLICT, "address_taken", "somebody has this address, or had it before";
    /// The verifier was sent no assertion.
    AssertionMissing = BAD_REQUEST, "assertion_missing", "missing assertion parameter";
    /// The verifier was sent no audience.
    AudienceMissing = BAD_REQUEST, "audience_missing", "missing audience parameter";
    /// A body or a query of more than 10 240 bytes, or a form of more than 1000 members.
    BodyTooLarge = PAYLOAD_TOO_LARGE, "body_too_large", "the body is longer than 10240 bytes";
    /// Wrong, used, over, tried too often, or asked for by another browser: all alike.
    CodeInvalid = FORBIDDEN, "code_invalid", "this code does not work";
    /// Wrong password or unknown address: both alike.
    CredentialsWrong = UNAUTHORIZED, "credentials_wrong", "address or password are wrong";
    /// What is asked about is no host name, or asked in another way than this path expects.
    DomainMalformed = BAD_REQUEST, "domain_malformed", "missing required parameter: 'domain'";
    /// The domain had support until lately and does not answer so now: the fallback keeps out for 30 days.
    DomainOffline = FORBIDDEN, "domain_offline", "the domain used to vouch for its people itself and is silent now: nobody takes its place for 30 days";
    /// The domain gives no clear answer at the moment: the fallback keeps out.
    DomainSilent = SERVICE_UNAVAILABLE, "domain_silent", "the domain does not answer at the moment";
    /// The domain speaks for itself: the fallback keeps out.
    DomainSupported = FORBIDDEN, "domain_supported", "the domain vouches for its people itself";
    /// Not a finite number above zero.
    DurationInvalid = BAD_REQUEST, "duration_invalid", "`duration` must be a number of seconds above zero";
    /// The link is unknown, used or expired: all alike.
    EnrolmentInvalid = NOT_FOUND, "enrolment_invalid", "this link does not work";
    /// A bug of ours.
    Internal = INTERNAL_SERVER_ERROR, "internal", "something went wrong here, please try again";
    /// The body is no public key.
    KeyMalformed = BAD_REQUEST, "key_malformed", "the body is not a public key";
    /// The body is empty.
    KeyMissing = BAD_REQUEST, "key_missing", "the body must be the public key to certify";
    /// A public key, but none that we certify.
    KeyRefused = BAD_REQUEST, "key_refused", "the public key is refused";
    /// Without it the person would have neither a password nor a passkey.
    LastWayIn = CONFLICT, "last_way_in", "this is the last way in";
    /// The mail server takes nothing for this address.
    MailRefused = UNPROCESSABLE_ENTITY, "mail_refused", "this address takes no mail from us";
    /// The path knows other methods.
    MethodNotAllowed = METHOD_NOT_ALLOWED, "method_not_allowed", "this path does not know this method";
    /// Not 1 to 60 characters.
    NameInvalid = BAD_REQUEST, "name_invalid", "a name has 1 to 60 characters";
    /// Nobody is signed in.
    NoSession = FORBIDDEN, "no_session", "nobody is signed in";
    /// Nobody has an account of this address.
    NoSuchAccount = NOT_FOUND, "no_such_account", "this address has no account";
    /// The person has no such further address.
    NoSuchAddress = NOT_FOUND, "no_such_address", "this address is none of theirs";
    /// No such path.
    NotFound = NOT_FOUND, "not_found", "there is nothing here";
    /// An address of a domain that this issuer does not speak for.
    NotOurDomain = FORBIDDEN, "not_our_domain", "this domain's people are not certified here";
    /// Only owners may.
    NotOwner = FORBIDDEN, "not_owner", "only an owner may do this";
    /// An address other than the session's.
    NotYourAddress = BAD_REQUEST, "not_your_address", "`email` is not the address that is signed in";
    /// The link of a mail is unknown or over: both alike.
    NoticeInvalid = NOT_FOUND, "notice_invalid", "this link does not work";
    /// An owner is removed by the command alone.
    OwnerStays = CONFLICT, "owner_stays", "an owner is removed by the command alone";
    /// The owner pulled the panic switch: nobody is signed in until it is released.
    Panicked = FORBIDDEN, "panicked", "the owner has stopped everything: nobody can sign in until that is undone";
    /// The person has this passkey already.
    PasskeyKnown = CONFLICT, "passkey_known", "this passkey is here already";
    /// The password was right, and this person has a passkey: only that counts here.
    PasskeyNeeded = FORBIDDEN, "passkey_needed", "you have a passkey: only that will do here";
    /// The answer proves nothing, or answers no challenge of ours: all alike.
    PasskeyRefused = UNAUTHORIZED, "passkey_refused", "this passkey does not work here";
    /// The person has no such passkey.
    PasskeyUnknown = NOT_FOUND, "passkey_unknown", "there is no such passkey";
    /// Too many bytes.
    PasswordTooLong = BAD_REQUEST, "password_too_long", "the password is too long";
    /// Too few characters.
    PasswordTooShort = BAD_REQUEST, "password_too_short", "the password is too short";
    /// A password that is among the first that anybody would try.
    PasswordWeak = BAD_REQUEST, "password_weak", "this password is among the first that anybody would try";
    /// The link that releases the panic switch is unknown, used or over: all alike.
    ReleaseInvalid = NOT_FOUND, "release_invalid", "this link does not work";
    /// The body is JSON of another shape, or none.
    RequestMalformed = BAD_REQUEST, "request_malformed", "the body is not what this path expects";
    /// The person has no session of this name.
    SessionUnknown = NOT_FOUND, "session_unknown", "you have no such session";
    /// Signed in, but for longer than five minutes: who is there has to prove it once more.
    StepUpNeeded = FORBIDDEN, "step_up_needed", "please show once more that it is you";
    /// There are 20 further addresses already.
    TooManyAddresses = CONFLICT, "too_many_addresses", "there are too many further addresses already";
    /// There are 20 passkeys already.
    TooManyPasskeys = CONFLICT, "too_many_passkeys", "there are too many passkeys already";
    /// Too many guesses.
    TooManyTries = TOO_MANY_REQUESTS, "too_many_tries", "too many tries, please wait";
    /// A second step is set already.
    TotpKnown = CONFLICT, "totp_known", "a second step is set already: remove it before you set another";
    /// The password is right, and a code of the second step is missing.
    TotpNeeded = UNAUTHORIZED, "totp_needed", "the code of the second step is missing";
    /// The code of the second step is wrong, over or used.
    TotpWrong = UNAUTHORIZED, "totp_wrong", "this code is wrong, over or used";
    /// `trustedIssuers` is not an array of strings, or has more than 100.
    TrustedIssuersMalformed = BAD_REQUEST, "trusted_issuers_malformed", "trusted issuers must be an array";
    /// Another media type is expected.
    TypeUnsupported = UNSUPPORTED_MEDIA_TYPE, "type_unsupported", "the body must be sent as application/json";
    /// Something that we depend on is broken.
    Unavailable = SERVICE_UNAVAILABLE, "unavailable", "this does not work at the moment, please try again";
    /// Did not come through our own front.
    WrongFront = FORBIDDEN, "wrong_front", "ask at the address of the domain, not here";
    /// Not sent by a page of ours.
    WrongOrigin = FORBIDDEN, "wrong_origin", "only pages of this site may ask this";
}

/// A failure with what the case at hand adds.
#[derive(Debug)]
pub struct Problem {
    kind: Kind,
    reason: Cow<'static, str>,
    retry_after_s: Option<u64>,
    until: Option<Timestamp>,
}

impl Problem {
    /// The kind's failure with a sentence of its own. No secrets in it: it leaves.
    pub fn because(kind: Kind, reason: impl Into<Cow<'static, str>>) -> Self {
        Self {
            reason: reason.into(),
            ..kind.into()
        }
    }

    /// Which line of the table.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The sentence for people.
    pub(crate) fn reason(&self) -> &str {
        &self.reason
    }

    /// The answer with a body of another form: status, Retry-After and log line are the same.
    pub(crate) fn with_body(&self, body: impl IntoResponse) -> Response {
        let mut response = (self.kind.status(), body).into_response();
        if let Some(seconds) = self.retry_after_s {
            let seconds = HeaderValue::from(seconds);
            response.headers_mut().insert(RETRY_AFTER, seconds);
        }
        Facts::code(self.kind.code()).attach(response)
    }
}

impl From<Kind> for Problem {
    fn from(kind: Kind) -> Self {
        Self {
            kind,
            reason: Cow::Borrowed(kind.reason()),
            retry_after_s: None,
            until: None,
        }
    }
}

impl From<PortError> for Problem {
    /// Said in the log, once, with its cause; the caller learns only that it is our fault.
    fn from(error: PortError) -> Self {
        tracing::error!(error = %error, "something that we depend on is broken");
        Self {
            retry_after_s: Some(RETRY_BROKEN_S),
            ..Kind::Unavailable.into()
        }
    }
}

impl From<SignInFailure> for Problem {
    fn from(failure: SignInFailure) -> Self {
        let reason = failure.to_string();
        let kind = match failure {
            SignInFailure::Broken(error) => return error.into(),
            SignInFailure::AddressMalformed => Kind::AddressMalformed,
            SignInFailure::AddressTaken => Kind::AddressTaken,
            SignInFailure::EnrolmentInvalid => Kind::EnrolmentInvalid,
            SignInFailure::LastWayIn => Kind::LastWayIn,
            SignInFailure::NameInvalid => Kind::NameInvalid,
            SignInFailure::NoSession => Kind::NoSession,
            SignInFailure::NoSuchAccount => Kind::NoSuchAccount,
            SignInFailure::NoSuchAddress => Kind::NoSuchAddress,
            SignInFailure::NotOurDomain => Kind::NotOurDomain,
            SignInFailure::NotOwner => Kind::NotOwner,
            SignInFailure::NotYourAddress => Kind::NotYourAddress,
            SignInFailure::OwnerStays => Kind::OwnerStays,
            SignInFailure::NoticeInvalid => Kind::NoticeInvalid,
            SignInFailure::Panicked => Kind::Panicked,
            SignInFailure::PasskeyKnown => Kind::PasskeyKnown,
            SignInFailure::PasskeyNeeded => Kind::PasskeyNeeded,
            SignInFailure::PasskeyRefused => Kind::PasskeyRefused,
            SignInFailure::PasskeyUnknown => Kind::PasskeyUnknown,
            SignInFailure::PasswordTooLong { .. } => Kind::PasswordTooLong,
            SignInFailure::PasswordTooShort { .. } => Kind::PasswordTooShort,
            SignInFailure::PasswordWeak => Kind::PasswordWeak,
            SignInFailure::TotpKnown => Kind::TotpKnown,
            SignInFailure::TotpNeeded => Kind::TotpNeeded,
            SignInFailure::TotpWrong => Kind::TotpWrong,
            SignInFailure::ReleaseInvalid => Kind::ReleaseInvalid,
            SignInFailure::SessionUnknown => Kind::SessionUnknown,
            SignInFailure::StepUpNeeded => Kind::StepUpNeeded,
            SignInFailure::TooManyAddresses { .. } => Kind::TooManyAddresses,
            SignInFailure::TooManyPasskeys { .. } => Kind::TooManyPasskeys,
            SignInFailure::TooManyTries {
                retry_after_ms,
                until,
            } => {
                return Self {
                    retry_after_s: Some(retry_after_ms.div_ceil(1000)),
                    until: Some(until),
                    ..Self::because(Kind::TooManyTries, reason)
                };
            }
            SignInFailure::WrongCredentials => Kind::CredentialsWrong,
            // Only the owner's command meets the others.
            other => return unexpected(other.code()),
        };
        Self::because(kind, reason)
    }
}

impl From<FallbackFailure> for Problem {
    fn from(failure: FallbackFailure) -> Self {
        let reason = failure.to_string();
        let kind = match failure {
            FallbackFailure::Broken(error) => return error.into(),
            FallbackFailure::SignIn(failure) => return failure.into(),
            FallbackFailure::AddressMalformed => Kind::AddressMalformed,
            FallbackFailure::CodeInvalid => Kind::CodeInvalid,
            FallbackFailure::DomainOffline { until } => {
                return Self {
                    until: Some(until),
                    ..Self::because(Kind::DomainOffline, reason)
                };
            }
            FallbackFailure::DomainSupported { .. } => Kind::DomainSupported,
            FallbackFailure::DomainSilent => {
                return Self {
                    retry_after_s: Some(RETRY_DOMAIN_S),
                    ..Self::because(Kind::DomainSilent, reason)
                };
            }
            FallbackFailure::MailRefused => Kind::MailRefused,
            FallbackFailure::NoSession => Kind::NoSession,
            FallbackFailure::TooManyTries {
                retry_after_ms,
                until,
            } => {
                return Self {
                    retry_after_s: Some(retry_after_ms.div_ceil(1000)),
                    until: Some(until),
                    ..Self::because(Kind::TooManyTries, reason)
                };
            }
            other => return unexpected(other.code()),
        };
        Self::because(kind, reason)
    }
}

impl From<SignFailure> for Problem {
    fn from(failure: SignFailure) -> Self {
        let reason = failure.to_string();
        let kind = match failure {
            SignFailure::Broken(error) => return error.into(),
            SignFailure::DomainOffline { until } => {
                return Self {
                    until: Some(until),
                    ..Self::because(Kind::DomainOffline, reason)
                };
            }
            SignFailure::DomainSupported { .. } => Kind::DomainSupported,
            SignFailure::DomainSilent => {
                return Self {
                    retry_after_s: Some(RETRY_DOMAIN_S),
                    ..Self::because(Kind::DomainSilent, reason)
                };
            }
            SignFailure::DurationInvalid => Kind::DurationInvalid,
            SignFailure::NoSession => Kind::NoSession,
            SignFailure::NotOurDomain => Kind::NotOurDomain,
            SignFailure::NotYourAddress => Kind::NotYourAddress,
            SignFailure::Refused(_) => Kind::KeyRefused,
            other => return unexpected(other.code()),
        };
        Self::because(kind, reason)
    }
}

impl From<KeyError> for Problem {
    /// Malformed if it is no key at all, refused if it is one that nobody should use.
    fn from(error: KeyError) -> Self {
        let kind = match error {
            KeyError::Exponent
            | KeyError::Group
            | KeyError::Modulus
            | KeyError::Size { .. }
            | KeyError::UnknownAlgorithm { .. }
            | KeyError::Value => Kind::KeyRefused,
            _ => Kind::KeyMalformed,
        };
        Self::because(kind, format!("{}: {error}", kind.reason()))
    }
}

fn unexpected(code: &str) -> Problem {
    tracing::error!(code, "a failure that this path cannot have");
    Kind::Internal.into()
}

/// `{"status":"failure","code":…,"reason":…}`; `until` (milliseconds) where it is over at a known moment.
#[derive(Serialize)]
struct Failure<'a> {
    status: &'static str,
    code: &'static str,
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<u64>,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let failure = Failure {
            status: "failure",
            code: self.kind.code(),
            reason: &self.reason,
            until: self.until.map(Timestamp::as_millis),
        };
        self.with_body(Answer(failure))
    }
}
