//! The pages, one a file.

mod missing;

pub use missing::Missing;
