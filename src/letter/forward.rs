//! Mails forwarded within the text: who wrote them, under which subject.

use super::{EnclosedMail, names, people, quotes};

/// Forwarded mails of one text that are told apart.
const MAILS: usize = 20;
/// Lines of the fields above a forwarded mail.
const FIELD_LINES: usize = 20;

/// The mails forwarded in a quoted text. The block of fields alone ("From: … Sent: …") stands above answered mails too, so
/// it counts only where the subject says that this is a forward, or no subject says that it is an answer.
pub fn enclosed(quoted: &str, subject: &str) -> Vec<EnclosedMail> {
    let lines: Vec<&str> = quoted.lines().map(unquote).collect();
    let blocks_count = !is_answer(subject);
    let mut starts: Vec<usize> = Vec::new();
    let mut at = 0;
    while at < lines.len() && starts.len() < MAILS {
        if quotes::is_forward_line(lines[at]) {
            starts.push(at + 1);
            at += FIELD_LINES.min(4);
        } else if blocks_count
            && quotes::begins_block(&lines[at..])
            && starts.last().is_none_or(|last| at - last > 3)
        {
            starts.push(at);
        }
        at += 1;
    }
    let ends = starts.iter().skip(1).copied().chain([lines.len()]);
    starts
        .iter()
        .zip(ends)
        .filter_map(|(start, end)| read(lines.get(*start..end)?))
        .collect()
}

fn unquote(line: &str) -> &str {
    line.trim_start_matches(['>', ' ']).trim_end()
}

fn is_answer(subject: &str) -> bool {
    let subject = subject.trim_start().to_lowercase();
    [
        "re:", "re :", "bls:", "balas:", "balasan:", "aw:", "antw:", "sv:", "re[",
    ]
    .iter()
    .any(|prefix| subject.starts_with(prefix))
}

fn read(lines: &[&str]) -> Option<EnclosedMail> {
    let mut mail = EnclosedMail::default();
    let mut body = 0;
    let mut seen = 0;
    for (n, line) in lines.iter().enumerate().take(FIELD_LINES) {
        match quotes::block_field(line) {
            Some((name, value)) => {
                seen += 1;
                match name {
                    "from" if mail.from.is_none() => mail.from = people::from_text(value),
                    "subject" if mail.subject.is_empty() => {
                        mail.subject = names::one_line(value, 500)
                    }
                    _ => {}
                }
                body = n + 1;
            }
            // A blank line above the fields, or between them as some phones write, ends nothing.
            None if line.is_empty()
                && lines
                    .get(n + 1)
                    .is_some_and(|next| quotes::block_field(next).is_some()) => {}
            None if line.is_empty() && seen > 0 => break,
            // A long list of recipients goes on in the next line.
            None if seen > 0 => body = n + 1,
            None => {}
        }
    }
    mail.text = quotes::tidy(&lines.get(body..).unwrap_or_default().join("\n"));
    (seen > 0).then_some(mail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forwarded_mail_tells_who_wrote_it() {
        let table = [
            (
                "---------- Forwarded message ---------\nFrom: Budi Contoh <budi@contoh.test>\nDate: Mon, 23 Nov 2026\nSubject: KTP direktur\nTo: <pokja3@berau.test>\n\n\nIni KTP",
                "Fwd: KTP direktur",
            ),
            (
                "---------- Pesan terusan ---------\nDari: Budi Contoh <budi@contoh.test>\nDate: Sen, 23 Nov 2026 pukul 09.12\nSubject: KTP direktur\nTo: a@b.test,\n c@d.test\n\nIni KTP",
                "Fwd: KTP direktur",
            ),
            (
                "Dari: Budi Contoh [mailto:budi@contoh.test]\nDikirim: Senin\nKepada: pokja\nPerihal: KTP direktur\n\nIni KTP",
                "TRS: KTP direktur",
            ),
            (
                "> Begin forwarded message:\n> \n> From: Budi Contoh <budi@contoh.test>\n> Subject: KTP direktur\n> Date: 23 Nov\n> \n> Ini KTP",
                "KTP",
            ),
        ];
        for (quoted, subject) in table {
            let found = enclosed(quoted, subject);
            assert_eq!(found.len(), 1, "{quoted}");
            let from = found[0].from.as_ref().unwrap();
            assert_eq!(
                (from.name.as_deref(), from.address.as_str()),
                (Some("Budi Contoh"), "budi@contoh.test"),
                "{quoted}"
            );
            assert_eq!(found[0].subject, "KTP direktur");
            assert_eq!(found[0].text, "Ini KTP");
        }
    }

    #[test]
    fn an_answered_mail_is_not_a_forwarded_one() {
        let quoted = "From: Pokja III <pokja3@berau.test>\nSent: Monday\nTo: x@y.test\nSubject: Undangan\n\nMohon KTP";
        assert!(enclosed(quoted, "RE: Undangan").is_empty());
        assert_eq!(enclosed(quoted, "FW: Undangan").len(), 1);
    }
}
