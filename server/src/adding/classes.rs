//! Names of classes where no data set tells them.

use valleyscope_engine::data::CIFAR10_CLASSES;
use valleyscope_engine::model::propose::Proposal;

/// Those of the data set that such images and so many classes usually mean; numbers for others.
pub fn usual(proposals: &[Proposal]) -> Vec<String> {
    let Some(first) = proposals.first() else {
        return Vec::new();
    };
    match (first.found.input_shape, first.found.classes) {
        ([3, 32, 32], 10) => CIFAR10_CLASSES.map(str::to_owned).to_vec(),
        (_, classes) => numbered(classes),
    }
}

/// Numbers from 0 on.
pub fn numbered(classes: i64) -> Vec<String> {
    (0..classes).map(|class| class.to_string()).collect()
}
