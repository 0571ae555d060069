//! How much the trace costs: medians of ratios, measured in one run.
//!
//! Run by `cargo xtask bench`, which brings a Python with PyTorch and torchattacks in `VALLEYSCOPE_BENCH_PYTHON`;
//! without it the rows that need PyTorch are left out and say so.

#[path = "bench/attacks.rs"]
mod attacks;
#[path = "bench/autoattack.rs"]
mod autoattack;
#[path = "bench/curvature.rs"]
mod curvature;
#[path = "bench/eager.rs"]
mod eager;
#[path = "bench/memory.rs"]
mod memory;
#[path = "bench/network.rs"]
mod network;
#[path = "bench/python.rs"]
mod python;
#[path = "bench/real.rs"]
mod real;
#[path = "../tests/all/common/schedule.rs"]
mod schedule;
#[path = "bench/talk.rs"]
mod talk;
#[path = "bench/way.rs"]
mod way;

use std::error::Error;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How often every way is timed; the median counts.
const ROUNDS: usize = 5;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("memory-of") => memory::child(arguments.get(1).map_or("10", String::as_str)),
        Some("memory") => memory::compare(),
        Some("speed") => speed(),
        Some("attacks") => attacks::compare(arguments.get(1).map(String::as_str)),
        Some("graphs") => eager::compare(),
        Some("curvature") => curvature::compare(arguments.get(1).map(String::as_str)),
        Some("autoattack") => autoattack::count(),
        Some("autoattack-time") => autoattack::time(arguments.get(1).map(String::as_str)),
        None => speed()
            .and_then(|()| memory::compare())
            .and_then(|()| attacks::compare(None))
            .and_then(|()| eager::compare()),
        Some(other) => Err(format!(
            "unknown part \"{other}\"; there are speed, memory, attacks, graphs, curvature, autoattack and autoattack-time"
        )
        .into()),
    }
}

fn speed() -> Result<()> {
    let threads = std::thread::available_parallelism()?.get() as i32;
    tch::set_num_threads(threads);
    println!(
        "{} threads, PGD linf 8/255 in 10 steps of 2/255, f32, medians of {ROUNDS} in alternating order\n",
        threads
    );
    for size in network::SIZES {
        let network = network::Network::new(size)?;
        let python = python::Python::start(&network, threads)?;
        table(size, &network, python)?;
    }
    Ok(())
}

fn table(
    size: network::Size,
    network: &network::Network,
    mut python: Option<python::Python>,
) -> Result<()> {
    println!(
        "{} ({} parameters), {} images",
        size.title,
        network.parameters(),
        size.images
    );
    let bare = |last_gradient| way::Way::Bare { last_gradient };
    let ways = [
        (
            "our bare attack, 11 forward and 10 backward passes",
            bare(false),
        ),
        (
            "our bare attack, 11 forward and backward passes",
            bare(true),
        ),
        (
            "trace without the gradient at the last point",
            way::Way::ShortTrace,
        ),
        (
            "full trace: attack and all measures, 11 and 11 passes",
            way::Way::Trace,
        ),
        (
            "torchattacks' PGD alone, 10 and 10 passes",
            way::Way::Python("pgd"),
        ),
        ("the authors' way, in PyTorch", way::Way::Python("authors")),
    ];
    let mut times = vec![Vec::new(); ways.len()];
    for round in 0..=ROUNDS {
        for turn in 0..ways.len() {
            // The order turns by one place each round, so that no way is always the first or the last.
            let which = (turn + round) % ways.len();
            let seconds = ways[which].1.seconds(network, python.as_mut())?;
            // The first round warms caches and is not counted.
            if let (Some(seconds), true) = (seconds, round > 0) {
                times[which].push(seconds);
            }
        }
    }
    for ((what, _), times) in ways.iter().zip(&times) {
        match median(times.clone()) {
            Some(seconds) => println!("  {what:<56} {:8.1} ms", 1e3 * seconds),
            None => println!("  {what:<56} not timed: no Python with torchattacks was given"),
        }
    }
    let [short, bare, short_trace, full, pgd, authors] = &times[..] else {
        return Err("a way is missing".into());
    };
    for (what, of, to, passes) in [
        (
            "the last backward pass, which only the trace needs",
            bare,
            short,
            1.0,
        ),
        (
            "full trace / our bare attack with the same passes",
            full,
            bare,
            1.0,
        ),
        (
            "full trace / torchattacks' PGD, per forward and backward",
            full,
            pgd,
            11.0 / 10.0,
        ),
        (
            "trace without the last gradient / torchattacks' PGD",
            short_trace,
            pgd,
            1.0,
        ),
        ("full trace / torchattacks' PGD, in all", full, pgd, 1.0),
        ("the authors' way / full trace", authors, full, 1.0),
    ] {
        if let Some(ratio) = median(ratios(of, to)) {
            println!("  {what:<56} {:8.3}", ratio / passes);
        }
    }
    println!();
    Ok(())
}

/// Round by round, so that what slows the machine for a while slows both sides of a ratio.
fn ratios(of: &[f64], to: &[f64]) -> Vec<f64> {
    of.iter().zip(to).map(|(of, to)| of / to).collect()
}

fn median(mut times: Vec<f64>) -> Option<f64> {
    times.sort_unstable_by(f64::total_cmp);
    times.get(times.len() / 2).copied()
}
