use crate::{account::Account, sign_in::SignIn, ways::Ways};

/// What a person would be without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Without<'a> {
    /// The passkey of this credential id.
    Passkey(&'a [u8]),
    /// The password.
    Password,
}

impl SignIn {
    /// Could the person still sign in, from any day to the next, without that?
    ///
    /// A password or a passkey must be left. Recovery codes are none of these: each works once, and they are for the day
    /// when everything else is lost. Ask inside `edit`, where the account cannot change meanwhile: of two
    /// that remove the last two ways at the same time one is refused.
    pub fn has_other_way(account: &Account, without: Without<'_>) -> bool {
        let has_password = account.password.is_some() && without != Without::Password;
        let mut passkeys = account.ways.passkeys.iter();
        has_password || passkeys.any(|passkey| without != Without::Passkey(&passkey.id))
    }
}

/// Should the person be asked to make a second passkey, or recovery codes? Until then one lost device locks them out.
pub fn is_nudged(ways: &Ways) -> bool {
    ways.passkeys.len() < 2 && ways.recovery_codes.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        account::PasswordHash,
        ways::{Passkey, SecretHash},
        world::{START, email},
    };

    fn account(has_password: bool, passkeys: &[u8]) -> Account {
        let mut account = Account::new(email("you@me.example"), START);
        account.password = has_password.then(|| PasswordHash("a hash".to_owned()));
        account.ways.passkeys = passkeys.iter().map(|id| passkey(*id)).collect();
        // These alone let nobody in for long.
        account.ways.recovery_codes = vec![SecretHash([1; 32]); 10];
        account
    }

    fn passkey(id: u8) -> Passkey {
        Passkey {
            created: START,
            credential: Vec::new(),
            id: vec![id],
            is_backed_up: false,
            last_used: None,
            name: "Phone".to_owned(),
        }
    }

    #[test]
    fn password_or_another_passkey_is_a_way_in_and_recovery_codes_are_none() {
        for (has_password, passkeys, without, is_left) in [
            (true, &[][..], Without::Password, false),
            (true, &[1], Without::Password, true),
            (true, &[1], Without::Passkey(&[1]), true),
            (false, &[1], Without::Passkey(&[1]), false),
            (false, &[1, 2], Without::Passkey(&[1]), true),
            (false, &[], Without::Password, false),
        ] {
            let account = account(has_password, passkeys);
            let found = SignIn::has_other_way(&account, without);
            assert_eq!(found, is_left, "{has_password} {passkeys:?} {without:?}");
        }
    }
}
