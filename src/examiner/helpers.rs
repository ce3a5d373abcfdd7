//! Optional programs of this machine: OCR, HEIC pictures. Without them everything else works, and `loket check` says so.

use std::path::{Path, PathBuf};

use bytes::Bytes;

use super::{Examiner, NoAnswer};

/// Where distributions put programs; the environment is not asked.
const PLACES: &[&str] = &["/usr/bin", "/usr/local/bin"];

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Helpers {
    pub tesseract: Option<PathBuf>,
    pub heif_convert: Option<PathBuf>,
    /// clamd's socket.
    pub clamd: Option<PathBuf>,
}

impl Helpers {
    pub fn find() -> Helpers {
        let program = |name: &str| {
            PLACES
                .iter()
                .map(|place| Path::new(place).join(name))
                .find(|path| path.is_file())
        };
        Helpers {
            tesseract: program("tesseract"),
            heif_convert: program("heif-convert"),
            clamd: ["/run/clamav/clamd.ctl", "/run/clamd.scan/clamd.sock"]
                .iter()
                .map(PathBuf::from)
                .find(|path| path.exists()),
        }
    }

    /// An iPhone's photo as JPEG; `None`: there is no helper for it.
    pub async fn heif_to_jpeg(
        &self,
        examiner: &Examiner,
        content: &Bytes,
    ) -> Option<Result<Bytes, NoAnswer>> {
        let program = self.heif_convert.as_deref()?;
        Some(convert(program, examiner, content).await)
    }

    /// What stands in a picture (JPEG or PNG), line by line; `None`: there is no OCR, or it failed.
    pub async fn read_text(&self, examiner: &Examiner, picture: Bytes) -> Option<String> {
        let program = self.tesseract.as_deref()?;
        let scratch = Scratch::new().ok()?;
        let arguments = ["stdin", "stdout", "-l", "ind+eng", "--psm", "3"];
        let text = examiner
            .help(program, &arguments, scratch.path(), &[picture])
            .await;
        match text {
            Ok(text) => Some(String::from_utf8_lossy(&text).into_owned()),
            Err(why) => {
                tracing::warn!(%why, "ocr.no-answer");
                None
            }
        }
    }
}

async fn convert(program: &Path, examiner: &Examiner, content: &Bytes) -> Result<Bytes, NoAnswer> {
    let failed = |error: std::io::Error| NoAnswer::NotStarted(error.to_string());
    let scratch = Scratch::new().map_err(failed)?;
    let (from, to) = (
        scratch.path().join("foto.heic"),
        scratch.path().join("foto.jpg"),
    );
    tokio::fs::write(&from, content).await.map_err(failed)?;
    examiner
        .help(
            program,
            &["-q", "90", "foto.heic", "foto.jpg"],
            scratch.path(),
            &[],
        )
        .await?;
    // Some write one file for each picture in it.
    let written = [to, scratch.path().join("foto-1.jpg")];
    let taken = tokio::task::spawn_blocking(move || written.iter().find_map(|path| take(path)));
    taken.await.ok().flatten().ok_or(NoAnswer::Babble)
}

/// What a helper wrote, which may be anything: a link to another's photo, a pipe that never ends.
fn take(path: &Path) -> Option<Bytes> {
    use std::{io::Read as _, os::unix::fs::OpenOptionsExt as _};
    let file = std::fs::OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
        .open(path)
        .ok()?;
    if !file.metadata().ok()?.is_file() {
        return None;
    }
    let mut content = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut content).ok()?;
    (content.len() as u64 <= LARGEST).then(|| content.into())
}

/// As much as a helper may write.
const LARGEST: u64 = 64 << 20;

/// A folder of one job, gone with it.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> std::io::Result<Scratch> {
        use std::os::unix::fs::DirBuilderExt as _;
        let mut name = [0_u8; 12];
        getrandom::fill(&mut name).map_err(std::io::Error::other)?;
        let name = data_encoding::HEXLOWER.encode(&name);
        let path = std::env::temp_dir().join(format!("loket-{name}"));
        std::fs::DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Scratch(path))
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
