use std::time::Duration;

use loket::{
    database::ledger::{self, Balance, Folder, Key, Refused, Stored},
    digest::Digest,
};

use crate::world::{World, actions, noon, take_in};

on_both!(
    every_listed_mail_has_a_row_that_ends_as_stored_vanished_or_refused,
    a_mail_vanishes_only_when_missing_twice_a_minute_apart,
    a_vanished_mail_that_is_listed_again_is_fetched,
    a_refused_mail_is_kept_with_what_is_known,
    a_stored_mail_stays_stored,
    a_first_enumeration_of_many_mails_is_one_commit,
    the_epoch_of_a_folder_is_remembered_and_its_change_is_told,
    health_keeps_the_time_it_began,
    maildir_files_are_told_apart_by_name,
);

fn folder() -> Folder {
    Folder {
        mailbox: "pokja-3".to_owned(),
        folder: "INBOX".to_owned(),
        uid_validity: 7,
    }
}

fn uid(uid: u32) -> Key {
    Key {
        uid,
        file: String::new(),
    }
}

fn uids(uids: impl IntoIterator<Item = u32>) -> Vec<Key> {
    uids.into_iter().map(uid).collect()
}

async fn stored(database: &loket::database::Database, key: Key) -> Stored {
    Stored {
        key,
        size: 1001,
        arrived_at: noon(),
        sha256: Digest::of(b"raw 1"),
        message: take_in(database, 1).await,
        note: None,
    }
}

async fn every_listed_mail_has_a_row_that_ends_as_stored_vanished_or_refused(world: World) {
    let database = world.open().await;
    let new = write!(database, |tx| ledger::listed(
        &mut tx,
        &folder(),
        &uids([3, 1, 2, 2])
    ));
    let again = write!(database, |tx| ledger::listed(
        &mut tx,
        &folder(),
        &uids([1, 2, 3, 4])
    ));
    assert_eq!((new, again), (3, 1));
    let open = ledger::open(&database, &folder()).await.unwrap();
    assert_eq!(open, [1, 2, 3, 4].map(|number| (uid(number), 0)));
    let other = Folder {
        uid_validity: 8,
        ..folder()
    };
    assert_eq!(ledger::open(&database, &other).await.unwrap(), []);

    let stored = stored(&database, uid(2)).await;
    write!(database, |tx| ledger::mark_stored(
        &mut tx,
        &folder(),
        &[stored]
    ));
    assert_eq!(
        ledger::settled(&database, &folder()).await.unwrap(),
        [uid(2)]
    );
    let balance = ledger::balance(&database, "pokja-3").await.unwrap();
    assert_eq!(
        balance,
        Balance {
            listed: 3,
            stored: 1,
            ..Balance::default()
        }
    );
    let other = ledger::balance(&database, "pokja-4").await.unwrap();
    assert_eq!(other, Balance::default());
}

async fn a_mail_vanishes_only_when_missing_twice_a_minute_apart(world: World) {
    let database = world.open().await;
    write!(database, |tx| ledger::listed(
        &mut tx,
        &folder(),
        &uids([1, 2, 3])
    ));
    let at = |seconds| noon() + Duration::from_secs(seconds);
    for (seconds, missing, expected) in [
        (0, vec![1, 2], 0),
        (59, vec![1, 2], 0),
        (59, vec![1], 0), // 2 was seen again
        (60, vec![1, 2], 1),
        (119, vec![2], 0),
        (120, vec![2], 1),
    ] {
        let vanished = write!(database, at(seconds), |tx| ledger::missing(
            &mut tx,
            &folder(),
            &uids(missing.clone())
        ));
        assert_eq!(vanished, expected, "after {seconds} s, missing {missing:?}");
    }
    let open = ledger::open(&database, &folder()).await.unwrap();
    assert_eq!(open, [(uid(3), 0)]);
    assert_eq!(actions(&database).await, ["mail.vanished"; 2]);
    let troubles = ledger::troubles(&database, "pokja-3", at(61))
        .await
        .unwrap();
    assert_eq!(troubles.len(), 1);
    assert_eq!(
        (troubles[0].key.uid, troubles[0].state.as_str()),
        (2, "vanished")
    );
}

async fn a_vanished_mail_that_is_listed_again_is_fetched(world: World) {
    let database = world.open().await;
    write!(database, |tx| ledger::listed(
        &mut tx,
        &folder(),
        &uids([1])
    ));
    for seconds in [0, 60] {
        let at = noon() + Duration::from_secs(seconds);
        write!(database, at, |tx| ledger::missing(
            &mut tx,
            &folder(),
            &uids([1])
        ));
    }
    assert_eq!(ledger::open(&database, &folder()).await.unwrap(), []);
    assert_eq!(ledger::settled(&database, &folder()).await.unwrap(), []);
    let again = write!(database, |tx| ledger::listed(
        &mut tx,
        &folder(),
        &uids([1])
    ));
    assert_eq!(again, 1);
    assert_eq!(ledger::open(&database, &folder()).await.unwrap().len(), 1);
    // And it needs two misses anew.
    let later = noon() + Duration::from_secs(3600);
    let vanished = write!(database, later, |tx| ledger::missing(
        &mut tx,
        &folder(),
        &uids([1])
    ));
    assert_eq!(vanished, 0);
}

async fn a_refused_mail_is_kept_with_what_is_known(world: World) {
    let database = world.open().await;
    write!(database, |tx| ledger::listed(
        &mut tx,
        &folder(),
        &uids([5])
    ));
    let refusal = Refused {
        arrived_at: Some(noon()),
        size: Some(812),
        header: Some(b"Subject: \xff\0\r\n".to_vec()),
        why: "BODY[] is NIL\0".to_owned(),
    };
    for (last, tries) in [(false, 1), (false, 2), (true, 3)] {
        write!(database, |tx| ledger::refused(
            &mut tx,
            &folder(),
            &uid(5),
            &refusal,
            last
        ));
        let open = ledger::open(&database, &folder()).await.unwrap();
        let expected = if last { vec![] } else { vec![(uid(5), tries)] };
        assert_eq!(open, expected);
    }
    assert_eq!(
        ledger::settled(&database, &folder()).await.unwrap(),
        [uid(5)]
    );
    let troubles = ledger::troubles(&database, "pokja-3", noon())
        .await
        .unwrap();
    assert_eq!(troubles[0].size, Some(812));
    assert_eq!(troubles[0].note.as_deref(), Some("BODY[] is NIL\u{fffd}"));
    assert_eq!(actions(&database).await, ["mail.refused"]);
}

async fn a_stored_mail_stays_stored(world: World) {
    let database = world.open().await;
    let stored = stored(&database, uid(1)).await;
    write!(database, |tx| ledger::mark_stored(
        &mut tx,
        &folder(),
        std::slice::from_ref(&stored)
    ));
    let refusal = Refused::default();
    write!(database, |tx| ledger::refused(
        &mut tx,
        &folder(),
        &uid(1),
        &refusal,
        true
    ));
    for seconds in [0, 120] {
        let at = noon() + Duration::from_secs(seconds);
        write!(database, at, |tx| ledger::missing(
            &mut tx,
            &folder(),
            &uids([1])
        ));
    }
    write!(database, |tx| ledger::listed(
        &mut tx,
        &folder(),
        &uids([1])
    ));
    let balance = ledger::balance(&database, "pokja-3").await.unwrap();
    assert_eq!((balance.stored, balance.refused, balance.listed), (1, 0, 0));
}

async fn a_first_enumeration_of_many_mails_is_one_commit(world: World) {
    let database = world.open().await;
    let many = uids(1..=30_000);
    let new = write!(database, |tx| ledger::listed(&mut tx, &folder(), &many));
    assert_eq!(new, 30_000);
    let open = ledger::open(&database, &folder()).await.unwrap();
    assert_eq!(open.len(), 30_000);
    let missing = write!(database, |tx| ledger::missing(&mut tx, &folder(), &many));
    assert_eq!(missing, 0);
}

async fn the_epoch_of_a_folder_is_remembered_and_its_change_is_told(world: World) {
    let database = world.open().await;
    let last = || ledger::last_epoch(&database, "pokja-3", "INBOX");
    assert_eq!(last().await.unwrap(), None);
    write!(database, |tx| ledger::set_health(
        &mut tx,
        "pokja-3",
        "INBOX",
        "connecting"
    ));
    assert_eq!(last().await.unwrap(), None);
    write!(database, |tx| ledger::swept(&mut tx, &folder(), 12));
    write!(database, |tx| ledger::swept(&mut tx, &folder(), 13));
    assert_eq!(last().await.unwrap(), Some(7));
    assert_eq!(actions(&database).await, [] as [&str; 0]);
    let renumbered = Folder {
        uid_validity: u32::MAX,
        ..folder()
    };
    write!(database, |tx| ledger::swept(&mut tx, &renumbered, 13));
    assert_eq!(last().await.unwrap(), Some(u32::MAX));
    assert_eq!(actions(&database).await, ["folder.renumbered"]);
}

async fn health_keeps_the_time_it_began(world: World) {
    let database = world.open().await;
    for (seconds, health, since) in [
        (0, "connecting", 0),
        (10, "idle", 10),
        (20, "idle", 10),
        (30, "refused: AUTHENTICATIONFAILED", 30),
    ] {
        let at = noon() + Duration::from_secs(seconds);
        write!(database, at, |tx| ledger::set_health(
            &mut tx, "pokja-3", "INBOX", health
        ));
        let folders = ledger::folders(&database).await.unwrap();
        assert_eq!(folders.len(), 1);
        assert_eq!(folders[0].health.as_deref(), Some(health));
        assert_eq!(
            folders[0].health_since,
            Some(noon() + Duration::from_secs(since))
        );
    }
}

async fn maildir_files_are_told_apart_by_name(world: World) {
    let database = world.open().await;
    let maildir = Folder {
        uid_validity: 0,
        ..folder()
    };
    let file = |name: &str| Key {
        uid: 0,
        file: name.to_owned(),
    };
    let keys = ["1731.M1P2.host", "1731.M1P3.host", "17 \u{e9}\"'.host"].map(file);
    let new = write!(database, |tx| ledger::listed(&mut tx, &maildir, &keys));
    assert_eq!(new, 3);
    let stored = stored(&database, keys[0].clone()).await;
    write!(database, |tx| ledger::mark_stored(
        &mut tx,
        &maildir,
        &[stored]
    ));
    assert_eq!(
        ledger::settled(&database, &maildir).await.unwrap(),
        [keys[0].clone()]
    );
    assert_eq!(ledger::open(&database, &maildir).await.unwrap().len(), 2);
    for seconds in [0, 60] {
        let at = noon() + Duration::from_secs(seconds);
        write!(database, at, |tx| ledger::missing(&mut tx, &maildir, &keys));
    }
    let balance = ledger::balance(&database, "pokja-3").await.unwrap();
    assert_eq!((balance.stored, balance.vanished), (1, 2));
}
