//! Compiles the one setting of LibTorch that tch does not wrap, and writes LibTorch's folder into the programs of this package
//! as their run path, so that they start without `LD_LIBRARY_PATH`.
//!
//! A build script's link arguments reach only its own package, so each package with programs or tests that use LibTorch has the latter.

use std::env;
use std::path::{Path, PathBuf};

const SHIM: &str = "src/device/tf32.cpp";

fn main() {
    for file in ["build.rs", SHIM] {
        println!("cargo:rerun-if-changed={file}");
    }
    // Set by torch-sys, whose `links` key is `tch`; absent where its libraries are linked otherwise.
    for name in [
        "DEP_TCH_LIBTORCH_LIB",
        "LIBTORCH_INCLUDE",
        "LIBTORCH_CXX11_ABI",
    ] {
        println!("cargo:rerun-if-env-changed={name}");
    }
    let libraries = env::var("DEP_TCH_LIBTORCH_LIB").ok();
    if let Some(libraries) = &libraries {
        println!("cargo:rustc-link-arg=-Wl,-rpath,{libraries}");
    }
    // The headers lie beside the libraries, unless torch-sys was told otherwise.
    let root = env::var("LIBTORCH_INCLUDE").map(PathBuf::from).ok();
    let beside = libraries.as_deref().map(Path::new).and_then(Path::parent);
    let root = root.or_else(|| beside.map(Path::to_owned));
    let abi = env::var("LIBTORCH_CXX11_ABI").unwrap_or_else(|_| "1".to_owned());
    cc::Build::new()
        .cpp(true)
        .std("c++17")
        .warnings(false)
        .define("_GLIBCXX_USE_CXX11_ABI", abi.as_str())
        .includes(root.map(|root| root.join("include")))
        .file(SHIM)
        .compile("valleyscope_tf32");
}
