//! JSON with as little code as can be.
//!
//! Documents are read from values by [`valleyscope_shared::lean`].

mod write;

pub use write::write;

#[cfg(test)]
mod tests;
