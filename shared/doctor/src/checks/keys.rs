//! The keys of a document.

use browserid::{Algorithm, Json, KeyError, MAX_KEYS, PublicKey};
use serde_json::{Map, Value};

use crate::check::subject;
use crate::findings::Findings;
use crate::observation::shortened;
use crate::reading::is_falsy;

subject! {
    "keys":
    MISSING = Error "key-missing" in a page:
        "the document has no key";
        "verifiers refuse the document: nothing can be checked";
        "Put the public half of the signing key into `public-key`; `selfsame support-document` writes it.";
    LIST = Error "keys-malformed" in a page:
        "`keys` is no list, or has too many keys";
        "verifiers refuse the document";
        "`keys` is a list of at most seven key objects beside `public-key`.";
    PRIVATE = Error "key-private" in a page:
        "the private half of the key is published";
        "whoever reads the document can sign for everybody at this domain";
        "Make a new key now (`selfsame keygen`), publish its public half alone, and take this one out for good.";
    NOT_OBJECT = Error "key-not-object" in a page:
        "a key is no object";
        "verifiers refuse the document";
        "A key is {\"algorithm\": \"RS\", \"n\": \"…\", \"e\": \"65537\"}: an object, not a text that holds one.";
    ALGORITHM = Error "key-algorithm" in a page:
        "a key names an algorithm that does not exist here";
        "verifiers refuse the document";
        "Write \"algorithm\": \"RS\" (not RS256, and not `alg`).";
    MEMBER = Error "key-member-missing" in a page:
        "a number of the key is missing";
        "verifiers refuse the document";
        "An RS key has `n` and `e`.";
    NUMBER_JSON = Error "key-number-json" in a page:
        "a number of the key stands without quotes";
        "JSON numbers lose digits on the way; old verifiers even hang";
        "Write it as text: \"e\": \"65537\".";
    NUMBER_HEX = Error "key-number-hex" in a page:
        "a number of an RS key is hexadecimal";
        "it must be decimal";
        "`selfsame key-numbers FILE` prints the decimal numbers of a key.";
    NUMBER = Error "key-number" in a page:
        "a number of the key is not written in digits";
        "verifiers refuse the document";
        "Digits alone: no sign, no blank, no line end. `selfsame key-numbers FILE` prints them.";
    ZEROS = Warning "key-number-zeros" in a page:
        "a number of the key begins with zeros";
        "some readers take that for octal, or for another key";
        "Leave the zeros out.";
    SIZE = Error "key-size" in a page:
        "a key has a size that verifiers do not know";
        "RSA has 1024 or 2048 bits here; 3072 and 4096 have no name in this protocol";
        "Make a key of 2048 bits: `selfsame keygen`.";
    WEAK = Warning "key-weak" in a page:
        "a key has 1024 bits only";
        "verifiers that want strong keys refuse it, and states can break it";
        "Make a key of 2048 bits (`selfsame keygen`) and publish both during the change.";
    KIND = Warning "key-kind" in a page:
        "a key is DSA";
        "few verifiers of today check it";
        "Make an RSA key of 2048 bits (`selfsame keygen`) and publish both during the change.";
    EXPONENT = Error "key-exponent" in a page:
        "the exponent of a key is even, below 3 or above 32 bits";
        "with e = 1 anybody signs for that key";
        "Make a key with the exponent 65537: `selfsame keygen`.";
    EXPONENT_ODD = Note "key-exponent-unusual" in a page:
        "the exponent of a key is not 65537";
        "it is allowed, and less tested than the usual one";
        "Nothing has to be done; the next key will have 65537.";
    MODULUS = Error "key-modulus" in a page:
        "the modulus of a key is even";
        "no such key exists: a digit is wrong";
        "`selfsame key-numbers FILE` prints the numbers as they are.";
    GROUP = Error "key-group":
        "the numbers of a DSA key do not belong together";
        "verifiers refuse the document";
        "Make an RSA key of 2048 bits: `selfsame keygen`.";
    FORM = Warning "key-form" in a page:
        "a key is written in the form of `kty`";
        "verifiers of Persona's time read `algorithm` with decimal numbers only";
        "`selfsame support-document` writes the form that everybody reads.";
    TWICE = Warning "key-twice" in a page:
        "the same key stands in the document twice";
        "that is no overlap: after the change there would be nothing to go back to";
        "Name each key once.";
    OVERLAP = Note "keys-overlap" in a page:
        "more than one key is published";
        "that is right during a change of keys, and every key more is one more that can be stolen";
        "Take the old key out once the last certificate that it signed is over and nobody keeps an older document (`selfsame rotate --plan`).";
}

pub(super) fn check(host: &str, members: &Map<String, Json>, findings: &mut Findings) {
    findings.look(&SUBJECT);
    let listed = match members.get("keys") {
        keys if is_falsy(keys) => [].as_slice(),
        Some(Value::Array(keys)) => keys,
        _ => {
            findings.add(&LIST, host, "`keys` is no list");
            [].as_slice()
        }
    };
    let first = members.get("public-key").filter(|key| !is_falsy(Some(key)));
    let mut keys: Vec<(String, &Json)> = first
        .map(|key| ("public-key".to_owned(), key))
        .into_iter()
        .collect();
    for (at, key) in listed.iter().enumerate() {
        let used = key.get("use");
        if is_falsy(used) || used.and_then(Value::as_str) == Some("sig") {
            keys.push((format!("keys[{at}]"), key));
        }
    }
    if keys.is_empty() && is_falsy(members.get("keys"))
        || keys.is_empty() && members.get("keys").is_some_and(Value::is_array)
    {
        return findings.add(&MISSING, host, "neither `public-key` nor `keys` gives one");
    }
    if keys.len() > MAX_KEYS {
        return findings.add(
            &LIST,
            host,
            format!("{} keys, and {MAX_KEYS} are read", keys.len()),
        );
    }
    let mut read: Vec<PublicKey> = Vec::new();
    for (place, key) in &keys {
        if let Some(key) = one(host, place, key, findings) {
            if read.contains(&key) {
                findings.add(&TWICE, host, place.as_str());
            } else {
                read.push(key);
            }
        }
    }
    if read.len() > 1 {
        findings.add(&OVERLAP, host, format!("{} keys", read.len()));
    }
}

fn one(host: &str, place: &str, key: &Json, findings: &mut Findings) -> Option<PublicKey> {
    if key.get("d").is_some() || key.get("x").is_some() {
        findings.add(
            &PRIVATE,
            host,
            format!(
                "{place} has `{}`",
                if key.get("d").is_some() { "d" } else { "x" }
            ),
        );
    }
    let named = key.get("algorithm").filter(|name| !is_falsy(Some(name)));
    let named = named.or(key.get("kty")).and_then(Value::as_str);
    if matches!(named, Some("DS" | "DSA")) {
        findings.add(&KIND, host, place);
    }
    let is_new_form = !is_falsy(key.get("kty"));
    if is_new_form {
        findings.add(&FORM, host, place);
    }
    let read = match PublicKey::from_json(key) {
        Ok(read) => read,
        Err(error) => {
            let (check, seen) = flaw(&error, key, is_new_form);
            findings.add(check, host, format!("{place}: {seen}"));
            return None;
        }
    };
    let text = |name| key.get(name).and_then(Value::as_str).unwrap_or_default();
    if read.algorithm() == Algorithm::Rs128 {
        findings.add(&WEAK, host, format!("{place}: {} bits", read.bits()));
    }
    if !is_new_form
        && ["n", "e", "p", "q", "g", "y"]
            .iter()
            .any(|name| text(name).starts_with('0'))
    {
        findings.add(&ZEROS, host, place);
    }
    let published = read.to_json();
    let exponent = published.get("e").and_then(Value::as_str);
    if let Some(exponent) = exponent.filter(|exponent| *exponent != "65537") {
        findings.add(&EXPONENT_ODD, host, format!("{place}: {exponent}"));
    }
    Some(read)
}

fn flaw(error: &KeyError, key: &Json, is_new_form: bool) -> (&'static crate::check::Check, String) {
    match error {
        KeyError::NotAnObject => (&NOT_OBJECT, "no object".to_owned()),
        KeyError::UnknownAlgorithm { .. } => (&ALGORITHM, shortened(&error.to_string())),
        KeyError::MissingMember { name } => (&MEMBER, format!("no `{name}`")),
        KeyError::Size { bits } => (&SIZE, format!("{bits} bits")),
        KeyError::Exponent => {
            let exponent = key.get("e").and_then(Value::as_str).unwrap_or_default();
            (&EXPONENT, shortened(&format!("`e` is {exponent}")))
        }
        KeyError::Modulus => (&MODULUS, "`n` is even".to_owned()),
        KeyError::MalformedMember { name } => match key.get(*name) {
            Some(Value::String(text)) => {
                let digits = text.strip_prefix("0x").unwrap_or(text);
                let is_hex =
                    !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
                let is_rsa = key.get("p").is_none();
                let check = if is_hex && is_rsa && !is_new_form {
                    &NUMBER_HEX
                } else {
                    &NUMBER
                };
                let beginning: String = text.chars().take(16).collect();
                (
                    check,
                    format!("`{name}` begins with `{}`", shortened(&beginning)),
                )
            }
            Some(Value::Number(_)) => (&NUMBER_JSON, format!("`{name}`")),
            _ => (&NUMBER, format!("`{name}` is no text")),
        },
        _ => (&GROUP, shortened(&error.to_string())),
    }
}
