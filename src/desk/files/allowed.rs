//! What may go into the tree: nothing that runs when a clerk double-clicks it, by name, declared type or content.

use crate::{inspection::sniff, letter::Attachment};

/// What a double-click would run, or what carries macros. Compared with the last end of the name.
#[rustfmt::skip]
const FORBIDDEN: &[&str] = &[
    "exe", "com", "bat", "cmd", "scr", "pif", "cpl", "msi", "msp", "msc", "dll", "sys", "drv", "ocx",
    "js", "jse", "mjs", "vbs", "vbe", "vb", "wsf", "wsh", "wsc", "hta", "ps1", "psm1", "psd1", "sh", "bash", "py", "pl", "rb", "php",
    "jar", "class", "jnlp", "apk", "ipa", "app", "dmg", "pkg", "deb", "rpm", "run", "appimage", "appx", "msix",
    "lnk", "url", "desktop", "webloc", "scf", "inf", "reg", "gadget", "application", "settingcontent-ms", "library-ms", "chm", "hlp",
    "docm", "dotm", "xlsm", "xltm", "xlam", "xlsb", "pptm", "potm", "ppam", "ppsm", "sldm", "xll",
    "html", "htm", "xhtml", "shtml", "mht", "mhtml", "svg", "svgz", "iso", "img", "vhd", "vhdx",
];

pub(super) fn is_forbidden(file: &Attachment) -> bool {
    let by_name = file.name.as_deref().is_some_and(|name| {
        let name = name
            .trim_end_matches(|c: char| c == '.' || c.is_whitespace())
            .to_lowercase();
        name.rsplit_once('.')
            .is_some_and(|(_, end)| FORBIDDEN.contains(&end.trim()))
    });
    let by_type = matches!(
        file.media_type.as_str(),
        "text/html"
            | "image/svg+xml"
            | "application/hta"
            | "application/x-msdownload"
            | "application/x-msdos-program"
            | "application/javascript"
            | "text/javascript"
            | "application/java-archive"
            | "application/vnd.android.package-archive"
    );
    let sniffed = sniff(&file.content);
    // "Akta Notaris Rahmat.SH" is a scan, and gets the end of its name that fits.
    let harmless = !sniffed.kind.extensions().is_empty();
    sniffed.kind.is_forbidden() || sniffed.macros || ((by_name || by_type) && !harmless)
}
