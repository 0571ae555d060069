//! A straight line from each image to another image: not an attack, but the same figure.

use super::{AttackInfo, MOST_STEPS};
use crate::field::{Field, Kind};
use serde_json::Value;

pub(super) fn info() -> AttackInfo {
    AttackInfo::new(
        "line",
        "Not an attack: a straight line from each image to another image, in equal steps. Shows what sharpness does on the way between two pictures that both have a right answer.",
        vec![
            Field::new(
                "to",
                "Leads to image",
                "The index of the image in the data set that every line leads to. Leave empty, and each line leads to the next image of another class.",
                Kind::Integer {
                    min: 0,
                    max: u32::MAX.into(),
                },
                Value::Null,
            ),
            Field::new(
                "steps",
                "Steps",
                "In how many equal steps the line is walked.",
                Kind::Integer {
                    min: 1,
                    max: MOST_STEPS,
                },
                20,
            ),
        ],
    )
    .path()
}
