use std::{
    collections::hash_map::RandomState,
    hash::{BuildHasher, Hasher},
};

use async_trait::async_trait;
use browserid::{Email, Timestamp};
use service::{
    history::{Event, HISTORY_MS, What},
    ports::{History, PortError},
};

use crate::{
    Store, StoreError, doing,
    rows::{HISTORY, Item, Key, Row, expires_s, history_of, sortable, text, time},
};

/// So many rows are asked for at once, at most.
const PAGE: usize = 1_000;

#[async_trait]
impl History for Store {
    async fn keep(&self, event: &Event) -> Result<(), PortError> {
        doing("keeping an event", self.keep_event(event).await)
    }

    async fn of(
        &self,
        email: &Email,
        from: Timestamp,
        until: Timestamp,
        max: usize,
    ) -> Result<Vec<Event>, PortError> {
        let events = self.events_of(email, from, until, max).await;
        doing("reading the history", events)
    }
}

impl Store {
    async fn keep_event(&self, event: &Event) -> Result<(), StoreError> {
        // The same at every try of the client, so that an event whose answer got lost stands there once.
        let item = item(event)?;
        let put = || {
            self.table
                .client()
                .put_item()
                .table_name(self.table.name())
                .set_item(Some(item.clone()))
                .send()
        };
        // No condition, so none that does not hold.
        self.table.write(put).await.map(|_| ())
    }

    async fn events_of(
        &self,
        email: &Email,
        from: Timestamp,
        until: Timestamp,
        max: usize,
    ) -> Result<Vec<Event>, StoreError> {
        if until <= from || max == 0 {
            return Ok(Vec::new());
        }
        // Every `sk` of a moment is longer than the moment alone, and so behind it.
        let query = self
            .table
            .between(&history_of(email), sortable(from), sortable(until))
            .scan_index_forward(false)
            .set_limit(i32::try_from(max.min(PAGE)).ok());
        let rows = self.table.pages(HISTORY, query, max).await?;
        rows.iter().map(|row| event(email.clone(), row)).collect()
    }
}

fn item(event: &Event) -> Result<Item, StoreError> {
    let what = serde_json::to_string(&event.what).map_err(|error| StoreError::NotSent {
        reason: format!("an event cannot be written ({:?} error)", error.classify()),
    })?;
    // What happens in one millisecond is told apart. The standard library's source of randomness; nothing secret hangs on it.
    let which = RandomState::new().build_hasher().finish();
    let sk = format!("{}#{which:016x}", sortable(event.time));
    Ok(Key::history(&event.email, sk).with([
        ("device", text(&event.device)),
        ("expires_s", expires_s(event.time.plus_ms(HISTORY_MS))),
        ("happened", text(what)),
        ("source", text(&event.source)),
        ("time", time(event.time)),
    ]))
}

fn event(email: Email, row: &Row) -> Result<Event, StoreError> {
    let what: Option<What> = serde_json::from_str(row.text("happened")?).ok();
    Ok(Event {
        device: row.text("device")?.to_owned(),
        email,
        source: row.text("source")?.to_owned(),
        time: row.time("time")?,
        what: what.ok_or_else(|| row.unreadable("what happened is none"))?,
    })
}
