//! The pages, one a file.

mod definitions;
mod missing;
mod models;
mod new;

pub use definitions::Definitions;
pub use missing::Missing;
pub use models::Models;
pub use new::New;
