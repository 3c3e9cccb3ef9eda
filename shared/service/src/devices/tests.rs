use crate::{
    client::Client,
    devices::MAX_DEVICES,
    history::What,
    mail::Language,
    ports::{Accounts, PanicSwitch},
    secret::{Password, Token},
    session::{Life, Way},
    sign_in::{NewSession, SignIn, SignInFailure},
    world::{START, World, email, password},
};

const YOU: &str = "you@me.example";
const BOB: &str = "bob@me.example";

fn right() -> Password {
    password("correct horse battery")
}

/// A browser that holds these device cookies.
fn browser(marks: &[&Token]) -> Client {
    Client {
        device: "Firefox on Linux".to_owned(),
        marks: marks.iter().map(|mark| mark.hash()).collect(),
        ..Client::at("192.0.2.1")
    }
}

async fn signs_in(sign_in: &SignIn, who: &str, client: &Client) -> NewSession {
    let new = sign_in
        .with_password(who, right(), Life::Keep, client)
        .await;
    new.unwrap_or_else(|failure| panic!("{failure:?}"))
}

async fn with_two() -> (std::sync::Arc<World>, SignIn) {
    let world = World::new();
    let sign_in = world.sign_in();
    for who in [YOU, BOB] {
        assert!(sign_in.add(email(who), Some(right())).await.is_ok());
    }
    (world, sign_in)
}

fn news(world: &World) -> Vec<bool> {
    let events = world.events().into_iter();
    events
        .filter_map(|event| match event.what {
            What::SignedIn { new_device, way } => {
                assert_eq!(way, Way::Password);
                Some(new_device)
            }
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn a_browser_gets_a_cookie_once_and_is_known_by_it() {
    let (world, sign_in) = with_two().await;
    let first = signs_in(&sign_in, YOU, &browser(&[])).await;
    let mark = first.mark.expect("a cookie");
    world.is_at(START.plus_ms(1000));
    let again = signs_in(&sign_in, YOU, &browser(&[&mark])).await;
    assert!(again.mark.is_none());
    assert_eq!(news(&world), [true, false]);
    let account = Accounts::find(world.as_ref(), &email(YOU)).await;
    let account = account.expect("it works").expect("you");
    let [device] = &*account.ways.devices else {
        panic!("one");
    };
    assert_eq!(
        (device.first, device.last, device.name.as_str()),
        (START, START.plus_ms(1000), "Firefox on Linux")
    );
    assert_eq!(device.mark, mark.hash());
}

#[tokio::test]
async fn a_cookie_of_another_account_or_a_made_up_one_is_unknown_and_not_taken_over() {
    let (world, sign_in) = with_two().await;
    let yours = signs_in(&sign_in, YOU, &browser(&[])).await;
    let yours = yours.mark.expect("a cookie");
    let made_up = Token::parse(&"A".repeat(43)).expect("a token");
    for marks in [&[&yours][..], &[&made_up]] {
        let new = signs_in(&sign_in, BOB, &browser(marks)).await;
        let mark = new.mark.expect("a cookie of his own");
        assert!(marks.iter().all(|other| other.hash() != mark.hash()));
    }
    assert_eq!(news(&world), [true, true, true]);
    let account = Accounts::find(world.as_ref(), &email(BOB)).await;
    let account = account.expect("it works").expect("Bob");
    let hashes = [yours.hash(), made_up.hash()];
    assert!(
        account
            .ways
            .devices
            .iter()
            .all(|device| !hashes.contains(&device.mark))
    );
}

#[tokio::test]
async fn people_who_share_a_browser_stay_known_in_it() {
    let (world, sign_in) = with_two().await;
    let yours = signs_in(&sign_in, YOU, &browser(&[]))
        .await
        .mark
        .expect("a cookie");
    let bobs = signs_in(&sign_in, BOB, &browser(&[&yours])).await;
    let bobs = bobs.mark.expect("a cookie");
    for who in [YOU, BOB, YOU] {
        let again = signs_in(&sign_in, who, &browser(&[&yours, &bobs])).await;
        assert!(again.mark.is_none(), "{who}");
    }
    assert_eq!(news(&world), [true, true, false, false, false]);
}

#[tokio::test]
async fn a_device_cookie_alone_is_no_way_in() {
    let (_, sign_in) = with_two().await;
    let mark = signs_in(&sign_in, YOU, &browser(&[]))
        .await
        .mark
        .expect("a cookie");
    assert_eq!(sign_in.who(Some(&mark)).await.expect("it works"), None);
}

#[tokio::test]
async fn thirty_browsers_are_known_and_the_one_away_longest_is_forgotten() {
    let (world, sign_in) = with_two().await;
    let mut marks = Vec::new();
    for number in 0..MAX_DEVICES as u64 {
        world.is_at(START.plus_ms(number));
        marks.push(
            signs_in(&sign_in, YOU, &browser(&[]))
                .await
                .mark
                .expect("new"),
        );
    }
    world.is_at(START.plus_ms(100));
    assert!(
        signs_in(&sign_in, YOU, &browser(&[&marks[0]]))
            .await
            .mark
            .is_none()
    );
    signs_in(&sign_in, YOU, &browser(&[]))
        .await
        .mark
        .expect("new");
    for (place, is_known) in [(0, true), (1, false), (2, true)] {
        let account = Accounts::find(world.as_ref(), &email(YOU)).await;
        let account = account.expect("it works").expect("you");
        assert_eq!(account.ways.devices.len(), MAX_DEVICES);
        let known = browser(&[&marks[place]]).known(&account).is_some();
        assert_eq!(known, is_known, "{place}");
    }
}

#[tokio::test]
async fn nobody_signs_in_while_the_panic_switch_is_pulled() {
    let (world, sign_in) = with_two().await;
    PanicSwitch::pull(world.as_ref(), START)
        .await
        .expect("it works");
    let refused = sign_in
        .with_password(YOU, right(), Life::Keep, &browser(&[]))
        .await;
    assert!(matches!(refused.err(), Some(SignInFailure::Panicked)));
    assert_eq!(world.session_count(), 0);
    assert_eq!(news(&world), [false; 0]);
}

#[tokio::test]
async fn other_browsers_are_told_of_a_new_one_until_each_has_seen_it() {
    let (world, sign_in) = with_two().await;
    let home = signs_in(&sign_in, YOU, &browser(&[])).await;
    assert!(
        home.person.new_devices.is_empty(),
        "the first one is no news"
    );
    let home_browser = browser(&[&home.mark.expect("new")]);
    world.is_at(START.plus_ms(10));
    let thief = signs_in(&sign_in, YOU, &browser(&[])).await;
    assert!(thief.person.new_devices.is_empty(), "not told of itself");
    let thiefs_browser = browser(&[&thief.mark.expect("new")]);

    // Whoever was in says that they have seen it: only they are not told any more.
    assert!(
        sign_in
            .saw_devices(&thief.token, &thiefs_browser)
            .await
            .is_ok()
    );
    let new = |here: crate::sessions::Here| here.person.expect("somebody").1.new_devices;
    let here = sign_in.here(Some(&home.token), &home_browser).await;
    let told = new(here.expect("it works"));
    let [device] = &*told else {
        panic!("{told:?}");
    };
    assert_eq!(device.time, START.plus_ms(10));
    world.is_at(START.plus_ms(20));
    assert!(
        sign_in
            .saw_devices(&home.token, &home_browser)
            .await
            .is_ok()
    );
    let here = sign_in.here(Some(&home.token), &home_browser).await;
    assert!(new(here.expect("it works")).is_empty());
}

#[tokio::test]
async fn a_stranger_does_not_choose_the_language_of_mails() {
    let (world, sign_in) = with_two().await;
    let german = Client {
        language: Language::German,
        ..browser(&[])
    };
    signs_in(&sign_in, YOU, &german).await;
    let french = Client {
        language: Language::French,
        ..browser(&[])
    };
    signs_in(&sign_in, YOU, &french).await;
    let account = Accounts::find(world.as_ref(), &email(YOU)).await;
    let account = account.expect("it works").expect("you");
    assert_eq!(account.ways.language, Some(Language::German));
}
