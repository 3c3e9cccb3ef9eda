//! Passkeys: [`service::ports::Webauthn`] over the relying-party library `webauthn_rp`.
//!
//! - [`RelyingParty`] in this file: the port.
//! - `answer.rs`: what of a browser's answer is handed to the library.
//! - `options.rs`: what a browser is asked.
//! - `stored.rs`: how a passkey and a challenge under way look in a store.
//!
//! The library reads the clock of the machine and draws challenges (128 bits) from its own random source, seeded by the
//! operating system: neither can be given to it. Its time counts for nothing here: it is told 49 days, and when a challenge
//! is over is decided by whoever keeps it ([`service::ceremony::Ceremony::expires`]).

mod answer;
mod options;
mod stored;

use std::net::IpAddr;

use browserid::{Domain, Email, HostRule, Origin};
use service::{
    ports::{Begun, NotProved, PortError, Registered, Webauthn},
    ways::{Handle, Passkey},
};
use webauthn_rp::{
    DiscoverableCredentialRequestOptions,
    bin::Encode,
    request::{
        AsciiDomain, RpId, auth::AuthenticationVerificationOptions,
        register::RegistrationVerificationOptions,
    },
    response::{Backup, auth::error::AuthCeremonyErr, register::UncompressedPubKey},
};

/// RSA keys of an authenticator have so many bits, like the keys that we certify. The library would take 16 384, which is
/// only work for us.
const RSA_BITS: core::ops::RangeInclusive<usize> = 2048..=4096;

/// An identity provider as a relying party of passkeys.
pub struct RelyingParty {
    /// None if the host of the pages can be no relying party's id: then nothing works.
    id: Option<RpId>,
    origin: String,
}

impl RelyingParty {
    /// The one whose pages are at `origin`; its host is the relying party's id. Answers of pages at any other origin are
    /// refused, also of those that are on the same host.
    pub fn new(origin: Origin) -> Self {
        let origin = origin.as_str().to_owned();
        let host = origin.split_once("://").map_or("", |(_, host)| host);
        let host = Domain::parse(host, HostRule::Insecure).ok();
        let name = host.as_ref().map(Domain::host).filter(|host| is_name(host));
        let id = name.and_then(|name| AsciiDomain::try_from(name.to_owned()).ok());
        Self {
            id: id.map(RpId::Domain),
            origin,
        }
    }

    fn id(&self) -> Result<&RpId, PortError> {
        self.id
            .as_ref()
            .ok_or_else(|| PortError::new("making a challenge", "the pages' host is no domain"))
    }
}

impl Webauthn for RelyingParty {
    fn registration(
        &self,
        handle: &Handle,
        email: &Email,
        known: &[&[u8]],
    ) -> Result<Begun, PortError> {
        options::registration(self.id()?, handle, email, known)
    }

    fn register(&self, state: &[u8], answer: &[u8]) -> Result<Registered, NotProved> {
        let id = self.id().map_err(wrong)?;
        let answer = answer::registration(answer)?;
        let options = RegistrationVerificationOptions::<&str, &str> {
            allowed_origins: &[&self.origin],
            // Browsers add some that nobody asked for, as `credProtect`.
            error_on_unsolicited_extensions: false,
            ..Default::default()
        };
        let registered = stored::registration(state)?
            .verify(id, &answer, &options)
            .map_err(wrong)?;
        let key = registered.static_state();
        if let UncompressedPubKey::Rsa(key) = key.credential_public_key
            && !RSA_BITS.contains(&bits(key.n()))
        {
            return Err(wrong("an RSA key of another size"));
        }
        let dynamic = registered.dynamic_state();
        let Ok(key) = key.encode();
        Ok(Registered {
            credential: stored::credential(dynamic, &key),
            id: registered.id().as_ref().to_vec(),
            is_backed_up: dynamic.backup == Backup::Exists,
        })
    }

    fn authentication(&self) -> Result<Begun, PortError> {
        options::authentication(DiscoverableCredentialRequestOptions::passkey(self.id()?))
    }

    fn claimed(&self, answer: &[u8]) -> Option<(Handle, Vec<u8>)> {
        let answer = answer::authentication(answer).ok()?;
        let handle = answer.response().user_handle().encode().ok()?;
        Some((Handle(handle), answer.raw_id().as_ref().to_vec()))
    }

    fn authenticate(
        &self,
        state: &[u8],
        answer: &[u8],
        handle: &Handle,
        passkey: &Passkey,
    ) -> Result<Passkey, NotProved> {
        let id = self.id().map_err(wrong)?;
        let answer = answer::authentication(answer)?;
        let handle = stored::handle(handle);
        let known = stored::passkey(&passkey.credential)?;
        let mut credential = known.of(&passkey.id, &handle)?;
        let options = AuthenticationVerificationOptions::<&str, &str> {
            allowed_origins: &[&self.origin],
            error_on_unsolicited_extensions: false,
            // `backup_requirement: None` means: eligible if it was, not eligible if it was not.
            ..Default::default()
        };
        stored::authentication(state)?
            .verify(id, &answer, &mut credential, &options)
            .map_err(|error| match error {
                AuthCeremonyErr::SignatureCounter => NotProved::Copied,
                error => wrong(error),
            })?;
        let dynamic = credential.dynamic_state();
        Ok(Passkey {
            credential: stored::credential(dynamic, known.key),
            is_backed_up: dynamic.backup == Backup::Exists,
            ..passkey.clone()
        })
    }
}

/// For the log. What the library says repeats at most what the browser sent, and no key.
fn wrong(error: impl ToString) -> NotProved {
    NotProved::Wrong(error.to_string())
}

/// Addresses are no names: browsers make no passkeys for them.
fn is_name(host: &str) -> bool {
    host.parse::<IpAddr>().is_err() && !host.starts_with('[')
}

/// Without the leading zeros.
fn bits(number: &[u8]) -> usize {
    let first = number.iter().position(|byte| *byte != 0);
    first.map_or(0, |first| {
        let number = number.get(first..).unwrap_or_default();
        let zeros = number.first().map_or(0, |byte| byte.leading_zeros());
        number.len() * 8 - zeros as usize
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn party() -> RelyingParty {
        RelyingParty::new(Origin::parse("http://me.localhost:8080").expect("an origin"))
    }

    /// Options without their challenge, which is never the same.
    fn asked(begun: Begun) -> Value {
        let mut options: Value = serde_json::from_str(&begun.options).expect("JSON");
        let members = options.as_object_mut().expect("an object");
        let challenge = members.remove("challenge");
        let challenge = challenge.as_ref().and_then(Value::as_str);
        assert_eq!(challenge.map(str::len), Some(22), "128 bits as base64url");
        options
    }

    #[test]
    fn browser_is_asked_for_a_passkey_that_is_found_without_its_id_and_used_by_its_person_only() {
        let email = Email::parse("you+me@me.localhost", HostRule::Insecure).expect("an address");
        let begun = party().registration(&Handle([7; 32]), &email, &[&[9; 16]]);
        assert_eq!(
            asked(begun.expect("it works")),
            json!({
                "attestation": "none",
                "attestationFormats": ["none"],
                "authenticatorSelection": {
                    "requireResidentKey": true,
                    "residentKey": "required",
                    "userVerification": "required",
                },
                "excludeCredentials": [{"id": "CQkJCQkJCQkJCQkJCQkJCQ", "type": "public-key"}],
                "extensions": {"credProps": true},
                "hints": [],
                "pubKeyCredParams": [
                    {"alg": -8, "type": "public-key"},
                    {"alg": -7, "type": "public-key"},
                    {"alg": -257, "type": "public-key"},
                ],
                "rp": {"id": "me.localhost", "name": "me.localhost"},
                "timeout": 600_000,
                "user": {
                    "displayName": "you+me@me.localhost",
                    "id": "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc",
                    "name": "you+me@me.localhost",
                },
            })
        );
    }

    #[test]
    fn browser_is_asked_for_any_passkey_of_ours_and_not_told_whose() {
        let begun = party().authentication().expect("it works");
        assert_eq!(
            asked(begun),
            json!({
                "allowCredentials": [],
                "extensions": {},
                "hints": [],
                "rpId": "me.localhost",
                "timeout": 600_000,
                "userVerification": "required",
            })
        );
    }

    #[test]
    fn host_of_the_pages_is_the_relying_party_and_one_that_is_no_domain_has_no_passkeys() {
        for (origin, id) in [
            ("https://me.example", Some("me.example")),
            ("https://me.example:8443", Some("me.example")),
            ("http://me.localhost:8080", Some("me.localhost")),
            ("http://localhost:8080", Some("localhost")),
            ("http://127.0.0.1:8080", None),
            ("http://[::1]:8080", None),
            ("http://[::1]", None),
        ] {
            let party = RelyingParty::new(Origin::parse(origin).expect("an origin"));
            let begun = party.authentication().ok();
            let options = begun.map(asked);
            let found = options
                .as_ref()
                .and_then(|options| options["rpId"].as_str());
            assert_eq!(found, id, "{origin}");
        }
    }

    #[test]
    fn challenges_are_never_the_same() {
        let (one, other) = (party().authentication(), party().authentication());
        let (one, other) = (one.expect("it works"), other.expect("it works"));
        assert_ne!(one.options, other.options);
        assert_ne!(one.state, other.state);
    }

    #[test]
    fn bits_of_a_number_are_counted_without_leading_zeros() {
        for (number, expected) in [(&[][..], 0), (&[0], 0), (&[1], 1), (&[0, 0x80, 0], 16)] {
            assert_eq!(bits(number), expected, "{number:?}");
        }
    }
}
