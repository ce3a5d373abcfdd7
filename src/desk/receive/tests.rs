//! The thirty examples of domain.md 4.2, and every rule of kind, state, answer, files and effects.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::{
    desk::{Announced, Effect, FilePlan, OurLetter},
    inspection::Finding,
    letter::{
        Attachment, Bounce, CalendarAnswer, CalendarReply, Correspondent, EnclosedMail,
        FailedRecipient, GateHit, GateRule, ReturnPath,
    },
    matching::{Facts, Index, find, fixture::*, references_of},
    tender::{OutboxId, SessionId},
};
use MessageKind as Kind;
use MessageState as State;

/// What surrounds a decision in these tests; changed where a rule is about it.
struct Setting {
    office: Office,
    received_at: Timestamp,
    now: Timestamp,
    since: Timestamp,
    held: bool,
    answered: bool,
    last_stranger_reply: Option<Timestamp>,
    asked: Option<Asked>,
    negotiation: Option<Negotiation>,
    repeats: bool,
    bare_receipts: usize,
    ours: Vec<OurMail>,
    missing: Vec<DocumentWord>,
    filed: BTreeMap<Digest, Option<DocumentWord>>,
    settled: BTreeMap<Digest, DocumentWord>,
}

impl Setting {
    fn new() -> Setting {
        Setting {
            office: office(),
            received_at: hours(time(DUE), -1),
            now: hours(time(DUE), -1),
            since: hours(time(DUE), -1000),
            held: false,
            answered: false,
            last_stranger_reply: None,
            asked: None,
            negotiation: None,
            repeats: false,
            bare_receipts: 0,
            ours: Vec::new(),
            missing: vec![DocumentWord::Ktp, DocumentWord::Nib],
            filed: BTreeMap::new(),
            settled: BTreeMap::new(),
        }
    }

    fn with<T>(&self, letter: &Letter, decide: impl FnOnce(&Match, &ReceiveFacts) -> T) -> T {
        let registry = self.office.registry();
        let ids = references_of(letter);
        let ours = self
            .office
            .sessions
            .iter()
            .map(|session| self.office.sent(session.id));
        let sent: Vec<_> = ours.filter(|sent| ids.contains(&sent.message_id)).collect();
        let (mailboxes, members) = (mailboxes(), vec![address(MEMBER)]);
        let matched = find(
            letter,
            &Facts {
                received_at: self.received_at,
                ..facts(&registry, &Index::of(&registry), &sent, &mailboxes)
            },
        );
        decide(
            &matched,
            &ReceiveFacts {
                registry: &registry,
                mailboxes: &mailboxes,
                members: &members,
                loop_header: "loket-berau",
                since: self.since,
                received_at: self.received_at,
                now: self.now,
                held: self.held,
                already_answered: self.answered,
                last_stranger_reply: self.last_stranger_reply,
                asked: self.asked.as_ref(),
                negotiation: self.negotiation,
                repeats: self.repeats,
                bare_receipts: self.bare_receipts,
                told: &[],
                ours: &self.ours,
                missing: &self.missing,
                filed: &self.filed,
                looks: &[],
                settled: &self.settled,
                examined: &[],
                parts: &[],
            },
        )
    }

    fn plan(&self, letter: &Letter) -> Plan {
        self.with(letter, |matched, facts| {
            receive(MessageId(12), letter, matched, facts)
        })
    }
}

fn plan(letter: &Letter) -> Plan {
    Setting::new().plan(letter)
}

/// Kind, state, session, answered?
fn outline(plan: &Plan) -> (Kind, State, Option<SessionId>, bool) {
    (
        plan.kind,
        plan.state,
        plan.placement.map(|placement| placement.session),
        plan.answer == Answer::Acknowledge,
    )
}

fn documents(plan: &Plan) -> Vec<Option<&'static str>> {
    let words = plan.files.iter().map(|file| file.document);
    words.map(|word| word.map(DocumentWord::word)).collect()
}

fn filed(session: SessionId) -> (Kind, State, Option<SessionId>, bool) {
    (Kind::Bidder, State::Filed, Some(session), true)
}

fn machine(mut letter: Letter, nature: Nature, rule: GateRule) -> Letter {
    letter.automation.nature = nature;
    letter.automation.hit = Some(GateHit {
        rule,
        detail: "Precedence: bulk".into(),
    });
    letter
}

fn link(url: &str) -> Attachment {
    Attachment {
        media_type: "text/uri-list".into(),
        content: Default::default(),
        link: true,
        ..file(url)
    }
}

const PRIVATE: &str = "hendrawan88@mail.example";

#[test]
fn examples_that_are_filed_and_acknowledged() {
    let lestu = LESTU_QUALIFICATION;
    let numbered = ["ktp direktur.jpg", "NIB.pdf"];
    for (letter, session) in [
        (
            letter_with(
                LESTU,
                "Re: Undangan Pembuktian Kualifikasi - 99990001000",
                "Bersama ini kami sampaikan",
                &numbered,
            ),
            lestu,
        ),
        (
            letter_with(
                LESTU,
                "dokumen",
                "",
                &["IMG-20260512-WA0003.jpg", "IMG-20260512-WA0004.jpg"],
            ),
            lestu,
        ),
        (
            letter_with(
                SEGA,
                "",
                "pagi pak ini yg td diminta",
                &["CamScanner 05-12-2026 10.21.pdf"],
            ),
            SEGA_QUALIFICATION,
        ),
        (
            letter_with(
                LESTU,
                "PEMBUKTIAN KUALIFIKASI CV LESTUWANA KARYA (1)",
                "",
                &numbered,
            ),
            lestu,
        ),
        (
            letter(
                LESTU,
                "Konfirmasi kehadiran",
                "InsyaAllah hadir, diwakili Sdr. Ramberani (surat kuasa menyusul)",
            ),
            lestu,
        ),
        (
            letter_with(KOP, "foto", "Dikirim dari iPhone saya", &["IMG_2201.HEIC"]),
            KOP_QUALIFICATION,
        ),
        (
            letter_with(LESTU, "Pembuktian Kualifikasi TA 2025", "", &numbered),
            lestu,
        ),
    ] {
        let plan = plan(&letter);
        assert_eq!(outline(&plan), filed(session), "{}", letter.subject);
        assert!(!plan.late && plan.attention.is_none() && !plan.note_to_stranger);
        assert!(plan.files.iter().all(|file| file.path.is_some()));
    }
}

#[test]
fn examples_whose_thread_names_the_session_carry_the_right_flag() {
    use Attention::*;
    for (subject, text, attention) in [
        (
            "Bls: Undangan Klarifikasi dan Negosiasi 99990002000",
            "Kami hadir jam 10.00 WIB",
            Some(Question),
        ),
        (
            "Re: File Negosiasi Biaya",
            "Setelah kami pelajari, kami setuju dengan nilai Rp. 412.500.000,-.",
            None,
        ),
        (
            "Re: File Negosiasi Biaya",
            "Mohon maaf kami TIDAK SETUJU. Penawaran akhir kami Rp418.000.000,00",
            Some(Refused),
        ),
        (
            "Re: File Negosiasi Biaya",
            "Pada prinsipnya setuju, namun mohon item mobilisasi dikembalikan",
            Some(Refused),
        ),
        ("nego", "oke pak setuju 👍", None),
        (
            "Mohon penjadwalan ulang",
            "Direktur kami sakit, mohon dijadwalkan ulang hari Rabu",
            Some(Reschedule),
        ),
        (
            "zoom",
            "link nya ga bisa masuk pak, ID meeting salah?",
            Some(Question),
        ),
        (
            "Pertanyaan",
            "Apakah SKK boleh yang masih proses perpanjangan?",
            Some(Question),
        ),
        (
            "KEBERATAN ATAS UNDANGAN",
            "Dengan ini kami sampaikan.",
            Some(Objection),
        ),
    ] {
        let mut letter = letter(KONSUL, subject, text);
        letter.in_reply_to.push(our_id(KONSUL_NEGOTIATION));
        let plan = plan(&letter);
        assert_eq!(outline(&plan), filed(KONSUL_NEGOTIATION), "{subject}");
        assert_eq!(plan.attention, attention, "{subject}: {text}");
    }
}

#[test]
fn example_5_a_private_address_waits_for_a_person_and_hears_the_constant_text() {
    let mut letter = letter_with(
        PRIVATE,
        "Fwd: berkas ktp dir",
        "Mohon diterima bu, email kantor lagi gangguan. Admin CV Lestuwana",
        &["ktp.jpg"],
    );
    let asked = plan(&letter);
    assert_eq!(
        outline(&asked),
        (Kind::UnknownSender, State::NeedsDecision, None, false)
    );
    assert_eq!(asked.answer, Answer::UnknownSender);
    assert_eq!(asked.files[0].path, None);
    // The same text, whatever he knows: P23.
    letter.subject = "99990001000".into();
    letter.text = "Admin CV Segarindo Wahau Teknik dan CV Lestuwana Karya".into();
    let with_names = plan(&letter);
    assert_eq!(with_names.candidates.len(), 2);
    assert_eq!(with_names.answer, Answer::UnknownSender);
}

#[test]
fn example_15_and_16_links_are_noted_and_nothing_is_fetched() {
    let mut bare = letter(SEGA, "Dokumen pembuktian", "mohon di request akses");
    bare.attachments
        .push(link("https://drive.example/xyz?usp=sharing"));
    let own = plan(&bare);
    assert_eq!(outline(&own), filed(SEGA_QUALIFICATION));
    assert_eq!(own.attention, Some(Attention::Link));
    assert_eq!(
        (&own.files[0].path, &own.files[0].findings[..]),
        (&None, &[Finding::LinkOnly][..])
    );

    let mut service = machine(
        letter("noreply@transfer.example", "We sent you files", ""),
        Nature::Bulk,
        GateRule::SystemSender,
    );
    service
        .attachments
        .push(link("https://transfer.example/abc"));
    assert_eq!(outline(&plan(&service)).1, State::SetAside, "nobody's");
    service.reply_to.push(Correspondent {
        name: None,
        address: address(SEGA),
    });
    let plan = plan(&service);
    assert_eq!(
        outline(&plan),
        (Kind::Bulk, State::NeedsDecision, None, false)
    );
    assert_eq!(plan.candidates[0].session, Some(SEGA_QUALIFICATION));
}

#[test]
fn example_18_two_tenders_in_one_mail_are_split_by_a_person() {
    let letter = letter_with(
        BANU,
        "Dokumen tender 99990003000 dan 99990004000",
        "sekalian untuk 2 paket ya pak",
        &["ktp.jpg"],
    );
    let plan = plan(&letter);
    assert_eq!(
        outline(&plan),
        (Kind::Bidder, State::NeedsDecision, None, false)
    );
    assert_eq!(plan.candidates.len(), 2);
    assert_eq!(plan.answer, Answer::None("menunggu keputusan Pokja".into()));
}

#[test]
fn example_20_captions_name_the_inline_photos_and_logos_stay_out_of_the_tree() {
    let mut letter = letter(LESTU, "Re: Undangan", "1. KTP\n2. NPWP");
    let photo = |name: &str, caption: Option<&str>| Attachment {
        inline: true,
        media_type: "image/jpeg".into(),
        caption: caption.map(str::to_owned),
        ..file(name)
    };
    letter.attachments = vec![
        photo("image0.jpeg", Some("1. KTP")),
        photo("image1.jpeg", Some("2. NPWP")),
        photo("image2.jpeg", None),
    ];
    letter.attachments[2].content = letter.attachments[2].content.slice(..3000);
    let plan = plan(&letter);
    assert_eq!(documents(&plan), [Some("ktp"), Some("npwp"), None]);
    let in_tree: Vec<bool> = plan.files.iter().map(|file| file.path.is_some()).collect();
    assert_eq!(in_tree, [true, true, false]);
}

#[test]
fn example_23_late_by_the_servers_clock_and_due_itself_is_in_time() {
    let letter = letter_with(
        LESTU,
        "susulan ktp tenaga ahli",
        "",
        &["ktp Budi Contoh.jpg"],
    );
    for (after_due, late) in [(0, false), (1, true), (9720, true)] {
        let setting = Setting {
            received_at: time(DUE) + jiff::SignedDuration::from_secs(after_due),
            ..Setting::new()
        };
        let plan = setting.plan(&letter);
        assert_eq!(outline(&plan), filed(LESTU_QUALIFICATION));
        assert_eq!(plan.late, late, "{after_due} s after due");
        assert_eq!(
            plan.files[0].expert.as_deref(),
            Some("Ir. Budi Contoh, S.T.")
        );
    }
}

#[test]
fn example_28_a_bounce_is_set_aside_and_told_of_our_mail() {
    let mut letter = machine(
        letter(
            "mailer-daemon@surel.example",
            "Undelivered Mail Returned to Sender",
            "",
        ),
        Nature::Bounce,
        GateRule::NullReturnPath,
    );
    letter.return_path = ReturnPath::Null;
    letter.bounce = Some(Bounce {
        recipients: vec![FailedRecipient {
            address: address(KOP),
            status: Some("5.1.1".into()),
            diagnostic: Some("user unknown".into()),
        }],
        ..Bounce::default()
    });
    let hash = "0123456789abcdef0123456789abcdef";
    let mail = OurMail {
        outbox: OutboxId(7),
        message_id: format!("<{hash}@berau.example>"),
        to: address(KOP),
    };
    let mut setting = Setting {
        ours: vec![mail],
        ..Setting::new()
    };
    let effects = |setting: &Setting, letter: &Letter| {
        let plan = setting.plan(letter);
        assert_eq!(outline(&plan), (Kind::Bounce, State::SetAside, None, false));
        plan.effects
    };
    let told = [Effect::Bounced {
        outbox: OutboxId(7),
        address: KOP.into(),
        detail: "5.1.1 user unknown".into(),
    }];
    assert!(
        effects(&setting, &letter).is_empty(),
        "unmatched changes nothing"
    );

    let by = |change: &dyn Fn(&mut Letter)| {
        let mut changed = letter.clone();
        change(&mut changed);
        changed
    };
    let bounce = |letter: &mut Letter| letter.bounce.clone().unwrap_or_default();
    let by_message_id = by(&|letter| {
        let original_message_id = Some(format!("<{hash}@berau.example>"));
        letter.bounce = Some(Bounce {
            original_message_id,
            ..bounce(letter)
        });
    });
    let by_address = by(&|letter| {
        letter
            .delivered_to
            .push(address(POKJA).with_detail("+", &format!("b-{}", &hash[..16])));
    });
    let by_envelope = by(&|letter| {
        letter.bounce = Some(Bounce {
            envelope_id: Some(hash.into()),
            ..bounce(letter)
        });
    });
    let by_number = by(&|letter| {
        letter.bounce = Some(Bounce {
            envelope_id: Some("7".into()),
            ..bounce(letter)
        });
    });
    for letter in [&by_message_id, &by_address, &by_envelope] {
        assert_eq!(effects(&setting, letter), told);
    }
    // Anybody can count: a person looks.
    let counted = setting.plan(&by_number);
    assert_eq!(
        outline(&counted),
        (Kind::Bounce, State::NeedsDecision, None, false)
    );
    assert!(counted.effects.is_empty());
    setting.ours[0].to = address(LESTU);
    assert_eq!(effects(&setting, &by_message_id), told);
}

#[test]
fn example_29_an_absence_mail_is_no_confirmation() {
    let letter = machine(
        letter(LESTU, "Automatic reply: Undangan", "Saya sedang cuti"),
        Nature::AutoReply,
        GateRule::AbsenceWords,
    );
    assert_eq!(
        outline(&plan(&letter)),
        (Kind::AutoReply, State::SetAside, None, false)
    );
}

#[test]
fn example_30_a_rivals_invitation_in_the_quote_goes_to_a_person() {
    let mut letter = letter_with(
        TIRTA,
        "Re: Re: Fwd: Bls: Undangan Pembuktian",
        "terlampir",
        &["ktp.jpg"],
    );
    letter.quoted = format!(
        "> Undangan [{}]",
        office().session(KOP_QUALIFICATION).reference
    );
    let plan = plan(&letter);
    assert_eq!(
        outline(&plan),
        (Kind::Bidder, State::NeedsDecision, None, false)
    );
    let sessions: Vec<_> = plan
        .candidates
        .iter()
        .filter_map(|candidate| candidate.session)
        .collect();
    assert_eq!(sessions.len(), 2);
    assert!(sessions.contains(&TIRTA_QUALIFICATION) && sessions.contains(&KOP_QUALIFICATION));
}

#[test]
fn a_key_from_a_private_address_is_filed_and_both_addresses_hear_what_they_may() {
    let mut letter = letter_with(PRIVATE, "berkas", "", &["ktp.jpg"]);
    letter.visible_recipients = vec![office().token_address(LESTU_QUALIFICATION)];
    let filed_plan = plan(&letter);
    assert_eq!(outline(&filed_plan), filed(LESTU_QUALIFICATION));
    assert!(filed_plan.note_to_stranger && !filed_plan.sender_registered);
    letter.return_path = ReturnPath::Missing;
    let unproven = plan(&letter);
    assert_eq!(outline(&unproven), filed(LESTU_QUALIFICATION));
    assert!(!unproven.note_to_stranger);
}

#[test]
fn papers_in_a_machines_mail_from_a_registered_bidder_are_filed_and_not_answered() {
    for nature in [Nature::Bulk, Nature::AutoReply, Nature::Bounce] {
        let with = machine(
            letter_with(LESTU, "scan", "", &["ktp.jpg"]),
            nature,
            GateRule::Precedence,
        );
        let filed = plan(&with);
        assert_eq!(
            outline(&filed),
            (Kind::Bidder, State::Filed, Some(LESTU_QUALIFICATION), false)
        );
        assert_eq!(
            filed.answer,
            Answer::None("surat massal (Precedence: bulk)".into())
        );
        assert!(filed.files[0].path.is_some());
        let without = machine(
            letter(LESTU, "promo", "diskon"),
            nature,
            GateRule::Precedence,
        );
        assert_eq!(plan(&without).state, State::SetAside);
        let stranger = machine(
            letter_with(PRIVATE, "scan", "", &["ktp.jpg"]),
            nature,
            GateRule::Precedence,
        );
        assert_eq!(plan(&stranger).state, State::SetAside);
    }
    let mut null = machine(
        letter_with(LESTU, "scan", "", &["ktp.jpg"]),
        Nature::Person,
        GateRule::NullReturnPath,
    );
    null.return_path = ReturnPath::Null;
    assert_eq!(
        outline(&plan(&null)),
        (Kind::Bidder, State::Filed, Some(LESTU_QUALIFICATION), false)
    );
}

#[test]
fn a_members_own_mail_is_set_aside_and_what_he_forwards_needs_a_decision() {
    let own = letter_with(MEMBER, "Re: rapat", "siap", &["jadwal.pdf"]);
    assert_eq!(
        outline(&plan(&own)),
        (Kind::Member, State::SetAside, None, false)
    );
    let mut forward = letter_with(MEMBER, "Fwd: berkas", "", &["ktp.jpg"]);
    let enclosed = |from: &str| EnclosedMail {
        from: letter(from, "", "").from.pop(),
        ..EnclosedMail::default()
    };
    forward.enclosed = vec![enclosed(LESTU)];
    let asked = plan(&forward);
    assert_eq!(
        outline(&asked),
        (Kind::Member, State::NeedsDecision, None, false)
    );
    assert_eq!(asked.candidates[0].session, Some(LESTU_QUALIFICATION));
    // Even where a key would place it: a person decides.
    forward.quoted = format!("[{}]", office().session(LESTU_QUALIFICATION).reference);
    assert_eq!(outline(&plan(&forward)).1, State::NeedsDecision);
    for ours in [POKJA, MEMBER] {
        forward.enclosed = vec![enclosed(ours)];
        assert_eq!(
            outline(&plan(&forward)).1,
            State::SetAside,
            "our own mail, forwarded"
        );
    }
}

#[test]
fn our_own_mail_come_back_is_set_aside() {
    let from_us = letter(POKJA, "Undangan", "");
    assert_eq!(
        outline(&plan(&from_us)),
        (Kind::Member, State::SetAside, None, false)
    );
    let mut looped = letter_with(LESTU, "Undangan", "", &["ktp.jpg"]);
    looped.automation.loop_header = Some(" loket-berau ".into());
    assert_eq!(
        outline(&plan(&looped)),
        (Kind::Bulk, State::SetAside, None, false)
    );
    looped.automation.loop_header = Some("loket-kutai".into());
    assert_eq!(
        outline(&plan(&looped)).1,
        State::Filed,
        "another office's mark is not ours"
    );
}

#[test]
fn a_mail_that_nothing_ties_waits_unless_it_is_spam() {
    let mut letter = letter(PRIVATE, "halo", "apa kabar");
    let asked = plan(&letter);
    assert_eq!(
        outline(&asked),
        (Kind::UnknownSender, State::NeedsDecision, None, false)
    );
    assert!(asked.candidates.is_empty());
    letter.automation.spam_verdict = true;
    assert_eq!(plan(&letter).state, State::SetAside);
}

#[test]
fn the_gate_gives_the_first_reason_in_its_order() {
    let letter = letter_with(LESTU, "berkas", "", &["ktp.jpg"]);
    let bulk = machine(letter.clone(), Nature::Bulk, GateRule::List);
    let early = hours(time(DUE), 1);
    let why = |letter: &Letter, setting: Setting| match setting.plan(letter).answer {
        Answer::None(why) => why,
        other => format!("{other:?}"),
    };
    let all = |held, since, answered| Setting {
        held,
        since,
        answered,
        ..Setting::new()
    };
    let past = Setting::new().since;
    assert!(why(&bulk, all(true, early, true)).contains("ditahan"));
    assert!(why(&bulk, all(false, early, true)).starts_with("surat dari milis"));
    assert_eq!(
        why(&letter, all(false, early, true)),
        "diterima sebelum Loket mulai menjawab (since)"
    );
    assert_eq!(
        why(&letter, all(false, past, true)),
        "surat ini sudah pernah dijawab"
    );
    assert_eq!(why(&letter, all(false, past, false)), "Acknowledge");
    // `since` itself is answered.
    assert_eq!(
        why(&letter, all(false, Setting::new().received_at, false)),
        "Acknowledge"
    );
    assert_eq!(
        Setting {
            since: early,
            ..Setting::new()
        }
        .plan(&letter)
        .state,
        State::Filed
    );
}

#[test]
fn strangers_are_answered_only_under_every_condition() {
    let base = letter(PRIVATE, "halo", "apa kabar");
    let answer = |change: &dyn Fn(&mut Letter)| {
        let mut letter = base.clone();
        change(&mut letter);
        plan(&letter).answer
    };
    assert_eq!(answer(&|_| {}), Answer::UnknownSender);
    type Change = fn(&mut Letter);
    let changes: &[Change] = &[
        |letter| letter.return_path = ReturnPath::Missing,
        |letter| letter.return_path = ReturnPath::Null,
        |letter| letter.return_path = ReturnPath::Malformed,
        |letter| letter.return_path = ReturnPath::Address(address("other@mail.example")),
        |letter| letter.visible_recipients.clear(),
        |letter| letter.visible_recipients = vec![address("someone@berau.example")],
        |letter| letter.automation.spam_verdict = true,
        |letter| {
            letter.automation.authentication_results = vec!["mx; dmarc=FAIL header.from=x".into()]
        },
        |letter| letter.from.push(letter.from[0].clone()),
    ];
    for (at, change) in changes.iter().enumerate() {
        assert!(matches!(answer(change), Answer::None(_)), "condition {at}");
    }
    let again = |hours_ago: i64| {
        let setting = Setting {
            last_stranger_reply: Some(hours(Setting::new().received_at, -hours_ago)),
            ..Setting::new()
        };
        setting.plan(&base).answer
    };
    assert!(matches!(again(7 * 24 - 1), Answer::None(_)));
    assert_eq!(again(7 * 24), Answer::UnknownSender);
    // Read eight days after it came: the pause is over, whenever it arrived.
    let read_late = Setting {
        last_stranger_reply: Some(Setting::new().received_at),
        now: hours(Setting::new().received_at, 8 * 24),
        ..Setting::new()
    };
    assert_eq!(read_late.plan(&base).answer, Answer::UnknownSender);
}

/// What a calendar sends when a button is pressed.
fn calendar_reply(from: &str, attendee: Option<&str>, uid: &str) -> Letter {
    let mut letter = machine(
        letter(from, "Diterima: Undangan", ""),
        Nature::CalendarReply,
        GateRule::ResponseSuppress,
    );
    letter.calendar_reply = Some(CalendarReply {
        uid: uid.into(),
        attendee: attendee.map(address),
        answer: CalendarAnswer::Accepted,
        sequence: 1,
        stamped_at: None,
        comment: None,
    });
    letter
}

fn lestu_uid() -> String {
    let reference = office().session(LESTU_QUALIFICATION).reference.clone();
    format!("session-{reference}@berau.example")
}

#[test]
fn only_the_invited_attendee_answers_an_invitation() {
    let uid = lestu_uid();
    let reply = |from: &str, attendee: Option<&str>, uid: &str| {
        let plan = plan(&calendar_reply(from, attendee, uid));
        // What changes nothing is shown to a person.
        let state = match plan.effects.is_empty() {
            true => State::NeedsDecision,
            false => State::SetAside,
        };
        assert_eq!(outline(&plan), (Kind::CalendarReply, state, None, false));
        plan.effects
    };
    let told = [Effect::Attendance {
        session: LESTU_QUALIFICATION,
        answer: CalendarAnswer::Accepted,
        // Nothing of ours has a SEQUENCE above 0, and what bears no stamp is as old as its arrival.
        sequence: Some(0),
        stamped_at: Some(Setting::new().received_at),
    }];
    assert_eq!(reply(LESTU, Some(LESTU), &uid), told);
    assert_eq!(reply(LESTU, None, &uid), told);
    assert!(reply(SEGA, Some(LESTU), &uid).is_empty(), "a rival for him");
    assert!(reply(LESTU, Some(SEGA), &uid).is_empty(), "for a rival");
    assert!(reply(LESTU, Some(LESTU), "session-x@berau.example").is_empty());
}

#[test]
fn what_a_calendar_answers_beside_yes_and_no_is_shown_to_a_person() {
    let plain = calendar_reply(LESTU, Some(LESTU), &lestu_uid());
    let with = |change: &dyn Fn(&mut Letter)| {
        let mut letter = plain.clone();
        change(&mut letter);
        let plan = plan(&letter);
        assert!(matches!(plan.answer, Answer::None(_)), "{plan:?}");
        (plan.state, plan.effects.len())
    };
    assert_eq!(with(&|_| {}), (State::SetAside, 1));
    let note = |letter: &mut Letter| {
        let reply = letter.calendar_reply.as_mut().expect("an answer");
        reply.comment = Some("Direktur sakit, mohon hari lain".into());
    };
    assert_eq!(with(&note), (State::NeedsDecision, 1));
    let another_day = |letter: &mut Letter| letter.text = "Mohon dijadwalkan ulang.".into();
    assert_eq!(with(&another_day), (State::NeedsDecision, 1));
    let proposes = |letter: &mut Letter| letter.calendar_reply = None;
    assert_eq!(with(&proposes), (State::NeedsDecision, 0));
    let stranger = |letter: &mut Letter| {
        letter.calendar_reply = None;
        letter.from[0].address = address("orang@surel.example");
    };
    assert_eq!(with(&stranger), (State::SetAside, 0));
    // The director's own calendar, to which the invitation was passed on.
    let unregistered = |letter: &mut Letter| letter.from[0].address = address(PRIVATE);
    assert_eq!(with(&unregistered), (State::NeedsDecision, 0));
    let member = |letter: &mut Letter| letter.from[0].address = address(MEMBER);
    assert_eq!(with(&member), (State::SetAside, 0));
}

/// Invited, and moved two hours before the mails of these tests come.
fn moved() -> Setting {
    let mut setting = Setting::new();
    let letter = |id: &str, ago: i64, sequence: i64| OurLetter {
        message_id: format!("<{id}@berau.example>"),
        sent_at: Some(hours(setting.received_at, -ago)),
        announced: Some(Announced {
            sequence,
            starts: hours(time(DUE), sequence),
            ends: hours(time(DUE), sequence + 2),
            cancelled: false,
        }),
    };
    setting.asked = Some(Asked {
        session: LESTU_QUALIFICATION,
        letters: vec![letter("undangan", 20, 0), letter("perubahan", 2, 1)],
    });
    setting
}

#[test]
fn a_calendar_counts_no_further_than_the_letters_that_went_out() {
    let setting = moved();
    let answers = |sequence: i64, hours_ahead: Option<i64>| {
        let mut letter = calendar_reply(LESTU, Some(LESTU), &lestu_uid());
        let reply = letter.calendar_reply.as_mut().expect("an answer");
        reply.sequence = sequence;
        reply.stamped_at = hours_ahead.map(|ahead| hours(setting.received_at, ahead));
        let plan = setting.plan(&letter);
        match plan.effects.first() {
            Some(Effect::Attendance {
                sequence,
                stamped_at,
                ..
            }) => Some((*sequence, *stamped_at)),
            _ => {
                assert_eq!(plan.state, State::NeedsDecision);
                None
            }
        }
    };
    let at = |ahead: i64| Some((Some(1), Some(hours(setting.received_at, ahead))));
    assert_eq!(answers(1, Some(-1)), at(-1));
    assert_eq!(answers(1, Some(9000)), at(0), "a clock that is ahead");
    assert_eq!(answers(7, Some(-1)), at(-1), "a sequence of nobody's");
    assert_eq!(answers(1, None), at(0));
    assert_eq!(
        answers(0, Some(-1)),
        None,
        "to the time that no longer holds"
    );
}

#[test]
fn who_answers_the_old_invitation_has_not_confirmed_the_new_time() {
    let setting = moved();
    let answer = |text: &str, to: &str, ago: i64| {
        let mut letter = letter(LESTU, &format!("Re: Undangan {}", lestu_reference()), text);
        letter.in_reply_to = vec![format!("<{to}@berau.example>")];
        let setting = Setting {
            received_at: hours(setting.received_at, -ago),
            ..moved()
        };
        let plan = setting.plan(&letter);
        assert_eq!(plan.state, State::Filed, "{:?}", plan.reasons);
        let comes = |effect: &&Effect| matches!(effect, Effect::Attendance { .. });
        (plan.effects.iter().filter(comes).count(), plan.attention)
    };
    let question = Some(Attention::Question);
    assert_eq!(answer("HADIR", "perubahan", 0), (1, None));
    assert_eq!(answer("HADIR", "undangan", 0), (0, question));
    assert_eq!(answer("HADIR", "undangan", 3), (0, question));
    assert_eq!(
        answer("HADIR", "perubahan", 3),
        (0, question),
        "before it was sent"
    );
    let refused = Some(Attention::Refused);
    assert_eq!(answer("TIDAK HADIR", "undangan", 0), (0, refused));
    assert_eq!(answer("Terlampir KTP", "undangan", 0), (0, None));
}

fn lestu_reference() -> String {
    format!("[{}]", office().session(LESTU_QUALIFICATION).reference)
}

#[test]
fn a_program_that_answers_everything_is_not_answered_for_ever() {
    let answer = |repeats: bool, bare_receipts: usize, files: &[&str]| {
        let setting = Setting {
            repeats,
            bare_receipts,
            ..Setting::new()
        };
        let subject = format!("Re: Undangan {}", lestu_reference());
        setting
            .plan(&letter_with(
                LESTU,
                &subject,
                "Terima kasih, surat Anda kami terima.",
                files,
            ))
            .answer
    };
    assert_eq!(answer(false, 2, &[]), Answer::Acknowledge);
    let Answer::None(why) = answer(true, 0, &[]) else {
        panic!("the same words soon after a letter of ours");
    };
    assert_eq!(why, "balasan otomatis yang berulang");
    let Answer::None(why) = answer(false, 3, &[]) else {
        panic!("a fourth receipt");
    };
    assert!(why.contains("tiga tanda terima"), "{why}");
    assert_eq!(
        answer(true, 9, &["ktp.jpg"]),
        Answer::Acknowledge,
        "a paper"
    );
}

#[test]
fn who_takes_back_his_refusal_is_waited_for_again() {
    let said = |stands: Option<Negotiation>, text: &str| {
        let mut setting = Setting::new();
        setting.negotiation = stands;
        let reference = setting.office.session(KONSUL_NEGOTIATION).reference.clone();
        let plan = setting.plan(&letter(KONSUL, &format!("Re: Berkas [{reference}]"), text));
        let state = plan.effects.iter().find_map(|effect| match effect {
            Effect::Negotiation { negotiation, .. } => Some(*negotiation),
            _ => None,
        });
        (state, plan.attention)
    };
    use Negotiation::{CounterOffer, Refused, Waiting};
    let text = "Ralat: kami SETUJU, berkas bertanda tangan menyusul";
    let again = (Some(Waiting), Some(Attention::Question));
    assert_eq!(said(Some(Refused), text), again);
    assert_eq!(said(Some(CounterOffer), text), again);
    assert_eq!(said(Some(Waiting), text), (None, None));
    assert_eq!(said(None, text), (None, None));
    let unclear = "Ralat: kami setuju, tidak jadi mundur";
    assert_eq!(said(Some(Refused), unclear).0, None);
}

#[test]
fn a_worse_file_is_noted_beside_the_better_one_that_stands() {
    let noted = |stands: Option<Negotiation>| {
        let mut setting = Setting::new();
        setting.negotiation = stands;
        let mut letter = letter_with(KONSUL, "Re: Berkas", "Terlampir.", &["negosiasi.pdf"]);
        letter.in_reply_to = vec![our_id(KONSUL_NEGOTIATION)];
        let sent = crate::tender::SessionFile {
            name: "negosiasi.pdf".into(),
            sha256: letter.attachments[0].sha256.hex(),
            bytes: 1,
        };
        setting.office.session_mut(KONSUL_NEGOTIATION).file = Some(sent);
        let plan = setting.plan(&letter);
        let unsigned = |effect: &Effect| {
            matches!(
                effect,
                Effect::Negotiation {
                    negotiation: Negotiation::ReturnedUnsigned,
                    ..
                }
            )
        };
        assert!(plan.effects.iter().any(unsigned), "what it brought is told");
        let mut notes = plan.files[0].examined.notes.iter();
        notes.any(|note| note.contains("keadaan negosiasi tidak diubah"))
    };
    assert!(noted(Some(Negotiation::ReturnedSigned)));
    assert!(!noted(Some(Negotiation::Waiting)));
    assert!(!noted(None));
}

#[test]
fn files_that_could_harm_stay_in_the_original() {
    let mut letter = letter_with(
        LESTU,
        "berkas",
        "",
        &[
            "KTP.pdf.exe",
            "nib.SCR.",
            "npwp.docm",
            "laporan.html",
            "akta.pdf",
            "spt.pdf",
            "cek.apk ",
        ],
    );
    letter.attachments[4].content = b"MZ\x90\x00".repeat(32).into();
    let plan = plan(&letter);
    for (at, file) in plan.files.iter().enumerate() {
        let allowed = at == 5;
        assert_eq!(
            file.path.is_some(),
            allowed,
            "{:?}",
            letter.attachments[at].name
        );
        assert_eq!(file.findings.contains(&Finding::NotAllowed), !allowed);
    }
}

#[test]
fn the_same_bytes_are_filed_once_and_noted() {
    let mut letter = letter_with(LESTU, "berkas", "", &["ktp.jpg", "nib.pdf", "npwp.pdf"]);
    letter.attachments[1].content = letter.attachments[0].content.clone();
    letter.attachments[1].sha256 = letter.attachments[0].sha256;
    let setting = Setting {
        filed: BTreeMap::from([(letter.attachments[2].sha256, Some(DocumentWord::Ktp))]),
        ..Setting::new()
    };
    let paths =
        |plan: &Plan| -> Vec<bool> { plan.files.iter().map(|file| file.path.is_some()).collect() };
    let plan = setting.plan(&letter);
    assert_eq!(paths(&plan), [true, false, false]);
    assert_eq!(plan.files[1].findings, [Finding::Duplicate]);
    assert_eq!(plan.files[2].findings, [Finding::Duplicate]);
    assert_eq!(documents(&plan), [Some("ktp"), Some("nib"), Some("npwp")]);
}

#[test]
fn a_nameless_photo_that_comes_again_under_its_name_is_heard() {
    let letter = letter_with(LESTU, "berkas", "", &["ktp.jpg"]);
    let plan_where = |word| {
        let filed = BTreeMap::from([(letter.attachments[0].sha256, word)]);
        let setting = Setting {
            filed,
            ..Setting::new()
        };
        setting.plan(&letter).files[0].path.is_some()
    };
    assert!(plan_where(None), "it lay there without a word");
    assert!(!plan_where(Some(DocumentWord::Ktp)));
}

#[test]
fn a_scan_with_a_notarys_title_behind_its_name_is_no_script() {
    let names = ["Akta Notaris Rahmat.SH", "akta.com", "jalankan.sh"];
    let mut letter = letter_with(LESTU, "berkas", "", &names);
    for file in &mut letter.attachments[..2] {
        file.content = b"%PDF-1.4\n".repeat(60).into();
    }
    letter.attachments[2].content = b"rm -rf /\n".repeat(60).into();
    let plan = plan(&letter);
    let allowed = |at: usize| plan.files[at].path.is_some();
    assert_eq!((allowed(0), allowed(1), allowed(2)), (true, true, false));
}

#[test]
fn a_container_whose_files_stand_beside_it_stays_in_the_original() {
    let mut letter = letter_with(LESTU, "berkas", "", &["surat.eml", "ktp.jpg", "kosong.pdf"]);
    letter.attachments[0].media_type = "message/rfc822".into();
    letter.attachments[1].container = Some(letter.attachments[0].sha256);
    letter.attachments[2].content = Default::default();
    let opened = plan(&letter);
    assert!(opened.files[0].path.is_none() && opened.files[0].findings.is_empty());
    assert!(opened.files[1].path.is_some());
    assert_eq!(opened.files[2].findings, [Finding::Unreadable]);
    letter.attachments[0].damaged = true;
    assert!(
        plan(&letter).files[0].path.is_some(),
        "what could not be opened whole is kept"
    );
}

#[test]
fn the_only_paper_owed_names_the_only_file_without_a_word() {
    let mut setting = Setting::new();
    let of = |setting: &Setting, text: &str, files: &[&str]| {
        let letter = letter_with(LESTU, "berkas", text, files);
        documents(&setting.plan(&letter))
    };
    assert_eq!(
        of(&setting, "", &["Scan0001.pdf"]),
        [None],
        "two are missing"
    );
    assert_eq!(
        of(&setting, "", &["Scan0001.pdf", "ktp.jpg"]),
        [Some("nib"), Some("ktp")]
    );
    setting.missing = vec![DocumentWord::Nib];
    assert_eq!(of(&setting, "", &["Scan0001.pdf"]), [Some("nib")]);
    assert_eq!(
        of(&setting, "", &["Scan0001.pdf", "IMG_1.jpg"]),
        [None, None]
    );
    assert_eq!(
        of(&setting, "mohon dijadwalkan ulang", &["Scan0001.pdf"]),
        [None]
    );
}

#[test]
fn a_person_places_a_mail_and_it_is_acknowledged_as_if_matched() {
    let letter = letter_with(PRIVATE, "berkas", "", &["ktp.jpg"]);
    let setting = Setting::new();
    let session = setting.office.session(LESTU_QUALIFICATION);
    let placement = Placement {
        tender: session.tender,
        bidder: session.bidder,
        session: session.id,
    };
    let decide = |letter: &Letter| {
        setting.with(letter, |_, facts| {
            assign(MessageId(12), letter, placement, facts)
        })
    };
    let assigned = decide(&letter);
    assert_eq!(outline(&assigned), filed(LESTU_QUALIFICATION));
    assert!(assigned.files[0].path.is_some() && assigned.confidence == 1.0);
    let mut forward = letter_with(MEMBER, "Fwd: berkas", "", &["ktp.jpg"]);
    forward.enclosed.push(EnclosedMail::default());
    let forwarded = decide(&forward);
    assert_eq!(
        outline(&forwarded),
        (Kind::Member, State::Filed, Some(LESTU_QUALIFICATION), true)
    );
    let bulk = machine(letter, Nature::Bulk, GateRule::Precedence);
    assert_eq!(
        outline(&decide(&bulk)),
        (Kind::Bulk, State::Filed, Some(LESTU_QUALIFICATION), false)
    );
}

#[test]
fn of_a_mail_that_a_member_forwards_whole_only_what_the_bidder_sent_is_filed() {
    let setting = Setting::new();
    let session = setting.office.session(LESTU_QUALIFICATION);
    let placement = Placement {
        tender: session.tender,
        bidder: session.bidder,
        session: session.id,
    };
    let mut forward = letter_with(
        MEMBER,
        "Fwd: INTERNAL calon gugur",
        "",
        &[
            "surat.eml",
            "ktp.jpg",
            "evaluasi.pdf",
            "berkas.zip",
            "nib.pdf",
            "arsip.zip",
            "skk.pdf",
        ],
    );
    forward.enclosed.push(EnclosedMail::default());
    forward.attachments[0].media_type = "message/rfc822".into();
    let digest = |at: usize| Some(forward.attachments[at].sha256);
    let (mail, zip, own_zip) = (digest(0), digest(3), digest(5));
    for (at, container) in [(1, mail), (3, mail), (4, zip), (6, own_zip)] {
        forward.attachments[at].container = container;
    }
    let files = |letter: &Letter| {
        let plan = setting.with(letter, |_, facts| {
            assign(MessageId(12), letter, placement, facts)
        });
        plan.files
            .iter()
            .map(|file| file.path.is_some())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        files(&forward),
        [false, true, false, false, true, false, false]
    );
    // Forwarded within the text, the bidder's files hang beside it.
    let mut within = letter_with(MEMBER, "Fwd: berkas", "", &["ktp.jpg"]);
    within.enclosed.push(EnclosedMail::default());
    assert_eq!(files(&within), [true]);
}

#[test]
fn words_in_a_bidders_name_that_our_server_doubts_change_nothing_and_a_person_reads_them() {
    let doubted = |change: &dyn Fn(&mut Letter)| {
        let mut letter = letter(LESTU, "Re: Undangan", "HADIR. SETUJU REKAM");
        change(&mut letter);
        let plan = plan(&letter);
        (plan.state, plan.effects.len(), plan.attention)
    };
    let heard = doubted(&|_| {});
    assert!(heard.1 > 0, "{heard:?}");
    let foreign = |letter: &mut Letter| {
        letter.return_path = ReturnPath::Address(address("x@saingan.example"));
    };
    let fails = |letter: &mut Letter| {
        let results = "mx.berau.example; spf=fail; DMARC = Fail header.from=x";
        letter.automation.authentication_results = vec![results.into()];
    };
    let spam = |letter: &mut Letter| letter.automation.spam_verdict = true;
    assert_eq!(doubted(&foreign), heard, "mailing services do that");
    assert_eq!(doubted(&spam), heard, "so do filters with honest mail");
    let read = (State::Filed, 0, Some(Attention::Question));
    assert_eq!(doubted(&fails), read);
    assert_eq!(doubted(&|letter| (foreign(letter), spam(letter)).1), read);
}

proptest! {
    /// P20, P25 and the shape of every plan, for any mixture of facts.
    #[test]
    fn no_plan_answers_a_machine_or_leaves_the_frame(
        from in prop::sample::select(vec![LESTU, SEGA, BANU, PRIVATE, MEMBER, POKJA]),
        nature in prop::sample::select(vec![Nature::Person, Nature::Bounce, Nature::AutoReply, Nature::CalendarReply, Nature::Report, Nature::Bulk]),
        hit in any::<bool>(), text in ".{0,60}", names in prop::collection::vec(".{0,30}", 0..4), null in any::<bool>(),
    ) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut letter = letter_with(from, "berkas", &text, &names);
        letter.automation.nature = nature;
        if hit || null {
            let rule = if null { GateRule::NullReturnPath } else { GateRule::AutoSubmitted };
            letter.automation.hit = Some(GateHit { rule, detail: "x".into() });
        }
        let plan = plan(&letter);
        let answers = !matches!(plan.answer, Answer::None(_));
        prop_assert!(!answers || (nature == Nature::Person && !hit && !null));
        prop_assert_eq!(plan.files.len(), letter.attachments.len());
        prop_assert_eq!(plan.placement.is_some(), plan.state == State::Filed);
        let in_tree = |file: &FilePlan| file.path.is_some();
        prop_assert!(plan.state == State::Filed || !plan.files.iter().any(in_tree));
        let mut paths: Vec<_> = plan.files.iter().filter_map(|file| file.path.clone()).collect();
        let count = paths.len();
        paths.sort();
        paths.dedup();
        prop_assert_eq!(paths.len(), count);
        prop_assert_eq!(Setting::new().plan(&letter), plan);
    }
}

/// What is said of a session, of a mail that is placed there.
fn said(from: &str, session: SessionId, text: &str, files: &[&str]) -> Plan {
    let mut letter = letter_with(from, "Re: Undangan", text, files);
    letter.in_reply_to = vec![our_id(session)];
    plan(&letter)
}

#[test]
fn words_of_a_registered_address_are_kept_and_of_no_other() {
    let at = Setting::new().received_at;
    let words = "HADIR\nSETUJU REKAM";
    let expected = [
        Effect::Attendance {
            session: LESTU_QUALIFICATION,
            answer: CalendarAnswer::Accepted,
            sequence: None,
            stamped_at: Some(at),
        },
        Effect::RecordingConsent {
            session: LESTU_QUALIFICATION,
            consent: crate::desk::message::RecordingConsent::Given,
            said_at: at,
        },
    ];
    let effects = |from: &str| said(from, LESTU_QUALIFICATION, words, &[]).effects;
    assert_eq!(effects(LESTU), expected);
    assert!(effects("pribadi@surel.example").is_empty());
    assert!(effects(SEGA).is_empty(), "a rival");
    let mut absent = letter(LESTU, "Re: Undangan", words);
    absent.in_reply_to = vec![our_id(LESTU_QUALIFICATION)];
    let absent = machine(absent, Nature::AutoReply, GateRule::AutoSubmitted);
    assert!(plan(&absent).effects.is_empty(), "a machine");
}

#[test]
fn who_asks_for_another_day_goes_to_a_person_and_promises_nothing() {
    let text = "Kami siap hadir, tetapi mohon dijadwalkan ulang hari Rabu";
    let plan = said(LESTU, LESTU_QUALIFICATION, text, &[]);
    assert_eq!(plan.attention, Some(Attention::Reschedule));
    assert!(plan.effects.is_empty());
}

#[test]
fn the_answer_to_a_negotiation_is_kept_and_what_is_no_agreement_calls_a_person() {
    for (text, files, state, attention) in [
        (
            "Mohon maaf kami TIDAK SETUJU.",
            &[][..],
            Some(Negotiation::Refused),
            Some(Attention::Refused),
        ),
        (
            "Kami usulkan Rp 400.000.000",
            &[],
            Some(Negotiation::CounterOffer),
            Some(Attention::Refused),
        ),
        (
            "Setelah kami pelajari, kami setuju. Terlampir hasil scan.",
            &["NEGO TTD.pdf"],
            Some(Negotiation::ReturnedSigned),
            None,
        ),
        ("oke pak setuju", &[], None, None),
    ] {
        let plan = said(KONSUL, KONSUL_NEGOTIATION, text, files);
        let found = plan.effects.iter().find_map(|effect| match effect {
            Effect::Negotiation { negotiation, .. } => Some(*negotiation),
            _ => None,
        });
        assert_eq!((found, plan.attention), (state, attention), "{text}");
        assert_eq!(plan.answer, Answer::Acknowledge, "received, not accepted");
    }
}

#[test]
fn a_refusal_to_be_recorded_is_no_refusal_of_the_offer() {
    let plan = said(KONSUL, KONSUL_NEGOTIATION, "TIDAK SETUJU REKAM", &[]);
    assert_eq!(plan.attention, None);
    assert!(matches!(
        plan.effects.as_slice(),
        [Effect::RecordingConsent { .. }]
    ));
}
