//! Mails written for these tables; those that others met are in `tests/corpus_kinds.rs`.

use mail_parser::MessageParser;
use proptest::prelude::*;

use super::*;
use crate::letter::CalendarAnswer;

fn judged(raw: &str) -> Judgement {
    let parsed = MessageParser::default().parse(raw).expect("a mail");
    judge(raw.as_bytes(), &parsed)
}

/// A person's mail with further header fields.
fn with_fields(fields: &str) -> Judgement {
    judged(&format!(
        "{fields}To: pokja3@berau.test\nSubject: dokumen\n\nTerlampir dokumen kami.\n"
    ))
}

fn mail(from: &str, subject: &str, text: &str) -> Judgement {
    judged(&format!(
        "From: {from}\nTo: pokja3@berau.test\nSubject: {subject}\n\n{text}\n"
    ))
}

const PERSON: &str = "From: Budi <budi@cv.test>\n";

#[test]
fn each_rule_of_the_gate_hits_its_own_field() {
    use GateRule::*;
    use Nature::*;
    for (field, rule, nature) in [
        ("Return-Path: <>\n", NullReturnPath, Bulk),
        ("Return-Path: < >\n", NullReturnPath, Bulk),
        ("Return-Path: <MAILER-DAEMON>\n", NullReturnPath, Bulk),
        ("Auto-Submitted: auto-generated\n", AutoSubmitted, Bulk),
        (
            "Auto-Submitted: auto-replied (vacation); x=1\n",
            AutoSubmitted,
            AutoReply,
        ),
        (
            "Auto-Submitted: auto-notified; owner-email=\"a@b\"\n",
            AutoSubmitted,
            Bulk,
        ),
        ("Auto-Submitted: (x) AUTO-Generated\n", AutoSubmitted, Bulk),
        (
            "Auto-Submitted: no\nAuto-Submitted: something-new\n",
            AutoSubmitted,
            Bulk,
        ),
        ("Auto-Submitted:\n auto-generated\n", AutoSubmitted, Bulk),
        ("List-Id: <a.b.test>\n", List, Bulk),
        ("List-Unsubscribe: <mailto:x@b.test>\n", List, Bulk),
        ("Precedence: bulk\n", Precedence, Bulk),
        ("Precedence: Junk\n", Precedence, Bulk),
        ("Precedence: list (x)\n", Precedence, Bulk),
        ("Precedence: auto_reply\n", Precedence, AutoReply),
        ("X-Auto-Response-Suppress: All\n", ResponseSuppress, Bulk),
        (
            "X-Auto-Response-Suppress: DR, OOF\n",
            ResponseSuppress,
            Bulk,
        ),
        (
            "X-Auto-Response-Suppress: dr,rn,nrn,autoreply\n",
            ResponseSuppress,
            Bulk,
        ),
        ("X-Autoreply: yes\n", AutoReplyHeader, AutoReply),
        ("X-Autorespond: away\n", AutoReplyHeader, AutoReply),
        ("X-Apple-Action: VACATION\n", AutoReplyHeader, AutoReply),
        ("Sender: owner-news@b.test\n", SystemSender, Bulk),
        (
            "Return-Path: <news-bounces+budi=cv.test@b.test>\n",
            SystemSender,
            Bulk,
        ),
    ] {
        let judgement = with_fields(&format!("{field}{PERSON}"));
        let hit = judgement.automation.hit.expect(field);
        assert_eq!(
            (hit.rule, judgement.automation.nature),
            (rule, nature),
            "{field}"
        );
        assert!(hit.detail.chars().count() <= 120, "{field}");
    }
    for local in [
        "MAILER-DAEMON",
        "mailer.daemon",
        "listserv",
        "majordomo",
        "rapat-request",
        "owner-rapat",
        "rapat-owner",
        "bounce",
        "bounces+1",
        "bounce-77",
        "no-reply",
        "noreply",
        "noreply-dmarc",
        "calendar-noreply",
        "no_reply",
        "do-not-reply",
        "donotreply",
        "postmaster",
    ] {
        let judgement = with_fields(&format!("From: Sistem <{local}@b.test>\n"));
        let rule = judgement.automation.hit.map(|hit| hit.rule);
        assert_eq!(rule, Some(SystemSender), "{local}");
        assert_eq!(judgement.automation.nature, Bulk, "{local}");
    }
    let lpse = mail("lpse@lkpp.test", "(LPSE) Pengumuman Delegasi Pokja", "Yth.");
    assert_eq!(lpse.automation.hit.map(|hit| hit.rule), Some(SystemMail));
    let hops = "Received: from a by b\n".repeat(101);
    let looped = with_fields(&format!("{hops}{PERSON}"));
    assert_eq!(looped.automation.hit.map(|hit| hit.rule), Some(TooManyHops));
    assert_eq!(
        looped.automation.nature, Person,
        "written by somebody all the same"
    );
}

#[test]
fn what_only_resembles_a_mark_hits_nothing() {
    for fields in [
        "Return-Path: <budi@cv.test>\nFrom: budi@cv.test\n",
        "Return-Path: budi@cv.test\nFrom: budi@cv.test\n",
        "Return-Path: <budi@cv.test> (<>)\nFrom: budi@cv.test\n",
        "Auto-Submitted: no\nFrom: budi@cv.test\n",
        "Auto-Submitted: No (a person); x=auto-replied\nFrom: budi@cv.test\n",
        "Auto-Submitted:\nFrom: budi@cv.test\n",
        "Precedence: first-class\nFrom: budi@cv.test\n",
        "X-Auto-Response-Suppress: DR, RN, NRN\nFrom: budi@cv.test\n",
        "X-Autoreply: no\nFrom: budi@cv.test\n",
        "X-Loop: somebody@else.test\nFrom: budi@cv.test\n",
        "From: noreen@cv.test\n",
        "From: requests@cv.test\n",
        "From: ownership@cv.test\n",
        "From: Mailer Indonesia <sales@mailer.test>\n",
        "From: pt.bumi.nusantara@surel.test\n",
        "Received: from a by b\nFrom: budi@cv.test\n",
    ] {
        let automation = with_fields(fields).automation;
        assert_eq!(
            (automation.hit, automation.nature),
            (None, Nature::Person),
            "{fields}"
        );
    }
}

#[test]
fn the_gate_names_the_first_rule_in_its_order() {
    use GateRule::*;
    let fields = [
        ("Return-Path: <>\n", NullReturnPath),
        ("Auto-Submitted: auto-replied\n", AutoSubmitted),
        (
            "Content-Type: multipart/report; report-type=x; boundary=b\n",
            Report,
        ),
        ("List-Id: <x.test>\n", List),
        ("Precedence: bulk\n", Precedence),
        ("X-Auto-Response-Suppress: All\n", ResponseSuppress),
        ("X-Autoreply: yes\n", AutoReplyHeader),
        ("From: noreply@x.test\n", SystemSender),
        ("Subject: Automatic reply: x\n", AbsenceWords),
        ("Subject: (LPSE) x\n", SystemMail),
    ];
    for from in 0..fields.len() {
        // Later fields first, so that the order cannot come from the header; one Subject only.
        let subject = fields.len() - 2;
        let header: String = fields[from..]
            .iter()
            .enumerate()
            .filter(|(at, _)| from + at <= subject || from > subject)
            .map(|(_, (field, _))| *field)
            .rev()
            .collect();
        let hit = judged(&format!("{header}To: pokja3@berau.test\n\nteks\n"))
            .automation
            .hit;
        assert_eq!(hit.map(|hit| hit.rule), Some(fields[from].1), "{header}");
    }
}

#[test]
fn the_detail_of_a_hit_is_one_short_line() {
    let long = format!("X-Autoreply: {}\n {}\n", "é".repeat(150), "x".repeat(3000));
    let hit = with_fields(&format!("{long}{PERSON}"))
        .automation
        .hit
        .expect("a hit");
    assert_eq!(hit.detail.chars().count(), 120);
    assert!(!hit.detail.contains('\n'));
}

#[test]
fn loop_marks_and_verdicts_of_the_server_are_handed_on() {
    let automation = with_fields(&format!(
        "Authentication-Results: mx.berau.test;\n dkim=pass\nX-Loop: loket-7\nX-Loket-Mail: 9\nX-Spam-Flag: YES\n{PERSON}"
    ))
    .automation;
    assert_eq!(automation.loop_header.as_deref(), Some("loket-7, 9"));
    assert_eq!(
        automation.authentication_results,
        ["mx.berau.test; dkim=pass"]
    );
    assert!(automation.spam_verdict);
    assert_eq!(automation.nature, Nature::Person);
}

#[test]
fn automatic_replies_without_marks_are_known_by_their_words() {
    for (subject, text) in [
        ("Automatic reply: Undangan Pembuktian", "Saya sedang cuti."),
        ("Automatic Reply - Undangan", ""),
        ("[EXTERNAL] Automatic reply: Undangan", ""),
        ("Out of Office", "back on Monday"),
        ("Out of Office AutoReply: Undangan", ""),
        ("AUTO: Budi is out of the office (returning 03/01/2027)", ""),
        ("Budi Santoso is out of the office.", ""),
        (
            "Re: Undangan [Auto-Reply]",
            "This is an automatic reply. I will answer soon.",
        ),
        ("Balasan otomatis: Undangan Pembuktian", ""),
        ("Balasan Otomatis", "Terima kasih atas email Anda."),
        ("Out of office until 3 January", ""),
        ("Automatic reply to your message", ""),
        ("Otomatis: Undangan", ""),
        ("Jawaban otomatis: Undangan Klarifikasi", ""),
        ("=?UTF-8?Q?R=C3=A9ponse_automatique_=3A_Undangan?=", ""),
        ("=?UTF-8?B?6Ieq5Yqo5Zue5aSNOiBVbmRhbmdhbg==?=", ""),
        ("Abwesenheitsnotiz: Undangan", ""),
        (
            "Re: Undangan Pembuktian Kualifikasi",
            "Terima kasih telah menghubungi kami. Email ini adalah balasan otomatis, mohon tidak dibalas.",
        ),
        (
            "Undangan",
            "Pesan Anda telah kami terima.\nIni adalah balasan otomatis dari CV Contoh.",
        ),
        (
            "Re: Undangan - on leave",
            "I am on leave until 3 January with limited access to email.",
        ),
        ("sedang cuti", "Saya sedang cuti sampai tanggal 5 Januari."),
    ] {
        let automation = mail("Budi <budi@cv.test>", subject, text).automation;
        assert_eq!(automation.nature, Nature::AutoReply, "{subject} / {text}");
        assert_eq!(
            automation.hit.map(|hit| hit.rule),
            Some(GateRule::AbsenceWords),
            "{subject}"
        );
    }
}

#[test]
fn a_refusal_in_the_form_of_a_disposition_notification_is_a_bounce() {
    let notification = |text: &str| {
        judged(&format!(
            "Return-Path: <>\nFrom: Mail <admin@cv.test>\nSubject: x\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\n{text}\n--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; budi@cv.test\nOriginal-Message-ID: <1@berau.test>\nDisposition: automatic-action/MDN-sent-automatically; deleted\n--b--\n"
        ))
    };
    let refused =
        notification("Your message to <budi@cv.test> was automatically rejected:\nQuota exceeded");
    assert_eq!(refused.automation.nature, Nature::Bounce);
    let bounce = refused.bounce.expect("a bounce");
    assert_eq!(bounce.recipients[0].address.as_str(), "budi@cv.test");
    assert_eq!(
        bounce.original_message_id.as_deref(),
        Some("<1@berau.test>")
    );
    let unread = notification("Your message was deleted without being read on Monday.");
    assert_eq!(unread.automation.nature, Nature::Report);
}

#[test]
fn a_null_sender_that_speaks_of_absence_or_answers_is_an_automatic_reply() {
    for (subject, text) in [
        ("Halo", "Saya sedang tidak berada di kantor sampai Senin."),
        (
            "Notification",
            "I am out of the office till the 12th of February.",
        ),
        (
            "Re: Undangan",
            "Terima kasih, pesan Anda telah kami terima.",
        ),
    ] {
        let judgement = judged(&format!(
            "Return-Path: <>\nFrom: budi@cv.test\nSubject: {subject}\n\n{text}\n"
        ));
        assert_eq!(judgement.automation.nature, Nature::AutoReply, "{subject}");
    }
}

#[test]
fn bidders_who_write_of_absence_machines_or_failed_mails_stay_persons() {
    for (subject, text) in [
        (
            "Re: Undangan",
            "Direktur kami sedang cuti, mohon dijadwalkan ulang hari Rabu.",
        ),
        (
            "Mohon penjadwalan ulang",
            "Saya sedang cuti sampai Senin, mohon dijadwalkan ulang.",
        ),
        (
            "Direktur sedang cuti",
            "Direktur kami sedang cuti, mohon dijadwalkan ulang.",
        ),
        (
            "Direktur di luar kantor",
            "Beliau sedang di luar kantor, diwakili Sdr. Ramberani.",
        ),
        (
            "Re: Automatic reply: Undangan",
            "Pak, kami sudah kembali ke kantor. Terlampir dokumen.",
        ),
        ("Fwd: Out of Office", "mohon info, ini maksudnya apa ya pak"),
        (
            "Re: Undangan",
            "Terlampir dokumen kami.\n\nPada tanggal Sen, 23 Nov 2026 pukul 09.12 Pokja menulis:\n> Ini adalah balasan otomatis.\n> I am out of the office.",
        ),
        ("Auto Cad gambar kerja", "Terlampir gambar AutoCAD."),
        ("Otomatisasi laporan", "Terlampir laporan."),
        ("Automatic replying machine", "Terlampir penawaran mesin."),
        ("Automatic reply machine", "Terlampir penawaran mesin."),
        (
            "Out of office space, penawaran sewa",
            "Terlampir penawaran sewa kantor.",
        ),
        (
            "Email gagal terkirim",
            "Mohon maaf email kami kemarin gagal terkirim karena kotak surat penuh.",
        ),
        (
            "Fwd: Undelivered Mail Returned to Sender",
            "Pak, email kami mental: 550 5.1.1 user unknown <x@y.test>",
        ),
        (
            "Bls: Delivery Status Notification (Failure)",
            "550 5.1.1 <x@y.test> could not be delivered",
        ),
        (
            "Delivery report",
            "Terlampir berita acara serah terima barang (delivery report), no. 550/2026.",
        ),
        (
            "Pengiriman gagal uji",
            "Barang yang gagal uji akan diganti.",
        ),
        (
            "dokumen",
            "Mail delivery failed kemarin, ini kami kirim ulang. could not be delivered 550 5.7.1",
        ),
    ] {
        let judgement = mail("Budi <budi@cv.test>", subject, text);
        assert_eq!(
            judgement.automation.nature,
            Nature::Person,
            "{subject} / {text}"
        );
        assert_eq!(judgement.automation.hit, None, "{subject}");
    }
}

#[test]
fn papers_in_a_mail_with_bulk_marks_leave_a_hit_and_no_false_bounce() {
    let judgement = judged(
        "Precedence: bulk\nFrom: Budi <budi@cv.test>\nSubject: dokumen\nContent-Type: application/pdf; name=ktp.pdf\nContent-Disposition: attachment\n\n%PDF-1.4\n",
    );
    assert_eq!(judgement.automation.nature, Nature::Bulk);
    assert_eq!(
        judgement.automation.hit.map(|hit| hit.rule),
        Some(GateRule::Precedence)
    );
    assert_eq!(judgement.bounce, None);
}

/// Notices in the words of servers that know no RFC 3464.
#[test]
fn free_text_bounces_name_who_failed_and_which_mail_came_back() {
    const RETURNED: &str = "Received: from mail.berau.test by mx.x.test; Mon, 23 Nov 2026 08:00:00 +0800\nMessage-ID: <ab12@berau.test>\nFrom: pokja3@berau.test\nTo: cv@x.test\nSubject: Undangan\n";
    for (from, subject, text, status) in [
        (
            "MAILER-DAEMON@mx.x.test",
            "failure notice",
            "Hi. This is the qmail-send program at mx.x.test.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<cv@x.test>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n",
            Some("5.1.1"),
        ),
        (
            "Mail Delivery System <Mailer-Daemon@x.test>",
            "Mail delivery failed: returning message to sender",
            "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  cv@x.test\n    host mx.x.test [192.0.2.5]\n    SMTP error from remote mail server after RCPT TO:<cv@x.test>:\n    550 5.2.1 mailbox disabled\n\n------ This is a copy of the message, including all the headers. ------\n\n",
            Some("5.2.1"),
        ),
        (
            "MAILER-DAEMON (Mail Delivery System)",
            "Undelivered Mail Returned to Sender",
            "This is the mail system at host mail.x.test.\n\nI'm sorry to have to inform you that your message could not\nbe delivered to one or more recipients.\n\nFor further assistance, please send mail to <postmaster@x.test>\n\n<cv@x.test>: host mx.x.test[192.0.2.7] said: 550-5.7.1 blocked\n    (in reply to RCPT TO command)\n\n",
            Some("5.7.1"),
        ),
        (
            "Mail Delivery Subsystem <MAILER-DAEMON@x.test>",
            "Returned mail: User unknown",
            "The original message was received at Mon, 23 Nov 2026 08:00:00 +0800\nfrom root@localhost\n\n   ----- The following addresses had permanent fatal errors -----\n<cv@x.test>\n\n   ----- Transcript of session follows -----\n... while talking to mx.x.test.:\n>>> RCPT To:<cv@x.test>\n<<< 550 5.1.1 <cv@x.test>... User unknown\n550 <cv@x.test>... User unknown\n\n   ----- Unsent message follows -----\n",
            Some("5.1.1"),
        ),
        (
            "System Administrator <postmaster@x.test>",
            "Undeliverable: Undangan",
            "Your message\n\n  To:      pokja3@berau.test\n  Subject: Undangan\n  Sent:    Mon, 23 Nov 2026 08:00:00 +0800\n\ndid not reach the following recipient(s):\n\ncv@x.test on Mon, 23 Nov 2026 08:00:05 +0800\n    The recipient name is not recognized\n\n",
            None,
        ),
        (
            "postmaster@x.test",
            "DELIVERY FAILURE: User cv (cv@x.test) not listed in Domino Directory",
            "Your message\n\n  Subject: Undangan\n\nwas not delivered to:\n\n  cv@x.test\n\nbecause:\n\n  User cv (cv@x.test) not listed in Domino Directory\n\n",
            None,
        ),
        (
            "Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
            "Delivery Status Notification (Failure)",
            "** Address not found **\n\nYour message wasn't delivered to cv@x.test because the address couldn't be found.\n\nThe response from the remote server was:\n550 5.1.1 User unknown\n\n----- Original message -----\n\n",
            Some("5.1.1"),
        ),
        (
            "MAILER-DAEMON@yahoo.com",
            "Failure Notice",
            "Sorry, we were unable to deliver your message to the following address.\n\n<cv@x.test>:\n554: delivery error: dd This user doesn't have a yahoo.com account [0] - mta1.example\n\n--- Below this line is a copy of the message.\n\n",
            None,
        ),
        (
            "Postmaster <postmaster@x.test>",
            "Undeliverable Mail",
            "User mailbox exceeds allowed size: cv@x.test\n\nOriginal message follows.\n\n",
            None,
        ),
        (
            "noreply@x.test",
            "Email Anda tidak terkirim",
            "Email Anda tidak dapat disampaikan kepada penerima berikut:\n\n  cv@x.test\n\nAlasan: kotak surat penuh\n\n",
            None,
        ),
        (
            "Admin <admin@x.test>",
            "Message rejected",
            "Your message to <cv@x.test> was rejected by our server: 554 5.7.1 policy\n\n",
            Some("5.7.1"),
        ),
        (
            "postmaster@x.test",
            "Undeliverable mail",
            "A message from\n\n  pokja3@berau.test\n\nto\n\n  cv@x.test\n\ncould not be delivered. For help ask\n\n  postmaster@x.test\n\n550 5.1.1 user unknown\n\n",
            Some("5.1.1"),
        ),
        (
            "mx.x.test@x.test",
            "pesan Anda",
            "Hi. This is the qmail-send program at mx.x.test.\nI'm afraid I wasn't able to deliver your message.\n\n<cv@x.test>:\nno mailbox (#5.1.1)\n\n",
            Some("5.1.1"),
        ),
    ] {
        let judgement = mail(from, subject, &format!("{text}{RETURNED}"));
        assert_eq!(
            judgement.automation.nature,
            Nature::Bounce,
            "{from}: {subject}"
        );
        let bounce = judgement.bounce.expect(subject);
        let failed: Vec<(&str, Option<&str>)> = bounce
            .recipients
            .iter()
            .map(|one| (one.address.as_str(), one.status.as_deref()))
            .collect();
        assert_eq!(failed, [("cv@x.test", status)], "{from}: {subject}");
        assert_eq!(
            bounce.original_message_id.as_deref(),
            Some("<ab12@berau.test>"),
            "{from}: {subject}"
        );
        assert!(bounce.recipients.iter().all(|one| {
            one.diagnostic
                .as_ref()
                .is_none_or(|text| text.chars().count() <= 300)
        }));
    }
}

#[test]
fn what_is_only_late_or_arrived_is_a_report_and_no_bounce() {
    for (from, subject, text) in [
        (
            "Mail Delivery System <MAILER-DAEMON@x.test>",
            "Warning: message 1abc delayed 24 hours",
            "A message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours.\n\n  cv@x.test\n    Delay reason: 452 4.2.2 Over quota\n\nEventually the mail delivery software will give up,\nand when that happens, the message will be returned to you. Until then it remains undelivered.",
        ),
        (
            "MAILER-DAEMON@x.test",
            "Delayed Mail (still being retried)",
            "####################################################################\n# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #\n####################################################################\n\nYour message could not be delivered for 0.2 hours.\nIt will be retried until it is 5.0 days old.\n\n<cv@x.test>: connect to mx.x.test[192.0.2.9]: Connection timed out",
        ),
        (
            "Mail Delivery Subsystem <MAILER-DAEMON@x.test>",
            "Warning: could not send message for past 4 hours",
            "    **********************************************\n    **      THIS IS A WARNING MESSAGE ONLY      **\n    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **\n    **********************************************\n\n   ----- The following addresses had transient non-fatal errors -----\n<cv@x.test>",
        ),
        (
            "Mail Delivery System <MAILER-DAEMON@x.test>",
            "Successful Mail Delivery Report",
            "Your message was successfully delivered to the destination(s)\nlisted below.\n\n<cv@x.test>: delivery via local: delivered to mailbox",
        ),
        (
            "noreply@x.test",
            "Message delayed",
            "Your message to cv@x.test has been delayed. We will keep trying for 3 days.",
        ),
    ] {
        let judgement = mail(from, subject, text);
        assert_eq!(judgement.automation.nature, Nature::Report, "{subject}");
        assert_eq!(judgement.bounce, None, "{subject}");
        assert!(judgement.automation.hit.is_some());
    }
}

fn report(action: &str, kind: &str) -> Judgement {
    judged(&format!(
        "From: x@x.test\nSubject: s\nContent-Type: multipart/report; report-type={kind}; boundary=b\n\n--b\nContent-Type: text/plain\n\nteks\n--b\nContent-Type: message/{kind}\n\nReporting-MTA: dns; mx.x.test\nOriginal-Envelope-Id: 41\n\nOriginal-Recipient: rfc822;cv@x.test\nFinal-Recipient: rfc822;alias@y.test\n{action}\n\n--b\nContent-Type: message/rfc822\n\nMessage-ID: <ab12@berau.test>\nTo: cv@x.test\nSubject: Undangan\n\nteks\n--b--\n"
    ))
}

#[test]
fn standard_reports_are_told_apart_by_action_then_by_class() {
    for (action, nature) in [
        ("Action: failed\nStatus: 5.1.1", Nature::Bounce),
        ("Action: FAILED (x)\nStatus: 4.4.7", Nature::Bounce),
        ("Status: 5.2.2", Nature::Bounce),
        ("Action: unheard-of\nStatus: 5.2.2", Nature::Bounce),
        ("Action: delayed\nStatus: 4.4.1", Nature::Report),
        ("Status: 4.4.1", Nature::Report),
        ("Action: relayed\nStatus: 2.0.0", Nature::Report),
        ("Action: expanded", Nature::Report),
        ("Action: delivered\nStatus: 2.1.5", Nature::Report),
    ] {
        let judgement = report(action, "delivery-status");
        assert_eq!(judgement.automation.nature, nature, "{action}");
        let Some(bounce) = judgement.bounce else {
            assert_ne!(nature, Nature::Bounce, "{action}");
            continue;
        };
        assert_eq!(
            bounce.recipients[0].address.as_str(),
            "cv@x.test",
            "{action}"
        );
        assert_eq!(
            bounce.original_message_id.as_deref(),
            Some("<ab12@berau.test>")
        );
        assert_eq!(bounce.envelope_id.as_deref(), Some("41"));
    }
    for kind in ["disposition-notification", "feedback-report"] {
        let judgement = report(
            "Disposition: manual-action/MDN-sent-manually; displayed",
            kind,
        );
        assert_eq!(judgement.automation.nature, Nature::Report, "{kind}");
        assert_eq!(judgement.bounce, None);
    }
}

#[test]
fn a_mail_that_encloses_a_bounce_is_still_a_persons() {
    let judgement = judged(
        "From: Budi <budi@cv.test>\nSubject: email mental\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nPak, ini kenapa ya?\n--b\nContent-Type: message/rfc822\n\nReturn-Path: <>\nFrom: MAILER-DAEMON@x.test\nSubject: Undelivered Mail\nAuto-Submitted: auto-replied\nContent-Type: multipart/report; report-type=delivery-status; boundary=c\n\n--c\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@x.test\nAction: failed\nStatus: 5.1.1\n--c--\n--b--\n",
    );
    assert_eq!(judgement.automation.hit, None);
    assert_eq!(judgement.automation.nature, Nature::Person);
}

#[test]
fn the_parts_of_a_report_forwarded_by_somebody_make_no_bounce() {
    let judgement = judged(
        "From: Budi <budi@cv.test>\nSubject: Fwd: Undelivered Mail\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nPak, ini kenapa ya?\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@x.test\nAction: failed\nStatus: 5.1.1\n--b--\n",
    );
    assert_eq!(judgement.bounce, None);
    assert_eq!(judgement.automation.nature, Nature::Person);
    assert_eq!(
        judgement.automation.hit.map(|hit| hit.rule),
        Some(GateRule::Report),
        "in doubt no answer"
    );
}

fn calendar_mail(object: &str, disposition: &str) -> Judgement {
    judged(&format!(
        "From: Budi <budi@cv.test>\nSubject: Diterima: Undangan\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nBudi menerima undangan.\n--b\nContent-Type: text/calendar; charset=utf-8\n{disposition}\n{object}\n--b--\n"
    ))
}

const REPLY: &str = "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:u-1@berau.test\nDTSTAMP:20261123T010203Z\nSEQUENCE:2\nORGANIZER:mailto:pokja3@berau.test\nATTENDEE;PARTSTAT=DECLINED;CN=\"Budi, CV\":MAILTO:Budi@CV.test\nCOMMENT:Mohon\\, hari Rabu\nEND:VEVENT\nEND:VCALENDAR\n";

#[test]
fn an_answer_to_an_invitation_is_read_whole_and_broken() {
    let crlf = REPLY.replace('\n', "\r\n");
    let cut = REPLY
        .split("END:VEVENT")
        .next()
        .unwrap_or_default()
        .to_owned();
    let folded = REPLY.replace("PARTSTAT=DECLINED", "PARTSTAT=DECL\n INED");
    let method_only_outside = REPLY.replace("METHOD:REPLY\n", "");
    for (object, disposition) in [
        (REPLY.to_owned(), ""),
        (crlf, ""),
        (cut, ""),
        (
            folded,
            "Content-Disposition: attachment; filename=invite.ics\n",
        ),
    ] {
        let judgement = calendar_mail(&object, disposition);
        assert_eq!(
            judgement.automation.nature,
            Nature::CalendarReply,
            "{object}"
        );
        let reply = judgement.calendar_reply.expect("a reply");
        assert_eq!(reply.uid, "u-1@berau.test");
        assert_eq!(
            reply.attendee.map(|a| a.to_string()).as_deref(),
            Some("budi@cv.test")
        );
        assert_eq!(reply.answer, CalendarAnswer::Declined);
        assert_eq!(reply.sequence, 2);
        assert_eq!(reply.stamped_at, "2026-11-23T01:02:03Z".parse().ok());
        assert_eq!(reply.comment.as_deref(), Some("Mohon, hari Rabu"));
    }
    let outside = calendar_mail(&method_only_outside, "").automation.nature;
    assert_eq!(outside, Nature::Person, "no METHOD, no answer");
}

#[test]
fn other_calendar_mails_are_no_answers_and_a_forwarded_invitation_stays_a_persons() {
    let of = |method: &str, disposition: &str| {
        let judgement = calendar_mail(&REPLY.replace("REPLY", method), disposition);
        (
            judgement.automation.nature,
            judgement.calendar_reply.is_some(),
        )
    };
    for method in ["REQUEST", "CANCEL", "PUBLISH", "ADD", "DECLINECOUNTER"] {
        assert_eq!(of(method, ""), (Nature::Bulk, false), "{method}");
        assert_eq!(
            of(
                method,
                "Content-Disposition: attachment; filename=invite.ics\n"
            ),
            (Nature::Person, false),
            "{method}"
        );
    }
    for method in ["COUNTER", "REFRESH"] {
        assert_eq!(of(method, ""), (Nature::CalendarReply, false), "{method}");
    }
    let subject_only = mail(
        "budi@cv.test",
        "Diterima: Undangan Pembuktian",
        "Kami hadir.",
    );
    assert_eq!(subject_only.automation.nature, Nature::Person);
}

#[test]
fn an_answer_beyond_the_limits_is_not_opened() {
    let many = REPLY.replace(
        "END:VCALENDAR",
        &format!("{}END:VCALENDAR", "BEGIN:VTODO\nEND:VTODO\n".repeat(60)),
    );
    let large = REPLY.replace("Mohon", &"x".repeat(70_000));
    for object in [many, large] {
        let judgement = calendar_mail(&object, "");
        assert_eq!(judgement.automation.nature, Nature::CalendarReply);
        assert_eq!(judgement.calendar_reply, None);
    }
}

#[test]
fn a_mail_whose_lines_end_in_bare_returns_is_judged_like_any_other() {
    let raw = "From: MAILER-DAEMON@x.test\rSubject: failure notice\r\rThis is a permanent error.\r\r<cv@x.test>:\rNo such user. (#5.1.1)\r";
    let judgement = judged(raw);
    assert_eq!(judgement.automation.nature, Nature::Bounce);
    assert_eq!(
        judgement.bounce.map(|bounce| bounce.recipients.len()),
        Some(1)
    );
}

/// Mails that are then mutilated.
fn seeds() -> Vec<String> {
    let fields = "Return-Path: <>\nAuto-Submitted: auto-replied; x\nX-Failed-Recipients: a@x.test, b@x.test\nAuthentication-Results: a; b=c\n";
    vec![
        format!("{fields}From: MAILER-DAEMON <>\nSubject: =?utf-8?q?Undelivered?=\n\n<a@x.test>: 550 5.1.1 x\n  (expanded from: <b@x.test>)\n\nOriginal message follows.\nReceived: x\nMessage-ID: <y@z>\nTo: a@x.test\n"),
        "From: a@b.test\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: x\n\nFinal-Recipient: rfc822; é@x.test\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 é\n\n--b\nContent-Type: message/rfc822\n\nSubject: x\n\nx\n--b--\n".to_owned(),
        format!("From: a@b.test\nSubject: Re[2]: Balasan otomatis\nContent-Type: text/calendar; method=REPLY\n\n{REPLY}"),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn arbitrary_octets_never_panic(raw in proptest::collection::vec(any::<u8>(), 0..2000)) {
        if let Some(parsed) = MessageParser::default().parse(&raw) {
            judge(&raw, &parsed);
        }
    }

    #[test]
    fn mutilated_mails_never_panic_and_are_judged_the_same_twice(
        seed in 0..3usize,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4u8), 0..30),
    ) {
        let mut raw = seeds()[seed].clone().into_bytes();
        for (at, octet, kind) in changes {
            let at = at.index(raw.len());
            match kind {
                0 => raw[at] = octet,
                1 => raw.insert(at, octet),
                2 => raw.truncate(at.max(1)),
                _ => {
                    let tail = raw[at..].to_vec();
                    raw.extend(tail);
                }
            }
            raw.truncate(20_000);
        }
        if let Some(parsed) = MessageParser::default().parse(&raw) {
            let once = judge(&raw, &parsed);
            prop_assert!(once.automation.nature == Nature::Person || once.automation.hit.is_some());
            prop_assert_eq!(once.bounce.is_some(), once.automation.nature == Nature::Bounce);
            prop_assert!(once.automation.hit.iter().all(|hit| hit.detail.chars().count() <= 120));
            prop_assert_eq!(judge(&raw, &parsed), once);
        }
    }
}
