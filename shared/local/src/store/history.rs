use async_trait::async_trait;
use browserid::{Email, Timestamp};
use redb::ReadableTable;
use serde::{Deserialize, Serialize};
use service::{
    history::{Event, HISTORY_MS, What},
    ports::{History, PortError},
};

use super::{
    Store,
    rows::{HISTORY, HISTORY_BY_TIME, Row},
};

/// The key is the address, the time, and which one it is of those in the same millisecond.
#[derive(Deserialize, Serialize)]
struct EventRow {
    device: String,
    happened: What,
    source: String,
}

#[async_trait]
impl History for Store {
    async fn keep(&self, event: &Event) -> Result<(), PortError> {
        let event = event.clone();
        self.write("keeping an event", move |transaction| {
            let mut table = transaction.open_table(HISTORY)?;
            let mut by_time = transaction.open_table(HISTORY_BY_TIME)?;
            let (email, time) = (event.email.as_str(), event.time.as_millis());
            // In passing: what was kept long enough goes, whoever's it is.
            if let Some(last_over) = time.checked_sub(HISTORY_MS) {
                let over = (0, "", 0)..(last_over.saturating_add(1), "", 0);
                for entry in by_time.extract_from_if(over, |_, ()| true)? {
                    let (key, _) = entry?;
                    let (time, email, number) = key.value();
                    table.remove((email, time, number))?;
                }
            }
            let same = (email, time, 0)..=(email, time, u64::MAX);
            let last = table.range(same)?.next_back().transpose()?;
            let number = last.map_or(0, |(key, _)| key.value().2.saturating_add(1));
            let row = EventRow {
                device: event.device.clone(),
                happened: event.what.clone(),
                source: event.source.clone(),
            };
            table.insert((email, time, number), row.to_bytes()?.as_slice())?;
            by_time.insert((time, email, number), ())?;
            Ok(())
        })
        .await
    }

    async fn of(
        &self,
        email: &Email,
        from: Timestamp,
        until: Timestamp,
        max: usize,
    ) -> Result<Vec<Event>, PortError> {
        let email = email.clone();
        self.read("reading the history", move |transaction| {
            if until <= from {
                return Ok(Vec::new());
            }
            let table = transaction.open_table(HISTORY)?;
            let address = email.as_str();
            let asked = (address, from.as_millis(), 0)..(address, until.as_millis(), 0);
            table
                .range(asked)?
                .rev()
                .take(max)
                .map(|entry| {
                    let (key, bytes) = entry?;
                    let row = EventRow::from_bytes(bytes.value())?;
                    Ok(Event {
                        device: row.device,
                        email: email.clone(),
                        source: row.source,
                        time: Timestamp::from_millis(key.value().1),
                        what: row.happened,
                    })
                })
                .collect()
        })
        .await
    }
}

impl Row for EventRow {
    const TABLE: &'static str = "history";
}
