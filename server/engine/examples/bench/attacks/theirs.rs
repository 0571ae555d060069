//! The other libraries, in a Python process that stays up.

use crate::Result;
use crate::real::Real;
use serde_json::json;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use tch::Tensor;

pub struct Theirs {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// Where the weights and images lie for it.
    _folder: tempfile::TempDir,
}

/// What an attack of theirs spends, in examples, and what comes of it.
#[derive(serde::Deserialize)]
pub struct Counted(pub u64, pub u64, pub usize, pub f64);

impl Theirs {
    /// Ready to be timed, once its network's logits are ours.
    pub fn start(real: &Real, threads: i32) -> Result<Option<Self>> {
        let Some(python) = std::env::var_os("VALLEYSCOPE_BENCH_PYTHON") else {
            println!("skipped: no Python with torchattacks and Foolbox was given");
            return Ok(None);
        };
        let folder = tempfile::tempdir()?;
        std::fs::copy(&real.weights, folder.path().join("model.safetensors"))?;
        let pixels = Vec::<f32>::try_from(&real.x.f_contiguous()?.f_view([-1])?)?;
        let pixels: Vec<u8> = pixels.iter().flat_map(|p| p.to_le_bytes()).collect();
        std::fs::write(folder.path().join("images.f32"), pixels)?;
        let labels: Vec<u8> = real.labels.iter().flat_map(|l| l.to_le_bytes()).collect();
        std::fs::write(folder.path().join("labels.i64"), labels)?;
        let mut child = Command::new(python)
            .arg(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/examples/bench/attacks.py"
            ))
            .arg(folder.path())
            .arg(threads.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = child.stdin.take().ok_or("no standard input")?;
        let output = BufReader::new(child.stdout.take().ok_or("no standard output")?);
        let mut theirs = Self {
            child,
            input,
            output,
            _folder: folder,
        };
        let logits: Vec<f64> = serde_json::from_str(&theirs.line()?)?;
        let own = real.loaded.model.forward(&real.x)?.logits;
        let own = Vec::<f64>::try_from(&own.f_to_kind(tch::Kind::Double)?.f_view([-1])?)?;
        let apart = Tensor::f_from_slice(&logits)?.f_sub(&Tensor::f_from_slice(&own)?)?;
        let apart = apart.f_abs()?.f_max()?.f_double_value(&[])?;
        // Logits are of size ten, and f32 rounds to 1e-7 of that in each of twenty layers.
        if logits.len() != own.len() || apart > 1e-4 {
            return Err(format!("the logits there differ from ours by {apart}").into());
        }
        Ok(Some(theirs))
    }

    /// The seconds of one attack.
    pub fn time(&mut self, attack: &str) -> Result<f64> {
        Ok(self.ask(attack, false)?.parse()?)
    }

    pub fn count(&mut self, attack: &str) -> Result<Counted> {
        Ok(serde_json::from_str(
            &self.ask(attack, true)?.replace("NaN", "0"),
        )?)
    }

    fn ask(&mut self, attack: &str, count: bool) -> Result<String> {
        writeln!(self.input, "{}", json!({"attack": attack, "count": count}))?;
        self.line()
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.output.read_line(&mut line)? == 0 {
            return Err("the Python program ended; its error is above".into());
        }
        Ok(line.trim().to_owned())
    }
}

impl Drop for Theirs {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
