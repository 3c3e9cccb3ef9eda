use async_trait::async_trait;

use super::*;
use crate::{ports::Accounts, ways::Handle};

#[tokio::test]
async fn removed_person_loses_everything_but_the_history() {
    let home = home().await;
    home.has_another_address().await;
    let link = home.sign_in.link(&email(BOB)).await;
    let (link, _) = link.unwrap_or_else(|failure| panic!("{failure:?}"));
    assert_eq!(home.dismiss(&home.ann, BOB).await, Ok(()));

    assert_eq!(home.addresses().await, [ANN]);
    let who = home.sign_in.who(Some(&home.bob)).await.expect("it works");
    assert_eq!(who, None);
    let looked = home.sign_in.look_at_enrolment(&link, "192.0.2.9").await;
    assert_eq!(looked.expect_err("refused").code(), "enrolment_invalid");
    let holder = home.sign_in.addresses.holder(&email(NEW)).await;
    assert_eq!(holder.expect("it works"), None);
    let who = home.sign_in.who(Some(&home.ann)).await.expect("it works");
    assert_eq!(who.expect("still there").email, email(ANN));

    let removed = || What::PersonRemoved {
        address: names(BOB),
    };
    let at = || "192.0.2.1".to_owned();
    assert_eq!(home.history(ANN), [(removed(), at())]);
    let added = What::AddressAdded {
        address: names(NEW),
    };
    // Where from is the owner's business, and in the owner's history alone.
    let his = [added, What::LinkMade, removed()].map(|what| (what, String::new()));
    assert_eq!(home.history(BOB), his);
}

#[tokio::test]
async fn whoever_has_used_an_address_is_not_followed_in_it_by_removing_and_inviting() {
    let home = home().await;
    home.happened(BOB, What::PasswordSet).await;
    assert_eq!(home.dismiss(&home.ann, BOB).await, Ok(()));
    assert_eq!(
        home.invite(&home.ann, BOB).await.err(),
        Some("address_taken")
    );
    assert_eq!(home.addresses().await, [ANN]);
}

#[tokio::test]
async fn second_removal_finds_nobody_and_writes_nothing_down() {
    let home = home().await;
    let both = tokio::join!(home.dismiss(&home.ann, BOB), home.dismiss(&home.ann, BOB));
    assert_eq!(both, (Ok(()), Err("no_such_account")));
    assert_eq!(home.history(ANN).len(), 1);
    assert_eq!(home.history(BOB).len(), 1);
}

#[tokio::test]
async fn removal_that_another_one_overtakes_after_it_looked_writes_nothing_down() {
    let mut home = home().await;
    let world = Arc::clone(&home.world);
    home.sign_in.accounts = Arc::new(Overtaken { world });
    assert_eq!(
        home.dismiss(&home.ann, BOB).await,
        Err("no_such_account"),
        "the other one says it"
    );
    assert_eq!(home.history(ANN), []);
    assert_eq!(home.history(BOB), []);
    assert_eq!(home.addresses().await, [ANN]);
}

#[tokio::test]
async fn owners_stay_also_the_last_one_and_also_by_their_own_hand() {
    let home = home().await;
    assert!(home.sign_in.make_owner(&email(BOB)).await.is_ok());
    home.world.calls();
    for (token, who) in [
        (&home.ann, ANN),
        (&home.ann, BOB),
        (&home.bob, ANN),
        (&home.bob, BOB),
    ] {
        assert_eq!(home.dismiss(token, who).await, Err("owner_stays"), "{who}");
    }
    assert_eq!(writes(&home.world), Vec::<&str>::new());
    assert_eq!(home.addresses().await, [ANN, BOB]);
}

#[tokio::test]
async fn nobody_is_removed_who_is_not_there_or_has_the_address_only_as_a_further_one() {
    let home = home().await;
    home.has_another_address().await;
    home.world.calls();
    for (who, code) in [
        (EVE, "no_such_account"),
        (NEW, "no_such_account"),
        ("bob+shop@me.example", "no_such_account"),
        ("bob", "address_malformed"),
    ] {
        assert_eq!(home.dismiss(&home.ann, who).await, Err(code), "{who}");
    }
    assert_eq!(writes(&home.world), Vec::<&str>::new());
    assert_eq!(home.addresses().await, [ANN, BOB]);
}

#[tokio::test]
async fn broken_store_removes_nobody_and_says_so() {
    let home = home().await;
    home.world.breaks();
    assert_eq!(home.dismiss(&home.ann, BOB).await, Err("unavailable"));
    assert_eq!(home.invite(&home.ann, NEW).await.err(), Some("unavailable"));
    assert_eq!(writes(&home.world), Vec::<&str>::new());
}

/// Accounts where somebody else removes whoever is about to be removed just before.
struct Overtaken {
    world: Arc<World>,
}

#[async_trait]
impl Accounts for Overtaken {
    async fn find(&self, email: &Email) -> Result<Option<Account>, PortError> {
        Accounts::find(self.world.as_ref(), email).await
    }

    async fn list(&self) -> Result<Vec<Account>, PortError> {
        Accounts::list(self.world.as_ref()).await
    }

    async fn create(&self, account: Account) -> Result<bool, PortError> {
        Accounts::create(self.world.as_ref(), account).await
    }

    async fn find_by_handle(&self, handle: &Handle) -> Result<Option<Account>, PortError> {
        self.world.find_by_handle(handle).await
    }

    async fn change(&self, account: Account) -> Result<bool, PortError> {
        self.world.change(account).await
    }

    async fn remove(&self, email: &Email) -> Result<bool, PortError> {
        assert!(Accounts::remove(self.world.as_ref(), email).await?);
        Accounts::remove(self.world.as_ref(), email).await
    }
}
