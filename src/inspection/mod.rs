//! An attachment -> which document it is and whether it is good. Here so far: the document word by name, caption and duty.
