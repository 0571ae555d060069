//! A compiler for `wasm32-unknown-unknown`: rustup's, else the distribution's with its library source.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::found;
use crate::system::{self, Package};
use crate::{command, place};

const TARGET: &str = "wasm32-unknown-unknown";
/// Set to `distribution` to try that way on a machine whose rustup has the target.
const CHOICE: &str = "XTASK_WASM_COMPILER";
const DISTRIBUTION_RUSTC: &str = "/usr/bin/rustc";

pub enum Compiler {
    /// The one that cargo uses, with a ready standard library for wasm.
    Own,
    /// Debian's `rustc-web`, which builds the standard library from `rust-web-src` each time a target folder is new.
    Distribution { linker: PathBuf },
}

impl Compiler {
    /// `cargo SUBCOMMAND --target wasm32-unknown-unknown`, to be completed by the caller.
    pub fn cargo(&self, subcommand: &str) -> Command {
        let mut command = match self {
            Compiler::Distribution { .. } if subcommand == "clippy" => distribution_clippy(),
            _ => command::cargo([subcommand]),
        };
        command.args(["--target", TARGET]);
        if let Compiler::Distribution { linker } = self {
            command
                .arg("-Zbuild-std=std,panic_abort")
                .env("RUSTC", DISTRIBUTION_RUSTC)
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
                .env("CARGO_TARGET_DIR", self.target());
        }
        command
    }

    /// The module that `cargo build --profile web` makes of the frontend.
    pub fn module(&self) -> PathBuf {
        self.target()
            .join(TARGET)
            .join("web/valleyscope-frontend.wasm")
    }

    /// Two compilers in one target folder would rebuild everything at each change between them.
    fn target(&self) -> PathBuf {
        match self {
            Compiler::Own => place::target(),
            Compiler::Distribution { .. } => place::target().join("distribution"),
        }
    }
}

/// Finds a compiler, or gets one.
pub fn ensure() -> Result<Compiler> {
    if std::env::var(CHOICE).as_deref() != Ok("distribution") {
        if own_has_target() || (add_with_rustup() && own_has_target()) {
            found("wasm", "standard library found beside rustc");
            return Ok(Compiler::Own);
        }
        println!("rustc has no {TARGET} here; trying the distribution's compiler instead.");
    }
    let compiler = distribution()?;
    found(
        "wasm",
        "the distribution's rustc, building its standard library",
    );
    Ok(compiler)
}

fn own_has_target() -> bool {
    sysroot("rustc").is_some_and(|root| {
        holds(
            &root.join("lib/rustlib").join(TARGET).join("lib"),
            "libstd-",
        )
    })
}

fn add_with_rustup() -> bool {
    if system::find(["rustup"]).is_none() {
        return false;
    }
    println!(
        "Adding {TARGET} to the Rust toolchain: the dashboard runs in the browser as WebAssembly."
    );
    command::run(Command::new("rustup").args(["target", "add", TARGET])).is_ok()
}

fn distribution() -> Result<Compiler> {
    let missing = |path: &Path| !path.exists();
    if sysroot(DISTRIBUTION_RUSTC).is_none() {
        install("rustc-web")?;
    }
    let root = sysroot(DISTRIBUTION_RUSTC)
        .with_context(|| format!("{DISTRIBUTION_RUSTC} does not run"))?;
    if missing(&root.join("lib/rustlib/src/rust/library")) {
        install("rust-web-src")?;
    }
    if missing(&root.join("lib/rustlib/src/rust/library")) {
        bail!(
            "the distribution's {DISTRIBUTION_RUSTC} and rust-web-src are of different versions; upgrade both"
        );
    }
    require_version()?;
    Ok(Compiler::Distribution { linker: linker()? })
}

fn install(name: &'static str) -> Result<()> {
    if system::find(["apt-get"]).is_some() && !system::is_root() || system::offers(name) {
        return system::install(&Package {
            name,
            why: "the frontend needs a Rust compiler and library for WebAssembly",
        });
    }
    bail!(
        "no Rust standard library for {TARGET} can be had here: `rustup target add {TARGET}` did not work, \
         and this system offers no package `{name}`. Make the first work, then run the same command again"
    )
}

fn require_version() -> Result<()> {
    let needed = env!("CARGO_PKG_RUST_VERSION");
    let answer = command::answer(Command::new(DISTRIBUTION_RUSTC).arg("--version"))
        .with_context(|| format!("{DISTRIBUTION_RUSTC} does not run"))?;
    if version(&answer) < version(needed) {
        bail!(
            "the distribution's compiler is {answer}, older than the {needed} that the frontend needs; upgrade rustc-web, or make `rustup target add {TARGET}` work"
        );
    }
    Ok(())
}

/// The first `MAJOR.MINOR` in a text.
fn version(text: &str) -> Option<(u32, u32)> {
    let word = text
        .split_whitespace()
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let mut numbers = word.split('.').map_while(|number| number.parse().ok());
    Some((numbers.next()?, numbers.next()?))
}

/// rust-lld of the toolchain that runs us, else LLVM's own.
fn linker() -> Result<PathBuf> {
    let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let rust_lld =
        sysroot("rustc").map(|root| root.join("lib/rustlib").join(host).join("bin/rust-lld"));
    if let Some(rust_lld) = rust_lld.filter(|file| file.exists()) {
        return Ok(rust_lld);
    }
    if system::find(["wasm-ld"]).is_none() {
        system::install(&Package {
            name: "lld",
            why: "a linker for WebAssembly is needed, and this Rust toolchain brings none",
        })?;
    }
    system::find(["wasm-ld"]).context(
        "the package lld brought no wasm-ld; put a WebAssembly linker of that name on the PATH",
    )
}

/// rustup's clippy cannot check code for a target that it has no library for; the distribution's can.
fn distribution_clippy() -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new("/usr/bin/cargo-clippy");
    command
        .arg("clippy")
        .env("CARGO", cargo)
        .current_dir(place::root());
    command
}

/// Before clippy on the frontend: the distribution's, where the distribution's compiler is used.
pub fn ensure_clippy(compiler: &Compiler) -> Result<()> {
    match compiler {
        Compiler::Distribution { .. } if !Path::new("/usr/bin/cargo-clippy").exists() => {
            system::install(&Package {
                name: "rust-web-clippy",
                why: "clippy must come from the compiler that builds the frontend",
            })
        }
        _ => Ok(()),
    }
}

fn sysroot(rustc: &str) -> Option<PathBuf> {
    // From the repository, where a rust-toolchain file would count.
    let mut command = Command::new(rustc);
    command
        .args(["--print", "sysroot"])
        .current_dir(place::root());
    command::answer(&mut command).map(PathBuf::from)
}

fn holds(folder: &Path, prefix: &str) -> bool {
    std::fs::read_dir(folder).is_ok_and(|entries| {
        entries
            .flatten()
            .any(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert_eq!(version("rustc 1.96.0 (abc 2026-05-01)"), Some((1, 96)));
        assert!(version("rustc 1.100.0") > version("1.95"));
        assert!(version("rustc 1.85.0 (Debian)") < version("1.95"));
    }
}
