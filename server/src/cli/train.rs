//! `valleyscope train`

use super::Place;
use super::document::Document;
use super::exit::{EXIT_CODES, End};
use super::output::Folder;
use super::progress::Progress;
use super::say::{print, say};
use super::stop::at_signal;
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use valleyscope_engine::error::Error;
use valleyscope_engine::train::{TrainSpec, Trained, train as train_model};
use valleyscope_shared::problem::{FieldError, Problem};

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Arguments {
    /// What to train, on what, for how long; `-` reads it from standard input
    #[arg(value_name = "SPEC.json")]
    spec: PathBuf,
    /// The folder that gets model.safetensors, model.json and train.json
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    #[command(flatten)]
    place: Place,
}

pub fn train(arguments: &Arguments) -> Result<ExitCode> {
    let document = Document::read(&arguments.spec, "the training")?;
    let explain = |error| explain(&document, error);
    let spec = TrainSpec::parse(document.text()).map_err(explain)?;
    let data_dir = arguments.place.data_dir()?;
    let folder = Folder::check("--out", &arguments.out)?;
    let cancel = at_signal(
        "stopping after this batch and keeping the weights; once more (Ctrl-C or SIGTERM) stops at once",
    );
    let trained =
        show(|progress| train_model(&spec, &data_dir, &cancel, progress)).map_err(explain)?;
    let Some(place) = trained.stopped() else {
        folder.save(|path| trained.save(path))?;
        say(format_args!("written to {}", folder.path().display()));
        return report(&trained);
    };
    say(format_args!("the training was stopped {place}"));
    // A model of an earlier training is worth more than half of this one.
    if folder.path().join("model.safetensors").exists() {
        let kept = folder.save_beside(|path| trained.save(path))?;
        say(format_args!(
            "{} has a model already; the weights of that moment are in {}",
            folder.path().display(),
            kept.display()
        ));
    } else {
        folder.save(|path| trained.save(path))?;
        say(format_args!(
            "the weights of that moment are in {}",
            folder.path().display()
        ));
    }
    Ok(End::Stopped.into())
}

type OnProgress<'a> = &'a mut dyn FnMut(valleyscope_engine::train::Progress);

/// Trains, showing how far it is.
fn show<T>(train: impl FnOnce(OnProgress) -> T) -> T {
    let mut bar = Progress::new("batches");
    let mut epoch = 0;
    let trained = train(&mut |now| {
        let done = u64::from(now.epoch - 1) * now.batches as u64 + now.batch as u64;
        let total = u64::from(now.epochs) * now.batches as u64;
        let message = format!(
            "(epoch {} of {}, loss {:.4}, accuracy {:.1} %)",
            now.epoch,
            now.epochs,
            now.loss,
            100.0 * now.accuracy
        );
        bar.set(done, total, &message);
        if now.batch == now.batches && now.epoch != epoch {
            epoch = now.epoch;
            tracing::debug!(
                epoch,
                loss = now.loss,
                accuracy = now.accuracy,
                "epoch {epoch} is done"
            );
        }
    });
    bar.end();
    trained
}

/// The place in the document of what the engine refuses.
fn explain(document: &Document, error: Error) -> anyhow::Error {
    match error {
        Error::Json { reason, .. } => document.unreadable(&reason),
        Error::Setting {
            field,
            value,
            expected,
        } => document.explain(&Problem::invalid(vec![FieldError {
            path: field.to_owned(),
            message: format!("{value} is not possible; {expected}"),
        }])),
        error => error.into(),
    }
}

fn report(trained: &Trained) -> Result<ExitCode> {
    if let Some(accuracy) = &trained.card.accuracy {
        print(format_args!(
            "clean accuracy {:.2} % on {} images of {}",
            100.0 * accuracy.clean,
            accuracy.count,
            accuracy.data
        ))?;
        if let Some(pgd) = &accuracy.pgd {
            print(format_args!(
                "under PGD with epsilon {}, {} steps of {}: {:.2} %",
                pgd.epsilon,
                pgd.steps,
                pgd.step_size,
                100.0 * pgd.accuracy
            ))?;
        }
    }
    Ok(End::Done.into())
}
