//! The other libraries, in a Python process that stays up.

use crate::Result;
use crate::real::Real;
use crate::talk::Talk;
use serde_json::json;
use tch::Tensor;

pub struct Theirs {
    talk: Talk,
    /// Where the weights and images lie for it.
    _folder: tempfile::TempDir,
}

/// What an attack of theirs spends, in examples, and what comes of it.
#[derive(serde::Deserialize)]
pub struct Counted(pub u64, pub u64, pub usize, pub f64);

impl Theirs {
    /// Ready to be timed, once its network's logits are ours.
    pub fn start(real: &Real, threads: i32) -> Result<Option<Self>> {
        let folder = tempfile::tempdir()?;
        std::fs::copy(&real.weights, folder.path().join("model.safetensors"))?;
        let pixels = Vec::<f32>::try_from(&real.x.f_contiguous()?.f_view([-1])?)?;
        let pixels: Vec<u8> = pixels.iter().flat_map(|p| p.to_le_bytes()).collect();
        std::fs::write(folder.path().join("images.f32"), pixels)?;
        let labels: Vec<u8> = real.labels.iter().flat_map(|l| l.to_le_bytes()).collect();
        std::fs::write(folder.path().join("labels.i64"), labels)?;
        let arguments = [
            folder.path().as_os_str().to_owned(),
            threads.to_string().into(),
        ];
        let Some(mut talk) = Talk::start("attacks.py", arguments)? else {
            println!("skipped: no Python with torchattacks and Foolbox was given");
            return Ok(None);
        };
        let logits: Vec<f64> = serde_json::from_str(&talk.line()?)?;
        let own = real.loaded.model.forward(&real.x)?.logits;
        let own = Vec::<f64>::try_from(&own.f_to_kind(tch::Kind::Double)?.f_view([-1])?)?;
        let apart = Tensor::f_from_slice(&logits)?.f_sub(&Tensor::f_from_slice(&own)?)?;
        let apart = apart.f_abs()?.f_max()?.f_double_value(&[])?;
        // Logits are of size ten, and f32 rounds to 1e-7 of that in each of twenty layers.
        if logits.len() != own.len() || apart > 1e-4 {
            return Err(format!("the logits there differ from ours by {apart}").into());
        }
        Ok(Some(Self {
            talk,
            _folder: folder,
        }))
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
        let line = json!({"attack": attack, "count": count});
        self.talk.ask(&line.to_string())
    }
}
