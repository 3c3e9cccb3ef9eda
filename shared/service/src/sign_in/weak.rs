//! What no password may be, however long: what everybody tries first, and nothing else. Whether a password is good is said to
//! its person by the page's meter while they type; refused here is only what is surely bad.

use browserid::Email;
use zeroize::Zeroizing;

/// So few characters, again and again, are found before anything else.
const SHORT_PERIOD: usize = 4;
/// As keyboards have them, and alphabets.
const ROWS: [&str; 8] = [
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "12345678901234567890",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
];

/// True for the address or parts of it, for a few characters again and again, and for keys in a row; whatever the case, and
/// whatever digits and signs stand before or behind.
pub(super) fn is_weak(password: &str, email: &Email) -> bool {
    let typed = Zeroizing::new(password.to_lowercase());
    let whole: Zeroizing<Vec<char>> = Zeroizing::new(typed.chars().collect());
    if has_short_period(&whole) || is_row(&typed) {
        return true;
    }
    let core = typed.trim_matches(|c: char| !c.is_alphabetic());
    let address = email.as_str().to_lowercase();
    let (local, domain) = address.split_once('@').unwrap_or((&address, ""));
    let own = [&*address, local, domain];
    own.iter().any(|own| is_made_of(core, own))
}

/// `own`, once or several times.
fn is_made_of(text: &str, own: &str) -> bool {
    let own = own.trim_matches(|c: char| !c.is_alphabetic());
    !own.is_empty() && !text.is_empty() && text.split(own).all(str::is_empty)
}

/// Every character is the one so many before it.
fn has_short_period(text: &[char]) -> bool {
    (1..=SHORT_PERIOD).any(|period| {
        let before = text.iter();
        let after = text.iter().skip(period);
        text.len() > period && before.zip(after).all(|(before, after)| before == after)
    })
}

fn is_row(text: &str) -> bool {
    let backwards: Zeroizing<String> = Zeroizing::new(text.chars().rev().collect());
    ROWS.iter()
        .any(|row| row.contains(text) || row.contains(backwards.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::email;

    #[test]
    fn what_everybody_tries_first_is_weak() {
        let email = email("leonardo@example-family.org");
        for weak in [
            "leonardo@example-family.org",
            "Leonardo@Example-Family.ORG",
            "leonardo1234",
            "1234leonardo",
            "LEONARDO2026!",
            "leonardoleonardo",
            "example-family.org",
            "example-family.org1",
            "aaaaaaaaaaaa",
            "abababababab",
            "abcabcabcabca",
            "12341234123412",
            "            ",
            "123456789012",
            "210987654321",
            "abcdefghijkl",
            "qwertyuiopas",
            "QWERTZUIOPAS",
            "1q2w3e4r5t6y",
            "1qaz2wsx3edc",
        ] {
            assert!(is_weak(weak, &email), "{weak}");
        }
    }

    #[test]
    fn what_could_be_good_is_left_to_the_meter() {
        let email = email("leonardo@example-family.org");
        for fine in [
            "correct horse battery",
            "leonardo is my cat",
            "passwordpassword",
            "abcdeabcdeabcde",
            "x8Kq2Lmx8Kq2Lm",
            "839201746501",
            "пароль пароль пароль",
        ] {
            assert!(!is_weak(fine, &email), "{fine}");
        }
    }

    #[test]
    fn address_without_letters_makes_nothing_weak() {
        assert!(!is_weak("anything but this", &email("1@2.example")));
    }
}
