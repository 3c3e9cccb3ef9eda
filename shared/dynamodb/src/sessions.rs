use async_trait::async_trait;
use aws_sdk_dynamodb::types::ReturnValue;
use browserid::{Email, Timestamp};
use service::{
    ports::{PortError, Sessions},
    secret::TokenHash,
    session::{Life, Session, Way},
};

use crate::{
    Store, StoreError, doing,
    rows::{Key, Row, expires_s, name, text, time},
};

/// What is read of a session.
const SESSION: &str = "created, device, email, is_by_code, is_shared, last_seen, life, proved, way";

#[async_trait]
impl Sessions for Store {
    async fn put(&self, token: TokenHash, session: Session) -> Result<(), PortError> {
        doing(
            "keeping a session",
            self.put_session(&token, &session).await,
        )
    }

    async fn find(&self, token: &TokenHash) -> Result<Option<Session>, PortError> {
        let read = self.table.get(Key::session(token), SESSION);
        let session = read
            .await
            .and_then(|row| row.as_ref().map(session).transpose());
        doing("reading a session", session)
    }

    async fn touch(&self, token: &TokenHash, now: Timestamp) -> Result<(), PortError> {
        let update = || {
            self.table
                .client()
                .update_item()
                .table_name(self.table.name())
                .set_key(Some(Key::session(token).item()))
                // False too where there is no such row: an update makes none.
                .condition_expression("last_seen < :now")
                .update_expression("SET last_seen = :now")
                .expression_attribute_values(":now", time(now))
                .send()
        };
        let written = self.table.write(update).await;
        doing("noting the use of a session", written.map(|_| ()))
    }

    async fn prove(&self, token: &TokenHash, now: Timestamp) -> Result<(), PortError> {
        let update = || {
            self.table
                .client()
                .update_item()
                .table_name(self.table.name())
                .set_key(Some(Key::session(token).item()))
                // False too where there is no such row: an update makes none. Rows of earlier versions say nothing of it.
                .condition_expression(
                    "proved < :now OR (attribute_not_exists(proved) AND created < :now)",
                )
                .update_expression("SET proved = :now")
                .expression_attribute_values(":now", time(now))
                .send()
        };
        let written = self.table.write(update).await;
        doing("noting a proof", written.map(|_| ()))
    }

    async fn of(&self, email: &Email) -> Result<Vec<(TokenHash, Session)>, PortError> {
        doing("listing sessions", self.every_session_of(email).await)
    }

    async fn end(&self, token: &TokenHash) -> Result<(), PortError> {
        doing("ending a session", self.end_session(token).await)
    }

    async fn end_all(&self, email: &Email, except: Option<&TokenHash>) -> Result<(), PortError> {
        let ended = self.end_all_but(email, except).await;
        doing("ending a person's sessions", ended)
    }
}

impl Store {
    /// The session and what names it for its address, together and only beside an account: a removal that has been
    /// finds none of them, and none comes after it.
    async fn put_session(&self, token: &TokenHash, session: &Session) -> Result<(), StoreError> {
        // Not the end by disuse: that moves with every use, and this only cleans.
        let expires_s = expires_s(session.absolute_end());
        let row = Key::session(token).with([
            ("created", time(session.created)),
            ("device", text(&session.device)),
            ("email", text(session.email.as_str())),
            ("expires_s", expires_s.clone()),
            ("last_seen", time(session.last_seen)),
            ("life", name(&session.life)),
            ("proved", time(session.proved)),
            ("way", name(&session.way)),
        ]);
        let naming = Key::session_of(&session.email, token).with([("expires_s", expires_s)]);
        let members = vec![
            self.table.exists(Key::account(&session.email))?,
            self.table
                .put(row, Some("attribute_not_exists(pk)"), None)?,
            self.table.put(naming, None, None)?,
        ];
        match self.table.transact(members).await? {
            Ok(()) => Ok(()),
            Err(unmet) if unmet.members.contains(&0) => Err(StoreError::NoAccount),
            Err(_) => Err(StoreError::Exists { family: "session" }),
        }
    }

    /// One read after the other: a person has few, and who lists them has time.
    async fn every_session_of(
        &self,
        email: &Email,
    ) -> Result<Vec<(TokenHash, Session)>, StoreError> {
        let mut sessions = Vec::new();
        for token in self.sessions_of(email).await? {
            // A name may be left of one that is gone.
            if let Some(row) = self.table.get(Key::session(&token), SESSION).await? {
                sessions.push((token, session(&row)?));
            }
        }
        Ok(sessions)
    }

    /// The session first. If we break off between the two, what is left names a session that is gone.
    async fn end_session(&self, token: &TokenHash) -> Result<(), StoreError> {
        let Some(ended) = self.delete_row(Key::session(token)).await? else {
            return Ok(());
        };
        let email = ended.address("email")?;
        self.delete_row(Key::session_of(&email, token)).await?;
        Ok(())
    }

    /// The row as it was.
    async fn delete_row(&self, key: Key) -> Result<Option<Row>, StoreError> {
        let family = key.family();
        let key = key.item();
        let delete = || {
            self.table
                .client()
                .delete_item()
                .table_name(self.table.name())
                .set_key(Some(key.clone()))
                .return_values(ReturnValue::AllOld)
                .send()
        };
        // No condition, so none that does not hold.
        let deleted = self.table.write(delete).await?.ok();
        let item = deleted.and_then(|deleted| deleted.attributes);
        Ok(item.map(|item| Row::new(family, item)))
    }
}

fn session(row: &Row) -> Result<Session, StoreError> {
    let created = row.time("created")?;
    let device = row.text_if_any("device")?;
    // Rows from before there were `life` and `way` had flags, or neither.
    let life = if row.flag("is_shared")? {
        Life::Hour
    } else {
        Life::Keep
    };
    let way = if row.flag("is_by_code")? {
        Way::MailedCode
    } else {
        Way::Password
    };
    Ok(Session {
        created,
        device: device.unwrap_or_default().to_owned(),
        email: row.address("email")?,
        last_seen: row.time("last_seen")?,
        life: row.name_if_any("life")?.unwrap_or(life),
        proved: row.time_if_any("proved")?.unwrap_or(created),
        way: row.name_if_any("way")?.unwrap_or(way),
    })
}
