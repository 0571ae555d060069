//! torchattacks' PGD, and a trajectory in the authors' way, in a Python process that stays up between rounds.

use crate::Result;
use crate::network::Network;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

pub struct Python {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Python {
    /// The other program, ready to be timed; nothing where no Python was given.
    pub fn start(network: &Network, threads: i32) -> Result<Option<Self>> {
        let Some(python) = std::env::var_os("VALLEYSCOPE_BENCH_PYTHON") else {
            return Ok(None);
        };
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/bench/others.py");
        let mut child = Command::new(python)
            .arg(script)
            .arg(network.folder.path())
            .args([
                network.size.depth.to_string(),
                network.size.width.to_string(),
                threads.to_string(),
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = child.stdin.take().ok_or("no standard input")?;
        let output = BufReader::new(child.stdout.take().ok_or("no standard output")?);
        let mut python = Self {
            child,
            input,
            output,
        };
        let labels = python.line()?;
        let expected: Vec<String> = network.labels.iter().map(usize::to_string).collect();
        if labels != expected.join(" ") {
            return Err(format!(
                "PyTorch's predictions differ from ours: {labels} and {}",
                expected.join(" ")
            )
            .into());
        }
        Ok(Some(python))
    }

    /// One attack (`pgd`) or trajectory (`authors`); the seconds that it took.
    pub fn run(&mut self, what: &str) -> Result<f64> {
        writeln!(self.input, "{what}")?;
        Ok(self.line()?.parse()?)
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.output.read_line(&mut line)? == 0 {
            return Err("the Python program ended; its error is above".into());
        }
        Ok(line.trim().to_owned())
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
