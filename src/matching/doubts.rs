//! What sends a mail that has its place to a person after all: something in it belongs elsewhere. People press "reply" on
//! whatever letter of ours lies on top, and write of another work.

use std::collections::BTreeSet;

use super::{
    Reason,
    decision::{Case, contradiction},
    index::Naming,
    name_search::{Hit, How},
    names, sessions,
    signals::{is_firms_own, named_in_paper, tells_of_earlier_work},
    text::{self, Place, Word},
};
use crate::{
    inspection::{Duty, document_word},
    tender::{BidderId, DocumentWord, Session, TenderId},
};

/// Behind one of these he says what the mail is for.
const PURPOSE: [&str; 13] = [
    "UNTUK",
    "UTK",
    "BUAT",
    "YANG",
    "YG",
    "PAKET",
    "TENDER",
    "PEKERJAAN",
    "DOKUMEN",
    "DOK",
    "BERKAS",
    "PROYEK",
    "INI",
];

/// With one of these beside it a tender or a mail is another than the one at hand.
const OTHER: [&str; 7] = [
    "LAIN",
    "LAINNYA",
    "SATUNYA",
    "SEBELAH",
    "SEMUA",
    "SELAIN",
    "SEBELUMNYA",
];

/// He says himself that it comes too late.
const LATE: [&str; 4] = ["TERLAMBAT", "TELAT", "KETERLAMBATAN", "TERLAMBATNYA"];

/// Behind one of these a firm's name is the writer's own.
const SELF: [&str; 28] = [
    "AHLI",
    "DR",
    "ANGGOTA",
    "MITRA",
    "TIM",
    "LEAD",
    "KETUA",
    "MEWAKILI",
    "SELAKU",
    "BAGIAN",
    "KAMI",
    "SAYA",
    "DARI",
    "OLEH",
    "PERUSAHAAN",
    "NAMA",
    "AN",
    "DOKUMEN",
    "DOK",
    "BERKAS",
    "FILE",
    "DATA",
    "PESERTA",
    "PENYEDIA",
    "DIREKTUR",
    "ADMIN",
    "STAF",
    "KELENGKAPAN",
];

/// Who writes so of a bidder by name and code may be anybody: a bank, a rival, a citizen. The bidder hears of no such mail.
const ACCUSING: [&str; 33] = [
    "MEMALSUKAN",
    "PERSEKONGKOLAN",
    "INDIKASI",
    "BENDERA",
    "UTANG",
    "PENCABUTAN",
    "MENCABUT",
    "INSPEKTORAT",
    "DIPAKAI",
    "LOLOS",
    "KARYAWAN",
    "MELAPORKAN",
    "DILAPORKAN",
    "LAPORKAN",
    "PELAPOR",
    "ADUAN",
    "PENGADUAN",
    "MENGADUKAN",
    "PALSU",
    "DIPALSUKAN",
    "PEMALSUAN",
    "FIKTIF",
    "DUGAAN",
    "DIDUGA",
    "KEASLIAN",
    "KEABSAHAN",
    "DITERBITKAN",
    "KEBERATAN",
    "SANGGAH",
    "SANGGAHAN",
    "MENYANGGAH",
    "KECURANGAN",
    "SOMASI",
];

impl Case<'_> {
    /// Somebody whom nobody knows writes about a bidder rather than for him.
    pub fn tells_of_wrong(&self) -> Option<Reason> {
        let fresh = self.reading.own.iter().flat_map(|told| &told.words);
        let mut accusing = fresh.filter(|word| ACCUSING.contains(&word.upper.as_str()));
        accusing.next().map(|_| {
            contradiction("surat dari alamat tidak terdaftar ini mungkin laporan atau konfirmasi tentang peserta")
        })
    }

    /// The firm's name stands in the midst of a sentence, as of somebody else: "surat dukungan untuk CV X". Who writes for a
    /// firm names it under his letter, on a file, as himself, or behind "kami", "dari" and the like.
    pub fn writes_of_another(&self, own: &BTreeSet<BidderId>) -> Option<Reason> {
        const FORMS: [&str; 12] = [
            "PT", "CV", "UD", "TB", "PD", "KSO", "KOPERASI", "FIRMA", "C", "V", "P", "T",
        ];
        let index = self.facts.index;
        let of_own = |hit: &&Hit| {
            let phrase = &index.phrases[hit.phrase];
            let company = matches!(phrase.naming, Naming::Company(_) | Naming::Member(_));
            company && phrase.owners.iter().any(|&id| self.is_firm_of(id, own))
        };
        let mut hits = self.reading.hits.iter().filter(of_own).peekable();
        hits.peek()?;
        let mut in_text = Vec::new();
        for hit in hits {
            match hit.place {
                Place::Text => in_text.push(&index.phrases[hit.phrase].words),
                _ => return None,
            }
        }
        let told = self
            .reading
            .own
            .iter()
            .find(|told| told.place == Place::Text)?;
        let words = &told.words;
        let names_himself = |name: &&Vec<String>| {
            let Some(first) = name.first() else {
                return true;
            };
            let mut starts = (0..words.len())
                .filter(|&at| words[at].upper == *first)
                .peekable();
            // A name that is spelt otherwise stands somewhere else.
            starts.peek().is_none()
                || starts.any(|at| {
                    let before = words[..at].iter().rev();
                    let mut before = before.skip_while(|word| FORMS.contains(&word.upper.as_str()));
                    before
                        .next()
                        .is_none_or(|word| word.ends || SELF.contains(&word.upper.as_str()))
                })
        };
        (!in_text.is_empty() && !in_text.iter().any(names_himself)).then(|| {
            contradiction("surat dari alamat tidak terdaftar ini menulis tentang peserta, belum tentu dari peserta")
        })
    }

    /// `session`: the place that everything else led to.
    pub fn doubt(&self, session: &Session) -> Option<Reason> {
        let others = self.other_tenders(session);
        self.other_work(session, &others)
            .or_else(|| self.papers_of_another_tender(session, &others))
            .or_else(|| self.late_for_another(session))
            .or_else(|| self.brought_for_another())
            .or_else(|| self.rival_on_papers(session))
    }

    /// Tenders in which the same firm takes part and where something still happens.
    fn other_tenders(&self, session: &Session) -> BTreeSet<TenderId> {
        let writer = self.registered().into_iter();
        let own = writer.chain(self.facts.index.firm_of(session.bidder));
        own.filter(|&id| self.is_alive(id))
            .filter_map(|id| self.tender_of(id))
            .filter(|&tender| tender != session.tender)
            .collect()
    }

    /// What he says that the mail is for has a word that only the other work has, or its marker; or a file does. Where he
    /// lives and what his certificates are for says nothing.
    fn other_work(&self, session: &Session, others: &BTreeSet<TenderId>) -> Option<Reason> {
        if others.is_empty() {
            return None;
        }
        let packages = &self.facts.index.packages;
        let own = BTreeSet::from([session.tender]);
        let all: BTreeSet<TenderId> = others.union(&own).copied().collect();
        let purposes: Vec<(Place, Vec<Word>)> = self.purposes().collect();
        let here = purposes.iter().any(|(_, words)| {
            let own = packages.words_not_of(session.tender, others);
            words.iter().any(|word| own.contains(&word.upper))
        });
        let elsewhere = others.iter().any(|&other| {
            let loose = packages.words_not_of(other, &own);
            let strict = packages.words_of_its_own(other, &all);
            let meant = |words: &[Word], among: &[String]| {
                words.iter().any(|word| among.contains(&word.upper))
                    || packages.is_marked_in(other, words)
                        && !packages.is_marked_in(session.tender, words)
            };
            let mut said = purposes
                .iter()
                .filter(|(place, _)| *place != Place::Subject || !here);
            said.any(|(_, words)| meant(words, &loose))
                || self.telling_names().any(|words| meant(&words, &strict))
        });
        let excluded = self.reading.fresh().any(|told| excludes(&told.words));
        (elsewhere || excluded)
            .then(|| contradiction("surat ini mungkin untuk paket lain peserta ini"))
    }

    /// The words behind "untuk", "dokumen", "paket" and the like, above where he signs.
    fn purposes(&self) -> impl Iterator<Item = (Place, Vec<Word>)> {
        const SPAN: usize = 4;
        self.reading.fresh().flat_map(|told| {
            let words = match told.place {
                Place::Text => text::words(&text::parted_at_closing(told.text).0),
                _ => told.words.clone(),
            };
            let starts: Vec<usize> = (0..words.len())
                .filter(|&at| PURPOSE.contains(&words[at].upper.as_str()))
                .collect();
            let place = told.place;
            starts.into_iter().map(move |at| {
                let end = words.len().min(at + 1 + SPAN);
                (place, words[at + 1..end].to_vec())
            })
        })
    }

    /// The names of files but those that tell of earlier work, schools and certificates.
    fn telling_names(&self) -> impl Iterator<Item = Vec<Word>> {
        use DocumentWord::{Ijazah, Sbu, Siujk, Skk};
        let files = self.reading.letter.attachments.iter();
        let names = files.filter_map(|file| file.name.as_deref());
        names
            .filter(|name| {
                let word = document_word(Some(name), None, &Duty::default());
                let of_elsewhere = |(word, _)| {
                    tells_of_earlier_work(word)
                        || matches!(word, Ijazah | Sbu | Siujk | Skk | DocumentWord::Lainnya)
                };
                !word.is_some_and(of_elsewhere)
            })
            .map(|name| text::words(text::stem(text::beginning(name))))
    }

    /// The code or the whole work of another of his tenders stands in a paper, and this one's does not.
    fn papers_of_another_tender(
        &self,
        session: &Session,
        others: &BTreeSet<TenderId>,
    ) -> Option<Reason> {
        let index = self.facts.index;
        let mut named = BTreeSet::new();
        let papers = self.facts.history.paper_texts.iter();
        for paper in papers.filter(|paper| !paper.document.is_some_and(tells_of_earlier_work)) {
            let text = text::beginning(&paper.text);
            let codes = text::numbers(text).into_iter();
            named.extend(codes.filter_map(|code| index.codes.get(&code).copied()));
            named.extend(index.packages.told_in_text(&text::words(text)));
        }
        let elsewhere = !named.is_disjoint(others) || self.read_of_another_work(session, others);
        (!named.contains(&session.tender) && elsewhere)
            .then(|| contradiction("isi berkas menyebut tender lain peserta ini"))
    }

    /// Several words that only another work has, in a paper about a work: "Rehab Sekolah Batu Rangkong". On cards and permits
    /// such words are where somebody lives.
    fn read_of_another_work(&self, session: &Session, others: &BTreeSet<TenderId>) -> bool {
        use DocumentWord::{Kso, Lainnya, Negosiasi, PaktaIntegritas, SuratKuasa};
        const SEVERAL: usize = 2;
        if others.is_empty() {
            return false;
        }
        let packages = &self.facts.index.packages;
        let all: BTreeSet<TenderId> = others.iter().copied().chain([session.tender]).collect();
        let about_works = |document: Option<DocumentWord>| {
            document.is_none_or(|word| {
                matches!(
                    word,
                    Kso | Lainnya | Negosiasi | PaktaIntegritas | SuratKuasa
                )
            })
        };
        let papers = self.facts.history.paper_texts.iter();
        let mut papers = papers.filter(|paper| about_works(paper.document));
        papers.any(|paper| {
            let words = text::words(text::beginning(&paper.text));
            let read = |tender: TenderId| {
                let own = packages.words_of_its_own(tender, &all);
                let stands = |word: &&String| words.iter().any(|read| read.upper == **word);
                own.iter().filter(stands).count()
            };
            read(session.tender) == 0 && others.iter().any(|&other| read(other) >= SEVERAL)
        })
    }

    /// He brings what somebody else gave him.
    fn brought_for_another(&self) -> Option<Reason> {
        let mut words = self.reading.fresh().flat_map(|told| &told.words);
        words
            .any(|word| word.upper.contains("TITIP") || word.upper.contains("NITIP"))
            .then(|| contradiction("pengirim menyebut berkas titipan"))
    }

    /// "Mohon maaf terlambat", in time for this session, while another has just ended.
    fn late_for_another(&self, session: &Session) -> Option<Reason> {
        let at = self.facts.received_at;
        if !sessions::is_open(session, at) {
            return None;
        }
        let mut words = self.reading.fresh().flat_map(|told| &told.words);
        let late = words.any(|word| LATE.contains(&word.upper.as_str()));
        let firm = self.facts.index.firm_of(session.bidder).into_iter();
        let mut other = firm
            .chain(self.registered())
            .flat_map(|id| self.facts.registry.sessions_of(id))
            .filter(|other| other.id != session.id && sessions::has_just_ended(other, at));
        (late && other.next().is_some()).then(|| {
            contradiction("pengirim menyebut terlambat, dan jadwal lain baru saja berakhir")
        })
    }

    /// A rival of the same tender on a file's name or under the letter, however spelt, or at the head of a firm's own
    /// paper: naming himself elsewhere does not make that his.
    fn rival_on_papers(&self, session: &Session) -> Option<Reason> {
        let own = BTreeSet::from([session.bidder]);
        let is_rival =
            |id: BidderId| self.tender_of(id) == Some(session.tender) && !self.is_firm_of(id, &own);
        let index = self.facts.index;
        let named_beside = self.reading.hits.iter().any(|hit| {
            let phrase = &index.phrases[hit.phrase];
            let spelt = match hit.how {
                How::Exact => true,
                How::Formless | How::Mistyped(_) => phrase.alone,
                _ => false,
            };
            let owners = || phrase.owners.iter();
            matches!(
                hit.place,
                Place::FileName | Place::Signature | Place::DisplayName
            ) && spelt
                && matches!(phrase.naming, Naming::Company(_))
                && owners().any(|&id| is_rival(id))
                && !owners().any(|&id| self.is_firm_of(id, &own))
        });
        let papers = self.facts.history.paper_texts.iter();
        let mut firms_own = papers.filter(|paper| paper.document.is_some_and(is_firms_own));
        let in_papers = firms_own.any(|paper| {
            let named = named_in_paper(paper, self.facts);
            named.iter().any(|&id| is_rival(id))
                && !named.iter().any(|&id| self.is_firm_of(id, &own))
        });
        (named_beside || in_papers).then(|| {
            contradiction("berkas atau tanda tangan menyebut peserta lain dalam tender ini")
        })
    }
}

/// "paket satunya", "abaikan email tadi", "bukan untuk 8231345"
fn excludes(words: &[Word]) -> bool {
    let is = |word: &Word, list: &[&str]| list.contains(&word.upper.as_str());
    let pairs = words.windows(3).any(|three| {
        is(&three[0], &["PAKET", "TENDER", "LELANG", "EMAIL", "SURAT"])
            && three[1..].iter().any(|word| is(word, &OTHER))
            || is(&three[0], &OTHER) && is(&three[1], &["PAKET", "TENDER", "LELANG"])
            || is(&three[0], &["BUKAN", "SELAIN"])
                && three[1..].iter().any(|word| {
                    is(word, &["UNTUK", "UTK", "PAKET", "TENDER"])
                        || word.upper.chars().all(|c| c.is_ascii_digit())
                })
    });
    pairs
        || words
            .iter()
            .any(|word| is(word, &["ABAIKAN", "SEHARUSNYA", "SATUNYA"]))
}

/// Whether a word says something of a work: neither a number nor what stands in any letter.
pub fn is_telling(upper: &str) -> bool {
    const SHORTEST: usize = 4;
    upper.len() >= SHORTEST && upper.chars().all(char::is_alphabetic) && !names::is_ordinary(upper)
}

#[cfg(test)]
mod tests {
    use crate::{
        letter::Letter,
        matching::{History, Index, PaperText, Sent, Verdict, decision::decide, fixture::*},
        tender::{DocumentWord, SessionId},
    };

    /// A firm in two tenders with one address; its papers as they were read.
    fn placed_with(letter: &Letter, papers: &[PaperText], office: &Office) -> Option<SessionId> {
        let registry = office.registry();
        let (index, mailboxes) = (Index::of(&registry), mailboxes());
        let sent = [
            office.sent(BANU_QUALIFICATION),
            office.sent(LESTU_QUALIFICATION),
        ];
        let answered = |sent: &&Sent| letter.in_reply_to.contains(&sent.message_id);
        let sent: Vec<_> = sent.iter().filter(answered).cloned().collect();
        let mut facts = facts(&registry, &index, &sent, &mailboxes);
        facts.history = History {
            paper_texts: papers,
            ..History::none()
        };
        match decide(letter, &facts).verdict {
            Verdict::Placed(place) => Some(place.session),
            _ => None,
        }
    }

    fn placed(letter: &Letter) -> Option<SessionId> {
        placed_with(letter, &[], &office())
    }

    /// In the thread of the cleaning.
    fn answer(subject: &str, text: &str, files: &[&str]) -> Letter {
        Letter {
            in_reply_to: vec![our_id(BANU_QUALIFICATION)],
            ..letter_with(BANU, subject, text, files)
        }
    }

    #[test]
    fn a_word_that_only_the_other_work_has_goes_to_a_person() {
        let here = Some(BANU_QUALIFICATION);
        for (subject, text, file, place) in [
            ("Re: Undangan", "Terlampir dokumen kami", "ktp.jpg", here),
            (
                "Re: Undangan",
                "Berikut dokumen jasa kebersihan",
                "ktp.jpg",
                here,
            ),
            (
                "Re: Undangan",
                "Berikut dokumen untuk laboratorium",
                "ktp.jpg",
                None,
            ),
            ("Re: Undangan", "Terlampir", "ktp puskesmas.jpg", None),
            ("Dokumen laboratorium", "Terlampir", "ktp.jpg", None),
            ("Re: Undangan", "Dokumen paket satunya", "ktp.jpg", None),
            ("Re: Undangan", "Mohon abaikan email tadi", "ktp.jpg", None),
            ("Re: Undangan", "Kami titip dokumen teman", "ktp.jpg", None),
            (
                "Re: Undangan",
                "Ini bukan untuk 99990004000",
                "ktp.jpg",
                None,
            ),
            // Where he lives, and what his certificates are for.
            (
                "Re: Undangan",
                "Terlampir\n\nHormat kami,\nJl. Laboratorium No. 3",
                "ktp.jpg",
                here,
            ),
            (
                "Re: Undangan",
                "Mohon maaf, laboratorium kami tutup",
                "ktp.jpg",
                here,
            ),
            (
                "Re: Undangan",
                "Terlampir",
                "ijazah analis laboratorium.jpg",
                here,
            ),
            (
                "Dokumen kebersihan",
                "Ini yang laboratorium pak",
                "ktp.jpg",
                None,
            ),
        ] {
            let letter = answer(subject, text, &[file]);
            assert_eq!(placed(&letter), place, "{subject} {text} {file}");
        }
    }

    #[test]
    fn a_paper_with_the_code_of_his_other_tender_goes_to_a_person() {
        let read = |document, text: &str| {
            let papers = [PaperText {
                part: 1,
                document,
                text: text.into(),
            }];
            placed_with(
                &answer("Re: Undangan", "", &["scan.pdf"]),
                &papers,
                &office(),
            )
        };
        let here = Some(BANU_QUALIFICATION);
        let pact = Some(DocumentWord::PaktaIntegritas);
        assert_eq!(read(pact, "Kode Tender 99990004000"), here);
        assert_eq!(read(pact, "Kode Tender 99990003000"), None);
        assert_eq!(read(None, "pekerjaan Alat Laboratorium Puskesmas"), None);
        assert_eq!(read(pact, "Pengadaan Lab. Laboratorium di Puskesmas"), None);
        assert_eq!(
            read(Some(DocumentWord::Ktp), "Jl. Laboratorium dekat Puskesmas"),
            here
        );
        assert_eq!(
            read(Some(DocumentWord::Kontrak), "Kode Tender 99990003000"),
            here
        );
    }

    #[test]
    fn who_excuses_himself_for_being_late_may_mean_what_has_just_ended() {
        let mut office = office();
        office.session_mut(BANU_NEGOTIATION).due = hours(time(DUE), -72);
        let mail = |text: &str| letter_with(BANU, "dokumen", text, &["ktp.jpg"]);
        let place = |text: &str| placed_with(&mail(text), &[], &office);
        assert_eq!(place("Terlampir"), Some(BANU_QUALIFICATION));
        assert_eq!(place("Mohon maaf terlambat pak"), None);
    }

    #[test]
    fn a_rival_on_a_file_or_at_the_head_of_his_paper_goes_to_a_person() {
        let mail = |file: &str| letter_with(LESTU, "dokumen CV Lestuwana Karya", "", &[file]);
        assert_eq!(placed(&mail("nib.pdf")), Some(LESTU_QUALIFICATION));
        assert_eq!(placed(&mail("NIB CV Segarindo Wahau Teknik.pdf")), None);
        assert_eq!(placed(&mail("NIB Segarindo Wahau Teknik.pdf")), None);
        let head = |text: &str| {
            let papers = [PaperText {
                part: 1,
                document: Some(DocumentWord::Nib),
                text: text.into(),
            }];
            placed_with(&mail("nib.pdf"), &papers, &office())
        };
        assert_eq!(
            head("NIB Nama Pelaku Usaha: CV Lestuwana Karya"),
            Some(LESTU_QUALIFICATION)
        );
        assert_eq!(
            head("NIB Nama Pelaku Usaha: CV Segarindo Wahau Teknik"),
            None
        );
    }

    #[test]
    fn who_reports_a_bidder_is_not_that_bidder() {
        let mail = |text: &str| {
            letter_with(
                "warga@gmail.com",
                "tender 99990001000",
                text,
                &["berkas.pdf"],
            )
        };
        assert_eq!(
            placed(&mail("Dokumen CV Lestuwana Karya")),
            Some(LESTU_QUALIFICATION)
        );
        for text in [
            "Melaporkan dokumen CV Lestuwana Karya",
            "Referensi CV Lestuwana Karya tidak benar diterbitkan oleh kami",
            "Kontrak CV Lestuwana Karya diduga palsu",
            "Surat dukungan alat untuk CV Lestuwana Karya kami cabut",
            "Mohon diperiksa CV Lestuwana Karya memakai ijazah orang",
        ] {
            assert_eq!(placed(&mail(text)), None, "{text}");
        }
    }
}
