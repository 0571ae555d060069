//! AutoAttack standard on 200 images: the passes of each part beside what the reference's schedule allows, and the time beside the original's.

use crate::attacks::{Theirs, ours};
use crate::real::{RESNET4B, RESNET20, Real};
use crate::{Result, schedule};
use std::time::Instant;
use valleyscope_engine::attack;
use valleyscope_engine::measure::LastLayer;
use valleyscope_engine::noise::Noise;
use valleyscope_shared::spec::AttackSpec;

const IMAGES: usize = 200;

pub fn count() -> Result<()> {
    tch::set_num_threads(std::thread::available_parallelism()?.get() as i32);
    // The radius that this network was trained for.
    let spec = AttackSpec::new("autoattack", [("epsilon", "2/255".into())]);
    let Some(real) = Real::open(RESNET4B, IMAGES)? else {
        return Ok(());
    };
    let start = Instant::now();
    let model = real.loaded.model.as_ref();
    let mut steps = attack::start(&spec, model, real.batch(false)?, Noise::new(1))?;
    let parts = schedule::walk(&spec, steps.as_mut())?;
    println!(
        "{RESNET4B}, the first {IMAGES} CIFAR-10 test images, epsilon 2/255, trace off\n\n\
         | part | images left | our passes | the reference's schedule |\n|---|---|---|---|"
    );
    for part in &parts {
        println!(
            "| {:?} | {} | {} + {} | {} + {} |",
            part.part,
            part.began,
            part.spent.forward,
            part.spent.backward,
            part.allowed.forward,
            part.allowed.backward
        );
        if part.spent.forward > part.allowed.forward || part.spent.backward > part.allowed.backward
        {
            return Err(format!("more passes than the reference: {part:?}").into());
        }
    }
    println!("\n{:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}

/// The original's time, ours for the verdict alone and ours with a trace, one after another, each once: they take minutes.
pub fn time(images: Option<&str>) -> Result<()> {
    let images = images.map_or(Ok(IMAGES), str::parse)?;
    let threads = std::thread::available_parallelism()?.get() as i32;
    tch::set_num_threads(threads);
    let spec = AttackSpec::new("autoattack", [("epsilon", "4/255".into())]);
    let Some(real) = Real::open(RESNET20, images)? else {
        return Ok(());
    };
    println!(
        "{RESNET20}, the first {images} CIFAR-10 test images, epsilon 4/255, f32, {threads} threads\n"
    );
    let off = ours::bare(&real, &spec)?;
    println!(
        "ours, verdict alone: {:.1} s, {} + {} passes",
        off.0, off.1.forward, off.1.backward
    );
    let last = LastLayer::of(&real.loaded.model.head())?;
    let on = ours::as_a_run(&real, &spec, &last)?;
    println!("ours, with the trace of a run: {on:.1} s");
    if std::env::var_os("VALLEYSCOPE_AUTOATTACK").is_none() {
        println!("skipped: VALLEYSCOPE_AUTOATTACK names no folder with the original");
        return Ok(());
    }
    let Some(mut theirs) = Theirs::start(&real, threads)? else {
        return Ok(());
    };
    let original = theirs.time("original(4 / 255)")?;
    println!(
        "the original: {original:.1} s\nverdict alone / original {:.2}, with the trace / original {:.2}",
        off.0 / original,
        on / original
    );
    Ok(())
}
