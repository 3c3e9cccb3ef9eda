//! Moments as people write them, in UTC (RFC 3339, and a little less).

use browserid::Timestamp;

const SECOND_MS: u64 = 1000;
const MINUTE_MS: u64 = 60 * SECOND_MS;
const DAY_MS: u64 = 24 * 60 * MINUTE_MS;
/// The calendar repeats after so many years, and then on the same weekday.
const CYCLE_YEARS: u64 = 400;
const CYCLE_DAYS: u64 = 146_097;
/// Four digits, and no 1969.
const YEARS: core::ops::RangeInclusive<u64> = 1970..=9999;

/// To the second, or to the millisecond where there are any: `2026-11-21T12:00:00Z`.
pub fn text(time: Timestamp) -> String {
    let (date, rest) = split(time);
    let [hour, minute] = [rest / (60 * MINUTE_MS), rest / MINUTE_MS % 60];
    let second = rest / SECOND_MS % 60;
    match rest % SECOND_MS {
        0 => format!("{date}T{hour:02}:{minute:02}:{second:02}Z"),
        ms => format!("{date}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z"),
    }
}

/// To the minute, rounded up: `2026-11-21 12:00`.
pub fn minute(time: Timestamp) -> String {
    let whole = time
        .as_millis()
        .div_ceil(MINUTE_MS)
        .saturating_mul(MINUTE_MS);
    let (date, rest) = split(Timestamp::from_millis(whole));
    format!(
        "{date} {:02}:{:02}",
        rest / (60 * MINUTE_MS),
        rest / MINUTE_MS % 60
    )
}

/// Reads a day (its beginning), or a moment to the minute, second or fraction: `2026-11-21`, `2026-11-21 12:00`,
/// `2026-11-21T12:00:00.5Z`. All are UTC, with or without the `Z`; other zones are none of ours. Years 1970 to 9999.
pub fn parse(text: &str) -> Option<Timestamp> {
    let (date, rest) = match text.split_once(['T', ' ']) {
        Some((date, rest)) => (date, rest.strip_suffix('Z').unwrap_or(rest)),
        None => (text, "00:00"),
    };
    let mut parts = date.split('-');
    let year = digits(parts.next()?, 4)?;
    let month = digits(parts.next()?, 2)?;
    let day = digits(parts.next()?, 2)?;
    let mut clock = rest.split(':');
    let hour = digits(clock.next()?, 2).filter(|hour| *hour < 24)?;
    let minute = digits(clock.next()?, 2).filter(|minute| *minute < 60)?;
    let second_ms = clock.next().map_or(Some(0), seconds)?;
    let is_date = YEARS.contains(&year)
        && (1..=12).contains(&month)
        && (1..=days_of(year, month)).contains(&day);
    if !is_date || parts.next().is_some() || clock.next().is_some() {
        return None;
    }
    let days = (1970..year).map(days_in).sum::<u64>()
        + (1..month).map(|month| days_of(year, month)).sum::<u64>()
        + (day - 1);
    Some(Timestamp::from_millis(
        days * DAY_MS + (hour * 60 + minute) * MINUTE_MS + second_ms,
    ))
}

/// The date, and the milliseconds since its midnight.
fn split(time: Timestamp) -> (String, u64) {
    let days = time.as_millis() / DAY_MS;
    let mut year = 1970 + CYCLE_YEARS * (days / CYCLE_DAYS);
    let mut left = days % CYCLE_DAYS;
    while left >= days_in(year) {
        left -= days_in(year);
        year += 1;
    }
    let mut month = 1;
    while left >= days_of(year, month) {
        left -= days_of(year, month);
        month += 1;
    }
    let day = left + 1;
    (
        format!("{year:04}-{month:02}-{day:02}"),
        time.as_millis() % DAY_MS,
    )
}

fn days_in(year: u64) -> u64 {
    365 + u64::from(is_leap(year))
}

fn days_of(year: u64, month: u64) -> u64 {
    match month {
        2 => 28 + u64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// Seconds with at most three figures that count behind the point, in milliseconds.
fn seconds(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let whole = digits(whole, 2).filter(|second| *second < 60)?;
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let ms: String = fraction.chars().chain("00".chars()).take(3).collect();
    Some(whole * SECOND_MS + digits(&ms, 3)?)
}

fn digits(text: &str, count: usize) -> Option<u64> {
    let is_number = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(text: &str) -> Option<u64> {
        parse(text).map(Timestamp::as_millis)
    }

    #[test]
    fn moments_are_read_as_they_are_written() {
        for (written, time) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1999-12-31T23:59:59.999Z", 946_684_799_999),
            ("2000-02-29T00:00:00Z", 951_782_400_000),
            ("2026-11-21T12:00:00Z", 1_795_262_400_000),
            ("2100-03-01T00:00:00.001Z", 4_107_542_400_001),
            ("9999-12-31T23:59:59Z", 253_402_300_799_000),
        ] {
            assert_eq!(ms(written), Some(time), "{written}");
            assert_eq!(text(Timestamp::from_millis(time)), written);
        }
    }

    #[test]
    fn less_than_a_moment_is_its_beginning() {
        let noon = Some(1_795_262_400_000);
        for written in [
            "2026-11-21 12:00",
            "2026-11-21T12:00",
            "2026-11-21T12:00Z",
            "2026-11-21 12:00:00.000999",
        ] {
            assert_eq!(ms(written), noon, "{written}");
        }
        assert_eq!(ms("2026-11-21"), Some(1_795_219_200_000));
        assert_eq!(ms("2026-11-21T12:00:00.5Z"), Some(1_795_262_400_500));
    }

    #[test]
    fn what_is_no_moment_in_utc_is_not_guessed_at() {
        for written in [
            "",
            "tomorrow",
            "2026-11-31",
            "2026-02-29",
            "2100-02-29",
            "2026-00-01",
            "2026-13-01",
            "2026-01-00",
            "1969-12-31",
            "26-11-21",
            "2026-11-21-1",
            "2026-11-21T24:00Z",
            "2026-11-21T12:60Z",
            "2026-11-21T12:00:60Z",
            "2026-11-21T12:00:00.Z",
            "2026-11-21T12Z",
            "2026-11-21T12:00:00:00Z",
            "2026-11-21T12:00:00+01:00",
            "2026-11-21T12:00:00-08:00",
            "+026-11-21",
            "2026-11-21 ",
        ] {
            assert_eq!(parse(written), None, "{written}");
        }
    }

    #[test]
    fn minutes_are_rounded_up_so_that_not_before_stays_true() {
        let noon = parse("2026-11-21T12:00Z").expect("a moment");
        assert_eq!(minute(noon), "2026-11-21 12:00");
        assert_eq!(minute(noon.plus_ms(1)), "2026-11-21 12:01");
        assert_eq!(
            minute(parse("2026-12-31T23:59:01Z").expect("a moment")),
            "2027-01-01 00:00"
        );
    }

    #[test]
    fn no_moment_is_too_late_to_be_written() {
        assert_eq!(
            text(Timestamp::from_millis(u64::MAX)),
            "584556019-04-03T14:25:51.615Z"
        );
        assert!(!minute(Timestamp::from_millis(u64::MAX)).is_empty());
    }
}
