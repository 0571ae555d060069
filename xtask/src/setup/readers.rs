//! The Python that reads exported files as researchers do, with NumPy and pandas.

use std::path::PathBuf;

use anyhow::Result;

use super::environment::{self, Environment};
use super::pip;

/// Its Python.
pub fn python() -> Result<PathBuf> {
    pip::python()?;
    environment::python(&Environment {
        name: "readers-1",
        size: "about 200 MB",
        packages: &[("numpy==2.3.5", "numpy"), ("pandas==2.3.3", "pandas")],
    })
}
