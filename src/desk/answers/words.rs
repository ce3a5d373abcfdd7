//! The words by which answers are understood, each table with the spellings of phones and of the region (Banjar, Berau, Bugis
//! and Java are heard here). A word more in a table of denials or doubts costs a person a glance; one too few records a
//! promise that nobody gave.

/// Particles that deny what follows.
#[rustfmt::skip]
pub const DENIALS: &[&str] = &["tidak", "tdk", "tdak", "tidk", "tida", "tikda", "tidaklah", "tidaknya", "tdknya", "tak", "taklah", "ga", "gak", "gk", "g", "ngga",
    "nggak", "nggk", "ngk", "ngak", "enggak", "engga", "enggk", "kagak", "kaga", "nda", "ndak", "ndk", "enda", "endak", "nd", "kada", "kadak", "kdd",
    "ora", "mboten", "bukan", "bkn", "belum", "blm", "blum", "belom", "blom", "belumlah", "tanpa", "kurang", "jangan", "jgn", "not", "cannot"];

/// Verbs and states that come to the same.
#[rustfmt::skip]
pub const HINDRANCES: &[&str] = &["batal", "berhalangan", "halangan", "gagal", "urung", "sulit", "kesulitan", "susah", "mustahil", "menolak", "tolak", "ditolak",
    "keberatan", "berkeberatan", "enggan", "terhalang", "mangkir", "absen", "alpa", "mundur", "melarang"];

/// Denied and written as one word.
#[rustfmt::skip]
pub const JOINED: &[&str] = &["tidakhadir", "tdkhadir", "takhadir", "gakhadir", "gahadir", "tidakikut", "tidakbisahadir", "tdkbisahadir"];

/// What may stand between a denial and the word it denies, however many.
#[rustfmt::skip]
pub const CHAIN: &[&str] = &["akan", "bisa", "bs", "dapat", "dpt", "mampu", "sanggup", "mungkin", "memungkinkan", "dimungkinkan", "sempat", "bersedia", "mau", "jadi", "ikut", "turut",
    "serta", "untuk", "utk", "buat", "bagi", "lagi", "dulu", "kami", "kita", "saya", "direktur", "pimpinan", "perusahaan", "pihak", "juga", "pun", "kawa",
    "berkenan", "sekiranya", "pernah", "sama", "sekali", "ada", "ulun", "iso", "hadir", "dengan", "ini", "kemungkinan", "berkesempatan", "keinginan", "niat"];
/// The same before consent to a recording.
#[rustfmt::skip]
pub const CONSENT_CHAIN: &[&str] = &["memberi", "memberikan", "berikan", "persetujuan", "dan", "atau", "atas", "izin", "ijin", "setuju", "kegiatan", "acara", "proses", "rapat", "sesi",
    "pertemuan", "tersebut", "itu", "adanya", "dilakukan", "dilakukannya", "diadakan", "diadakannya", "terhadap", "mengenai", "menyetujui", "mengizinkan", "klarifikasi"];
/// Between them something else begins.
#[rustfmt::skip]
pub const CONJUNCTIONS: &[&str] = &["dan", "tetapi", "tapi", "tp", "namun", "sehingga", "maka", "jadi", "karena", "krn", "sebab", "serta", "lalu", "sedangkan", "melainkan"];

/// A sentence with one of these asks.
#[rustfmt::skip]
pub const ASKING: &[&str] = &["apakah", "apa", "bagaimana", "gimana", "mengapa", "kenapa", "kapan", "bolehkah", "bisakah", "haruskah", "wajibkah", "agar", "supaya"];
/// He asks for leave; he gives none.
#[rustfmt::skip]
pub const ASKING_LEAVE: &[&str] = &["mohon izin", "mohon ijin", "minta izin", "minta ijin", "mohon diizinkan"];
/// A sentence with one of these sets a condition.
#[rustfmt::skip]
pub const CONDITIONS: &[&str] = &["jika", "jk", "bila", "bilamana", "apabila", "kalau", "kalo", "klo", "kl", "seandainya", "andai", "andaikan", "asal", "asalkan", "asal kan",
    "kecuali", "sepanjang", "dengan catatan", "dengan syarat", "syaratnya", "tergantung"];
/// What follows takes back or limits what was said.
#[rustfmt::skip]
pub const BUT: &[&str] = &["namun", "tetapi", "tapi", "tp", "akan tetapi", "hanya saja", "cuma", "cuman", "meskipun", "walaupun", "kendati", "dengan catatan", "dengan syarat", "asal",
    "asalkan", "apabila", "jika", "bila", "kalau", "kecuali", "sepanjang"];
/// He does not know yet.
#[rustfmt::skip]
pub const UNSURE: &[&str] = &["mungkin", "kemungkinan", "barangkali", "usahakan", "mengusahakan", "diusahakan", "upayakan", "mengupayakan", "diupayakan",
    "belum pasti", "blm pasti", "belum tentu", "blm tentu", "belum bisa memastikan", "belum dapat memastikan", "belum memastikan", "belum bisa dipastikan",
    "belum dapat dipastikan", "masih menunggu", "masih dikonfirmasi", "tidak yakin", "belum yakin", "kurang yakin", "tidak tahu", "belum tahu", "belum tau"];
/// "Keberatan bila direkam" sets no condition: it names what he objects to.
#[rustfmt::skip]
pub const WHETHER: &[&str] = &["bila", "jika", "apabila", "kalau", "kalo"];
/// He speaks as one who does not know yet, or will say so another time.
#[rustfmt::skip]
pub const DOUBTS: &[&str] = &["semoga", "mudah mudahan", "moga moga", "rencana", "rencananya", "berusaha", "berupaya", "mencoba", "coba", "akan konfirmasi", "akan kami konfirmasi", "konfirmasi besok", "konfirmasi lagi", "menyusul konfirmasi",
    "akan mengonfirmasi", "akan mengkonfirmasi", "dikabari", "kabari", "kabarkan", "infokan", "ragu", "pertimbangkan", "mempertimbangkan", "sepertinya",
    "kayaknya", "seharusnya", "sebaiknya", "sekiranya"];

#[rustfmt::skip]
pub const COME: &[&str] = &["hadir", "menghadiri", "dihadiri", "ikut", "mengikuti", "bergabung", "datang", "gabung"];
/// What says "we come" when it stands before that word with nothing but [`FILLERS`] between; a list of those who come has none of them.
#[rustfmt::skip]
pub const COMING: &[&str] = &["siap", "akan", "kami", "kita", "saya", "insyaallah", "insya", "allah", "bersedia", "dapat", "bisa", "pasti", "konfirmasi", "ya", "ok",
    "oke", "baik", "tetap", "bahwa", "sanggup", "ulun", "menyatakan", "nyatakan", "mengonfirmasi", "mengkonfirmasi"];
#[rustfmt::skip]
pub const FILLERS: &[&str] = &["untuk", "utk", "ikut", "turut", "serta", "juga", "pun", "pak", "bapak", "bu", "ibu", "besok", "lusa", "nanti", "hari", "ini", "itu", "tepat", "waktu", "langsung",
    "sendiri", "semua", "bersama", "lengkap", "dan", "kak", "bang", "min", "senin", "selasa", "rabu", "kamis", "jumat", "datang", "hadir", "semuanya"];
/// A mere mention: "daftar hadir", "yang hadir", "wajib hadir".
#[rustfmt::skip]
pub const MENTIONS: &[&str] = &["daftar", "yang", "yg", "wajib", "harus", "absen", "absensi", "formulir"];
/// The same, unless he goes on to speak of himself: "mohon hadir", but "mohon maaf kami akan hadir terlambat".
#[rustfmt::skip]
pub const CALLS: &[&str] = &["pihak", "mohon", "diminta", "undangan"];
#[rustfmt::skip]
pub const OURSELVES: &[&str] = &["kami", "kita", "saya"];
/// Right before a denial: the name of a paper or of a group, not an answer.
#[rustfmt::skip]
pub const NAMED: &[&str] = &["surat", "file", "berkas", "pernyataan", "keterangan", "yang", "yg", "peserta", "daftar", "atau", "balas", "jawab", "ketik", "menjawab", "opsi", "pilihan"];
/// Somebody else's coming is not the bidder's.
#[rustfmt::skip]
pub const OTHERS: &[&str] = &["tenaga ahli", "personel", "personil", "staf", "staff", "asisten", "rekan", "beliau", "anggota", "konsultan", "vendor", "notaris", "pt lain", "cv lain", "perusahaan lain",
    "penyedia lain", "peserta lain", "rapat lain", "acara lain", "tempat lain", "undangan lain", "kegiatan lain", "tender lain", "paket lain"];
/// It is over.
#[rustfmt::skip]
pub const PAST: &[&str] = &["tadi", "kemarin", "kemaren", "barusan", "semalam", "minggu lalu", "yang lalu", "yg lalu", "kemarinnya"];
/// Firms say of themselves that they are there for everybody; that is no answer.
#[rustfmt::skip]
pub const TAGLINES: &[&str] = &["untuk indonesia", "untuk negeri", "untuk bangsa", "untuk anda", "bagi anda", "bagi negeri", "melayani", "di setiap", "disetiap", "selalu", "solusi", "sejak tahun",
    "hadir sebagai", "hadir memberikan", "hadir dengan solusi", "nusantara", "terpercaya", "mitra", "kebutuhan anda", "membangun negeri"];
#[rustfmt::skip]
pub const RESCHEDULES: &[&str] = &["jadwal", "jadwalkan", "dijadwalkan", "penjadwalan", "reschedule", "diundur", "ditunda"];
#[rustfmt::skip]
pub const RESCHEDULES_HOW: &[&str] = &["mohon", "minta", "ulang", "reschedule", "diundur", "ditunda"];

#[rustfmt::skip]
pub const RECORD: &[&str] = &["rekam", "direkam", "merekam", "perekaman", "rekaman"];
#[rustfmt::skip]
pub const CONSENTS: &[&str] = &["setuju", "menyetujui", "persetujuan", "bersedia", "mengizinkan", "mengijinkan", "izinkan", "diizinkan", "izin", "ijin", "boleh", "silakan", "silahkan", "berkenan",
    "memperkenankan"];
#[rustfmt::skip]
pub const OBJECTS: &[&str] = &["menolak", "tolak", "keberatan", "berkeberatan", "melarang", "jangan", "jgn"];
/// Behind "rekaman tidak …".
#[rustfmt::skip]
pub const UNWANTED: &[&str] = &["usah", "perlu", "boleh", "mau", "bisa", "diizinkan"];

#[rustfmt::skip]
pub const AGREES: &[&str] = &["setuju", "stuju", "menyetujui", "disetujui", "setujui", "sepakat", "menyepakati", "disepakati", "menerima", "terima nilai", "terima hasil", "acc", "deal"];
#[rustfmt::skip]
pub const REFUSES: &[&str] = &["menolak", "kami tolak", "ditolak", "keberatan", "berkeberatan", "mengundurkan diri", "mundur"];
/// A denial before one of these is agreement.
#[rustfmt::skip]
pub const MIND: &[&str] = &["keberatan", "berkeberatan", "menolak"];
#[rustfmt::skip]
pub const IN_PRINCIPLE: &[&str] = &["prinsipnya", "dasarnya"];
/// Something else instead.
#[rustfmt::skip]
pub const OFFERS: &[&str] = &["penawaran akhir kami", "harga akhir kami", "harga terakhir kami", "penawaran terakhir kami", "penawaran balik", "kami menawarkan", "kami tawarkan",
    "kami mengajukan harga", "kami ajukan harga", "kami mengusulkan", "kami usulkan", "usulan kami", "dikembalikan seperti penawaran", "sesuai penawaran awal",
    "mohon dinaikkan", "mohon dinaikan", "minta dinaikkan", "minta naik", "mohon dipertimbangkan kembali", "harga kami rp", "kami hanya sanggup", "kami sanggup di", "kami mampu di",
    "nego lagi", "nego ulang", "negosiasi lagi", "negosiasi ulang", "minta nego", "masih nego", "bisa nego", "tawar lagi", "ditawar lagi"];
/// With an amount of money beside it.
#[rustfmt::skip]
pub const HAGGLES: &[&str] = &["minta", "meminta", "tawar", "menawar", "tawarannya", "nego", "bisa di", "bisanya", "sanggup", "sanggupnya", "mampu", "maunya", "pas di", "angka kami", "naik", "naikkan",
    "dinaikkan", "usul", "usulkan", "paling rendah", "paling murah", "minimal"];
/// "We received the file" says nothing about it.
#[rustfmt::skip]
pub const RECEIVED: &[&str] = &["menerima surat", "menerima file", "menerima berkas", "menerima undangan", "menerima email", "menerima e mail", "menerima surel",
    "menerima kiriman", "menerima dokumen", "telah menerima", "sudah menerima", "belum menerima", "tidak menerima undangan"];
/// An answer that is nothing but no.
#[rustfmt::skip]
pub const BARE_NO: &[&str] = &["tidak", "tdk", "tdak", "ga", "gak", "gk", "nggak", "ngga", "enggak", "nda", "ndak", "kada", "no"];
#[rustfmt::skip]
pub const POLITE: &[&str] = &["pak", "bapak", "bu", "ibu", "maaf", "mohon", "kami", "ya", "bisa", "dapat", "mau", "terima", "kasih", "dengan", "hormat", "jawaban", "jawab"];

/// Phrases that hold a word of another table and mean nothing of the kind.
#[rustfmt::skip]
pub const HARMLESS: &[&str] = &["tidak apa apa", "tdk apa apa", "ga apa apa", "gak apa apa", "nda apa apa", "tidak mengapa", "tidak masalah", "tdk masalah", "ga masalah", "gak masalah", "tidak ada masalah",
    "apabila ada pertanyaan", "bila ada pertanyaan", "jika ada pertanyaan", "kalau ada pertanyaan", "apabila terdapat pertanyaan", "jika terdapat pertanyaan",
    "apabila ada kekurangan", "bila ada kekurangan", "jika ada kekurangan", "kalau ada kekurangan", "apabila terdapat kekurangan", "jika terdapat kekurangan",
    "menolak segala tanggung jawab", "menolak tanggung jawab", "dapat ditolak", "yang akan datang", "yg akan datang", "akan datang ini", "apa bila ada pertanyaan",
    "tanpa terkecuali", "tanpa syarat", "tanpa perubahan", "kurang lebih", "tidak lupa", "tak lupa"];

/// The words of our letters, each on a line of its own.
#[rustfmt::skip]
pub const MENU: &[&str] = &["hadir", "tidak hadir", "setuju rekam", "tidak setuju rekam", "setuju direkam", "tidak setuju direkam", "setuju", "tidak setuju", "kami hadir",
    "siap hadir", "kami siap hadir", "kami tidak hadir"];
/// With one of these a line "word: answer" is one answer.
#[rustfmt::skip]
pub const LABELS: &[&str] = &["hadir", "kehadiran", "rekam", "perekaman", "rekaman", "direkam", "setuju", "persetujuan", "nilai", "negosiasi", "ikut"];
/// Behind a line of these nobody answers any more.
#[rustfmt::skip]
pub const CLOSINGS: &[&str] = &["salam", "hormat kami", "hormat saya", "salam hormat", "salam kami", "regards", "best regards", "kind regards", "hormat kami ttd", "wassalam", "ttd", "tertanda"];
/// A dot behind these ends no sentence.
#[rustfmt::skip]
pub const ABBREVIATIONS: &[&str] = &["rp", "no", "nomor", "pt", "cv", "ud", "sdr", "sdri", "bpk", "bp", "ibu", "dr", "ir", "drs", "h", "hj", "yth", "kpd", "jl", "tgl", "st", "mt", "se", "sh", "dll", "dsb", "an", "a", "n", "u", "p", "s", "d"];

/// Zones as Indonesians name them, and the hours by which they are ahead of UTC.
pub const ZONES: &[(&str, i8)] = &[("wib", 7), ("wita", 8), ("wit", 9)];
