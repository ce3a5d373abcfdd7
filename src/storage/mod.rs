//! Originals by digest, and the tree that people open, behind `object_store`: nothing outside this room knows a local path.
