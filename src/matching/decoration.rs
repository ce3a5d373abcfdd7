//! What comes along with a mail and is nobody's paper: logos, tracking pixels, signatures over the mail itself.

use crate::{
    inspection::{Duty, document_word},
    letter::Attachment,
};

/// An inline picture without a caption below this is a logo or a tracking pixel: no photo of a paper is so small.
pub const DECORATION: usize = 8 * 1024;

/// Signatures over the mail itself.
const MAIL_SIGNATURES: &[&str] = &[
    "application/pgp-signature",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
];

pub fn is_decoration(file: &Attachment) -> bool {
    let picture = file.inline
        && file.caption.is_none()
        && file.media_type.starts_with("image/")
        && file.content.len() < DECORATION;
    let named = || document_word(file.name.as_deref(), None, &Duty::default()).is_some();
    MAIL_SIGNATURES.contains(&file.media_type.as_str()) || (picture && !named())
}
