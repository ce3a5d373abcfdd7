//! Times that are allowed and look like a slip of the finger: told, and imported all the same.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::{ImportError, ImportFile, ImportedSession};
use crate::tender::Registry;

/// A session of yesterday may still be written down.
const PAST: SignedDuration = SignedDuration::from_hours(24);
/// Nobody has so long for papers.
const LONG: SignedDuration = SignedDuration::from_hours(60 * 24);

/// Of sessions that are new or moved: what has been told once is not told at every import.
pub fn doubts(
    registry: &Registry,
    files: &[ImportFile],
    now: Timestamp,
    timezone: &TimeZone,
) -> Vec<ImportError> {
    let mut doubts = Vec::new();
    for file in files {
        for (number, session) in file.sessions.iter().enumerate() {
            if stands(registry, &file.tender.code, session) {
                continue;
            }
            let told = |time: Timestamp| {
                let local = time.to_zoned(timezone.clone());
                local.strftime("%d-%m-%Y %H.%M").to_string()
            };
            if now.duration_since(session.starts) > PAST {
                doubts.push(file.places.mistake(
                    &format!("session[{number}].starts"),
                    format!("acara ini sudah lewat: {}", told(session.starts)),
                    "Periksa tahun, bulan dan tanggalnya.",
                ));
            }
            if session.due.duration_since(session.ends) > LONG {
                doubts.push(file.places.mistake(
                    &format!("session[{number}].due"),
                    format!(
                        "batas waktu berkas lebih dari 60 hari sesudah acara: {}",
                        told(session.due)
                    ),
                    "Periksa tahun, bulan dan tanggalnya.",
                ));
            }
        }
    }
    doubts
}

fn stands(registry: &Registry, code: &str, session: &ImportedSession) -> bool {
    registry.tender_by_code(code).is_some_and(|tender| {
        registry.sessions().iter().any(|row| {
            row.tender == tender.id
                && row.kind == session.kind
                && (row.starts, row.ends, row.due) == (session.starts, session.ends, session.due)
        })
    })
}
