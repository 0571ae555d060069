//! Writes LibTorch's folder into the programs of this package as their run path,
//! so that they start without `LD_LIBRARY_PATH`.
//!
//! A build script's link arguments reach only its own package, so each package with programs or tests that use LibTorch has this file.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // Set by torch-sys, whose `links` key is `tch`; absent where its libraries are linked otherwise.
    println!("cargo:rerun-if-env-changed=DEP_TCH_LIBTORCH_LIB");
    if let Ok(libraries) = std::env::var("DEP_TCH_LIBTORCH_LIB") {
        println!("cargo:rustc-link-arg=-Wl,-rpath,{libraries}");
    }
}
