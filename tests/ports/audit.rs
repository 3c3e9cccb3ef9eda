use super::*;
use service::audit::AUDIT_RETENTION_MS;

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

on_each_medium!(
    audit_row_may_be_kept_again,
    audit_rows_are_kept_at_once,
    audit_row_may_lack_a_request,
    audit_rows_of_an_address_are_read_from_a_moment_with_it_to_another_without_it,
    certificate_for_a_further_address_is_found_by_it_and_by_its_account,
    audit_rows_of_many_months_are_read,
    audit_rows_of_two_addresses_with_one_key_in_one_millisecond_are_both_kept,
    audit_rows_from_too_long_ago_are_not_looked_for,
);

/// In the order of time, then of keys.
async fn of(ports: &Ports, address: &str, from: Timestamp, until: Timestamp) -> Vec<AuditRow> {
    let rows = ports.audit.of(&email(address), from, until).await;
    let mut rows = rows.expect("it works");
    rows.sort_by_key(|row| (row.time, row.key_thumbprint.clone()));
    rows
}

async fn keep(ports: &Ports, row: &AuditRow) {
    ports.audit.keep(row).await.expect("it works");
}

fn later(number: u32, later_ms: u64) -> AuditRow {
    AuditRow {
        time: START.plus_ms(later_ms),
        ..audit_row(number)
    }
}

async fn audit_row_may_be_kept_again(ports: &Ports) {
    for _ in 1..=2 {
        keep(ports, &audit_row(1)).await;
    }
    let found = of(ports, "you@me.example", START, START.plus_ms(1)).await;
    assert_eq!(found, [audit_row(1)]);
}

async fn audit_rows_are_kept_at_once(ports: &Ports) {
    at_once(20, |number| {
        let audit = Arc::clone(&ports.audit);
        async move { audit.keep(&audit_row(number)).await }
    })
    .await;
    let found = of(ports, "you@me.example", START, START.plus_ms(1)).await;
    assert_eq!(found.len(), 20);
}

async fn audit_row_may_lack_a_request(ports: &Ports) {
    let row = AuditRow {
        request_id: None,
        ..audit_row(1)
    };
    keep(ports, &row).await;
    let found = of(ports, "you@me.example", START, START.plus_ms(1)).await;
    assert_eq!(found, [row]);
}

async fn audit_rows_of_an_address_are_read_from_a_moment_with_it_to_another_without_it(
    ports: &Ports,
) {
    let rows: Vec<_> = (1..).zip([9, 10, 11, 19, 20]).collect();
    for (number, later_ms) in &rows {
        keep(ports, &later(*number, *later_ms)).await;
    }
    let theirs = AuditRow {
        account: email("them@me.example"),
        email: email("them@me.example"),
        ..later(6, 15)
    };
    keep(ports, &theirs).await;
    let (from, until) = (START.plus_ms(10), START.plus_ms(20));
    let found = of(ports, "you@me.example", from, until).await;
    assert_eq!(found, [later(2, 10), later(3, 11), later(4, 19)]);
    let found = of(ports, "them@me.example", from, until).await;
    assert_eq!(found, [theirs]);
    for address in ["You@me.example", "nobody@me.example"] {
        assert_eq!(of(ports, address, from, until).await, []);
    }
    assert_eq!(of(ports, "you@me.example", from, from).await, []);
    assert_eq!(of(ports, "you@me.example", until, from).await, []);
}

async fn certificate_for_a_further_address_is_found_by_it_and_by_its_account(ports: &Ports) {
    let row = AuditRow {
        email: email("shop@me.example"),
        ..audit_row(1)
    };
    keep(ports, &row).await;
    for address in ["you@me.example", "shop@me.example"] {
        let found = of(ports, address, START, START.plus_ms(1)).await;
        assert_eq!(found, std::slice::from_ref(&row), "{address}");
    }
}

async fn audit_rows_of_many_months_are_read(ports: &Ports) {
    let rows: Vec<_> = (0..14)
        .map(|number| later(number, 28 * DAY_MS * u64::from(number)))
        .collect();
    for row in &rows {
        keep(ports, row).await;
    }
    let until = START.plus_ms(14 * 28 * DAY_MS);
    assert_eq!(of(ports, "you@me.example", START, until).await, rows);
    let until = START.plus_ms(13 * 28 * DAY_MS);
    assert_eq!(of(ports, "you@me.example", START, until).await, rows[..13]);
}

async fn audit_rows_of_two_addresses_with_one_key_in_one_millisecond_are_both_kept(ports: &Ports) {
    let other = AuditRow {
        account: email("shop@me.example"),
        email: email("shop@me.example"),
        request_id: Some("another".to_owned()),
        ..audit_row(1)
    };
    keep(ports, &audit_row(1)).await;
    keep(ports, &other).await;
    let until = START.plus_ms(1);
    let found = of(ports, "you@me.example", START, until).await;
    assert_eq!(found, [audit_row(1)]);
    assert_eq!(of(ports, "shop@me.example", START, until).await, [other]);
}

async fn audit_rows_from_too_long_ago_are_not_looked_for(ports: &Ports) {
    keep(ports, &audit_row(1)).await;
    let first = Timestamp::from_millis(0);
    let until = START.plus_ms(AUDIT_RETENTION_MS);
    let found = of(ports, "you@me.example", first, until).await;
    assert_eq!(found, [audit_row(1)]);
    let found = of(ports, "you@me.example", first, until.plus_ms(1)).await;
    assert_eq!(found, []);
    let last = Timestamp::from_millis(u64::MAX);
    assert_eq!(of(ports, "you@me.example", first, last).await, []);
}
