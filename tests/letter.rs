//! Whole mails as people send them, and as nobody should: read through the one door of the room.

use std::time::{Duration, Instant};

use bytes::Bytes;
use loket::{
    digest::Digest,
    letter::{self, Letter, ReturnPath, Unreadable, limits},
};
use proptest::prelude::*;

fn read(raw: &str) -> Letter {
    letter::read(&Bytes::copy_from_slice(raw.as_bytes())).unwrap()
}

fn part(header: &str, body: &str) -> String {
    format!("--b\r\n{header}\r\n\r\n{body}\r\n")
}

fn multipart(header: &str, parts: &[String]) -> String {
    format!(
        "{header}\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{}--b--\r\n",
        parts.concat()
    )
}

const HEADER: &str = "Return-Path: <direktur@contohkarya.test>\r\n\
    Delivered-To: pokja3+k7abc@berau.test\r\n\
    Received: from hp by mail.berau.test for <pokja3+k7abc@berau.test>; Mon, 23 Nov 2026 09:13:00 +0800\r\n\
    From: =?utf-8?Q?Budi_Contoh?= <Direktur@ContohKarya.test>\r\n\
    To: Pokja III <pokja3+k7abc@berau.test>, <lain@contoh.test>\r\n\
    Cc: sri@berau.test\r\n\
    Subject: =?utf-8?Q?Re:_Undangan_?=\r\n =?utf-8?Q?Pembuktian?=\r\n\
    Message-ID: <abc@hp.contohkarya.test>\r\n\
    In-Reply-To: <0123@berau.test>\r\n\
    References: <zz@berau.test>\r\n <0123@berau.test>\r\n\
    Date: Mon, 23 Nov 2026 09:12:59 +0800\r\n\
    MIME-Version: 1.0";

const PNG: &str = "iVBORw0KGgo=";

#[test]
fn a_bidders_mail_is_understood_whole() {
    let letter = read(&multipart(
        HEADER,
        &[
            part(
                "Content-Type: text/plain; charset=utf-8",
                "Terlampir KTP.\r\n\r\nPada Sen, 23 Nov 2026 pukul 08.00 Pokja <p@berau.test> menulis:\r\n\r\n> Mohon KTP\r\n\r\n-- \r\nBudi",
            ),
            part(
                "Content-Type: image/jpeg; name=\"ktp direktur.jpg\"\r\nContent-Disposition: attachment; filename=\"ktp direktur.jpg\"\r\nContent-Transfer-Encoding: base64",
                "aGFsbw==",
            ),
        ],
    ));
    assert_eq!(
        letter.message_id.as_deref(),
        Some("<abc@hp.contohkarya.test>")
    );
    assert_eq!(letter.in_reply_to, ["<0123@berau.test>"]);
    assert_eq!(letter.references, ["<zz@berau.test>", "<0123@berau.test>"]);
    assert_eq!(
        letter.writer().unwrap().address.as_str(),
        "direktur@contohkarya.test"
    );
    assert_eq!(
        letter.writer().unwrap().name.as_deref(),
        Some("Budi Contoh")
    );
    assert_eq!(
        letter.return_path,
        ReturnPath::Address("direktur@contohkarya.test".parse().unwrap())
    );
    let visible: Vec<_> = letter
        .visible_recipients
        .iter()
        .map(|address| address.as_str())
        .collect();
    assert_eq!(
        visible,
        [
            "pokja3+k7abc@berau.test",
            "lain@contoh.test",
            "sri@berau.test"
        ]
    );
    assert_eq!(letter.delivered_to.len(), 1);
    assert_eq!(letter.subject, "Re: Undangan Pembuktian");
    assert_eq!(letter.date.unwrap().to_string(), "2026-11-23T01:12:59Z");
    assert_eq!(letter.text, "Terlampir KTP.");
    assert!(letter.quoted.ends_with("> Mohon KTP"), "{}", letter.quoted);
    assert_eq!(letter.signature, "--\nBudi");
    assert_eq!(letter.left_out, ["text/plain: body"]);
    let paper = &letter.attachments[0];
    assert_eq!(
        (
            paper.name.as_deref(),
            paper.media_type.as_str(),
            paper.content.as_ref()
        ),
        (Some("ktp direktur.jpg"), "image/jpeg", &b"halo"[..])
    );
    assert_eq!(paper.sha256, Digest::of(b"halo"));
    assert!(!paper.inline && !paper.damaged && !paper.link && paper.container.is_none());
}

#[test]
fn an_attached_mail_is_opened_and_listed_itself() {
    let inner = multipart(
        "From: a@contoh.test\r\nSubject: KTP\r\nMessage-ID: <in@contoh.test>",
        &[
            part("Content-Type: text/plain", "isi dalam"),
            part("Content-Type: application/pdf; name=akta.pdf", "%PDF"),
        ],
    )
    .replace("--b", "--c")
    .replace("boundary=b", "boundary=c");
    let open = multipart(
        "From: x@y.test",
        &[part("Content-Type: message/rfc822", &inner)],
    );
    let encoded = multipart(
        "From: x@y.test",
        &[part(
            "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64",
            &data_encoding::BASE64_MIME.encode(inner.as_bytes()),
        )],
    );
    let as_file = multipart(
        "From: x@y.test",
        &[part(
            "Content-Type: application/octet-stream; name=\"Fwd KTP.eml\"",
            &inner,
        )],
    );
    for raw in [open, encoded, as_file] {
        let letter = read(&raw);
        assert_eq!(letter.attachments.len(), 2, "{raw}");
        let (mail, paper) = (&letter.attachments[0], &letter.attachments[1]);
        assert!(mail.container.is_none());
        assert_eq!(paper.name.as_deref(), Some("akta.pdf"));
        assert_eq!(paper.container, Some(mail.sha256));
        assert_eq!(letter.enclosed.len(), 1);
        assert_eq!(letter.enclosed[0].subject, "KTP");
        assert_eq!(
            letter.enclosed[0].message_id.as_deref(),
            Some("<in@contoh.test>")
        );
        assert_eq!(letter.enclosed[0].text, "isi dalam");
        assert_eq!(letter.text, "");
    }
}

#[test]
fn a_part_that_is_never_closed_does_not_swallow_the_papers_behind_it() {
    let inner = "Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nTerlampir NIB";
    let letter = read(&multipart(
        "From: x@y.test",
        &[
            format!("--b\r\n{inner}\r\n"),
            part("Content-Type: application/pdf; name=nib.pdf", "%PDF"),
        ],
    ));
    assert_eq!(letter.text, "Terlampir NIB");
    assert_eq!(letter.attachments[0].name.as_deref(), Some("nib.pdf"));
}

#[test]
fn inline_pictures_are_papers_with_captions() {
    let html = "<div>Yth. Pokja</div><ol><li>KTP<br><img src=\"cid:a@x\"></li><li>NPWP<br><img src=\"cid:b@x\"></li></ol>\
        <div class=\"gmail_quote\"><div>On Mon, Pokja wrote:</div><blockquote>Mohon KTP</blockquote></div>";
    let picture = |id: &str| {
        part(
            &format!(
                "Content-Type: image/png\r\nContent-ID: <{id}>\r\nContent-Transfer-Encoding: base64"
            ),
            PNG,
        )
    };
    let letter = read(&multipart(
        "From: x@y.test",
        &[
            part("Content-Type: text/html", html),
            picture("a@x"),
            picture("b@x"),
        ],
    ));
    assert_eq!(letter.text, "Yth. Pokja\n1. KTP\n2. NPWP");
    assert_eq!(letter.quoted, "> On Mon, Pokja wrote:\n> > Mohon KTP");
    let captions: Vec<_> = letter
        .attachments
        .iter()
        .map(|paper| (paper.inline, paper.caption.as_deref()))
        .collect();
    assert_eq!(captions, [(true, Some("KTP")), (true, Some("NPWP"))]);
}

#[test]
fn pictures_between_texts_as_phones_send_them_have_captions() {
    let picture = part(
        "Content-Type: image/png\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64",
        PNG,
    );
    let text = |text: &str| part("Content-Type: text/plain", text);
    let letter = read(&multipart(
        "From: x@y.test",
        &[
            text("KTP:"),
            picture.clone(),
            text("NPWP:"),
            picture,
            text("Dikirim dari iPhone saya"),
        ],
    ));
    let captions: Vec<_> = letter
        .attachments
        .iter()
        .map(|paper| paper.caption.as_deref())
        .collect();
    assert_eq!(captions, [Some("KTP"), Some("NPWP")]);
    assert_eq!(letter.signature, "Dikirim dari iPhone saya");
}

#[test]
fn a_photo_pasted_into_the_html_itself_is_a_paper() {
    let html = "<p>KTP:</p><img src=\"data:image/png;base64,iVBORw0KGgo=\"><p>NIB:</p><img src=\"data:image/jpeg;base64,aGFsbw==\">";
    let letter = read(&format!(
        "From: x@y.test\r\nContent-Type: text/html\r\n\r\n{html}"
    ));
    let papers: Vec<_> = letter
        .attachments
        .iter()
        .map(|paper| (paper.media_type.as_str(), paper.caption.as_deref()))
        .collect();
    assert_eq!(
        papers,
        [("image/png", Some("KTP")), ("image/jpeg", Some("NIB"))]
    );
    assert_eq!(letter.text, "KTP:\n\nNIB:");
}

#[test]
fn a_link_to_a_drive_is_listed_only_from_the_new_text() {
    let letter = read(
        "From: x@y.test\r\n\r\nBerkas di https://drive.google.com/file/d/1/view ya\r\n\r\n> https://1drv.ms/f/lama\r\n",
    );
    assert_eq!(letter.attachments.len(), 1);
    assert!(letter.attachments[0].link);
    let hidden = read(
        "From: x@y.test\r\nContent-Type: text/html\r\n\r\n<a href=\"https://we.tl/t-1\">klik</a>",
    );
    assert_eq!(
        hidden.attachments[0].name.as_deref(),
        Some("https://we.tl/t-1")
    );
}

#[test]
fn a_mail_with_carriage_returns_only_is_read() {
    let letter =
        read(&multipart(HEADER, &[part("Content-Type: text/plain", "halo")]).replace("\r\n", "\r"));
    assert_eq!(letter.subject, "Re: Undangan Pembuktian");
    assert_eq!(letter.text, "halo");
}

#[test]
fn files_amid_the_text_are_taken_out_of_it() {
    let letter = read("From: x@y.test\n\nTerlampir\nbegin 644 ktp.txt\n#0V%T\n`\nend\nSalam\n");
    assert_eq!(letter.text, "Terlampir\nSalam");
    assert_eq!(letter.attachments[0].content.as_ref(), b"Cat");
}

#[test]
fn a_text_that_is_a_file_is_a_file() {
    let letter = read(&multipart(
        "From: x@y.test",
        &[
            part("Content-Type: text/plain", "Terlampir daftar"),
            part("Content-Type: text/plain; name=daftar.txt", "1. KTP"),
            part(
                "Content-Type: text/plain\r\nContent-Disposition: attachment",
                "tanpa nama",
            ),
        ],
    ));
    assert_eq!(letter.text, "Terlampir daftar");
    assert_eq!(letter.attachments.len(), 2);
    assert_eq!(letter.attachments[1].name, None);
}

#[test]
fn what_is_no_mail_says_so_and_a_bare_text_is_read() {
    for raw in [&b""[..], b"\r\n\r\n", b"\x00\x01\x02", b"\xff\xfe\xfd"] {
        assert_eq!(
            letter::read(&Bytes::copy_from_slice(raw)),
            Err(Unreadable::NotAMail),
            "{raw:?}"
        );
    }
    assert_eq!(read("Selamat pagi pak").text, "Selamat pagi pak");
    // A header lost its names, an octet was damaged, and the charset is none of ours.
    let damaged = [
        &b"\n\n"[..],
        &b"Selamat pagi pak, dokumen caf\xe9 kami kirim.\n".repeat(10),
        b"\x00",
    ]
    .concat();
    let letter = letter::read(&Bytes::from(damaged)).expect("a text");
    assert!(letter.text.starts_with("Selamat pagi pak"));
}

#[test]
fn the_list_shows_something_of_a_mail_that_cannot_be_read() {
    let raw = format!(
        "From: Budi <a@b.test>\r\nSubject: =?utf-8?Q?b=C3=A9?=\r\nMessage-ID: <1@b.test>\r\n{}\r\n",
        "X-A: b\r\n".repeat(5_000)
    );
    assert!(letter::read(&Bytes::from(raw.clone())).is_err());
    let summary = letter::plain_header_summary(raw.as_bytes());
    assert_eq!(summary.from.unwrap().address.as_str(), "a@b.test");
    assert_eq!(summary.subject, "bé");
    assert_eq!(summary.message_id.as_deref(), Some("<1@b.test>"));
}

fn refused_soon(what: &str, raw: String) {
    let raw = Bytes::from(raw);
    let started = Instant::now();
    let found = letter::read(&raw);
    assert!(
        matches!(found, Err(Unreadable::Limit { .. })),
        "{what}: {:?}",
        found.map(|letter| letter.attachments.len())
    );
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{what} took {:?}",
        started.elapsed()
    );
    letter::identity(&raw);
    letter::plain_header_summary(&raw);
}

#[test]
fn a_bomb_is_refused_before_it_is_built() {
    let nested: String = (0..100_000)
        .map(|n| format!("Content-Type: multipart/mixed; boundary=\"n{n}\"\r\n\r\n--n{n}\r\n"))
        .collect();
    refused_soon(
        "multiparts 100 000 deep",
        format!("From: a@b.test\r\n{nested}"),
    );
    refused_soon(
        "mails 20 000 deep",
        "Content-Type: message/rfc822\r\n\r\n".repeat(20_000),
    );
    refused_soon(
        "500 000 parts",
        multipart(
            "From: a@b.test",
            &vec!["--b\r\n\r\nx\r\n".to_owned(); 500_000],
        ),
    );
    refused_soon(
        "100 000 fields",
        format!("{}\r\n", "A: b\r\n".repeat(100_000)),
    );
    refused_soon(
        "a header of 4 MB",
        format!("To: {}\r\n\r\n", "a@b.test,\r\n ".repeat(400_000)),
    );
    let bomb = "Content-Type: message/rfc822\r\n\r\n".repeat(20_000);
    let encoded = format!(
        "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
        data_encoding::BASE64_MIME.encode(bomb.as_bytes())
    );
    refused_soon("a bomb in base64", format!("From: a@b.test\r\n{encoded}"));
}

#[test]
fn three_attached_mails_in_one_another_are_opened_and_no_more() {
    let nest = |depth: usize| {
        "From: a@b.test\r\nContent-Type: message/rfc822\r\n\r\n".repeat(depth)
            + "From: a@b.test\r\n\r\nisi"
    };
    assert_eq!(read(&nest(limits::ATTACHED_MAILS)).enclosed.len(), 3);
    let encode = |mail: String| {
        format!(
            "From: a@b.test\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
            data_encoding::BASE64_MIME.encode(mail.as_bytes())
        )
    };
    let three = encode(encode(encode("From: a@b.test\r\n\r\nisi".to_owned())));
    assert_eq!(read(&three).enclosed.len(), 3);
    // A deeper one stays a file, and the mail that holds it is read.
    for raw in [nest(4), encode(three), encode(nest(3))] {
        let letter = read(&raw);
        assert_eq!(letter.enclosed.len(), 3);
        assert_eq!(letter.attachments.len(), 4, "{raw}");
        let innermost = letter.attachments.last().expect("four");
        assert_eq!(innermost.media_type, "message/rfc822");
        assert!(innermost.content.ends_with(b"isi"), "{raw}");
        assert!(
            letter.left_out.iter().any(|why| why.starts_with("limit: ")),
            "{:?}",
            letter.left_out
        );
    }
}

#[test]
fn a_large_paper_is_decoded_once_and_one_that_stands_as_it_is_not_at_all() {
    let raw = Bytes::from(multipart(
        "From: a@b.test",
        &[part(
            "Content-Type: application/pdf; name=a.pdf",
            &"x".repeat(2_000_000),
        )],
    ));
    let letter = letter::read(&raw).unwrap();
    let content = &letter.attachments[0].content;
    assert!(
        raw.as_ptr_range().contains(&content.as_ptr()),
        "the content was copied"
    );
}

/// A mail with all that is hard about it, for breaking.
fn odd_mail() -> Vec<u8> {
    let inner = multipart(
        "From: a@contoh.test\r\nSubject: dalam",
        &[part("Content-Type: text/plain", "isi")],
    );
    let parts = [
        part(
            "Content-Type: multipart/alternative; boundary=\"c d\"",
            "--c d\r\nContent-Type: text/plain; format=flowed\r\n\r\nhalo \r\ndunia\r\n--c d\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<div class=3D\"gmail_quote\"><p>lama &eacute;</p></div><ol><li>KTP <img src=3D\"cid:1\"></ol>\r\n--c d--",
        ),
        part(
            "Content-Type: image/png\r\nContent-ID: <1>\r\nContent-Transfer-Encoding: base64",
            PNG,
        ),
        part(
            "Content-Type: application/octet-stream; name*0*=utf-8''a%C3; name*1*=%A9.pdf\r\nContent-Transfer-Encoding: x-uuencode",
            "begin 644 a\r\n#0V%T\r\n`\r\nend",
        ),
        part(
            "Content-Type: message/rfc822",
            &inner
                .replace("--b", "--e")
                .replace("boundary=b", "boundary=e"),
        ),
        part(
            "Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64",
            "eJ8+IgEA",
        ),
        part(
            "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64",
            &data_encoding::BASE64_MIME.encode(
                b"From: z@y.test\r\nContent-Type: message/rfc822\r\n\r\nFrom: q@y.test\r\n\r\nx",
            ),
        ),
    ];
    multipart(HEADER, &parts).into_bytes()
}

const SHARDS: [&str; 16] = [
    "--b",
    "--b--",
    "\r\n\r\n",
    "=?utf-8?B?",
    "?=",
    "Content-Type: message/rfc822\r\n\r\n",
    "begin 644 x\n",
    "<!--",
    "<blockquote>",
    "\u{fffc}",
    "&#x1F4A9;",
    "From: ",
    "> ",
    "On 1 Jan 2026 a@b.test wrote:\n",
    "Dari: a@b.test\nTanggal: 1\nKe: x\n",
    "\"",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_octets_make_it_panic(raw in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let raw = Bytes::from(raw);
        prop_assert_eq!(letter::read(&raw), letter::read(&raw));
        letter::identity(&raw);
        letter::plain_header_summary(&raw);
    }

    #[test]
    fn no_damage_to_a_mail_makes_it_panic(
        cuts in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        inserts in proptest::collection::vec((any::<prop::sample::Index>(), 0usize..SHARDS.len()), 0..8),
        length in any::<prop::sample::Index>(),
    ) {
        let mut raw = odd_mail();
        for (at, byte) in cuts {
            let at = at.index(raw.len());
            raw[at] = byte;
        }
        for (at, shard) in inserts {
            let at = at.index(raw.len());
            raw.splice(at..at, SHARDS[shard].bytes());
        }
        raw.truncate(length.index(raw.len()) + 1);
        let raw = Bytes::from(raw);
        let letter = letter::read(&raw);
        prop_assert_eq!(&letter, &letter::read(&raw));
        if let Ok(letter) = letter {
            for paper in &letter.attachments {
                prop_assert_eq!(paper.sha256, Digest::of(&paper.content));
            }
            prop_assert!(letter.subject.chars().count() <= 500 && !letter.subject.chars().any(char::is_control));
        }
        letter::identity(&raw);
    }
}

#[test]
fn the_odd_mail_is_read_in_all_its_parts() {
    let letter = letter::read(&Bytes::from(odd_mail())).unwrap();
    let names: Vec<_> = letter
        .attachments
        .iter()
        .map(|paper| {
            (
                paper.name.as_deref().unwrap_or_default(),
                paper.media_type.as_str(),
                paper.container.is_some(),
            )
        })
        .collect();
    assert_eq!(
        names,
        [
            ("", "image/png", false),
            ("aé.pdf", "application/octet-stream", false),
            ("", "message/rfc822", false),
            ("winmail.dat", "application/ms-tnef", false),
            ("", "message/rfc822", false),
            ("", "message/rfc822", true),
        ]
    );
    assert_eq!(letter.enclosed.len(), 3);
    assert_eq!(letter.attachments[0].caption.as_deref(), Some("KTP"));
}
