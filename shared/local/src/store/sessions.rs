use async_trait::async_trait;
use browserid::{Email, Timestamp};
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
    pub(super) email: String,
    /// Younger than the others, like the next: rows without them are of sessions of the usual kind.
    #[serde(default, skip_serializing_if = "is_false")]
    is_by_code: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    is_shared: bool,
    last_seen: u64,
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
            let row = SessionRow {
                created: session.created.as_millis(),
                email: session.email.as_str().to_owned(),
                is_by_code: session.way == Way::MailedCode,
                is_shared: session.life == Life::Hour,
                last_seen: session.last_seen.as_millis(),
            };
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
            let mut table = transaction.open_table(SESSIONS)?;
            if let Some(mut row) = get::<SessionRow, _>(&table, &token.0)? {
                row.last_seen = row.last_seen.max(now.as_millis());
                table.insert(&token.0, row.to_bytes()?.as_slice())?;
            }
            Ok(())
        })
        .await
    }

    async fn prove(&self, _: &TokenHash, _: Timestamp) -> Result<(), PortError> {
        Err(PortError::new("noting a proof", "not built"))
    }

    async fn of(&self, _: &Email) -> Result<Vec<(TokenHash, Session)>, PortError> {
        Err(PortError::new("listing sessions", "not built"))
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
                Some(token) => get::<SessionRow, _>(&table, &token.0)?.map(|row| (token, row)),
                None => None,
            };
            retain(&mut table, |row: SessionRow| row.email != email.as_str())?;
            if let Some((token, row)) = spared {
                table.insert(&token.0, row.to_bytes()?.as_slice())?;
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
    fn into_session(self) -> Result<Session, StoreError> {
        Ok(Session {
            created: Timestamp::from_millis(self.created),
            email: Self::address(&self.email)?,
            device: String::new(),
            last_seen: Timestamp::from_millis(self.last_seen),
            life: if self.is_shared {
                Life::Hour
            } else {
                Life::Keep
            },
            proved: Timestamp::from_millis(self.created),
            way: if self.is_by_code {
                Way::MailedCode
            } else {
                Way::Password
            },
        })
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn is_false(flag: &bool) -> bool {
    !flag
}
