//! The pages, one a file.

mod addition;
mod attacks;
mod compare;
mod curvature;
mod data;
mod definitions;
mod landing;
mod landscape;
mod missing;
mod model;
mod models;
mod new;
mod run;
mod runs;
mod theory;

pub use addition::Addition;
pub use attacks::{Attacks, Batch};
pub use compare::Compare;
pub use curvature::CurvaturePage;
pub use data::Data;
pub use definitions::{Definition, Definitions};
pub use landing::Landing;
pub use landscape::LandscapePage;
pub use missing::Missing;
pub use model::Model;
pub use models::Models;
pub use new::New;
pub use run::{Drawer, Page as RunPage, Run, Snippet, SnippetKind, Thumbnails};
pub use runs::Runs;
pub use theory::TheoryPage;
