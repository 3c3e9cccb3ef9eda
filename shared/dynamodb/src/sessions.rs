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
    rows::{Key, Row, expires_s, number, text, time},
};

#[async_trait]
impl Sessions for Store {
    async fn put(&self, token: TokenHash, session: Session) -> Result<(), PortError> {
        doing(
            "keeping a session",
            self.put_session(&token, &session).await,
        )
    }

    async fn find(&self, token: &TokenHash) -> Result<Option<Session>, PortError> {
        let read = self.table.get(
            Key::session(token),
            "created, email, is_by_code, is_shared, last_seen",
        );
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

    async fn prove(&self, _: &TokenHash, _: Timestamp) -> Result<(), PortError> {
        Err(PortError::new("noting a proof", "not built"))
    }

    async fn of(&self, _: &Email) -> Result<Vec<(TokenHash, Session)>, PortError> {
        Err(PortError::new("listing sessions", "not built"))
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
        let mut row = Key::session(token).with([
            ("created", time(session.created)),
            ("email", text(session.email.as_str())),
            ("expires_s", expires_s.clone()),
            ("last_seen", time(session.last_seen)),
        ]);
        // Only where it is so, as in rows from before there were such sessions.
        for (flag, is_so) in [
            ("is_by_code", session.way == Way::MailedCode),
            ("is_shared", session.life == Life::Hour),
        ] {
            if is_so {
                row.insert(flag.to_owned(), number(1));
            }
        }
        let name = Key::session_of(&session.email, token).with([("expires_s", expires_s)]);
        let members = vec![
            self.table.exists(Key::account(&session.email))?,
            self.table
                .put(row, Some("attribute_not_exists(pk)"), None)?,
            self.table.put(name, None, None)?,
        ];
        match self.table.transact(members).await? {
            Ok(()) => Ok(()),
            Err(unmet) if unmet.members.contains(&0) => Err(StoreError::NoAccount),
            Err(_) => Err(StoreError::Exists { family: "session" }),
        }
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
    Ok(Session {
        created: row.time("created")?,
        email: row.address("email")?,
        device: String::new(),
        last_seen: row.time("last_seen")?,
        life: if row.flag("is_shared")? {
            Life::Hour
        } else {
            Life::Keep
        },
        proved: row.time("created")?,
        way: if row.flag("is_by_code")? {
            Way::MailedCode
        } else {
            Way::Password
        },
    })
}
