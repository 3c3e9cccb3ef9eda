use super::*;
use crate::PublicAddresses;

fn check(found: &[&str], expected: Result<&[&str], Unreachable>) {
    let parse = |all: &[&str]| -> Vec<SocketAddr> {
        let parse = |text: &&str| text.parse().expect("an address with a port");
        all.iter().map(parse).collect()
    };
    assert_eq!(allowed(parse(found), &PublicAddresses), expected.map(parse));
}

#[test]
fn only_allowed_addresses_are_tried() {
    check(
        &[
            "10.0.0.1:443",
            "1.1.1.1:443",
            "[::1]:443",
            "[2606:4700::1]:443",
        ],
        Ok(&["1.1.1.1:443", "[2606:4700::1]:443"]),
    );
}

#[test]
fn host_with_forbidden_addresses_only_is_forbidden() {
    check(
        &["127.0.0.1:443", "[::ffff:1.1.1.1]:443"],
        Err(Unreachable::Forbidden),
    );
}

#[test]
fn host_without_an_address_does_not_exist() {
    check(&[], Err(Unreachable::NoSuchHost));
}

#[test]
fn at_most_four_addresses_are_tried() {
    let many: Vec<String> = (1..9).map(|n| format!("1.1.1.{n}:443")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    check(&many, Ok(&many[..4]));
}

#[test]
fn only_a_definite_answer_of_the_name_server_means_no_such_host() {
    let lookup = |text: &str| {
        let text = format!("failed to lookup address information: {text}");
        kind_of_failure(&io::Error::other(text))
    };
    assert_eq!(lookup("Name or service not known"), Unreachable::NoSuchHost);
    assert_eq!(
        lookup("No address associated with hostname"),
        Unreachable::NoSuchHost
    );
    assert_eq!(
        lookup("Temporary failure in name resolution"),
        Unreachable::Connection
    );
    assert_eq!(
        lookup("Non-recoverable failure in name resolution"),
        Unreachable::Connection
    );
    assert_eq!(lookup("a text of tomorrow"), Unreachable::Connection);
}
