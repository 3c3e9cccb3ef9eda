//! Who may sign in, by domain.

use std::fmt::Write;

use browserid::Domain;

use super::Listed;

/// A line a person: the address, a tab, whether there is a password. With more than one domain each has a line of its own
/// in front, which begins with `#` and has no `@`: `# DOMAIN`, with what is unusual about it.
///
/// `served`: the domains in their order, if they are known; those of people that are not among them come last.
pub fn lines(people: Vec<Listed>, served: &[Domain]) -> String {
    let mut groups: Vec<(String, Vec<Listed>)> = served
        .iter()
        .map(|domain| (domain.to_string(), Vec::new()))
        .collect();
    for person in people {
        let domain = person
            .email
            .rsplit_once('@')
            .map_or("", |(_, domain)| domain);
        match groups.iter_mut().find(|(known, _)| known == domain) {
            Some((_, group)) => group.push(person),
            None => groups.push((domain.to_owned(), vec![person])),
        }
    }
    let is_one = groups.len() < 2;
    let mut lines = String::new();
    for (number, (domain, group)) in groups.iter().enumerate() {
        if !is_one {
            let is_served = served.is_empty() || number < served.len();
            let about = match (is_served, group.is_empty()) {
                (true, true) => ": nobody yet",
                (true, false) => "",
                (false, _) => ": not served any more, nobody here can get a certificate",
            };
            // Writing to a String never fails.
            let _ = writeln!(lines, "# {domain}{about}");
        }
        for person in group {
            let _ = writeln!(lines, "{}", line(person));
        }
    }
    lines
}

/// Columns with tabs between: the address, the ways in, `owner`, the further addresses. What would be empty at the end is
/// left out.
fn line(person: &Listed) -> String {
    let password = person.has_password.then(|| "a password".to_owned());
    let passkeys = match person.passkeys {
        0 => None,
        1 => Some("a passkey".to_owned()),
        more => Some(format!("{more} passkeys")),
    };
    let ways: Vec<String> = password.into_iter().chain(passkeys).collect();
    let state = match &*ways {
        [] => "cannot sign in yet".to_owned(),
        ways => format!("has {}", ways.join(" and ")),
    };
    let role = if person.is_owner { "owner" } else { "" };
    let addresses = person.addresses.join(" ");
    let line = format!("{}\t{state}\t{role}\t{addresses}", person.email);
    line.trim_end_matches('\t').to_owned()
}

#[cfg(test)]
mod tests {
    use browserid::{Domain, HostRule};

    use super::{Listed, lines};

    fn people(emails: &[&str]) -> Vec<Listed> {
        let listed = |email: &&str| Listed {
            email: (*email).to_owned(),
            has_password: email.starts_with("you"),
            addresses: Vec::new(),
            is_owner: false,
            passkeys: 0,
        };
        emails.iter().map(listed).collect()
    }

    fn domains(names: &[&str]) -> Vec<Domain> {
        let domain = |name: &&str| Domain::parse(name, HostRule::Public).expect("a domain");
        names.iter().map(domain).collect()
    }

    #[test]
    fn one_domain_needs_no_headings() {
        let people = people(&["ann@a.example", "you@a.example"]);
        assert_eq!(
            lines(people, &domains(&["a.example"])),
            "ann@a.example\tcannot sign in yet\nyou@a.example\thas a password\n"
        );
        assert_eq!(lines(Vec::new(), &domains(&["a.example"])), "");
    }

    #[test]
    fn line_says_ways_in_owner_and_further_addresses() {
        let person = |has_password, passkeys, is_owner, addresses: &[&str]| Listed {
            email: "ann@a.example".to_owned(),
            has_password,
            passkeys,
            is_owner,
            addresses: addresses.iter().map(|&one| one.to_owned()).collect(),
        };
        for (person, expected) in [
            (person(false, 0, false, &[]), "cannot sign in yet"),
            (person(false, 1, false, &[]), "has a passkey"),
            (
                person(true, 2, true, &[]),
                "has a password and 2 passkeys\towner",
            ),
            (
                person(true, 0, false, &["b@a.example", "c@a.example"]),
                "has a password\t\tb@a.example c@a.example",
            ),
        ] {
            assert_eq!(super::line(&person), format!("ann@a.example\t{expected}"));
        }
    }

    #[test]
    fn people_stand_below_their_domain_in_the_order_of_the_domains() {
        let people = people(&["ann@c.example", "bob@old.example", "you@a.example"]);
        assert_eq!(
            lines(people, &domains(&["a.example", "b.example", "c.example"])),
            "# a.example\nyou@a.example\thas a password\n\
             # b.example: nobody yet\n\
             # c.example\nann@c.example\tcannot sign in yet\n\
             # old.example: not served any more, nobody here can get a certificate\nbob@old.example\tcannot sign in yet\n"
        );
    }

    #[test]
    fn where_the_domains_are_not_known_those_of_the_people_are_the_groups() {
        let people = people(&["ann@b.example", "you@a.example"]);
        assert_eq!(
            lines(people, &[]),
            "# b.example\nann@b.example\tcannot sign in yet\n# a.example\nyou@a.example\thas a password\n"
        );
    }
}
