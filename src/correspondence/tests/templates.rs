//! Texts of the office's own: their mistakes are found before the first letter is due.

use super::samples::*;
use crate::correspondence::{
    Templates, invitation,
    samples::check,
    templates::{EMBEDDED, OwnTemplate},
};
use crate::tender::SessionKind;

fn own(name: &str, source: &str) -> OwnTemplate {
    OwnTemplate {
        name: name.to_owned(),
        source: source.to_owned(),
        file: format!("surat/{name}").into(),
    }
}

fn mistakes(name: &str, source: &str) -> Vec<String> {
    match Templates::with_own(vec![own(name, source)]) {
        Ok(templates) => check(&templates).iter().map(ToString::to_string).collect(),
        Err(error) => vec![error.to_string()],
    }
}

fn embedded(name: &str) -> &'static str {
    let found = EMBEDDED.iter().find(|(known, _)| *known == name);
    found.expect("a template").1
}

#[test]
fn the_embedded_ones_hold_no_mistake() {
    assert_eq!(check(&templates()), []);
}

#[test]
fn a_copy_of_an_embedded_one_holds_none_either() {
    for (name, source) in EMBEDDED {
        assert_eq!(mistakes(name, source), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn each_mistake_is_told_with_file_and_line() {
    let never = "Halo {{ bidder }}\n{% if not bidder %}\n{{ penyedia }}\n{% endif %}\n";
    let inner = "{{ bidder }}\n\n{% if not bidder %}{{ now.jam }}{% endif %}\n";
    let without_url = embedded("bagian.txt").replace("    [\"Tautan\", now.url, was.url],\n", "");
    let without_macro = embedded("bagian.txt").replace("macro acara", "macro jadwal");
    let bad_macro = embedded("bagian.txt").replace("{{ label }}: ", "{{ now.jam }}: ");
    let without_day = embedded("undangan.txt").replace(
        "{{ acara(now, was) }}",
        "{{ now.hours }} {{ now.url }} {{ now.meeting_id }} {{ now.passcode }}",
    );
    let plain_html = "<p>{{ bidder }}</p>\n<p>[{{ reference }}]</p>\n";
    let heading = embedded("kop.txt").replace("{{ office }}", "{{ kantor }}");
    for (name, source, expected) in [
        (
            "undangan.txt",
            "Halo\n{{ penyedia }}\n",
            "surat/undangan.txt:2: ",
        ),
        // Also where no sample comes by.
        (
            "undangan.txt",
            never,
            "surat/undangan.txt:3: no field `penyedia`",
        ),
        (
            "undangan.txt",
            inner,
            "surat/undangan.txt:3: no field `now.jam`",
        ),
        ("undangan.txt", "a\nb\n{% if %}\n", "surat/undangan.txt:3: "),
        (
            "undangan.subject",
            "Undangan {{ code }}\n",
            "surat/undangan.subject:1: the subject must end in [{{ reference }}]",
        ),
        (
            "undangan.subject",
            "[{{ reference }}] Undangan",
            "surat/undangan.subject:1: the subject must end in",
        ),
        (
            "tanda-terima.subject",
            "Tanda terima",
            "surat/tanda-terima.subject:1: the subject must end in",
        ),
        ("kop.txt", heading.as_str(), "surat/kop.txt:3: "),
        (
            "rekap.txt",
            "{% for x in range(10000000) %}{{ x }}{% endfor %}",
            "surat/rekap.txt:1: ",
        ),
        // What a bidder comes and answers by.
        (
            "undangan.txt",
            "Yth. {{ bidder }}\n{{ now.hours }} {{ now.url }}\n",
            "surat/undangan.txt:2: the letter must tell {{ code }}, {{ now.day }}, {{ now.due }}, {{ now.meeting_id }}, {{ now.passcode }}, {{ reference }}",
        ),
        (
            "undangan.html",
            plain_html,
            "surat/undangan.html:2: the letter must tell {{ code }}, {{ now.day }}",
        ),
        (
            "undangan.txt",
            without_day.as_str(),
            "surat/undangan.txt:47: the letter must tell {{ now.day }}",
        ),
        (
            "tanda-terima.txt",
            "Terima kasih",
            "surat/tanda-terima.txt:1: the letter must tell",
        ),
        // A shared part breaks the program's letters.
        (
            "bagian.txt",
            without_url.as_str(),
            "surat/bagian.txt:19: the letter must tell {{ now.url }} (in ",
        ),
        (
            "bagian.txt",
            without_macro.as_str(),
            "surat/bagian.txt:20: ",
        ),
        ("bagian.txt", bad_macro.as_str(), "surat/bagian.txt:9: "),
        (
            "undangan.txt",
            "{% extends \"surat.text\" %}",
            "surat/undangan.txt:1: ",
        ),
    ] {
        let found = mistakes(name, source);
        let first = found.first().map(String::as_str).unwrap_or_default();
        assert!(
            first.starts_with(expected),
            "{name}: {expected}: {found:#?}"
        );
    }
}

#[test]
fn a_letter_to_a_bidder_that_lost_its_reference_is_not_sent() {
    let templates =
        Templates::with_own(vec![own("undangan.subject", "Undangan")]).expect("templates");
    let session = session(SessionKind::Qualification);
    let mail = invitation(
        &templates,
        &sender(),
        &tender(),
        &bidder(),
        &session,
        0,
        &stamp("2026-11-23T08:00:00+08:00"),
    );
    let error = mail.expect_err("no mail").to_string();
    assert!(
        error.contains("undangan") || error.contains("reference"),
        "{error}"
    );
}
