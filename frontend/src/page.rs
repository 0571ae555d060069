//! The pages, one a file.

mod missing;
mod run;

pub use missing::Missing;
pub use run::Run;
