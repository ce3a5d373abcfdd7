//! The whole program on real servers: the real binary with real settings, against the Dovecot, Postfix and PostgreSQL
//! of tests/servers. What a bidder gets is read in his own mailbox; what the office knows is read through the commands.

#[path = "../support/mod.rs"]
mod support;

mod commands;
mod confidentiality;
mod daemon;
mod databases;
mod dossier;
mod month;
mod once;
mod papers;

use support::{
    office::{Bidder, OfficeUnderTest, Session, Tender},
    servers::Servers,
};

const PT: &str = "PT Contoh Karya Abadi";
const CV: &str = "CV Lestari Wahau";

/// When the clock stands still, it stands on the day of the session.
const MORNING: &str = "2025-11-25T08:00:00+08:00";
const TEN: &str = "2025-11-25T10:00:00+08:00";

/// An office, one tender, two bidders with one session each; nothing was run yet.
struct Scene {
    office: OfficeUnderTest,
    tender: Tender,
    /// The registered addresses of the two.
    pt: String,
    cv: String,
}

impl Scene {
    fn new(servers: &Servers) -> Scene {
        Scene::in_office(OfficeUnderTest::new(servers))
    }

    fn in_office(office: OfficeUnderTest) -> Scene {
        let documents = ["ktp", "npwp", "nib", "akta"];
        let session = Session::on_the_day("qualification", &documents);
        Scene::with(office, session)
    }

    fn with(office: OfficeUnderTest, session: Session) -> Scene {
        let (pt, cv) = (Servers::address("direktur"), Servers::address("cv.lestari"));
        let bidders = vec![Bidder::new(PT, &pt), Bidder::new(CV, &cv)];
        let tender = Tender::new(bidders, vec![session]);
        office.import(&tender);
        Scene {
            office,
            tender,
            pt,
            cv,
        }
    }
}
