//! Amounts in the words of two files, as they stand there or were read.

/// The amounts of the file that was sent and of the one that came back.
#[derive(Debug, Default)]
pub struct Amounts {
    sent: Vec<String>,
    returned: Vec<String>,
    /// What was sent and stands there otherwise now.
    pub changed: Vec<(String, String)>,
}

impl Amounts {
    pub fn of(sent: &str, returned: &str) -> Amounts {
        let (sent, returned) = (amounts(sent), amounts(returned));
        Amounts {
            changed: changed(&sent, &returned),
            sent,
            returned,
        }
    }

    /// It was read as often as it was sent: one that was changed in one place still stands in the others.
    pub fn confirm(&self, digits: &str) -> bool {
        let read = count(&self.returned, digits);
        read > 0 && read >= count(&self.sent, digits)
    }

    /// What seems to stand in its place.
    pub fn instead_of(&self, digits: &str) -> Option<&str> {
        let mut changed = self.changed.iter();
        changed
            .find(|(was, _)| was == digits)
            .map(|(_, now)| now.as_str())
    }
}

fn count(amounts: &[String], digits: &str) -> usize {
    amounts.iter().filter(|amount| *amount == digits).count()
}

/// Those that occur more often than in the other file, each once.
fn surplus<'a>(of: &'a [String], over: &[String]) -> Vec<&'a String> {
    let mut more: Vec<&String> = of
        .iter()
        .filter(|amount| count(of, amount) > count(over, amount))
        .collect();
    more.sort_unstable();
    more.dedup();
    more
}

/// Amounts of the sent text that do not stand in the returned one, with what seems to stand in their place. Where the
/// returned text holds hardly any of them it was not read, and says nothing.
fn changed(sent: &[String], returned: &[String]) -> Vec<(String, String)> {
    let read = sent.iter().any(|amount| returned.contains(amount));
    if returned.is_empty() || (!read && sent.len() > 2) {
        return Vec::new();
    }
    let fresh = surplus(returned, sent);
    surplus(sent, returned)
        .into_iter()
        .filter_map(|was| {
            let instead = fresh.iter().find(|now| {
                now.len() == was.len()
                    && now.bytes().zip(was.bytes()).filter(|(a, b)| a != b).count() <= 2
            });
            // Without anything in its place OCR lost it: the pictures say whether it is there.
            instead.map(|now| (was.clone(), (*now).clone()))
        })
        .collect()
}

/// Runs of at least five digits, as amounts are: the whole run, whatever groups them (domain.md section 2.4).
fn amounts(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut run = String::new();
    let mut gap = false;
    for c in text.chars().chain(std::iter::once('\n')) {
        if c.is_ascii_digit() {
            run.push(c);
            gap = false;
        } else if matches!(c, '.' | ',') && !run.is_empty() && !gap {
            gap = true;
        } else {
            // Cents that are none: 1.234.567,00.
            if run.len() >= 5 {
                found.push(std::mem::take(&mut run));
            }
            run.clear();
            gap = false;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_whole_runs_of_digits() {
        assert_eq!(
            amounts("Rp1.234.567,00 dan IDR 1,234,567.00; no 12; 27.500,-"),
            ["123456700", "123456700", "27500"]
        );
    }

    #[test]
    fn an_amount_that_stands_otherwise_in_one_place_of_two_is_seen() {
        let pair = |was: &str, now: &str| (was.to_owned(), now.to_owned());
        let told = Amounts::of(
            "Rp 1.200.000.000 dan Rp 1.234.567.000, terbilang 1.200.000.000",
            "Rp 1.280.000.000 dan Rp 1.234.567.000, terbilang 1.200.000.000",
        );
        assert_eq!(told.changed, [pair("1200000000", "1280000000")]);
        assert!(told.confirm("1234567000") && !told.confirm("1200000000"));
        assert_eq!(told.instead_of("1200000000"), Some("1280000000"));
    }

    #[test]
    fn a_text_that_holds_nothing_of_what_was_sent_says_nothing() {
        let told = Amounts::of("12.500 13.500 14.500", "12.600 8.000.000");
        assert!(told.changed.is_empty() && !told.confirm("12500"));
    }
}
