//! `valleyscope train`

use super::Place;
use super::progress::Progress;
use super::stop::at_interrupt;
use anyhow::{Context, Result};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use valleyscope_engine::train::{TrainSpec, train as train_model};
use valleyscope_shared::runner::Cancel;

#[derive(Debug, Args)]
pub struct Arguments {
    /// What to train, on what, for how long
    #[arg(value_name = "SPEC.json")]
    spec: PathBuf,
    /// The folder that gets model.safetensors, model.json and train.json
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    #[command(flatten)]
    place: Place,
}

pub fn train(arguments: &Arguments) -> Result<ExitCode> {
    let text = std::fs::read_to_string(&arguments.spec)
        .with_context(|| format!("cannot read the training from {}", arguments.spec.display()))?;
    let spec = TrainSpec::parse(&text)?;
    let cancel = Cancel::default();
    at_interrupt(&cancel);
    let mut progress = Progress::new("batches");
    let mut epoch = 0;
    let trained = train_model(&spec, &arguments.place.data_dir()?, &mut |now| {
        let done = u64::from(now.epoch - 1) * now.batches as u64 + now.batch as u64;
        let total = u64::from(now.epochs) * now.batches as u64;
        let message = format!(
            "(epoch {} of {}, loss {:.4}, accuracy {:.1} %)",
            now.epoch,
            now.epochs,
            now.loss,
            100.0 * now.accuracy
        );
        progress.set(done, total, &message);
        if now.batch == now.batches && now.epoch != epoch {
            epoch = now.epoch;
            tracing::debug!(
                epoch,
                loss = now.loss,
                accuracy = now.accuracy,
                "epoch {epoch} is done"
            );
        }
        !cancel.is_cancelled()
    })?;
    progress.end();
    trained.save(&arguments.out)?;
    if let Some(accuracy) = &trained.card.accuracy {
        println!(
            "clean accuracy {:.2} % on {} images of {}",
            100.0 * accuracy.clean,
            accuracy.count,
            accuracy.data
        );
        if let Some(pgd) = &accuracy.pgd {
            println!(
                "under PGD with epsilon {}, {} steps of {}: {:.2} %",
                pgd.epsilon,
                pgd.steps,
                pgd.step_size,
                100.0 * pgd.accuracy
            );
        }
    }
    println!("written to {}", arguments.out.display());
    Ok(ExitCode::SUCCESS)
}
