//! Whose paper a file is: a tenaga ahli, by the name in the file's name, above the file, or in the paper itself.
//!
//! Nobody is better than the wrong person: a street named like him, a namesake with one name more and two experts of
//! nearly the same name leave it to a person.

use super::document_word::tokens;

/// Before a name; as many as there are.
const TITLES: &[&str] = &[
    "ir", "dr", "drs", "dra", "prof", "h", "hj", "haji", "sdr", "sdri", "bapak", "ibu", "tuan",
    "nyonya", "nona", "saudara", "saudari",
];
/// Behind it, dots taken out.
#[rustfmt::skip]
const DEGREES: &[&str] = &[
    "st", "mt", "se", "sh", "mh", "mm", "si", "msi", "mkn", "ssi", "skom", "mkom", "spd", "mpd", "ssos", "sip", "amd", "ama", "amdt", "msc", "meng",
    "mars", "sars", "str", "sst", "mkes", "skm", "mph", "map", "phd", "bsc", "beng", "ipm", "ipp", "ipu", "eng", "ars", "asean", "dipl", "spt", "sp", "mp",
    "stp", "iai", "pe", "mba", "mtech", "sstp",
];
/// What may stand between the label and the name, or before the name in a sentence.
const BEFORE: &[&str] = &[
    "nama", "lengkap", "name", "kepada", "bahwa", "tenaga", "ahli", "personil", "personel", "oleh",
    "an", "atas", "that", "to",
];
/// A line about a place names streets, and streets are named after people.
const PLACES: &[&str] = &[
    "jl", "jln", "jalan", "alamat", "gang", "gg", "kel", "desa", "komplek", "perum",
];

/// The expert whose name stands in the file's name or caption; `None` when two do.
pub fn expert<'a>(
    name: Option<&str>,
    caption: Option<&str>,
    experts: &'a [String],
) -> Option<&'a str> {
    let named = |text: &str| {
        let text = tokens(text);
        let hits: Vec<&String> = experts
            .iter()
            .filter(|expert| names(&text, expert))
            .collect();
        only(&hits)
    };
    name.and_then(named).or_else(|| caption.and_then(named))
}

/// The one expert, or the one whose name holds all the others ("Budi Contoh Jaya" and "Budi Contoh").
fn only<'a>(hits: &[&'a String]) -> Option<&'a str> {
    let longest = hits.iter().max_by_key(|expert| person(expert).len())?;
    let full = person(longest);
    let inside = |expert: &&String| {
        let other = person(expert);
        std::ptr::eq::<String>(*expert, *longest)
            || (other.len() < full.len() && positions(&full, &other).next().is_some())
    };
    hits.iter().all(inside).then_some(longest.as_str())
}

/// The expert whose paper a text is, as read by machine.
pub fn expert_in_text<'a>(text: &str, experts: &'a [String]) -> Option<&'a str> {
    let lines: Vec<Vec<Word>> = text
        .lines()
        .map(written)
        .filter(|line| {
            !line
                .iter()
                .take(2)
                .any(|word| PLACES.contains(&&*word.plain))
        })
        .collect();
    // On the line that says so; else as a line of its own; else inside a sentence.
    let labelled = lines.iter().filter_map(|line| {
        let label = line
            .iter()
            .take(2)
            .position(|word| word.plain == "nama" || word.plain == "name")?;
        Some(&line[label + 1..])
    });
    let labelled: Vec<&[Word]> = labelled.collect();
    let whole: Vec<&[Word]> = lines.iter().map(Vec::as_slice).collect();
    nearest(&labelled, experts, is_line)
        .or_else(|| nearest(&whole, experts, is_line))
        .or_else(|| nearest(&whole, experts, is_inside))
        .flatten()
}

/// `Some(None)`: more than one may be meant.
fn nearest<'a>(
    lines: &[&[Word]],
    experts: &'a [String],
    distance: fn(&[Word], &[String]) -> Option<usize>,
) -> Option<Option<&'a str>> {
    let mut hits: Vec<(usize, &'a str)> = Vec::new();
    for expert in experts {
        let name = person(expert);
        let best = lines.iter().filter_map(|line| distance(line, &name)).min();
        hits.extend(best.map(|distance| (distance, expert.as_str())));
    }
    hits.sort();
    match hits[..] {
        [] => None,
        [(_, expert)] => Some(Some(expert)),
        // Read without an error, and the other only with one.
        [(0, expert), (1.., _), ..] => Some(Some(expert)),
        _ => Some(None),
    }
}

/// A word of a line: as it is compared, and as it is written.
struct Word {
    plain: String,
    capitals: bool,
    begins_large: bool,
}

fn written(line: &str) -> Vec<Word> {
    // "S.T." is one word; a comma ends a name.
    let line = line.replace('.', " ").replace(['\'', '`', '’'], "");
    line.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| Word {
            plain: unmistaken(word),
            capitals: !word.chars().any(char::is_lowercase),
            begins_large: word.chars().next().is_some_and(char::is_uppercase),
        })
        .collect()
}

/// Letters for the digits that OCR takes them for.
fn unmistaken(word: &str) -> String {
    let lower = word.to_lowercase();
    if !lower.chars().any(char::is_alphabetic) {
        return lower;
    }
    lower
        .replace('0', "o")
        .replace(['1', '|'], "i")
        .replace('5', "s")
        .replace('8', "b")
}

/// How many letters differ where the line is the name and nothing else.
fn is_line(line: &[Word], name: &[String]) -> Option<usize> {
    let mut words: Vec<&str> = line.iter().map(|word| &*word.plain).collect();
    while words.len() > 1 && words.first().is_some_and(|word| TITLES.contains(word)) {
        words.remove(0);
    }
    // Degrees, and specks read as a letter or two, unless the name has them.
    while words.len() > name.len() && words.last().is_some_and(|word| is_end(word)) {
        words.pop();
    }
    let read = words.concat();
    misread(&read, &name.concat())
}

/// How many letters differ where the name stands among other words, and is nobody's longer name.
fn is_inside(line: &[Word], name: &[String]) -> Option<usize> {
    let written_alike = |a: &Word, b: &Word| {
        (a.capitals && b.capitals)
            || (!a.capitals && !b.capitals && a.begins_large && b.begins_large)
    };
    let goes_on = |next: Option<&Word>, last: &Word| {
        next.is_some_and(|next| {
            next.plain.chars().all(char::is_alphabetic)
                && written_alike(next, last)
                && ![TITLES, DEGREES, BEFORE]
                    .iter()
                    .any(|list| list.contains(&&*next.plain))
        })
    };
    let places = line.windows(name.len().max(1)).enumerate();
    let found = places.filter_map(|(at, window)| {
        let read: String = window.iter().map(|word| word.plain.as_str()).collect();
        let distance = misread(&read, &name.concat())?;
        let before = at.checked_sub(1).and_then(|before| line.get(before));
        let after = line.get(at + name.len());
        let longer = goes_on(before, window.first()?) || goes_on(after, window.last()?);
        (!longer && name.len() > 1).then_some(distance)
    });
    found.min()
}

fn is_end(word: &str) -> bool {
    word.len() <= 2 || DEGREES.contains(&word)
}

/// One letter in eight may be misread; a short name none.
fn misread(read: &str, name: &str) -> Option<usize> {
    let most = name.len() / 8;
    if name.is_empty() || read.len().abs_diff(name.len()) > most {
        return None;
    }
    let distance = strsim::levenshtein(read, name);
    (distance <= most).then_some(distance)
}

pub(super) fn names(text: &[String], expert: &str) -> bool {
    let expert = person(expert);
    !expert.is_empty() && positions(text, &expert).next().is_some()
}

/// A person's name without titles: "Ir. Budi Contoh, S.T., M.T." is BUDI CONTOH, and so is "BUDI CONTOH ST MT".
fn person(name: &str) -> Vec<String> {
    let bare = name.split(',').next().unwrap_or(name);
    let mut words: Vec<String> = bare
        .split_whitespace()
        // "S.T." and "M.Eng." are one word each; "M.Budi" is two.
        .flat_map(|word| {
            let glued = word.replace('.', "").to_lowercase();
            if DEGREES.contains(&&*glued) {
                vec![glued]
            } else {
                tokens(word)
            }
        })
        .collect();
    while words.len() > 1
        && words
            .first()
            .is_some_and(|word| TITLES.contains(&word.as_str()))
    {
        words.remove(0);
    }
    while words.len() > 2
        && words
            .last()
            .is_some_and(|word| DEGREES.contains(&word.as_str()))
    {
        words.pop();
    }
    words
}

fn positions<'a>(words: &'a [String], phrase: &'a [String]) -> impl Iterator<Item = usize> + 'a {
    words
        .windows(phrase.len().max(1))
        .enumerate()
        .filter(move |(_, window)| *window == phrase)
        .map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn experts() -> Vec<String> {
        [
            "Ir. Ahmad Yani, S.T.",
            "BUDI CONTOH ST MT",
            "Budi Contoh Jaya",
            "Siti Misalia",
            "Sudirman",
            "Hj. Rina Andaria, M.Eng.",
        ]
        .map(str::to_owned)
        .into()
    }

    #[test]
    fn a_card_is_its_owners_and_not_a_street_names() {
        for (text, owner) in [
            (
                "NIK : 6403\nNama : AHMAD YANI\nAlamat : JL. SUDIRMAN",
                Some("Ir. Ahmad Yani, S.T."),
            ),
            (
                "NIK : 6403\nNama : WAHYU LAINNYA\nAlamat : JL. AHMAD YANI\nJl Sudirman 4",
                None,
            ),
            ("Nama\n: BUD1 C0NTOH", Some("BUDI CONTOH ST MT")),
            ("Nama : BUDI CONTOH JAYA", Some("Budi Contoh Jaya")),
            ("Nama : BUDI CONTOH JAYADI PUTRA", None),
            ("Nama : SITI MISALLA", Some("Siti Misalia")),
            ("Nama : SITI MASITOH", None),
            ("Nama SUDIRMAN ae", Some("Sudirman")),
            ("Nama SUDIRMANTO", None),
            (
                "Nama : RINA ANDARIA, M.ENG",
                Some("Hj. Rina Andaria, M.Eng."),
            ),
            (
                "menerangkan bahwa Siti Misalia telah bekerja",
                Some("Siti Misalia"),
            ),
            ("menerangkan bahwa Dewi Siti Misalia telah bekerja", None),
            ("Nama : SITI MISALIA\nNama : AHMAD YANI", None),
        ] {
            assert_eq!(expert_in_text(text, &experts()), owner, "{text}");
        }
    }

    #[test]
    fn a_file_is_named_after_its_owner() {
        for (name, owner) in [
            ("KTP Budi Contoh Jaya.jpg", Some("Budi Contoh Jaya")),
            ("KTP budi contoh.jpg", Some("BUDI CONTOH ST MT")),
            ("ktp siti misalia dan ahmad yani.jpg", None),
            ("ktp.jpg", None),
        ] {
            assert_eq!(expert(Some(name), None, &experts()), owner, "{name}");
        }
    }
}
