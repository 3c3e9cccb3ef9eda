use super::*;

const YOU: &str = "you@me.example";
const THEM: &str = "them@me.example";

on_each_medium!(
    session_is_found_as_it_was_put_until_it_is_ended,
    session_of_each_kind_is_found_as_it_was_put,
    session_is_found_as_stored_even_when_it_is_over,
    touch_moves_last_seen_forward_and_never_back,
    touch_brings_back_no_ended_session,
    proof_moves_forward_and_never_back,
    proof_brings_back_no_ended_session,
    sessions_of_a_person_are_listed_also_those_that_are_over,
    all_sessions_of_a_person_end_but_one,
    all_sessions_of_a_person_end,
    exception_of_somebody_else_changes_nothing,
    sessions_put_at_once_are_all_kept,
);

async fn find(ports: &Ports, token: u32) -> Option<Session> {
    ports.sessions.find(&hash(token)).await.expect("it works")
}

async fn session_is_found_as_it_was_put_until_it_is_ended(ports: &Ports) {
    ports.knows(YOU).await;
    assert_eq!(find(ports, 1).await, None);
    let session = Session {
        last_seen: START.plus_ms(7),
        ..session(YOU)
    };
    let put = ports.sessions.put(hash(1), session.clone()).await;
    put.expect("it works");
    ports.has_session(2, YOU).await;
    assert_eq!(find(ports, 1).await, Some(session));
    for _ in 1..=2 {
        ports.sessions.end(&hash(1)).await.expect("it works");
        assert_eq!(ports.sessions_up_to(2).await, [2]);
    }
}

async fn session_of_each_kind_is_found_as_it_was_put(ports: &Ports) {
    ports.knows(YOU).await;
    let kinds = [
        session(YOU),
        session(YOU).by(Way::MailedCode),
        session(YOU).living(Life::Hour),
        session(YOU).by(Way::MailedCode).living(Life::Hour),
        session(YOU).by(Way::Link).living(Life::Window),
        session(YOU).by(Way::Passkey).on("Firefox on Linux"),
        session(YOU).by(Way::RecoveryCode).on("\u{1F4BB} \"#"),
        Session {
            proved: START.plus_ms(9),
            ..session(YOU)
        },
    ];
    for (token, session) in (1..).zip(&kinds) {
        let put = ports.sessions.put(hash(token), session.clone()).await;
        put.expect("it works");
        assert_eq!(find(ports, token).await.as_ref(), Some(session));
    }
    let end = ports.sessions.end_all(&email(YOU), Some(&hash(4))).await;
    end.expect("it works");
    let touch = ports.sessions.touch(&hash(4), START.plus_ms(1)).await;
    touch.expect("it works");
    let expected = Session {
        last_seen: START.plus_ms(1),
        ..session(YOU).by(Way::MailedCode).living(Life::Hour)
    };
    assert_eq!(find(ports, 4).await, Some(expected));
}

async fn session_is_found_as_stored_even_when_it_is_over(ports: &Ports) {
    ports.knows(YOU).await;
    let session = Session::start(email(YOU), Timestamp::from_millis(0));
    let put = ports.sessions.put(hash(1), session.clone()).await;
    put.expect("it works");
    assert_eq!(find(ports, 1).await, Some(session));
}

async fn touch_moves_last_seen_forward_and_never_back(ports: &Ports) {
    ports.has_session(1, YOU).await;
    ports.has_session(2, YOU).await;
    for (now, last_seen) in [(5, 5), (9, 9), (3, 9)] {
        let touch = ports.sessions.touch(&hash(1), START.plus_ms(now)).await;
        touch.expect("it works");
        let session = find(ports, 1).await.expect("it is there");
        assert_eq!(session.last_seen, START.plus_ms(last_seen));
        assert_eq!(session.created, START);
    }
    assert_eq!(find(ports, 2).await, Some(session(YOU)));
}

async fn proof_moves_forward_and_never_back(ports: &Ports) {
    ports.has_session(1, YOU).await;
    ports.has_session(2, YOU).await;
    for (now, proved) in [(0, 0), (5, 5), (9, 9), (3, 9)] {
        let prove = ports.sessions.prove(&hash(1), START.plus_ms(now)).await;
        prove.expect("it works");
        let expected = Session {
            proved: START.plus_ms(proved),
            ..session(YOU)
        };
        assert_eq!(find(ports, 1).await, Some(expected));
        assert_eq!(find(ports, 2).await, Some(session(YOU)), "another one");
    }
    let touch = ports.sessions.touch(&hash(1), START.plus_ms(20)).await;
    touch.expect("it works");
    let expected = Session {
        last_seen: START.plus_ms(20),
        proved: START.plus_ms(9),
        ..session(YOU)
    };
    assert_eq!(find(ports, 1).await, Some(expected), "use is no proof");
}

async fn proof_brings_back_no_ended_session(ports: &Ports) {
    ports.has_session(1, YOU).await;
    ports.sessions.end(&hash(1)).await.expect("it works");
    for token in [1, 2] {
        let prove = ports.sessions.prove(&hash(token), START.plus_ms(1)).await;
        prove.expect("it works");
        assert_eq!(find(ports, token).await, None);
    }
    let listed = ports.sessions.of(&email(YOU)).await;
    assert_eq!(listed.expect("it works"), []);
}

async fn sessions_of_a_person_are_listed_also_those_that_are_over(ports: &Ports) {
    let list = async |address: &str| {
        let listed = ports.sessions.of(&email(address)).await;
        let mut listed = listed.expect("it works");
        listed.sort_by_key(|(token, _)| *token);
        listed
    };
    ports.knows(YOU).await;
    assert_eq!(list(YOU).await, []);
    let over = Session::start(email(YOU), Timestamp::from_millis(0));
    let window = session(YOU).living(Life::Window).on("Firefox on Linux");
    // The one that is over last: what is over goes in passing where nobody else cleans.
    for (token, session) in [(1, &window), (3, &over)] {
        let put = ports.sessions.put(hash(token), session.clone()).await;
        put.expect("it works");
    }
    ports.has_account(THEM).await;
    let put = ports.sessions.put(
        hash(2),
        Session::start(email(THEM), Timestamp::from_millis(0)),
    );
    put.await.expect("it works");
    assert_eq!(
        list(YOU).await,
        [(hash(1), window.clone()), (hash(3), over)]
    );
    assert_eq!(list(THEM).await.len(), 1);
    assert_eq!(list("You@me.example").await, []);
    ports.sessions.end(&hash(3)).await.expect("it works");
    assert_eq!(list(YOU).await, [(hash(1), window)]);
    let end = ports.sessions.end_all(&email(YOU), None).await;
    end.expect("it works");
    assert_eq!(list(YOU).await, []);
}

async fn touch_brings_back_no_ended_session(ports: &Ports) {
    ports.has_session(1, YOU).await;
    ports.sessions.end(&hash(1)).await.expect("it works");
    let touch = ports.sessions.touch(&hash(1), START.plus_ms(1)).await;
    touch.expect("it works");
    assert_eq!(find(ports, 1).await, None);
}

async fn three_of_yours_and_one_of_theirs(ports: &Ports) {
    for token in 1..=3 {
        ports.has_session(token, YOU).await;
    }
    ports.has_session(4, THEM).await;
}

async fn all_sessions_of_a_person_end_but_one(ports: &Ports) {
    three_of_yours_and_one_of_theirs(ports).await;
    let kept = find(ports, 2).await;
    let end = ports.sessions.end_all(&email(YOU), Some(&hash(2))).await;
    end.expect("it works");
    assert_eq!(ports.sessions_up_to(4).await, [2, 4]);
    assert_eq!(find(ports, 2).await, kept);
}

async fn all_sessions_of_a_person_end(ports: &Ports) {
    three_of_yours_and_one_of_theirs(ports).await;
    let end = ports.sessions.end_all(&email(YOU), None).await;
    end.expect("it works");
    assert_eq!(ports.sessions_up_to(4).await, [4]);
}

async fn exception_of_somebody_else_changes_nothing(ports: &Ports) {
    three_of_yours_and_one_of_theirs(ports).await;
    for exception in [4, 5] {
        let exception = hash(exception);
        let end = ports.sessions.end_all(&email(YOU), Some(&exception)).await;
        end.expect("it works");
        assert_eq!(ports.sessions_up_to(5).await, [4]);
        assert_eq!(find(ports, 4).await, Some(session(THEM)));
    }
}

async fn sessions_put_at_once_are_all_kept(ports: &Ports) {
    ports.knows(YOU).await;
    at_once(20, |token| {
        let sessions = Arc::clone(&ports.sessions);
        async move { sessions.put(hash(token), session(YOU)).await }
    })
    .await;
    let all: Vec<_> = (1..=20).collect();
    assert_eq!(ports.sessions_up_to(20).await, all);
}
