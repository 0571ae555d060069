//! JPEG compression of falling quality: not an attack, but the same figure.

use super::{AttackInfo, MOST_STEPS};
use crate::field::{Field, Kind};

pub(super) fn info() -> AttackInfo {
    AttackInfo::new(
        "jpeg",
        "Not an attack: the image after JPEG compression of falling quality. Shows what sharpness does under damage that people hardly see.",
        vec![
            quality(
                "first",
                "First quality",
                "Where the qualities begin, from 1 to 100; 100 is the best.",
                100,
            ),
            quality("last", "Last quality", "Where the qualities end.", 5),
            Field::new(
                "steps",
                "Steps",
                "At how many qualities the image is compressed, in equal steps from the first to the last.",
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

fn quality(id: &str, title: &str, help: &str, default: u64) -> Field {
    Field::new(id, title, help, Kind::Integer { min: 1, max: 100 }, default)
}
