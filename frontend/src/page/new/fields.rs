//! The fields of a run beside its attack, with the limits that the shared check uses.

use super::draft::Draft;
use valleyscope_shared::catalog::{Catalog, Corrupted};
use valleyscope_shared::field::{Choice, Field, Kind};
use valleyscope_shared::spec::{DataSpec, MOST_BATCH, MOST_EXAMPLES, MOST_KEPT};

/// All of them; a field's id is its path.
pub fn of_run(catalog: &Catalog, draft: &Draft) -> Vec<Field> {
    let set = catalog.data_set(draft.text("data.set"));
    let available = set.map_or(MOST_EXAMPLES, |set| set.count);
    let most = available.clamp(1, MOST_EXAMPLES);
    let whole = |min, max| Kind::Integer { min, max };
    let flag = Kind::Flag;
    let corrupted = set.and_then(|set| set.corrupted.as_ref());
    let mut fields = corrupted.map(of_corrupted).unwrap_or_default();
    fields.extend([
        Field::new(
            "data.first",
            "First image",
            "The index of the first image, from 0.",
            whole(0, available.saturating_sub(1)),
            0,
        ),
        Field::new(
            "data.count",
            "Images",
            "How many images are attacked. More give narrower intervals and take longer.",
            whole(1, most),
            DataSpec::DEFAULT_COUNT.min(most),
        ),
        Field::new(
            "data.class",
            "Only this class",
            "Attack only images of one class.",
            Kind::Class,
            serde_json::Value::Null,
        )
        .advanced(),
        Field::new(
            "data.only_correct",
            "Only correctly classified",
            "Leave out images that the model gets wrong without any attack.",
            flag,
            false,
        )
        .advanced(),
        Field::new(
            "batch_size",
            "Batch size",
            "How many images are attacked at a time. Results do not depend on it.",
            whole(1, u64::from(MOST_BATCH)),
            64,
        )
        .advanced(),
        Field::new(
            "keep_examples",
            "Keep the pictures of",
            "For so many examples every step's picture is kept, so that it can be looked at.",
            whole(0, u64::from(MOST_KEPT)),
            128,
        )
        .advanced(),
        Field::new(
            "precision",
            "Precision",
            "Of the network; sharpness is always computed in double precision.",
            Kind::Choice {
                options: precisions(),
            },
            "f32",
        )
        .advanced(),
        Field::new(
            "trace",
            "Trace",
            "Off: no measure is read between the clean image and the end, so nothing is spent but the attack itself.",
            Kind::Choice { options: traces() },
            "on",
        )
        .advanced(),
        Field::new(
            "device",
            "Device",
            "Where the network runs. Auto takes the best one there is.",
            Kind::Choice {
                options: devices(catalog),
            },
            "auto",
        )
        .advanced(),
    ]);
    fields
}

/// What is chosen of corrupted pictures: as they were registered where nothing is.
pub fn of_corrupted(set: &Corrupted) -> Vec<Field> {
    let words = |id: &str| id.replace('_', " ");
    let own = Choice {
        id: String::new(),
        title: format!("As registered: {}", words(&set.corruption)),
    };
    let choice = |id: &String| Choice {
        id: id.clone(),
        title: words(id),
    };
    let options = std::iter::once(own).chain(set.corruptions.iter().map(choice));
    let severity = match set.severity {
        Some(severity) => format!("severity {severity}"),
        None => "all severities, one after another".to_owned(),
    };
    vec![
        Field::new(
            "data.corruption",
            "Corruption",
            "What was done to the pictures.",
            Kind::Choice {
                options: options.collect(),
            },
            serde_json::Value::Null,
        ),
        Field::new(
            "data.severity",
            "Severity",
            &format!("How much of it; as registered while it is empty: {severity}."),
            Kind::Integer {
                min: 1,
                max: u64::from(DataSpec::SEVERITIES),
            },
            serde_json::Value::Null,
        ),
    ]
}

fn precisions() -> Vec<Choice> {
    [
        ("f32", "Single: fast, as published"),
        (
            "tf32",
            "Single, convolutions in TF32: faster, on a GPU only",
        ),
        ("f64", "Double: for reference values"),
    ]
    .map(|(id, title)| Choice {
        id: id.to_owned(),
        title: title.to_owned(),
    })
    .into()
}

fn traces() -> Vec<Choice> {
    [
        ("on", "Every step: sharpness and all measures"),
        ("off", "Off: the verdict alone"),
    ]
    .map(|(id, title)| Choice {
        id: id.to_owned(),
        title: title.to_owned(),
    })
    .into()
}

fn devices(catalog: &Catalog) -> Vec<Choice> {
    let title = |id: &str| match id {
        "auto" => format!("Automatic ({})", catalog.auto_device),
        other => other.to_owned(),
    };
    let device = |id: &String| Choice {
        id: id.clone(),
        title: title(id),
    };
    catalog.devices.iter().map(device).collect()
}
