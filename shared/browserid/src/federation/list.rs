//! The list's form:
//!
//! ```json
//! {
//!   "version": 1,
//!   "name": "Universities of Example",
//!   "issued": 1795262400000,
//!   "expires": 1797854400000,
//!   "members": [
//!     {
//!       "issuer": "id.one.example",
//!       "domains": ["one.example", "staff.one.example"],
//!       "keys": {"rsa": 2048},
//!       "contact": "mailto:it@one.example",
//!       "expires": 1826798400000
//!     }
//!   ]
//! }
//! ```
//!
//! Times are milliseconds since 1970. `keys` has `rsa`, `dsa` or both, each 1024 or 2048: the fewest bits; a kind that is
//! not named is not accepted. Every member is needed, and one that is not known is refused: it may be a restriction that
//! this reader would overlook. What is new gets a new `version`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::{Domain, Email, HostRule, Json, Origin, Timestamp};

use super::{KeyStrength, Member, MemberListError};

/// Longest list that is read, in bytes, as it comes (so with its signature): 1 MiB.
pub const MAX_LIST_BYTES: usize = 1024 * 1024;

/// Longest life of a list, in milliseconds: 400 days. Until then a verifier that gets no newer one believes it.
pub const MAX_LIST_MS: u64 = 400 * 24 * 60 * 60 * 1000;

/// Most domains of one member.
pub const MAX_MEMBER_DOMAINS: usize = 100;

/// Most members.
pub const MAX_MEMBERS: usize = 2000;

/// By how much the clock of whoever issues lists may be ahead: five minutes.
const CLOCKS_DIFFER_MS: u64 = 5 * 60 * 1000;

/// Milliseconds of 2001: what is below was meant as seconds.
const EARLIEST_MS: u64 = 1_000_000_000_000;

/// Longest name and contact, in bytes.
const MAX_TEXT: usize = 200;

/// A list that has been read. Only [`MemberList::parse`] makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct MemberList {
    expires: Timestamp,
    issued: Timestamp,
    members: Vec<Member>,
    name: String,
    /// Places in `members`.
    of_domain: BTreeMap<Domain, usize>,
    of_issuer: BTreeMap<Domain, usize>,
}

impl MemberList {
    /// From this moment on nobody believes it.
    pub fn expires(&self) -> Timestamp {
        self.expires
    }

    /// When it was made. Of two lists the later one counts.
    pub fn issued(&self) -> Timestamp {
        self.issued
    }

    /// In the order of the list.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// What the federation is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Who certifies as `issuer`, also when its time is over.
    pub fn member(&self, issuer: &Domain) -> Option<&Member> {
        self.of_issuer
            .get(issuer)
            .and_then(|place| self.members.get(*place))
    }

    /// Who may speak for people of `domain`, also when its time is over.
    pub fn member_of(&self, domain: &Domain) -> Option<&Member> {
        self.of_domain
            .get(domain)
            .and_then(|place| self.members.get(*place))
    }

    /// That it is neither over nor from the future: a list of next year would keep out all that come before it.
    pub fn check_current(&self, now: Timestamp) -> Result<(), MemberListError> {
        if self.issued > now.plus_ms(CLOCKS_DIFFER_MS) {
            return Err(MemberListError::FromTheFuture {
                issued: self.issued,
            });
        }
        if now >= self.expires {
            return Err(MemberListError::Expired {
                expired: self.expires,
            });
        }
        Ok(())
    }
}

pub(super) fn read(
    list: &Map<String, Json>,
    hosts: HostRule,
) -> Result<MemberList, MemberListError> {
    let whole = Place("the list".to_owned());
    if list.get("version").and_then(Value::as_u64) != Some(1) {
        return Err(whole.inner("version").must("must be 1"));
    }
    whole.knows_all(list, &["version", "name", "issued", "expires", "members"])?;
    let issued = whole.time(list, "issued")?;
    let expires = whole.time(list, "expires")?;
    if expires <= issued || expires.since_ms(issued) > MAX_LIST_MS {
        let place = whole.inner("expires");
        return Err(place.must("must be later than `issued`, by 400 days at most"));
    }
    let name = whole.text(list, "name")?;
    let place = whole.inner("members");
    let listed = list.get("members").and_then(Value::as_array);
    let listed = listed
        .filter(|members| (1..=MAX_MEMBERS).contains(&members.len()))
        .ok_or_else(|| place.must("must be an array of 1 to 2000 members"))?;
    let mut read = MemberList {
        expires,
        issued,
        members: Vec::with_capacity(listed.len()),
        name,
        of_domain: BTreeMap::new(),
        of_issuer: BTreeMap::new(),
    };
    for (number, member) in listed.iter().enumerate() {
        read.add(member_at(
            &Place(format!("members[{number}]")),
            member,
            hosts,
        )?)?;
    }
    Ok(read)
}

impl MemberList {
    fn add(&mut self, member: Member) -> Result<(), MemberListError> {
        let place = self.members.len();
        for domain in &member.domains {
            if self.of_domain.insert(domain.clone(), place).is_some() {
                let domain = domain.clone();
                return Err(MemberListError::DomainTwice { domain });
            }
        }
        let issuer = member.issuer.clone();
        if self.of_issuer.insert(issuer.clone(), place).is_some() {
            return Err(MemberListError::IssuerTwice { issuer });
        }
        self.members.push(member);
        Ok(())
    }
}

fn member_at(place: &Place, member: &Json, hosts: HostRule) -> Result<Member, MemberListError> {
    let members = member
        .as_object()
        .ok_or_else(|| place.must("must be an object"))?;
    place.knows_all(
        members,
        &["issuer", "domains", "keys", "contact", "expires"],
    )?;
    Ok(Member {
        contact: contact(place, members)?,
        domains: domains(&place.inner("domains"), members.get("domains"), hosts)?,
        expires: place.time(members, "expires")?,
        issuer: host(&place.inner("issuer"), members.get("issuer"), hosts)?,
        keys: strength(&place.inner("keys"), members.get("keys"))?,
    })
}

fn host(place: &Place, json: Option<&Json>, hosts: HostRule) -> Result<Domain, MemberListError> {
    json.and_then(Value::as_str)
        .and_then(|text| Domain::parse(text, hosts).ok())
        .ok_or_else(|| place.must("must be a host name in lower case"))
}

fn domains(
    place: &Place,
    json: Option<&Json>,
    hosts: HostRule,
) -> Result<Vec<Domain>, MemberListError> {
    let listed = json.and_then(Value::as_array);
    let listed = listed
        .filter(|domains| (1..=MAX_MEMBER_DOMAINS).contains(&domains.len()))
        .ok_or_else(|| place.must("must be an array of 1 to 100 host names"))?;
    let one = |(number, json): (usize, &Json)| host(&place.at(number), Some(json), hosts);
    listed.iter().enumerate().map(one).collect()
}

fn strength(place: &Place, json: Option<&Json>) -> Result<KeyStrength, MemberListError> {
    let malformed =
        || place.must("must name the fewest bits: `rsa`, `dsa` or both, each 1024 or 2048");
    let members = json.and_then(Value::as_object).ok_or_else(malformed)?;
    place.knows_all(members, &["dsa", "rsa"])?;
    let fewest = |kind: &str| match members.get(kind) {
        None => Ok(None),
        Some(bits) => bits
            .as_u64()
            .filter(|bits| KeyStrength::SIZES.contains(bits))
            .map(|bits| Some(bits as usize))
            .ok_or_else(malformed),
    };
    let (dsa, rsa) = (fewest("dsa")?, fewest("rsa")?);
    if dsa.is_none() && rsa.is_none() {
        return Err(malformed());
    }
    Ok(KeyStrength { dsa, rsa })
}

fn contact(place: &Place, members: &Map<String, Json>) -> Result<String, MemberListError> {
    let contact = place.text(members, "contact")?;
    let is_known = match contact.strip_prefix("mailto:") {
        Some(email) => Email::parse(email, HostRule::Public).is_ok(),
        None => is_page(&contact),
    };
    let place = place.inner("contact");
    is_known
        .then_some(contact)
        .ok_or_else(|| place.must("must be `mailto:` and an address, or a page at `https://`"))
}

/// An https origin, perhaps with a path of plain characters.
fn is_page(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://") else {
        return false;
    };
    let host = rest.find('/').map_or(rest, |end| rest.split_at(end).0);
    Origin::parse(&format!("https://{host}")).is_ok()
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && !text.contains(['"', '<', '>', '\\', '`'])
}

/// Where we are in the list, for messages.
struct Place(String);

impl Place {
    fn inner(&self, name: &str) -> Self {
        let Self(outer) = self;
        // Whoever made the list chose the name.
        let name: String = name.escape_default().take(64).collect();
        Self(match outer.as_str() {
            "the list" => name,
            outer => format!("{outer}.{name}"),
        })
    }

    fn at(&self, number: usize) -> Self {
        Self(format!("{}[{number}]", self.0))
    }

    fn must(&self, must: &'static str) -> MemberListError {
        MemberListError::Malformed {
            place: self.0.clone(),
            must,
        }
    }

    fn knows_all(
        &self,
        members: &Map<String, Json>,
        known: &[&str],
    ) -> Result<(), MemberListError> {
        match members.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => Err(self.inner(name).must("is not known")),
            None => Ok(()),
        }
    }

    fn text(&self, members: &Map<String, Json>, name: &str) -> Result<String, MemberListError> {
        members
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| {
                !text.trim().is_empty()
                    && text.len() <= MAX_TEXT
                    && !text.contains(char::is_control)
            })
            .map(str::to_owned)
            .ok_or_else(|| self.inner(name).must("must be a text of 1 to 200 bytes"))
    }

    fn time(&self, members: &Map<String, Json>, name: &str) -> Result<Timestamp, MemberListError> {
        members
            .get(name)
            .and_then(Value::as_u64)
            .filter(|ms| *ms >= EARLIEST_MS)
            .map(Timestamp::from_millis)
            .ok_or_else(|| self.inner(name).must("must be milliseconds since 1970"))
    }
}
