use hyper::header::{HeaderName, HeaderValue};

use super::*;

fn headers(name: &HeaderName, lines: &[&[u8]]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines {
        let value = HeaderValue::from_bytes(line).expect("a header's value");
        headers.append(name, value);
    }
    headers
}

fn kept(lines: &[&str]) -> Keep {
    let lines: Vec<_> = lines.iter().map(|line| line.as_bytes()).collect();
    keep(&headers(&CACHE_CONTROL, &lines))
}

fn seconds_kept(max_age: &str, ages: &[&str]) -> Keep {
    let lines: Vec<_> = ages.iter().map(|line| line.as_bytes()).collect();
    let mut headers = headers(&AGE, &lines);
    let max_age = HeaderValue::from_str(max_age).expect("a header's value");
    headers.insert(CACHE_CONTROL, max_age);
    keep(&headers)
}

const fn for_seconds(seconds: u64) -> Keep {
    Keep::For {
        ms: seconds * 1_000,
    }
}

#[test]
fn max_age_is_how_long_an_answer_may_be_kept() {
    for (lines, expected) in [
        (&["max-age=60"][..], for_seconds(60)),
        (&["public, max-age=21600"], for_seconds(21_600)),
        (&["MAX-AGE=60"], for_seconds(60)),
        (&[" max-age = 60 , public"], for_seconds(60)),
        (&["max-age=\"60\""], for_seconds(60)),
        (&["max-age=0"], for_seconds(0)),
        (&["max-age=00060"], for_seconds(60)),
        (&["public", "max-age=60"], for_seconds(60)),
        (&["private, must-revalidate, max-age=60"], for_seconds(60)),
        (&[",, ,max-age=60,"], for_seconds(60)),
        (&["max-age=60;public"], for_seconds(0)),
    ] {
        assert_eq!(kept(lines), expected, "{lines:?}");
    }
}

#[test]
fn no_store_and_no_cache_come_before_everything_else() {
    for lines in [
        &["no-store"][..],
        &["no-cache"],
        &["No-Store"],
        &["max-age=60, no-store"],
        &["no-cache=\"set-cookie\", max-age=60"],
        &["max-age=60", "no-cache"],
        &["no-store=, max-age=60"],
        &["public,no-cache,max-age=60"],
    ] {
        assert_eq!(kept(lines), Keep::No, "{lines:?}");
    }
}

#[test]
fn who_says_nothing_of_max_age_has_said_nothing() {
    for lines in [
        &[][..],
        &[""],
        &["public"],
        &["s-maxage=60"],
        &["immutable, stale-while-revalidate=60"],
        &["x-max-age=60"],
        &["max-agent=60"],
        &["no-storage"],
        // In quotes it is a text of another directive.
        &["x=\"max-age=60, no-store\""],
        &["x=\"a\\\", no-store\""],
        // A quote that is never closed swallows the rest of its line.
        &["x=\"no-store, max-age=60"],
    ] {
        assert_eq!(kept(lines), Keep::Unsaid, "{lines:?}");
    }
}

#[test]
fn of_several_max_ages_the_smallest_counts_and_what_is_no_number_is_none() {
    for (lines, expected) in [
        (&["max-age=60, max-age=30"][..], for_seconds(30)),
        (&["max-age=30", "max-age=60"], for_seconds(30)),
        (&["max-age=60, s-maxage=10"], for_seconds(60)),
        (&["max-age"], for_seconds(0)),
        (&["max-age="], for_seconds(0)),
        (&["max-age=\"\""], for_seconds(0)),
        (&["max-age=\"60"], for_seconds(0)),
        (&["max-age=-1"], for_seconds(0)),
        (&["max-age=+60"], for_seconds(0)),
        (&["max-age=6.5"], for_seconds(0)),
        (&["max-age=1e3"], for_seconds(0)),
        (&["max-age=0x10"], for_seconds(0)),
        (&["max-age=6 0"], for_seconds(0)),
        (&["max-age=60=60"], for_seconds(0)),
        (&["max-age=60, max-age=never"], for_seconds(0)),
    ] {
        assert_eq!(kept(lines), expected, "{lines:?}");
    }
}

#[test]
fn huge_numbers_are_a_long_time_and_overflow_nothing() {
    let longest = for_seconds(1 << 31);
    for digits in [
        "2147483648",
        "2147483649",
        "18446744073709551615",
        "18446744073709551616",
        &"9".repeat(15_000),
    ] {
        assert_eq!(kept(&[&format!("max-age={digits}")]), longest, "{digits}");
    }
    assert_eq!(kept(&["max-age=2147483647"]), for_seconds((1 << 31) - 1));
    assert_eq!(
        seconds_kept("max-age=60", &[&"9".repeat(100)]),
        for_seconds(0)
    );
}

#[test]
fn age_shortens_what_is_left() {
    for (max_age, ages, expected) in [
        ("max-age=60", &["20"][..], for_seconds(40)),
        ("max-age=60", &["60"], for_seconds(0)),
        ("max-age=60", &["61"], for_seconds(0)),
        ("max-age=60", &["20", "30"], for_seconds(30)),
        ("max-age=60", &["30", "20"], for_seconds(30)),
        ("max-age=60", &["soon"], for_seconds(60)),
        ("max-age=60", &["-20"], for_seconds(60)),
        ("max-age=60", &[""], for_seconds(60)),
        ("public", &["20"], Keep::Unsaid),
        ("no-store", &["20"], Keep::No),
    ] {
        assert_eq!(seconds_kept(max_age, ages), expected, "{max_age} {ages:?}");
    }
}

#[test]
fn bytes_that_are_no_text_are_no_directive() {
    let keep_of = |line: &[u8]| keep(&headers(&CACHE_CONTROL, &[line]));
    assert_eq!(keep_of(b"max-age=6\xff"), for_seconds(0));
    assert_eq!(keep_of(b"max-\xffage=60"), Keep::Unsaid);
    assert_eq!(keep_of(b"\xff, max-age=60"), for_seconds(60));
}

fn time(lines: &[&[u8]]) -> Option<u64> {
    host_time(&headers(&DATE, lines)).map(Timestamp::as_millis)
}

#[test]
fn date_is_read_in_its_three_forms() {
    for date in [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
    ] {
        assert_eq!(time(&[date.as_bytes()]), Some(784_111_777_000), "{date}");
    }
    assert_eq!(time(&[b"Thu, 01 Jan 1970 00:00:00 GMT"]), Some(0));
    assert_eq!(
        time(&[b"Fri, 31 Dec 9999 23:59:59 GMT"]),
        Some(253_402_300_799_000)
    );
}

#[test]
fn what_is_no_date_or_more_than_one_says_nothing() {
    let date: &[u8] = b"Sun, 06 Nov 1994 08:49:37 GMT";
    let wrong: &[&[&[u8]]] = &[
        &[],
        &[b""],
        &[b"now"],
        &[b"1795262400"],
        &[b"Sun, 06 Nov 1994 08:49:37 CET"],
        &[b"Sun, 06 Nov 1994 08:49:37 +0000"],
        &[b"Mon, 06 Nov 1994 08:49:37 GMT"],
        &[b"Sun, 31 Feb 1994 08:49:37 GMT"],
        &[b"Sun, 06 Nov 1994 24:49:37 GMT"],
        &[b"Sun, 06 Nov 1994 08:49:60 GMT"],
        &[b"Wed, 31 Dec 1969 23:59:59 GMT"],
        &[b"Sun, 06 Nov 99999 08:49:37 GMT"],
        &[b"Sun, 06 Nov -994 08:49:37 GMT"],
        &[b"Sun, 06 Nov 1994 08:49:37 GMT\xff"],
        &[date, date],
        &[date, b"Sun, 06 Nov 1994 08:49:38 GMT"],
    ];
    for lines in wrong {
        assert_eq!(time(lines), None, "{lines:?}");
    }
}
