//! How the mails of a listing are asked for: several small ones together, the rest alone (R10).

use std::collections::BTreeMap;

use crate::mailbox::Limits;

/// How the mails of a listing are asked for.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    Together(Vec<(u32, u64)>),
    Alone(u32),
    /// Beyond the largest size: header only.
    Refuse(u32, u64),
}

/// Ascending UIDs into commands: bounded in mails and octets.
pub fn plan(uids: &[u32], sizes: &BTreeMap<u32, u64>, limits: &Limits) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut batch: Vec<(u32, u64)> = Vec::new();
    let mut octets = 0u64;
    for &uid in uids {
        let size = match sizes.get(&uid) {
            Some(&size) if size > limits.largest => {
                steps.push(Step::Refuse(uid, size));
                continue;
            }
            Some(&size) if size <= limits.small => size,
            _ => {
                steps.push(Step::Alone(uid));
                continue;
            }
        };
        let full = batch.len() >= limits.batch_mails || octets + size > limits.batch_octets;
        if full && !batch.is_empty() {
            steps.push(Step::Together(std::mem::take(&mut batch)));
            octets = 0;
        }
        octets += size;
        batch.push((uid, size));
    }
    if !batch.is_empty() {
        steps.push(Step::Together(batch));
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_mail_is_planned_once_and_no_command_asks_for_too_much(
            mails in prop::collection::btree_map(1u32..1000, prop::option::of(0u64..4000), 0..100)
        ) {
            let limits = Limits {
                small: 1000, batch_octets: 1000, batch_mails: 7, largest: 3000, ..Limits::default()
            };
            let uids: Vec<u32> = mails.keys().copied().collect();
            let sizes = mails.iter().filter_map(|(&uid, &size)| Some((uid, size?))).collect();
            let mut planned = Vec::new();
            for step in plan(&uids, &sizes, &limits) {
                match step {
                    Step::Together(batch) => {
                        prop_assert!(!batch.is_empty() && batch.len() <= 7);
                        prop_assert!(batch.iter().map(|&(_, size)| size).sum::<u64>() <= 1000);
                        prop_assert!(batch.is_sorted());
                        planned.extend(batch.into_iter().map(|(uid, _)| uid));
                    }
                    Step::Alone(uid) => {
                        prop_assert!(sizes.get(&uid).is_none_or(|&size| size > 1000 && size <= 3000));
                        planned.push(uid);
                    }
                    Step::Refuse(uid, size) => {
                        prop_assert!(size > 3000);
                        planned.push(uid);
                    }
                }
            }
            planned.sort_unstable();
            prop_assert_eq!(planned, uids);
        }
    }
}
