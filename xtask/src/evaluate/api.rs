//! The API against its own description: schemathesis asks a real server everything that the description allows, and much that it
//! does not, and holds every answer to it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use super::valleyscope;
use crate::setup::environment::{self, Environment};
use crate::{command, place};

const PACKAGES: [(&str, &str); 1] = [("schemathesis==4.32.5", "schemathesis")];

/// Which checks it is told otherwise about, and why.
const CONFIGURATION: &str = "xtask/schemathesis.toml";

/// Fails when an answer is not as described; schemathesis shows each with a command that asks again.
pub fn check(examples: u32) -> Result<()> {
    let python = environment::python(&Environment {
        name: "schemathesis-4.32.5",
        size: "about 150 MB",
        packages: &PACKAGES,
    })?;
    let folder = place::target().join("evaluation-api");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)
            .with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make {}", folder.display()))?;
    let mut server = Server::start(&folder)?;
    let mut asked = Command::new(&python);
    asked
        .args(["-m", "schemathesis.cli"])
        .arg("--config-file")
        .arg(place::root().join(CONFIGURATION))
        .arg("run")
        .arg(format!("http://{}/api/openapi.json", server.address))
        .args(["--checks", "all", "--max-examples"])
        .arg(examples.to_string())
        .args(["--report", "junit", "--report-dir"])
        .arg(&folder)
        .current_dir(&folder);
    let found = command::run(&mut asked).with_context(|| {
        format!(
            "the API is not as described; the server's log is {}",
            server.log.display()
        )
    });
    if let Some(status) = server.process.try_wait()? {
        bail!(
            "the server ended under the questions ({status}); its log is {}",
            server.log.display()
        );
    }
    found
}

/// A server with the models that come with it, on a free port, that ends with this.
struct Server {
    process: Child,
    address: String,
    log: PathBuf,
}

impl Server {
    fn start(folder: &Path) -> Result<Self> {
        let log = folder.join("server.log");
        let errors = std::fs::File::create(&log)
            .with_context(|| format!("cannot write {}", log.display()))?;
        let mut command = valleyscope();
        command
            .args(["serve", "--port", "0", "--device", "cpu"])
            .env("VALLEYSCOPE_DATA", folder.join("data"))
            .env_remove("VALLEYSCOPE_TOKEN")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(errors);
        println!("  $ {}", command::show(&command));
        let mut process = command.spawn().context("cannot start the server")?;
        let mut line = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        // Held from here on, so that the process ends whatever comes next.
        let mut server = Self {
            process,
            address: String::new(),
            log,
        };
        match line.trim().strip_prefix("listening on http://") {
            Some(address) => server.address = address.to_owned(),
            None => bail!(
                "the server did not start; its log is {}",
                server.log.display()
            ),
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_is_there() {
        let text = std::fs::read_to_string(place::root().join(CONFIGURATION)).unwrap();
        assert!(text.contains("[[operations]]"), "{text}");
    }
}
