//! An answer to an invitation (RFC 5546 REPLY in the form of RFC 6047).
