use browserid::{Domain, Email};

/// The longest part before the `@` that mail servers must know, in bytes (RFC 5321 §4.5.3.1.1).
const MAX_LOCAL_PART: usize = 64;

/// Who sends.
#[derive(Clone, Debug)]
pub struct Sender {
    /// Where from: also where bounces go, which nobody reads.
    pub address: Email,
    /// What is shown: who asks for the code. A host name, because nothing in it can end a header.
    pub host: Domain,
}

/// Can there be a mailbox of this address? No if RFC 5321 has no such address: the domain has a port or an underscore or is
/// an IP address, dots in front of the `@` stand beside each other or at an end, more than 64 bytes stand there.
pub fn has_mailbox(email: &Email) -> bool {
    let (local_part, host) = (email.local_part(), email.domain().as_str());
    let is_name = host
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    let last = host.rsplit('.').next().unwrap_or_default();
    local_part.len() <= MAX_LOCAL_PART
        && local_part.split('.').all(|atom| !atom.is_empty())
        && is_name
        && !last.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use browserid::HostRule;

    use super::*;

    fn mailbox(text: &str) -> bool {
        has_mailbox(&Email::parse(text, HostRule::Insecure).expect("an address"))
    }

    #[test]
    fn addresses_of_mail_are_known() {
        for text in [
            "jan@example.com",
            "j.a.n+tag@example.com",
            "_!#$%&'*+/=?^`{|}~-@a.b",
            "jan@xn--exmple-cua.com",
            "jan@plain.localhost",
            &format!("{}@example.com", "a".repeat(64)),
        ] {
            assert!(mailbox(text), "{text}");
        }
    }

    #[test]
    fn what_no_mail_server_can_know_is_seen_before_it_is_asked() {
        for text in [
            ".jan@example.com",
            "jan.@example.com",
            "j..an@example.com",
            ".@example.com",
            "jan@plain.localhost:8080",
            "jan@my_host.example.com",
            "jan@127.0.0.1",
            "jan@[::1]",
            &format!("{}@example.com", "a".repeat(65)),
        ] {
            assert!(!mailbox(text), "{text}");
        }
    }
}
