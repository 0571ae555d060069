//! The data sets as a form offers them.

use crate::words;
use valleyscope_shared::catalog::{Catalog, DataInfo};
use valleyscope_shared::fit::Fit;

/// Their ids with words, those that suit the model first; the others say why they do not.
pub fn data_sets(catalog: &Catalog, model: &str) -> Vec<(String, String)> {
    let named = |set: &DataInfo, remark: &str| {
        let count = words::count(set.count);
        (
            set.id.clone(),
            format!("{}, {count} images{remark}", set.title),
        )
    };
    let Some(model) = catalog.model(model) else {
        let sets = catalog.data_sets.iter();
        return sets.map(|set| named(set, "")).collect();
    };
    let sets = catalog.data_for(model).into_iter();
    sets.map(|(set, fit)| match fit {
        Fit::Own | Fit::Fits => named(set, ""),
        Fit::OtherClasses(_) => named(set, ": other classes"),
        Fit::Never(why) => named(set, &format!(": does not fit, {why}")),
    })
    .collect()
}
