//! `cargo run --release -p valleyscope-engine --example train -- SPEC.json FOLDER`

use std::path::Path;
use valleyscope_engine::train::{TrainSpec, train};
use valleyscope_shared::runner::Cancel;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, spec, folder] = arguments.as_slice() else {
        return Err("usage: train SPEC.json FOLDER".into());
    };
    let spec = TrainSpec::parse(&std::fs::read_to_string(spec)?)?;
    let trained = train(&spec, Path::new("."), &Cancel::default(), &mut |p| {
        if p.batch == p.batches {
            println!(
                "epoch {}/{} loss {:.4} accuracy {:.4} {:.0} s, {:.0} s left",
                p.epoch, p.epochs, p.loss, p.accuracy, p.elapsed_seconds, p.remaining_seconds
            );
        }
    })?;
    trained.save(Path::new(folder))?;
    println!("{:?}", trained.card.accuracy);
    Ok(())
}
