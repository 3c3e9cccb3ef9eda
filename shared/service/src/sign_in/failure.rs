use core::fmt;
use std::error::Error;

use browserid::Timestamp;

use crate::ports::PortError;

/// Why not. [`code`](Self::code) is what leaves; the web crate gives each a status, in brackets.
#[derive(Debug)]
#[non_exhaustive]
pub enum SignInFailure {
    /// The owner adds somebody who is there already (command only).
    AccountExists,
    /// What is typed is no address (400).
    AddressMalformed,
    /// The address is somebody's, or was used by somebody (409).
    AddressTaken,
    /// Something outside failed (503).
    Broken(PortError),
    /// The link is unknown, used or expired: all alike (404).
    EnrolmentInvalid,
    /// This would leave the person without a password and without a passkey (409).
    LastWayIn,
    /// A name of no character that can be seen, of too many, or of some that break or turn the line (400).
    NameInvalid,
    /// No session, or one that is over (403).
    NoSession,
    /// The owner names somebody who is not there (404).
    NoSuchAccount,
    /// The person has no such further address (404).
    NoSuchAddress,
    /// An address of a domain whose people are not certified here (403).
    NotOurDomain,
    /// Only owners may (403).
    NotOwner,
    /// The panic switch is not pulled (command only).
    NotPanicked,
    /// An address that is not the person's (400).
    NotYourAddress,
    /// The link of a mail is unknown or over: all alike (404).
    NoticeInvalid,
    /// An owner is removed by the command alone (409).
    OwnerStays,
    /// The panic switch is pulled: nobody is signed in (403).
    Panicked,
    /// The person has this passkey already (409).
    PasskeyKnown,
    /// Right, and not enough: this person has a passkey, and only that counts here (403).
    PasskeyNeeded,
    /// The answer proves nothing, or answers no challenge of ours: all alike (401).
    PasskeyRefused,
    /// The person has no such passkey (404).
    PasskeyUnknown,
    /// More than `max` bytes (400).
    PasswordTooLong {
        /// The most bytes there may be.
        max: usize,
    },
    /// Fewer than `min` characters (400).
    PasswordTooShort {
        /// The fewest characters there may be.
        min: usize,
    },
    /// The password is one that everybody tries first: the address, or a few characters again and again (400).
    PasswordWeak,
    /// The link of the command that releases the panic switch is unknown, used or over: all alike (404).
    ReleaseInvalid,
    /// No session of this person has this name (404).
    SessionUnknown,
    /// Who is there has to prove it once more (403).
    StepUpNeeded,
    /// The person has `max` further addresses already (409).
    TooManyAddresses {
        /// The most there may be.
        max: usize,
    },
    /// There are `max` passkeys already (409).
    TooManyPasskeys {
        /// The most there may be.
        max: usize,
    },
    /// Too many wrong guesses (429).
    TooManyTries {
        /// How long to wait before the next try.
        retry_after_ms: u64,
        /// The moment when that is over.
        until: Timestamp,
    },
    /// A second step is set already: it has to be removed first (409).
    TotpKnown,
    /// The password is right, and a code has to follow it (401).
    TotpNeeded,
    /// The password is right, and the code after it is wrong, over or used (401). Or there is nothing to confirm.
    TotpWrong,
    /// Wrong password, unknown or malformed address, no password set yet: all alike (401).
    WrongCredentials,
}

impl SignInFailure {
    /// The stable machine name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AccountExists => "account_exists",
            Self::AddressMalformed => "address_malformed",
            Self::AddressTaken => "address_taken",
            Self::Broken(_) => "unavailable",
            Self::EnrolmentInvalid => "enrolment_invalid",
            Self::LastWayIn => "last_way_in",
            Self::NameInvalid => "name_invalid",
            Self::NoSession => "no_session",
            Self::NoSuchAccount => "no_such_account",
            Self::NoSuchAddress => "no_such_address",
            Self::NotOurDomain => "not_our_domain",
            Self::NotOwner => "not_owner",
            Self::NotPanicked => "not_panicked",
            Self::NotYourAddress => "not_your_address",
            Self::NoticeInvalid => "notice_invalid",
            Self::OwnerStays => "owner_stays",
            Self::Panicked => "panicked",
            Self::PasskeyKnown => "passkey_known",
            Self::PasskeyNeeded => "passkey_needed",
            Self::PasskeyRefused => "passkey_refused",
            Self::PasskeyUnknown => "passkey_unknown",
            Self::PasswordTooLong { .. } => "password_too_long",
            Self::PasswordTooShort { .. } => "password_too_short",
            Self::PasswordWeak => "password_weak",
            Self::ReleaseInvalid => "release_invalid",
            Self::SessionUnknown => "session_unknown",
            Self::StepUpNeeded => "step_up_needed",
            Self::TooManyAddresses { .. } => "too_many_addresses",
            Self::TooManyPasskeys { .. } => "too_many_passkeys",
            Self::TooManyTries { .. } => "too_many_tries",
            Self::TotpKnown => "totp_known",
            Self::TotpNeeded => "totp_needed",
            Self::TotpWrong => "totp_wrong",
            Self::WrongCredentials => "credentials_wrong",
        }
    }
}

impl fmt::Display for SignInFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AccountExists => f.write_str("this address has an account already"),
            Self::AddressMalformed => f.write_str("this is no address"),
            Self::AddressTaken => f.write_str("somebody has this address, or had it before"),
            Self::Broken(_) => f.write_str("this does not work at the moment, please try again"),
            Self::EnrolmentInvalid => f.write_str(
                "this link does not work: it was used, it is over, or there is a newer one",
            ),
            Self::LastWayIn => f.write_str(
                "this is the last way in: add a passkey or a password before you remove it",
            ),
            Self::NameInvalid => f.write_str("a name has 1 to 60 characters"),
            Self::NoSession => f.write_str("nobody is signed in"),
            Self::NoSuchAccount => f.write_str("this address has no account"),
            Self::NoSuchAddress => f.write_str("this address is none of theirs"),
            Self::NotOurDomain => f.write_str("this domain's people are not certified here"),
            Self::NotOwner => f.write_str("only an owner may do this"),
            Self::NotPanicked => f.write_str("the panic switch is not pulled"),
            Self::NotYourAddress => f.write_str("this address is not yours"),
            Self::NoticeInvalid => {
                f.write_str("this link does not work: it is over, or it was never made here")
            }
            Self::OwnerStays => {
                f.write_str("an owner is removed by the command `selfsame user remove` alone")
            }
            Self::Panicked => f.write_str(
                "the owner has stopped everything: nobody can sign in until that is undone",
            ),
            Self::PasskeyKnown => f.write_str("this passkey is here already"),
            Self::PasskeyNeeded => f.write_str("you have a passkey: only that will do here"),
            Self::PasskeyRefused => f.write_str("this passkey does not work here"),
            Self::PasskeyUnknown => f.write_str("there is no such passkey"),
            Self::PasswordTooLong { max } => {
                write!(f, "the password is longer than {max} bytes")
            }
            Self::PasswordTooShort { min } => {
                write!(f, "the password has fewer than {min} characters")
            }
            Self::PasswordWeak => {
                f.write_str("this password is among the first that anybody would try")
            }
            Self::ReleaseInvalid => f.write_str(
                "this link does not work: it was used, it is over, or there is a newer one",
            ),
            Self::SessionUnknown => f.write_str("you have no such session"),
            Self::StepUpNeeded => f.write_str("please show once more that it is you"),
            Self::TooManyAddresses { max } => {
                write!(
                    f,
                    "there are {max} further addresses already: remove one first"
                )
            }
            Self::TooManyPasskeys { max } => {
                write!(f, "there are {max} passkeys already: remove one first")
            }
            Self::TooManyTries { retry_after_ms, .. } => write!(
                f,
                "too many tries, please wait {} minutes",
                retry_after_ms.div_ceil(60_000)
            ),
            Self::TotpKnown => {
                f.write_str("a second step is set already: remove it before you set another")
            }
            Self::TotpNeeded => f.write_str("the code of the second step is missing"),
            Self::TotpWrong => f.write_str("this code is wrong, over or used"),
            Self::WrongCredentials => f.write_str("address or password are wrong"),
        }
    }
}

impl Error for SignInFailure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Broken(error) => Some(error),
            _ => None,
        }
    }
}

impl SignInFailure {
    /// So long before the next try, from `now`.
    pub(crate) fn too_many(retry_after_ms: u64, now: Timestamp) -> Self {
        Self::TooManyTries {
            retry_after_ms,
            until: now.plus_ms(retry_after_ms),
        }
    }
}

impl From<PortError> for SignInFailure {
    fn from(error: PortError) -> Self {
        Self::Broken(error)
    }
}
