//! The browser tests' tools: Node.js with npm, Chromium, nginx, openssl, and the locked npm packages.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, bail};

use super::found;
use crate::system::{self, Package};
use crate::{command, place};

/// The tests use `node --test --test-concurrency`, which came with this version.
const NODE: (u32, u32) = (18, 19);

/// Makes sure that all of them are there.
pub fn ensure() -> Result<()> {
    node()?;
    let chromium = chromium()?;
    found("Chromium", &chromium.display().to_string());
    openssl()?;
    found("nginx", &nginx()?.display().to_string());
    packages()
}

/// Chromium or Chrome: `CHROMIUM`, else the first of the usual names on the PATH, else the distribution's package.
pub fn chromium() -> Result<PathBuf> {
    const NAMES: [&str; 4] = [
        "chromium",
        "chromium-browser",
        "google-chrome-stable",
        "google-chrome",
    ];
    if let Some(chosen) = chosen("CHROMIUM")? {
        return Ok(chosen);
    }
    if system::find(NAMES).is_none() {
        system::install(&Package {
            name: "chromium",
            why: "the browser tests drive a real Chromium",
        })?;
    }
    system::find(NAMES).context("no Chromium is on the PATH; set CHROMIUM to its program")
}

/// nginx: `NGINX`, else where it usually lies, else the distribution's package.
pub fn nginx() -> Result<PathBuf> {
    if let Some(chosen) = chosen("NGINX")? {
        return Ok(chosen);
    }
    // The folder of programs for administrators is on the PATH of few others.
    let usual = || {
        let usual = Path::new("/usr/sbin/nginx");
        system::find(["nginx"]).or_else(|| usual.is_file().then(|| usual.to_owned()))
    };
    if usual().is_none() {
        system::install(&Package {
            name: "nginx-light",
            why: "the browser tests reach the program through a real proxy",
        })?;
    }
    usual().context("no nginx is on the PATH; set NGINX to its program")
}

/// Makes the certificate of the tests' proxy.
fn openssl() -> Result<()> {
    if system::find(["openssl"]).is_none() {
        system::install(&Package {
            name: "openssl",
            why: "the proxy of the browser tests has a certificate",
        })?;
    }
    Ok(())
}

/// The program that a variable of the environment names.
fn chosen(variable: &str) -> Result<Option<PathBuf>> {
    let Some(chosen) = env::var_os(variable).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let chosen = PathBuf::from(chosen);
    if !chosen.is_file() {
        bail!(
            "{variable} names {}, which is no program; set it to a program's path, or unset it",
            chosen.display()
        );
    }
    Ok(Some(chosen))
}

fn node() -> Result<()> {
    for name in ["nodejs", "npm"] {
        let program = name.trim_end_matches("js");
        if system::find([program]).is_none() {
            system::install(&Package {
                name,
                why: "the browser tests run on Node.js with npm's packages",
            })?;
        }
    }
    let answer = command::answer(Command::new("node").arg("--version"))
        .context("`node --version` fails; reinstall Node.js")?;
    match version(&answer) {
        Some(version) if version >= NODE => {
            found("Node.js", &answer);
            Ok(())
        }
        _ => bail!(
            "Node.js {answer} is too old for the browser tests; install {}.{} or newer",
            NODE.0,
            NODE.1
        ),
    }
}

/// `npm ci`, unless the folder was installed from the very lock file.
fn packages() -> Result<()> {
    let folder = place::root().join("tests/browser");
    let lock = fs::read_to_string(folder.join("package-lock.json"))
        .context("tests/browser/package-lock.json is missing from this checkout")?;
    let stamp = folder.join("node_modules/.installed-from");
    if fs::read_to_string(&stamp).is_ok_and(|old| old == lock) {
        found("npm", "packages are up to date");
        return Ok(());
    }
    println!("Installing the browser tests' npm packages into tests/browser/node_modules.");
    command::run(&mut npm_ci(&folder))
        .context("npm could not install the browser tests' packages; is its registry reachable?")?;
    fs::write(&stamp, lock)?;
    Ok(())
}

fn npm_ci(folder: &Path) -> Command {
    let mut command = Command::new("npm");
    command
        .args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
        .current_dir(folder);
    command
}

/// Major and minor of `v20.20.2`.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim_start_matches('v').split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_versions_compare_as_numbers() {
        assert_eq!(version("v20.20.2"), Some((20, 20)));
        assert!(version("v18.9.0") < Some(NODE));
    }
}
