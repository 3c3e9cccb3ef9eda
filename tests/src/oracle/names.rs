//! Hosts, addresses, sites.

use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::Value;

use super::Objection::{self, Refused, Undecided};

/// A name of two labels or more in lower case; with a port only below `.localhost`.
pub fn is_public_host(text: &str) -> bool {
    match text.split_once(':') {
        None => text.contains('.') && is_name(text),
        Some((host, port)) => {
            let canonical =
                port.parse::<u16>().is_ok_and(|number| number > 0) && !port.starts_with(['0', '+']);
            canonical && host.ends_with(".localhost") && is_name(host)
        }
    }
}

fn is_name(text: &str) -> bool {
    let is_label = |label: &str| {
        let known =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
        let edges = label.starts_with('-') || label.ends_with('-');
        !label.is_empty() && label.len() <= 63 && !edges && label.bytes().all(known)
    };
    let last = text.split('.').next_back().unwrap_or_default();
    let is_number = match last.strip_prefix("0x") {
        Some(hex) => hex.chars().all(|digit| digit.is_ascii_hexdigit()),
        None => last.chars().all(|digit| digit.is_ascii_digit()),
    };
    text.len() <= 253 && text.split('.').all(is_label) && !is_number
}

/// `local@host`, 3 to 254 characters.
pub fn is_address(text: &str) -> bool {
    let Some((local, host)) = text.split_once('@') else {
        return false;
    };
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"_!#$%&'*+/=?^`{|}~.-".contains(&byte);
    (3..=254).contains(&text.len())
        && !local.is_empty()
        && local.bytes().all(known)
        && is_public_host(host)
}

/// Is what was signed for the site that asks?
pub fn same_site(signed: Option<&Value>, given: &Value) -> Result<(), Objection> {
    let (Some(signed), Some(given)) = (signed.and_then(Value::as_str), given.as_str()) else {
        return Err(Refused("audience is no text"));
    };
    if !signed.is_ascii() || !given.is_ascii() {
        return Err(Undecided);
    }
    let wanted = Site::read(signed, false).ok_or(Refused("signed audience"))?;
    // A bare host means http, and so does whatever has no scheme of ours.
    let scheme = given
        .split(':')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let is_bare =
        scheme.len() == given.len() || !["http", "https", "app"].contains(&scheme.as_str());
    let whole = if is_bare {
        format!("http://{given}")
    } else {
        given.to_owned()
    };
    let asked = Site::read(&whole, true).ok_or(Refused("asked audience"))?;
    if wanted == asked {
        Ok(())
    } else {
        Err(Refused("another audience"))
    }
}

/// `scheme://host[:digits][/][#anything]` and nothing else.
#[derive(PartialEq)]
struct Site {
    host: String,
    port: String,
    scheme: String,
}

impl Site {
    fn read(text: &str, takes_fragment: bool) -> Option<Self> {
        let is_odd = |byte: u8| byte <= b' ' || byte == 0x7f || byte == b'\\';
        if text.bytes().any(is_odd) {
            return None;
        }
        let (scheme, rest) = text.split_once("://")?;
        let scheme = scheme.to_ascii_lowercase();
        let usual = match scheme.as_str() {
            "https" => "443",
            "http" | "app" => "80",
            _ => return None,
        };
        let rest = match rest.split_once('#') {
            Some((rest, _)) if takes_fragment => rest,
            Some(_) => return None,
            None => rest,
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, port),
            _ => (rest, ""),
        };
        let host = host.to_ascii_lowercase();
        let inside = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        let is_host = match inside {
            Some(inside) => inside.parse::<Ipv6Addr>().is_ok(),
            None => is_name(&host) || host.parse::<Ipv4Addr>().is_ok(),
        };
        is_host.then(|| Self {
            host,
            port: if port.is_empty() { usual } else { port }.to_owned(),
            scheme,
        })
    }
}
