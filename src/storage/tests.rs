//! Kept things under use, damage, a full disk, a failing disk and a kill at every step.

mod faults;

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};

use futures::TryStreamExt;
use jiff::ToSpan;

use super::*;

const MAIL: &[u8] = b"From: cv@surel.example\r\nSubject: ktp\r\n\r\nTerlampir.\r\n";

struct Ground {
    root: tempfile::TempDir,
    storage: Storage,
}

fn ground() -> Ground {
    let root = tempfile::tempdir().unwrap();
    let storage = Storage::open(&StorageUrl::File(root.path().to_owned())).unwrap();
    Ground { root, storage }
}

impl Ground {
    fn at(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    fn put(&self, path: &str, content: &[u8]) {
        fs::create_dir_all(self.at(path).parent().unwrap()).unwrap();
        fs::write(self.at(path), content).unwrap();
    }

    /// Every file below the root, as a person would see them.
    fn files(&self) -> Vec<String> {
        files_below(self.root.path())
    }

    async fn listed(&self, prefix: &str) -> Vec<String> {
        let listed: Vec<Stored> = self.storage.list(prefix).try_collect().await.unwrap();
        let mut paths: Vec<String> = listed.into_iter().map(|stored| stored.path).collect();
        paths.sort();
        paths
    }
}

fn files_below(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(root).unwrap().display().to_string());
            }
        }
    }
    found.sort();
    found
}

fn bytes(content: &[u8]) -> Bytes {
    Bytes::copy_from_slice(content)
}

#[tokio::test]
async fn an_original_comes_back_as_it_came_in_and_nobody_may_write_to_it() {
    let ground = ground();
    let digest = ground.storage.put_original(bytes(MAIL)).await.unwrap();
    assert_eq!(digest, Digest::of(MAIL));
    assert_eq!(ground.storage.original(&digest).await.unwrap(), MAIL);

    let path = Storage::original_path(&digest);
    let hex = digest.hex();
    assert_eq!(path, format!("originals/{}/{hex}.eml", &hex[..2]));
    let mode = fs::metadata(ground.at(&path)).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o400);
}

#[tokio::test]
async fn the_same_mail_twice_is_one_file() {
    let ground = ground();
    let first = ground.storage.put_original(bytes(MAIL)).await.unwrap();
    let inode = fs::metadata(ground.at(&Storage::original_path(&first))).unwrap();
    let again = ground.storage.put_original(bytes(MAIL)).await.unwrap();
    assert_eq!(first, again);
    assert_eq!(ground.files(), [Storage::original_path(&first)]);
    let now = fs::metadata(ground.at(&Storage::original_path(&first))).unwrap();
    assert_eq!(inode.ino(), now.ino());
}

#[tokio::test]
async fn many_writers_of_the_same_and_of_other_mails_meet_without_harm() {
    let ground = ground();
    let mails: Vec<Bytes> = (0..40)
        .map(|n| Bytes::from(format!("{}", n % 10)))
        .collect();
    let writers = mails
        .iter()
        .map(|mail| ground.storage.put_original(mail.clone()));
    let digests = futures::future::try_join_all(writers).await.unwrap();
    for (mail, digest) in mails.iter().zip(&digests) {
        assert_eq!(ground.storage.original(digest).await.unwrap(), mail);
    }
    assert_eq!(ground.files().len(), 10, "{:?}", ground.files());
}

#[tokio::test]
async fn a_large_mail_is_kept_as_well() {
    let ground = ground();
    let large: Bytes = vec![b'x'; 3_000_000].into();
    let digest = ground.storage.put_original(large.clone()).await.unwrap();
    assert_eq!(ground.storage.original(&digest).await.unwrap(), large);
}

#[tokio::test]
async fn a_damaged_original_is_reported_left_alone_and_the_sound_one_kept_beside_it() {
    let ground = ground();
    let digest = Digest::of(MAIL);
    let path = Storage::original_path(&digest);
    ground.put(&path, b"flipped");
    let corrupt = |result: Result<(), StorageError>| match result {
        Err(StorageError::Corrupt {
            path: at,
            expected,
            found,
        }) => {
            assert_eq!((&at, expected), (&path, digest));
            assert_eq!(found, Digest::of(b"flipped"));
        }
        other => panic!("{other:?}"),
    };
    corrupt(ground.storage.original(&digest).await.map(drop));
    for _ in 0..2 {
        corrupt(ground.storage.put_original(bytes(MAIL)).await.map(drop));
        assert_eq!(fs::read(ground.at(&path)).unwrap(), b"flipped");
        let beside = path.replace(".eml", ".sound.eml");
        assert_eq!(fs::read(ground.at(&beside)).unwrap(), MAIL);
        assert_eq!(ground.files().len(), 2);
    }
}

#[tokio::test]
async fn what_is_not_there_is_missing() {
    let ground = ground();
    let missing = ground.storage.original(&Digest::of(b"never")).await;
    assert!(matches!(missing, Err(StorageError::Missing { .. })));
    let missing = ground.storage.given(&Digest::of(b"never")).await;
    assert!(matches!(missing, Err(StorageError::Missing { .. })));
}

#[tokio::test]
async fn a_given_file_is_kept_apart_from_originals() {
    let ground = ground();
    let digest = ground.storage.put_given(bytes(b"%PDF-1.7")).await.unwrap();
    assert_eq!(ground.storage.given(&digest).await.unwrap(), "%PDF-1.7");
    let hex = digest.hex();
    assert_eq!(ground.files(), [format!("given/{}/{hex}", &hex[..2])]);
    assert!(ground.storage.original(&digest).await.is_err());
}

#[tokio::test]
async fn placing_again_changes_nothing_and_another_file_is_never_overwritten() {
    let ground = ground();
    let at = "2026/1 A/PT B/1 Pembuktian Kualifikasi/ktp 0012-01 scan.jpg";
    let place = |content: &'static [u8]| ground.storage.place_at(at, bytes(content));
    assert_eq!(place(b"photo").await.unwrap(), Placed::New);
    assert_eq!(place(b"photo").await.unwrap(), Placed::Already);
    let occupied = place(b"other").await;
    assert!(matches!(occupied, Err(StorageError::Occupied { path }) if path == at));
    assert_eq!(fs::read(ground.at(at)).unwrap(), b"photo");

    let folder = ground.storage.place_at("2026/1 A", bytes(b"x")).await;
    assert!(matches!(folder, Err(StorageError::Occupied { .. })));
    let below_a_file = ground
        .storage
        .place_at(&format!("{at}/x"), bytes(b"x"))
        .await;
    assert!(matches!(below_a_file, Err(StorageError::Other { .. })));
    assert_eq!(ground.files(), [at]);
}

#[tokio::test]
async fn names_go_to_the_disk_and_into_lists_as_they_are() {
    let ground = ground();
    let names = [
        "2026/8231345 Pembangunan [Tahap 1] {a}/PT Änd & Søn/a~b 100% `x`.jpg",
        "2026/8231345 Pembangunan [Tahap 1] {a}/PT Änd & Søn/foto #1.jpg",
        "2026/8231345 Pembangunan [Tahap 1] {a}/PT Änd & Søn/ktp 0001-01 100%25 %2e.pdf",
        "2026/C/中文/نص.pdf",
    ];
    for name in names {
        let placed = ground.storage.place_at(name, bytes(name.as_bytes())).await;
        assert_eq!(placed.unwrap(), Placed::New, "{name}");
        assert_eq!(fs::read(ground.at(name)).unwrap(), name.as_bytes());
    }
    assert_eq!(ground.listed("").await, names);
    assert_eq!(ground.listed("2026/C").await, [names[3]]);
    assert_eq!(ground.listed("2027").await, [""; 0]);
}

#[tokio::test]
async fn a_path_out_of_the_storage_is_refused() {
    let ground = ground();
    for path in ["../x", "a/../../x", "a/./x", "a//x", "a/\0x", "a/\nx"] {
        let refused = ground.storage.place_at(path, bytes(b"x")).await;
        assert!(
            matches!(refused, Err(StorageError::Other { .. })),
            "{path:?}"
        );
    }
    assert_eq!(ground.files(), [""; 0]);
}

#[tokio::test]
async fn names_that_the_store_keeps_for_itself_are_refused_not_lost() {
    let ground = ground();
    let too_long = "x".repeat(255);
    for name in ["2026/A/foto #1", &too_long] {
        let refused = ground.storage.place_at(name, bytes(b"x")).await;
        assert!(
            matches!(refused, Err(StorageError::Other { .. })),
            "{refused:?}"
        );
    }
    assert_eq!(ground.files(), [""; 0]);
}

#[tokio::test]
async fn an_edit_in_the_tree_never_reaches_the_original() {
    let ground = ground();
    let digest = ground.storage.put_original(bytes(MAIL)).await.unwrap();
    let original = ground.storage.original(&digest).await.unwrap();
    let at = "2026/1 A/PT B/lainnya 0001-01 pesan.eml";
    ground.storage.place_at(at, original).await.unwrap();
    fs::write(ground.at(at), "edited").unwrap();
    assert_eq!(ground.storage.original(&digest).await.unwrap(), MAIL);
}

#[tokio::test]
async fn what_killed_writers_left_is_not_listed_and_swept_after_36_hours() {
    let ground = ground();
    let digest = ground.storage.put_original(bytes(MAIL)).await.unwrap();
    let original = Storage::original_path(&digest);
    let ours = "2026/1 A/ktp 0012-01 scan#2.jpg#1";
    let theirs = "2026/1 A/Lampiran #2";
    ground.put(&format!("{original}#1"), b"half a mail");
    ground.put("originals/zz/staged#17", b"");
    ground.put(ours, b"half a photo");
    ground.put(theirs, b"put here by a person");
    assert_eq!(ground.listed("").await, [original.as_str()]);

    let written = fs::metadata(ground.at(ours)).unwrap().modified().unwrap();
    let written = Timestamp::try_from(written).unwrap();
    let young = ground.storage.sweep_staged(written + 35.hours()).await;
    assert_eq!(young.unwrap(), [""; 0]);
    let swept = ground.storage.sweep_staged(written + 37.hours()).await;
    assert_eq!(swept.unwrap().len(), 3);
    assert_eq!(ground.files(), [theirs, &original]);
    assert_eq!(ground.storage.original(&digest).await.unwrap(), MAIL);
}

#[test]
fn free_space_is_known_and_the_root_is_made() {
    let root = tempfile::tempdir().unwrap();
    let deep = root.path().join("a/b/berkas");
    let storage = Storage::open(&StorageUrl::File(deep.clone())).unwrap();
    assert!(deep.is_dir());
    assert!(storage.free_space().unwrap() > 0);

    fs::write(root.path().join("file"), "").unwrap();
    let error = Storage::open(&StorageUrl::File(root.path().join("file/x"))).unwrap_err();
    assert!(error.to_string().contains("file/x"), "{error}");
}

#[tokio::test]
async fn a_withdrawn_paper_is_gone_and_only_what_was_filed_goes() {
    let ground = ground();
    let at = TreePath::new("2026/8231345 Jembatan/CV Contoh/1 Pembuktian/ktp 0001-01.jpg").unwrap();
    let filed = Digest::of(MAIL);
    let withdraw = async || ground.storage.withdraw(&at, &filed).await.unwrap();
    assert_eq!(withdraw().await, Withdrawn::Missing);
    ground.storage.place(&at, bytes(MAIL)).await.unwrap();
    assert_eq!(withdraw().await, Withdrawn::Removed);
    assert_eq!(ground.files(), Vec::<String>::new());
    assert_eq!(withdraw().await, Withdrawn::Missing);

    ground.put(at.as_str(), b"a note of the Pokja");
    assert_eq!(withdraw().await, Withdrawn::Changed);
    assert_eq!(
        fs::read(ground.at(at.as_str())).unwrap(),
        b"a note of the Pokja"
    );
}

#[tokio::test]
async fn an_original_or_a_given_file_is_never_withdrawn() {
    let ground = ground();
    let original = ground.storage.put_original(bytes(MAIL)).await.unwrap();
    let given = ground.storage.put_given(bytes(b"%PDF")).await.unwrap();
    let paths = [
        (Storage::original_path(&original), original),
        (digest_path(GIVEN, "", &given), given),
    ];
    for (path, digest) in paths {
        let at = TreePath::new(&path).unwrap();
        let refused = ground.storage.withdraw(&at, &digest).await;
        assert!(
            matches!(refused, Err(StorageError::Other { .. })),
            "{refused:?}"
        );
        assert!(ground.at(&path).exists());
    }
}
