use super::*;

on_each_medium!(
    audit_row_may_be_kept_again,
    audit_rows_are_kept_at_once,
    audit_row_may_lack_a_request,
);

async fn audit_row_may_be_kept_again(ports: &Ports) {
    for _ in 1..=2 {
        ports.audit.keep(&audit_row(1)).await.expect("it works");
    }
}

async fn audit_rows_are_kept_at_once(ports: &Ports) {
    at_once(20, |number| {
        let audit = Arc::clone(&ports.audit);
        async move { audit.keep(&audit_row(number)).await }
    })
    .await;
}

async fn audit_row_may_lack_a_request(ports: &Ports) {
    let row = AuditRow {
        request_id: None,
        ..audit_row(1)
    };
    ports.audit.keep(&row).await.expect("it works");
}
