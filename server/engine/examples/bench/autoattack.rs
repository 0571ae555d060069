//! AutoAttack standard on 200 images: the passes of each part beside what the reference's schedule allows.

use crate::real::{RESNET4B, Real};
use crate::{Result, schedule};
use std::time::Instant;
use valleyscope_engine::attack;
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
