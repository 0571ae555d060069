//! Curvature against PyTorch: products with the Hessian, and the traces of all layers.

use crate::network::{Network, SIZES, Size};
use crate::talk::Talk;
use crate::{ROUNDS, Result, median, ratios};
use std::time::Instant;
use tch::{Device, Kind};
use valleyscope_engine::curvature::{
    Estimator, Examples, LargestSettings, Scope, TraceSettings, Watch, largest_of_mean, trace,
};
use valleyscope_engine::graph::Perturbable;
use valleyscope_engine::model::{self, Architecture, Normalisation, ResNetOptions, Shortcut};
use valleyscope_shared::runner::Cancel;

/// The most working memory.
const MEMORY: u64 = 6 << 30;

/// Products with the Hessian that are timed together.
const PRODUCTS: u32 = 12;

/// Points of a trajectory.
const POINTS: usize = 11;

/// The standard error that both ways are to have, as a share of an example's trace.
const ERROR: f64 = 0.05;

/// PyTorch takes one example after another, which takes so long that so many stand for all.
const TIMED: [u32; 2] = [4, 24];

/// Two tables; `small` takes one round and one point of the trajectory.
pub fn compare(what: Option<&str>) -> Result<()> {
    let small = match what {
        None => false,
        Some("small") => true,
        Some(other) => return Err(format!("unknown size \"{other}\"; there is small").into()),
    };
    let threads = std::thread::available_parallelism()?.get() as i32;
    tch::set_num_threads(threads);
    let rounds = if small { 1 } else { ROUNDS };
    for size in &SIZES[..if small { 1 } else { SIZES.len() }] {
        let subject = Subject::new(*size)?;
        let numbers = [size.depth, size.width, i64::from(threads)];
        let numbers = numbers.map(|number| number.to_string().into());
        let folder = subject.drawn.folder.path().as_os_str().to_owned();
        let arguments = [folder].into_iter().chain(numbers);
        let Some(mut talk) = Talk::start("curvature.py", arguments)? else {
            println!("skipped: no Python with PyTorch was given");
            return Ok(());
        };
        let layers: usize = talk.line()?.parse()?;
        if layers != subject.network.layers().len() {
            return Err(format!("PyTorch has {layers} layers").into());
        }
        println!(
            "{}, {} images, f32, {threads} threads, {layers} layers, medians of {rounds} in alternating order",
            size.title, size.images
        );
        products(&subject, &mut talk, rounds)?;
        traces(&subject, &mut talk, if small { 1 } else { POINTS })?;
        println!();
    }
    Ok(())
}

/// The network with nothing folded, and its images.
struct Subject {
    drawn: Network,
    network: Perturbable,
    examples: Examples,
}

impl Subject {
    fn new(size: Size) -> Result<Self> {
        let drawn = Network::new(size)?;
        let weights = std::fs::read(drawn.folder.path().join("model.safetensors"))?;
        let options = ResNetOptions {
            depth: size.depth,
            shortcut: Shortcut::After,
            width: size.width,
        };
        let architecture = Architecture::ResNet(options);
        let card = model::library::cifar10_card("bench", architecture, Normalisation::default());
        let card = card.to_json()?;
        Ok(Self {
            network: model::load_perturbable_bytes(&card, &weights, Device::Cpu, Kind::Float)?,
            examples: Examples::new(&drawn.x, &drawn.labels)?,
            drawn,
        })
    }

    /// Something computed in all layers' weights, and how long it took.
    fn timed<T>(
        &self,
        work: impl Fn(&Scope<'_>) -> valleyscope_engine::error::Result<T>,
    ) -> Result<(f64, T)> {
        let watch = Watch::new(&Cancel::default(), &|_| ());
        let scope = Scope::new(&self.network, &[], MEMORY, &watch)?;
        let start = Instant::now();
        let found = work(&scope)?;
        Ok((start.elapsed().as_secs_f64(), found))
    }
}

/// The same number of products with the mean loss's Hessian in all layers' weights; ours are those of Lanczos's iteration.
fn products(subject: &Subject, talk: &mut Talk, rounds: usize) -> Result<()> {
    let settings = LargestSettings {
        // Never reached, so that all products are taken.
        tolerance: f64::MIN_POSITIVE,
        steps: PRODUCTS,
        seed: 1,
    };
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..=rounds {
        for turn in 0..2 {
            let which = (turn + round) % 2;
            let seconds = match which {
                0 => {
                    subject
                        .timed(|scope| largest_of_mean(scope, &subject.examples, &settings))?
                        .0
                }
                _ => talk.ask(&format!("products {PRODUCTS}"))?.parse()?,
            };
            // The first round warms caches and is not counted.
            if round > 0 {
                times[which].push(seconds);
            }
        }
    }
    let [ours, theirs] = &times;
    for (what, times) in [
        ("ours, with Lanczos", ours),
        ("PyTorch's double backward", theirs),
    ] {
        let each = median(times.clone()).unwrap_or(f64::NAN) / f64::from(PRODUCTS);
        println!(
            "  a product with the Hessian, {what:<30} {:8.1} ms",
            1e3 * each
        );
    }
    let ratio = median(ratios(ours, theirs)).unwrap_or(f64::NAN);
    println!("  {:<58} {ratio:8.3}", "ours / PyTorch's");
    Ok(())
}

/// The traces of all layers along a trajectory, at equal standard errors.
fn traces(subject: &Subject, talk: &mut Talk, points: usize) -> Result<()> {
    let settings = |estimator| TraceSettings {
        estimator,
        relative_error: ERROR,
        most_probes: 4096,
        seed: 1,
        relative: false,
    };
    let images = subject.examples.count();
    let of = |estimator| {
        let settings = settings(estimator);
        subject.timed(|scope| {
            (0..points).try_for_each(|_| trace(scope, &subject.examples, &settings).map(drop))
        })
    };
    let (exact, ()) = of(Estimator::Parted)?;
    let per_point = exact / points as f64;
    println!(
        "  all layers' traces of {images} images at {points} points, exactly {:>9.1} s",
        exact
    );
    let [examples, probes] = TIMED;
    let answer = talk.ask(&format!("traces {examples} {probes}"))?;
    let numbers = answer.split(' ').map(str::parse);
    let numbers: Vec<f64> = numbers.collect::<std::result::Result<_, _>>()?;
    let [seconds, mean, deviation] = numbers.as_slice() else {
        return Err("PyTorch's answer has not three numbers".into());
    };
    let needed = (deviation / (ERROR * mean)).powi(2).ceil();
    let each = seconds / f64::from(examples * probes);
    let theirs = each * needed * images as f64;
    println!(
        "  PyHessian's way: {:.1} ms a probe, {needed} probes for a standard error of {:.0} % of the sum over layers:\n  \
         {:>58.1} s a point (from {examples} images with {probes} probes), {:.0} times ours",
        1e3 * each,
        100.0 * ERROR,
        theirs,
        theirs / per_point
    );
    Ok(())
}
