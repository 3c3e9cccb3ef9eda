use async_trait::async_trait;
use browserid::{Email, Timestamp};
use redb::{ReadableTable, WriteTransaction};
use serde::{Deserialize, Serialize};
use service::{
    ports::{PortError, Sessions},
    secret::TokenHash,
    session::{Life, Session, Way},
};

use super::{
    Store,
    error::StoreError,
    rows::{Row, SESSIONS, get, retain},
};

#[derive(Deserialize, Serialize)]
pub(super) struct SessionRow {
    created: u64,
    #[serde(default)]
    device: String,
    pub(super) email: String,
    /// Read only, like the next: rows from before there were `life` and `way` had these, or neither.
    #[serde(default, skip_serializing)]
    is_by_code: bool,
    #[serde(default, skip_serializing)]
    is_shared: bool,
    last_seen: u64,
    life: Option<Life>,
    proved: Option<u64>,
    way: Option<Way>,
}

#[async_trait]
impl Sessions for Store {
    async fn put(&self, token: TokenHash, session: Session) -> Result<(), PortError> {
        self.write("keeping a session", move |transaction| {
            let mut table = transaction.open_table(SESSIONS)?;
            // In passing: what is over when this one starts goes.
            let now = session.last_seen;
            retain(&mut table, |row: SessionRow| {
                row.into_session().map_or(true, |other| other.is_live(now))
            })?;
            let row = SessionRow::from_session(&session);
            table.insert(&token.0, row.to_bytes()?.as_slice())?;
            Ok(())
        })
        .await
    }

    async fn find(&self, token: &TokenHash) -> Result<Option<Session>, PortError> {
        let token = *token;
        self.read("reading a session", move |transaction| {
            let table = transaction.open_table(SESSIONS)?;
            get(&table, &token.0)?
                .map(SessionRow::into_session)
                .transpose()
        })
        .await
    }

    async fn touch(&self, token: &TokenHash, now: Timestamp) -> Result<(), PortError> {
        let token = *token;
        self.write("noting the use of a session", move |transaction| {
            change(transaction, &token, |session| {
                session.last_seen = session.last_seen.max(now);
            })
        })
        .await
    }

    async fn prove(&self, token: &TokenHash, now: Timestamp) -> Result<(), PortError> {
        let token = *token;
        self.write("noting a proof", move |transaction| {
            change(transaction, &token, |session| {
                session.proved = session.proved.max(now);
            })
        })
        .await
    }

    async fn of(&self, email: &Email) -> Result<Vec<(TokenHash, Session)>, PortError> {
        let email = email.clone();
        self.read("listing sessions", move |transaction| {
            let table = transaction.open_table(SESSIONS)?;
            let mut sessions = Vec::new();
            for entry in table.iter()? {
                let (token, bytes) = entry?;
                let row = SessionRow::from_bytes(bytes.value())?;
                if row.email == email.as_str() {
                    sessions.push((TokenHash(*token.value()), row.into_session()?));
                }
            }
            Ok(sessions)
        })
        .await
    }

    async fn end(&self, token: &TokenHash) -> Result<(), PortError> {
        let token = *token;
        self.write("ending a session", move |transaction| {
            transaction.open_table(SESSIONS)?.remove(&token.0)?;
            Ok(())
        })
        .await
    }

    async fn end_all(&self, email: &Email, except: Option<&TokenHash>) -> Result<(), PortError> {
        let email = email.clone();
        let except = except.copied();
        self.write("ending a person's sessions", move |transaction| {
            let mut table = transaction.open_table(SESSIONS)?;
            let spared = match except {
                Some(token) => {
                    let bytes = table.get(&token.0)?.map(|bytes| bytes.value().to_vec());
                    bytes.map(|bytes| (token, bytes))
                }
                None => None,
            };
            retain(&mut table, |row: SessionRow| row.email != email.as_str())?;
            if let Some((token, bytes)) = spared {
                table.insert(&token.0, bytes.as_slice())?;
            }
            Ok(())
        })
        .await
    }
}

impl Row for SessionRow {
    const TABLE: &'static str = "sessions";
}

impl SessionRow {
    fn from_session(session: &Session) -> Self {
        Self {
            created: session.created.as_millis(),
            device: session.device.clone(),
            email: session.email.as_str().to_owned(),
            is_by_code: false,
            is_shared: false,
            last_seen: session.last_seen.as_millis(),
            life: Some(session.life),
            proved: Some(session.proved.as_millis()),
            way: Some(session.way),
        }
    }

    fn into_session(self) -> Result<Session, StoreError> {
        let life_before = if self.is_shared {
            Life::Hour
        } else {
            Life::Keep
        };
        let way_before = if self.is_by_code {
            Way::MailedCode
        } else {
            Way::Password
        };
        Ok(Session {
            created: Timestamp::from_millis(self.created),
            device: self.device,
            email: Self::address(&self.email)?,
            last_seen: Timestamp::from_millis(self.last_seen),
            life: self.life.unwrap_or(life_before),
            proved: Timestamp::from_millis(self.proved.unwrap_or(self.created)),
            way: self.way.unwrap_or(way_before),
        })
    }
}

/// Nothing if there is no such session.
fn change(
    transaction: &WriteTransaction,
    token: &TokenHash,
    work: impl FnOnce(&mut Session),
) -> Result<(), StoreError> {
    let mut table = transaction.open_table(SESSIONS)?;
    let Some(row) = get::<SessionRow, _>(&table, &token.0)? else {
        return Ok(());
    };
    let mut session = row.into_session()?;
    work(&mut session);
    let row = SessionRow::from_session(&session);
    table.insert(&token.0, row.to_bytes()?.as_slice())?;
    Ok(())
}
