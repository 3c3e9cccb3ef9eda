//! A store without a service that cleans up behind it does so itself.

use super::*;
use service::session::{ABSOLUTE_MS, IDLE_MS};

const YOU: &str = "you@me.example";
const THEM: &str = "them@me.example";

on_each_medium!(sessions_that_are_over_are_cleaned_away_in_passing);

async fn sessions_that_are_over_are_cleaned_away_in_passing(ports: &Ports) {
    ports.has_session(1, YOU).await;
    ports.has_session(2, YOU).await;
    let touch = ports.sessions.touch(&hash(2), START.plus_ms(IDLE_MS)).await;
    touch.expect("it works");

    let put_at = async |token, now| {
        let session = Session::start(email(THEM), now);
        let put = ports.sessions.put(hash(token), session).await;
        put.expect("it works");
    };
    put_at(3, START.plus_ms(IDLE_MS - 1)).await;
    assert_eq!(ports.sessions_up_to(3).await, [1, 2, 3]);
    put_at(4, START.plus_ms(IDLE_MS)).await;
    assert_eq!(ports.sessions_up_to(4).await, [2, 3, 4]);
    put_at(5, START.plus_ms(ABSOLUTE_MS)).await;
    assert_eq!(ports.sessions_up_to(5).await, [5]);
}
