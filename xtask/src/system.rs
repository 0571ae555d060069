//! What the machine has, and its package manager.

use std::env;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Once;

use anyhow::{Result, bail};

use crate::command;

/// The first of `names` on the PATH.
pub fn find<'a>(names: impl IntoIterator<Item = &'a str>) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    names.into_iter().find_map(|name| {
        env::split_paths(&path)
            .map(|folder| folder.join(name))
            .find(|file| file.is_file())
    })
}

/// A package of Debian and Ubuntu, and what we need it for.
pub struct Package {
    pub name: &'static str,
    pub why: &'static str,
}

/// Installs the package where we may (as root, with apt-get), else fails with the command that does.
pub fn install(package: &Package) -> Result<()> {
    let Package { name, why } = package;
    if find(["apt-get"]).is_none() {
        bail!(
            "{why}, and it is missing here. On Debian or Ubuntu it is the package `{name}`; \
             install your system's counterpart, then run the same command again"
        );
    }
    if !is_root() {
        bail!(
            "{why}, and it is missing here. Install it with `sudo apt-get install {name}`, then run the same command again"
        );
    }
    println!("Installing the package {name}: {why}.");
    static UPDATE: Once = Once::new();
    // Old lists often do: the installation is what decides.
    UPDATE.call_once(|| drop(command::run(&mut apt(&["update", "-qq"]))));
    command::run(&mut apt(&[
        "install",
        "-y",
        "-qq",
        "--no-install-recommends",
        name,
    ]))
}

/// True when apt-get could install the package. Prints nothing.
pub fn offers(name: &str) -> bool {
    command::answer(Command::new("apt-cache").args(["policy", name])).is_some_and(|policy| {
        policy.contains("Candidate:") && !policy.contains("Candidate: (none)")
    })
}

pub fn is_root() -> bool {
    command::answer(Command::new("id").arg("-u")).as_deref() == Some("0")
}

fn apt(arguments: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive");
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_name_that_exists_is_found() {
        let shell = find(["no-such-program-here", "sh"]).unwrap();
        assert!(shell.ends_with("sh"));
        assert_eq!(find(["no-such-program-here"]), None);
    }
}
