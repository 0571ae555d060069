//! Typesets the formulas of the measures while building, so that the page's code has no LaTeX in it.

use std::path::Path;
use valleyscope_shared::formula::{Display, mathml};
use valleyscope_shared::measure::ALL;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    let formulas = ALL
        .iter()
        .map(|measure| mathml(measure.latex(), Display::Block))
        .collect::<Result<Vec<String>, String>>()?;
    let place = Path::new(&std::env::var("OUT_DIR")?).join("formulas.rs");
    // A list of string literals is also how Rust prints a list of strings.
    std::fs::write(place, format!("{formulas:?}"))?;
    Ok(())
}
