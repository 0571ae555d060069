//! The pages, one a file.

mod attacks;
mod compare;
mod landing;
mod missing;
mod runs;

pub use attacks::{Attacks, Batch};
pub use compare::Compare;
pub use landing::Landing;
pub use missing::Missing;
pub use runs::Runs;
