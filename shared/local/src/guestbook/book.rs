//! What the guestbook keeps: who was here, and who is signed in.

use std::fs;
use std::path::Path;

use browserid::Timestamp;
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};

use super::own_session::LIFETIME_MS;
use crate::system::private_file;

/// Address → last visit (ms).
const VISITS: TableDefinition<&str, u64> = TableDefinition::new("visits");
/// Hash of a session token → address, since when (ms).
const SESSIONS: TableDefinition<[u8; 32], (&str, u64)> = TableDefinition::new("sessions");

/// How many visitors the page shows.
const SHOWN: usize = 50;

/// Why the book cannot be used.
pub type BookError = redb::Error;

/// A file that one server has open.
pub struct Book {
    database: Database,
}

/// Somebody was here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// Last time.
    pub at: Timestamp,
    /// Who.
    pub email: String,
}

impl Book {
    /// Opens the file, or makes it; it is there whole or not at all.
    pub fn open(path: &Path) -> Result<Self, BookError> {
        if !fs::exists(path)? {
            let draft = private_file::draft_beside(path)?;
            let write = Database::create(draft.path())?.begin_write()?;
            write.open_table(VISITS)?;
            write.open_table(SESSIONS)?;
            write.commit()?;
            draft.publish()?;
        }
        let database = Database::open(path)?;
        Ok(Self { database })
    }

    /// Writes the visit down and starts a session, in one step that lasts once it returns.
    pub fn sign_in(
        &self,
        session: &[u8; 32],
        email: &str,
        now: Timestamp,
    ) -> Result<(), BookError> {
        let write = self.database.begin_write()?;
        {
            let mut sessions = write.open_table(SESSIONS)?;
            let ended = now.minus_ms(LIFETIME_MS).as_millis();
            sessions.retain(|_, (_, since)| since > ended)?;
            sessions.insert(session, (email, now.as_millis()))?;
            write.open_table(VISITS)?.insert(email, now.as_millis())?;
        }
        write.commit()?;
        Ok(())
    }

    /// Ends a session; fine if there is none.
    pub fn sign_out(&self, session: &[u8; 32]) -> Result<(), BookError> {
        let write = self.database.begin_write()?;
        write.open_table(SESSIONS)?.remove(session)?;
        write.commit()?;
        Ok(())
    }

    /// Whose session this is, while it lasts.
    pub fn visitor(&self, session: &[u8; 32], now: Timestamp) -> Result<Option<String>, BookError> {
        let sessions = self.database.begin_read()?.open_table(SESSIONS)?;
        Ok(sessions.get(session)?.and_then(|row| {
            let (email, since) = row.value();
            let age = now.since_ms(Timestamp::from_millis(since));
            (age < LIFETIME_MS).then(|| email.to_owned())
        }))
    }

    /// The latest visitors, the last one first; everybody once.
    pub fn recent(&self) -> Result<Vec<Visit>, BookError> {
        let table = self.database.begin_read()?.open_table(VISITS)?;
        let mut visits = Vec::new();
        for row in table.iter()? {
            let (email, at) = row?;
            visits.push(Visit {
                at: Timestamp::from_millis(at.value()),
                email: email.value().to_owned(),
            });
        }
        visits.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.email.cmp(&b.email)));
        visits.truncate(SHOWN);
        Ok(visits)
    }
}

#[cfg(test)]
mod tests {
    use browserid::Timestamp;

    use super::{Book, LIFETIME_MS};

    fn names(book: &Book) -> Vec<String> {
        let visits = book.recent().expect("it is read");
        visits.into_iter().map(|visit| visit.email).collect()
    }

    #[test]
    fn everybody_stands_there_once_and_the_last_one_first_also_after_a_restart() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("guestbook.redb");
        let book = Book::open(&path).expect("it is made");
        for (second, email) in ["a@x.localhost", "b@x.localhost", "a@x.localhost"]
            .iter()
            .enumerate()
        {
            let now = Timestamp::from_millis(1_000 * second as u64);
            book.sign_in(&[second as u8; 32], email, now)
                .expect("it is written");
        }
        assert_eq!(names(&book), ["a@x.localhost", "b@x.localhost"]);
        drop(book);
        let book = Book::open(&path).expect("it is opened");
        assert_eq!(names(&book), ["a@x.localhost", "b@x.localhost"]);
        let now = Timestamp::from_millis(3_000);
        assert_eq!(
            book.visitor(&[1; 32], now).expect("it is read").as_deref(),
            Some("b@x.localhost")
        );
    }

    #[test]
    fn a_session_ends_when_it_is_signed_out_and_when_its_time_is_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let book = Book::open(&folder.path().join("guestbook.redb")).expect("it is made");
        let start = Timestamp::from_millis(1_000);
        book.sign_in(&[1; 32], "a@x.localhost", start)
            .expect("it is written");
        book.sign_in(&[2; 32], "b@x.localhost", start)
            .expect("it is written");
        book.sign_out(&[1; 32]).expect("it is written");
        let who = |token: u8, now| book.visitor(&[token; 32], now).expect("it is read");
        assert_eq!(who(1, start), None);
        assert_eq!(
            who(2, start.plus_ms(LIFETIME_MS - 1)).as_deref(),
            Some("b@x.localhost")
        );
        assert_eq!(who(2, start.plus_ms(LIFETIME_MS)), None);
        assert_eq!(names(&book).len(), 2, "visits stay");
    }
}
