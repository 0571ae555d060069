//! The C++ compiler that LibTorch's binding is built with.

use anyhow::Result;

use super::found;
use crate::system::{self, Package};

pub fn ensure() -> Result<()> {
    let chosen = std::env::var_os("CXX").filter(|name| !name.is_empty());
    if let Some(chosen) = chosen {
        found("C++", &format!("{} (from CXX)", chosen.to_string_lossy()));
        return Ok(());
    }
    if system::find(["c++", "g++", "clang++"]).is_none() {
        system::install(&Package {
            name: "g++",
            why: "a C++ compiler builds the binding to LibTorch",
        })?;
    }
    found("C++", "compiler found");
    Ok(())
}
