//! Whether a mail may be answered by the program (reliability.md section 4). The first hit is the reason that the
//! Pokja reads; silence is always safe.

use jiff::{SignedDuration, Timestamp};

use super::ReceiveFacts;
use crate::{
    address::EmailAddress,
    letter::{GateRule, Letter, Nature, ReturnPath},
};

/// RFC 5230 section 4.2: the constant text goes to an address once in so long.
pub const STRANGER_PAUSE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Why nothing is answered, in the order of the gate; `None`: it may be answered.
pub fn silence(letter: &Letter, facts: &ReceiveFacts) -> Option<String> {
    if facts.held {
        return Some("pengiriman otomatis sedang ditahan".into());
    }
    if let Some(hit) = &letter.automation.hit {
        return Some(format!("{} ({})", rule_words(hit.rule), hit.detail));
    }
    if letter.automation.nature != Nature::Person {
        return Some("surat dibuat oleh mesin".into());
    }
    if letter.from.iter().any(|from| facts.is_own(&from.address)) || facts.is_our_loop(letter) {
        return Some("surat dari alamat kantor sendiri".into());
    }
    if facts.received_at < facts.since {
        return Some("diterima sebelum Loket mulai menjawab (since)".into());
    }
    if facts.already_answered {
        return Some("surat ini sudah pernah dijawab".into());
    }
    None
}

/// Receipts within a day for mails of one bidder that bring no file.
const BARE_RECEIPTS: usize = 3;

/// A program that answers every letter of ours and says so nowhere: receipt and answer would follow each other for ever.
pub fn repetition(facts: &ReceiveFacts, brings: bool) -> Option<String> {
    if brings {
        return None;
    }
    if facts.repeats {
        return Some("balasan otomatis yang berulang".into());
    }
    let often = facts.bare_receipts >= BARE_RECEIPTS;
    often.then(|| "sudah tiga tanda terima tanpa berkas baru dalam sehari".into())
}

/// What holds for addresses that nobody registered besides (P25): only to whoever provably wrote, only when he wrote to
/// us openly, only once in seven days.
pub fn stranger_silence(letter: &Letter, facts: &ReceiveFacts) -> Option<String> {
    let [from] = letter.from.as_slice() else {
        return Some("pengirim tidak tunggal".into());
    };
    match &letter.return_path {
        ReturnPath::Address(path) if *path == from.address => {}
        _ => return Some("alamat amplop (Return-Path) tidak sama dengan pengirim".into()),
    }
    if !letter.visible_recipients.iter().any(|to| facts.is_own(to)) {
        return Some("alamat kami tidak tercantum sebagai penerima".into());
    }
    if letter.automation.spam_verdict {
        return Some("ditandai sebagai spam oleh server penerima".into());
    }
    if letter
        .automation
        .authentication_results
        .iter()
        .any(|result| has_failed(result))
    {
        return Some("keaslian pengirim tidak terbukti (SPF, DKIM, atau DMARC gagal)".into());
    }
    let recent = |last: Timestamp| facts.now.duration_since(last) < STRANGER_PAUSE;
    if facts.last_stranger_reply.is_some_and(recent) {
        return Some("alamat ini sudah dijawab dalam 7 hari terakhir".into());
    }
    None
}

fn has_failed(result: &str) -> bool {
    let result = result.to_ascii_lowercase();
    ["spf=fail", "dkim=fail", "dmarc=fail"]
        .iter()
        .any(|failed| result.contains(failed))
}

fn rule_words(rule: GateRule) -> &'static str {
    match rule {
        GateRule::NullReturnPath => "surat tanpa alamat amplop",
        GateRule::AutoSubmitted => "surat otomatis",
        GateRule::Report => "laporan server surat",
        GateRule::List => "surat dari milis",
        GateRule::Precedence => "surat massal",
        GateRule::ResponseSuppress => "pengirim meminta tidak dijawab otomatis",
        GateRule::AutoReplyHeader => "balasan otomatis",
        GateRule::Loop => "surat yang berputar",
        GateRule::SystemSender => "alamat sistem",
        GateRule::AbsenceWords => "pemberitahuan sedang tidak di tempat",
        GateRule::SystemMail => "surat sistem",
        GateRule::TooManyHops => "surat melewati terlalu banyak server",
    }
}

impl ReceiveFacts<'_> {
    /// One of the office's mailboxes, with or without a sub-address.
    pub fn is_own(&self, address: &EmailAddress) -> bool {
        self.mailboxes.iter().any(|mailbox| {
            mailbox.address == *address
                || address
                    .detail_of(&mailbox.address, &mailbox.subaddress)
                    .is_some()
        })
    }

    pub fn is_member(&self, address: &EmailAddress) -> bool {
        self.members.contains(address)
    }

    /// The mail went out from here.
    pub fn is_our_loop(&self, letter: &Letter) -> bool {
        let mark = letter.automation.loop_header.as_deref().map(str::trim);
        !self.loop_header.is_empty() && mark == Some(self.loop_header)
    }
}
