//! How long the document is kept, against a change of keys.

use crate::check::subject;
use crate::findings::Findings;
use crate::observation::{Exchange, shortened};
use crate::reading;

subject! {
    "caching":
    LONG = Warning "cache-long" in a page remedy DocumentHeaders:
        "the document may be kept for longer than a day";
        "after a change of keys, who kept the old document refuses the domain's people for so long, unless both keys stand in it";
        "Send `Cache-Control: public, max-age=21600` (six hours), and publish both keys for longer than the document is kept.";
    IMMUTABLE = Error "cache-immutable" in a page remedy DocumentHeaders:
        "the document is said never to change";
        "it will: when the key changes, nobody who kept it asks again";
        "Take `immutable` out of the Cache-Control of this file.";
    UNSAID = Note "cache-unsaid" in a page remedy DocumentHeaders:
        "nothing says how long the document may be kept";
        "everybody guesses then, for a change of keys too long or else too short";
        "Send `Cache-Control: public, max-age=21600`.";
    NEVER = Note "cache-never" in a page remedy DocumentHeaders:
        "the document may not be kept";
        "it is asked for at every sign-in, which takes time";
        "Send `Cache-Control: public, max-age=21600`.";
}

/// A certificate lives a day at most: whoever keeps a document for longer can meet a key that is gone in both places.
const LONGEST_S: u64 = 86_400;

pub(super) fn check(host: &str, answer: &Exchange, findings: &mut Findings) {
    findings.look(&SUBJECT);
    let caching = reading::caching(answer);
    let seen = || {
        let value = answer.header("cache-control").unwrap_or_default();
        format!("Cache-Control: {}", shortened(&value))
    };
    if caching.is_immutable {
        return findings.add(&IMMUTABLE, host, seen());
    }
    if caching.is_forbidden {
        return findings.add(&NEVER, host, seen());
    }
    match caching.max_age_s {
        Some(seconds) if seconds > LONGEST_S => findings.add(&LONG, host, seen()),
        Some(_) => {}
        None if answer.header("expires").is_some() => {}
        None => findings.add(&UNSAID, host, "no Cache-Control with max-age, no Expires"),
    }
}
