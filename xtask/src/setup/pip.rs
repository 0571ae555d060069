//! pip, used only as a verified download: nothing is installed into any Python.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::command;
use crate::system::{self, Package};

/// A Python 3 that has pip. Installs either where that is allowed.
pub fn python() -> Result<&'static str> {
    if system::find(["python3"]).is_none() {
        system::install(&Package {
            name: "python3",
            why: "Python's pip fetches LibTorch from PyPI",
        })?;
    }
    if !command::succeeds(Command::new("python3").args(["-m", "pip", "--version"])) {
        system::install(&Package {
            name: "python3-pip",
            why: "Python's pip fetches LibTorch from PyPI",
        })?;
    }
    Ok("python3")
}

/// `pip install --target FOLDER` of wheels for this machine, whatever Python runs pip.
///
/// With `--target` nothing outside the folder changes, so neither a virtual environment nor the right to write into the system's Python is needed.
pub fn install_into(folder: &Path) -> Result<Command> {
    let mut command = Command::new(python()?);
    command
        .args(["-m", "pip", "install", "--no-compile", "--no-deps"])
        .args([
            "--only-binary=:all:",
            "--implementation=cp",
            "--python-version=3.11",
        ])
        // Neither matters here; as variables, because an older pip refuses an option that it does not know.
        .env("PIP_ROOT_USER_ACTION", "ignore")
        .env("PIP_DISABLE_PIP_VERSION_CHECK", "1");
    for tag in platform_tags(std::env::consts::OS, std::env::consts::ARCH)? {
        command.arg(format!("--platform={tag}"));
    }
    command.arg("--target").arg(folder);
    Ok(command)
}

/// The wheel tags that run on this machine; LibTorch's own needs glibc 2.28.
fn platform_tags(os: &str, arch: &str) -> Result<Vec<String>> {
    match (os, arch) {
        ("linux", "x86_64" | "aarch64") => Ok((17..=28)
            .rev()
            .map(|glibc_minor| format!("manylinux_2_{glibc_minor}_{arch}"))
            // pip takes the older spelling for everything older as well.
            .chain([format!("manylinux2014_{arch}")])
            .collect()),
        ("macos", "aarch64") => Ok(vec!["macosx_11_0_arm64".to_owned()]),
        _ => bail!(
            "PyPI has no LibTorch 2.11.0 for {os} on {arch}; \
             install it yourself and set LIBTORCH to its folder (the one with lib and include)"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_machine_is_told_about_libtorch() {
        let error = platform_tags("linux", "riscv64").unwrap_err().to_string();
        assert!(
            error.contains("riscv64") && error.contains("LIBTORCH"),
            "{error}"
        );
    }

    #[test]
    fn linux_accepts_the_tag_of_the_torch_wheel() {
        let tags = platform_tags("linux", "x86_64").unwrap();
        assert!(tags.contains(&"manylinux_2_28_x86_64".to_owned()));
    }
}
