//! What matching one mail costs: 5 ms at most against 1,000 open sessions and 5,000 bidders, and growing no worse than
//! linearly with them.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use jiff::{SignedDuration, Timestamp};
use loket::{
    letter::{Correspondent, Letter},
    matching::{self, Facts, History, Index, MailboxIdentity},
    tender::{
        Bidder, BidderId, DocumentWord, Meeting, OfficialLetter, ProcurementKind, Reference,
        Registry, Session, SessionId, SessionKind, Tender, TenderId,
    },
};

const DUE: &str = "2026-11-25T14:00:00+08:00";
const WORDS: [&str; 24] = [
    "Karya", "Jaya", "Abadi", "Mandiri", "Utama", "Perkasa", "Sentosa", "Borneo", "Teknik",
    "Prima", "Mulia", "Berkah", "Cipta", "Bangun", "Sinar", "Bumi", "Tirta", "Wana", "Graha",
    "Mitra", "Surya", "Cahaya", "Nusa", "Raya",
];
const SYLLABLES: [&str; 12] = [
    "sa", "mu", "ri", "lan", "ta", "we", "go", "bar", "ni", "ku", "pel", "do",
];

/// A coined word for each number.
fn coined(mut number: usize) -> String {
    let mut word = String::new();
    for _ in 0..4 {
        word += SYLLABLES[number % SYLLABLES.len()];
        number /= SYLLABLES.len();
    }
    word[..1].to_uppercase() + &word[1..]
}

fn registry(bidders: usize) -> Registry {
    let due: Timestamp = DUE.parse().expect("a time");
    let of_tender = 5;
    let tenders = (0..bidders / of_tender).map(|at| Tender {
        id: TenderId(at as i64),
        code: format!("1{:07}000", at * 13 + 7),
        name: format!(
            "Pembangunan {} {} Tahap {}",
            coined(at * 31),
            coined(at * 17 + 3),
            at % 4 + 1
        ),
        mailbox: "pokja-3".into(),
        kind: ProcurementKind::Konstruksi,
        folder: String::new(),
    });
    let all = (0..bidders).map(|at| Bidder {
        id: BidderId(at as i64),
        tender: TenderId((at / of_tender) as i64),
        name: format!(
            "{} {} {}",
            ["PT", "CV"][at % 2],
            coined(at % 3000 * 7 + 1),
            WORDS[at % 24]
        ),
        npwp: Some(format!("{:015}", 10_000_000_000_000 + at)),
        nib: Some(format!("{:013}", 9_120_000_000_000_u64 + at as u64)),
        director: Some(format!("{} {}", coined(at * 3), coined(at * 5 + 2))),
        phone: None,
        emails: vec![format!("a{at}@surel.example").parse().expect("an address")],
        experts: Vec::new(),
        folder: String::new(),
        withdrawn: false,
    });
    // A fifth of them has an open session.
    let sessions = (0..bidders / 5).map(|at| Session {
        id: SessionId(at as i64),
        tender: TenderId((at * 5 / of_tender) as i64),
        bidder: BidderId((at * 5) as i64),
        kind: SessionKind::Qualification,
        starts: due,
        ends: due,
        invite: None,
        due,
        meeting: Meeting::default(),
        documents: vec![DocumentWord::Ktp, DocumentWord::Nib],
        file: None,
        file_at: None,
        reference: Reference::from_bits(at as u64 * 7_919_777),
        token: format!("{at:016}"),
        letter: OfficialLetter::default(),
        withdrawn: false,
    });
    Registry::new(tenders.collect(), all.collect(), sessions.collect())
}

fn letter(registry: &Registry, text: &str) -> Letter {
    let bidder = &registry.bidders()[registry.bidders().len() / 10 * 5];
    let code = &registry.tender(bidder.tender).expect("its tender").code;
    Letter {
        from: vec![Correspondent {
            name: Some("Budi".into()),
            address: "budi@gmail.com".parse().expect("an address"),
        }],
        subject: format!("Dokumen tender {code}"),
        text: format!("{text}\n\nHormat kami,\n{}", bidder.name),
        quoted: "Dengan hormat, kami mengundang Saudara. ".repeat(40),
        ..Letter::default()
    }
}

fn matching(criterion: &mut Criterion) {
    let mailboxes = [MailboxIdentity {
        name: "pokja-3".into(),
        address: "pokja3@berau.example".parse().expect("an address"),
        subaddress: "+".into(),
    }];
    let due: Timestamp = DUE.parse().expect("a time");
    let usual = "Bersama ini kami sampaikan foto dokumen asli sebagaimana daftar dalam undangan. "
        .repeat(5);
    let coined: String = (0..2_000).map(|at| coined(at * 11) + " ").collect();
    let long = format!("{}{coined}", usual.repeat(60));
    let mut group = criterion.benchmark_group("one mail");
    for bidders in [1_250, 2_500, 5_000, 10_000] {
        let registry = registry(bidders);
        let index = Index::of(&registry);
        for (name, text) in [("usual", &usual), ("long", &long)] {
            let letter = letter(&registry, text);
            let facts = Facts {
                registry: &registry,
                index: &index,
                sent: &[],
                mailboxes: &mailboxes,
                mailbox: "pokja-3",
                history: History::none(),
                received_at: due - SignedDuration::from_hours(1),
            };
            let found = matching::find(&letter, &facts);
            assert!(
                matches!(found.verdict, matching::Verdict::Placed(_)),
                "{found:?}"
            );
            group.bench_function(
                BenchmarkId::new(name, format!("{bidders} bidders")),
                |bench| {
                    bench.iter(|| matching::find(black_box(&letter), black_box(&facts)));
                },
            );
        }
    }
    group.finish();
    criterion.bench_function("index of 5,000 bidders", |bench| {
        let registry = registry(5_000);
        bench.iter(|| Index::of(black_box(&registry)));
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).without_plots();
    targets = matching
}
criterion_main!(benches);
