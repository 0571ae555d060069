//! Networks as graphs against PyTorch's eager mode: a forward pass, and one with the gradient in the images.

use crate::talk::Talk;
use crate::{ROUNDS, Result, median, ratios};
use std::path::Path;
use std::time::Instant;
use tch::{Device, Kind, Tensor};
use valleyscope_engine::model::{self, LoadedModel, Normalisation, Wanted, program};
use valleyscope_exchange::Program;

/// What is timed.
const WAYS: [&str; 2] = ["forward", "gradient"];

/// A network as two files bring it.
struct Pair {
    name: String,
    /// Its family, by the names in its state dict.
    family: LoadedModel,
    /// Operator by operator, from `torch.export.save`.
    program: LoadedModel,
}

/// The table.
pub fn compare() -> Result<()> {
    let threads = std::thread::available_parallelism()?.get() as i32;
    tch::set_num_threads(threads);
    let folder = tempfile::tempdir()?;
    let arguments = [
        folder.path().as_os_str().to_owned(),
        threads.to_string().into(),
    ];
    let Some(mut talk) = Talk::start("eager.py", arguments)? else {
        println!("skipped: no Python with torchvision was given");
        return Ok(());
    };
    let names = talk.line()?;
    let x = numbers(&folder.path().join("images.f32"))?.f_view([-1, 3, 224, 224])?;
    println!(
        "{} images of 224 x 224, f32, {threads} threads, medians of {ROUNDS} in alternating order\n\n\
         | network | pass | PyTorch eager | our family | its .pt2 | family / eager | .pt2 / eager |\n|---|---|---|---|---|---|---|",
        x.size()[0]
    );
    for name in names.split(' ') {
        let pair = Pair::open(folder.path(), name)?;
        for way in WAYS {
            talk.ask(&format!("{name} {way}"))?;
            pair.agrees(way, &x, &numbers(&folder.path().join("answer.f32"))?)?;
            println!("{}", pair.line(way, &x, &mut talk)?);
        }
    }
    println!();
    Ok(())
}

/// A file of f32, in the order of the bytes.
fn numbers(path: &Path) -> Result<Tensor> {
    let bytes = std::fs::read(path)?;
    let number = |bytes: &[u8]| bytes.try_into().map_or(f32::NAN, f32::from_le_bytes);
    let numbers: Vec<f32> = bytes.chunks_exact(4).map(number).collect();
    Ok(Tensor::f_from_slice(&numbers)?)
}

impl Pair {
    fn open(folder: &Path, name: &str) -> Result<Self> {
        let exported = folder.join(format!("{name}-program.safetensors"));
        program::translate(&Program::read(&folder.join(format!("{name}.pt2")))?)?
            .write(&exported)?;
        Ok(Self {
            name: name.to_owned(),
            family: open(&folder.join(format!("{name}.safetensors")))?,
            program: open(&exported)?,
        })
    }

    /// What is timed must compute the same, by the length of the difference: f32 rounds sums of thousands of products in up to 121 layers,
    /// and a rectifier whose input lies that near to zero changes the gradient of the pixels behind it: PyTorch's own gradient of ResNet-18
    /// in f32 is 2e-3 from that in f64.
    fn agrees(&self, way: &str, x: &Tensor, theirs: &Tensor) -> Result<()> {
        let length = |of: &Tensor| -> Result<f64> {
            Ok(of.f_to_kind(Kind::Double)?.f_norm()?.f_double_value(&[])?)
        };
        for (what, loaded) in [("family", &self.family), ("program", &self.program)] {
            let ours = computed(loaded, way, x)?.f_reshape([-1])?;
            let apart = length(&ours.f_sub(theirs)?)? / length(theirs)?;
            // Not a number is not near either.
            if apart.is_nan() || apart > 1e-2 {
                let name = &self.name;
                return Err(format!("{name} as {what}, {way}: {apart} apart").into());
            }
        }
        Ok(())
    }

    fn line(&self, way: &str, x: &Tensor, talk: &mut Talk) -> Result<String> {
        let mut times = [Vec::new(), Vec::new(), Vec::new()];
        for round in 0..=ROUNDS {
            for turn in 0..3 {
                // The order turns by one place each round, so that no way is always the first or the last.
                let which = (turn + round) % 3;
                let seconds = match which {
                    0 => talk.ask(&format!("{} {way}", self.name))?.parse()?,
                    1 => seconds(&self.family, way, x)?,
                    _ => seconds(&self.program, way, x)?,
                };
                // The first round warms caches and is not counted.
                if round > 0 {
                    times[which].push(seconds);
                }
            }
        }
        let [eager, family, program] = &times;
        let time = |times: &[f64]| median(times.to_vec()).map_or(f64::NAN, |time| 1e3 * time);
        let ratio = |of: &[f64]| median(ratios(of, eager)).unwrap_or(f64::NAN);
        let pass = match way {
            "forward" => "forward",
            _ => "forward, input gradient",
        };
        Ok(format!(
            "| {} | {pass} | {:.0} ms | {:.0} ms | {:.0} ms | {:.2} | {:.2} |",
            self.name,
            time(eager),
            time(family),
            time(program),
            ratio(family),
            ratio(program)
        ))
    }
}

fn open(weights: &Path) -> Result<LoadedModel> {
    // What no file tells of a vision transformer, as torchvision has it.
    let told = [
        ("heads", "12"),
        ("activation", "gelu"),
        ("norms", "first"),
        ("layer-norm-epsilon", "0.000001"),
    ];
    let told = told.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let wanted = Wanted {
        input_shape: Some([3, 224, 224]),
        assumed: match weights.ends_with("vit_b_16.safetensors") {
            true => told.to_vec(),
            false => Vec::new(),
        },
        ..Wanted::default()
    };
    let normalisation = Normalisation {
        mean: vec![0.485, 0.456, 0.406],
        std: vec![0.229, 0.224, 0.225],
    };
    let card = model::only(weights, &wanted)?.card("bench", normalisation);
    let bytes = std::fs::read(weights)?;
    Ok(model::load_bytes(
        &card.to_json()?,
        &bytes,
        Device::Cpu,
        Kind::Float,
    )?)
}

fn seconds(loaded: &LoadedModel, way: &str, x: &Tensor) -> Result<f64> {
    let start = Instant::now();
    drop(computed(loaded, way, x)?);
    Ok(start.elapsed().as_secs_f64())
}

/// The logits, or the gradient of the summed cross-entropy in the images.
fn computed(loaded: &LoadedModel, way: &str, x: &Tensor) -> Result<Tensor> {
    if way == "forward" {
        return Ok(tch::no_grad(|| loaded.model.forward(x))?.logits);
    }
    let x = x.f_detach()?.f_set_requires_grad(true)?;
    let labels = Tensor::f_arange(x.size()[0], (Kind::Int64, Device::Cpu))?;
    let logits = loaded.model.forward(&x)?.logits;
    let loss =
        logits.f_cross_entropy_loss::<Tensor>(&labels, None, tch::Reduction::Sum, -100, 0.0)?;
    Ok(Tensor::f_run_backward(&[&loss], &[&x], false, false)?.swap_remove(0))
}
