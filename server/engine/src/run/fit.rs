//! Whether a model and images belong together, asked before the first tensor is made.
//!
//! Whoever orders a run is told by the same comparison of the lists of classes; this is for everybody else,
//! as a label beyond the classes would leave a GPU unusable for every run that follows.

use crate::data::{Dataset, DatasetInfo};
use crate::error::{Error, Result};
use crate::model::{LoadedModel, Model};
use valleyscope_shared::spec::classes::difference;

/// Refuses a data set of other classes than the model's, and a model whose last layer has not a row for each of its classes.
/// Where other classes are allowed, says how they differ.
pub(super) fn check(
    loaded: &LoadedModel,
    set: &DatasetInfo,
    allow_others: bool,
) -> Result<Option<String>> {
    let (rows, named) = (classes(loaded.model.as_ref()), loaded.card.classes.len());
    if rows != named {
        return Err(Error::Card {
            field: "classes",
            value: format!("a list of {named}"),
            expected: format!("the last layer has {rows} rows, and as many names are right"),
        });
    }
    match difference(&loaded.card.classes, &set.classes) {
        Some(difference) if allow_others => Ok(Some(format!(
            "The images' classes are not the model's, as was allowed: {difference}. Labels are compared by their place."
        ))),
        Some(difference) => Err(Error::Classes {
            set: set.id.clone(),
            difference,
        }),
        None => Ok(None),
    }
}

/// How many classes a model's last layer has.
pub(super) fn classes(model: &dyn Model) -> usize {
    let size = model.head().weight.size();
    size.first().map_or(0, |rows| *rows as usize)
}

/// The label of an image, if it is one of so many classes.
pub(super) fn label(set: &dyn Dataset, index: usize, classes: usize) -> Result<usize> {
    let label = set.label(index)?;
    match label < classes {
        true => Ok(label),
        false => Err(Error::Label {
            set: set.info().id.clone(),
            index,
            label,
            classes,
        }),
    }
}

/// Refuses a target that is none of so many classes.
pub(super) fn target(class: u32, classes: usize) -> Result<()> {
    match (class as usize) < classes {
        true => Ok(()),
        false => Err(Error::Setting {
            field: "target",
            value: class.to_string(),
            expected: format!(
                "the model has {classes} classes, and 0 to {} are right",
                classes.saturating_sub(1)
            ),
        }),
    }
}
