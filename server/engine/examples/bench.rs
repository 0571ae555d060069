//! How much the trace costs: ratios of medians, measured in one run.
//!
//! Run by `cargo xtask bench`, which brings a Python with PyTorch and torchattacks in `VALLEYSCOPE_BENCH_PYTHON`;
//! without it the rows that need PyTorch are left out and say so.

#[path = "bench/memory.rs"]
mod memory;
#[path = "bench/network.rs"]
mod network;
#[path = "bench/python.rs"]
mod python;
#[path = "bench/way.rs"]
mod way;

use std::error::Error;
use std::time::Instant;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How often every way is timed; the median counts.
const ROUNDS: usize = 5;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("memory-of") => memory::child(arguments.get(1).map_or("10", String::as_str)),
        Some("memory") => memory::compare(),
        Some("speed") => speed(),
        None => speed().and_then(|()| memory::compare()),
        Some(other) => Err(format!("unknown part \"{other}\"; there are speed and memory").into()),
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
    let (bare, full) = (
        way::Way::Bare {
            last_gradient: true,
        },
        way::Way::Trace,
    );
    let ways = [
        way::Way::Bare {
            last_gradient: false,
        },
        bare,
        full,
        way::Way::OneByOne,
    ];
    let mut times = vec![Vec::new(); ways.len() + 1];
    for round in 0..=ROUNDS {
        for turn in 0..=ways.len() {
            // The order turns by one place each round, so that no way is always the first or the last.
            let which = (turn + round) % (ways.len() + 1);
            let start = Instant::now();
            let seconds = match (ways.get(which), &mut python) {
                (Some(way), _) => {
                    way.run(network)?;
                    start.elapsed().as_secs_f64()
                }
                (None, Some(python)) => python.run()?,
                (None, None) => continue,
            };
            // The first round warms caches and is not counted.
            if round > 0 {
                times[which].push(seconds);
            }
        }
    }
    let medians: Vec<Option<f64>> = times.iter_mut().map(|times| median(times)).collect();
    let [
        Some(short),
        Some(bare),
        Some(full),
        Some(one_by_one),
        torchattacks,
    ] = medians[..]
    else {
        return Err("a way was not timed".into());
    };
    let points = 11.0;
    row(
        "our bare attack, 11 forward and 10 backward passes",
        short,
        None,
    );
    row(
        "  the last backward pass, which only the trace needs",
        bare - short,
        None,
    );
    row(
        "our bare attack, 11 forward and backward passes",
        bare,
        None,
    );
    row(
        "full trace: attack and all measures",
        full,
        Some(("of our bare attack", full / bare)),
    );
    row(
        "the authors' way: attack, then every iterate one by one",
        one_by_one,
        Some(("of the full trace", one_by_one / full)),
    );
    match torchattacks {
        None => println!(
            "  torchattacks' PGD: not timed, no Python with PyTorch and torchattacks was given"
        ),
        Some(theirs) => {
            row(
                "torchattacks' PGD alone, 10 forward and backward passes",
                theirs,
                None,
            );
            println!(
                "  full trace of torchattacks' PGD alone: {:.3}",
                full / theirs
            );
            println!(
                "  per forward and backward pass: ours {:.1} ms, torchattacks {:.1} ms, ratio {:.3}",
                1e3 * full / points,
                1e2 * theirs,
                full / points / (theirs / 10.0)
            );
        }
    }
    println!();
    Ok(())
}

fn row(what: &str, seconds: f64, ratio: Option<(&str, f64)>) {
    match ratio {
        Some((of, ratio)) => println!("  {what:<58} {:8.1} ms   {ratio:.3} {of}", 1e3 * seconds),
        None => println!("  {what:<58} {:8.1} ms", 1e3 * seconds),
    }
}

fn median(times: &mut [f64]) -> Option<f64> {
    times.sort_unstable_by(f64::total_cmp);
    times.get(times.len() / 2).copied()
}
