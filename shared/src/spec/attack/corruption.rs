//! Common corruptions by severity (Hendrycks and Dietterich, arXiv 1903.12261): not an attack, but the same figure.

use super::{AttackInfo, fields};
use crate::field::{Field, Kind};

const KINDS: [(&str, &str); 18] = [
    ("gaussian_noise", "Gaussian noise"),
    ("shot_noise", "Shot noise"),
    ("impulse_noise", "Impulse noise"),
    ("speckle_noise", "Speckle noise"),
    ("gaussian_blur", "Gaussian blur"),
    ("defocus_blur", "Defocus blur"),
    ("glass_blur", "Glass blur"),
    ("motion_blur", "Motion blur"),
    ("zoom_blur", "Zoom blur"),
    ("snow", "Snow"),
    ("fog", "Fog"),
    ("brightness", "Brightness"),
    ("contrast", "Contrast"),
    ("saturate", "Saturation"),
    ("spatter", "Spatter"),
    ("elastic_transform", "Elastic transform"),
    ("pixelate", "Pixelation"),
    ("jpeg_compression", "JPEG compression"),
];

pub(super) fn info() -> AttackInfo {
    let options = KINDS.map(|(id, title)| fields::choice(id, title)).into();
    AttackInfo::new(
        "corruption",
        "Not an attack: the image under a common corruption of rising severity, as in CIFAR-10-C. Shows what sharpness does under damage that no adversary chose.",
        vec![
            Field::new(
                "corruption",
                "Corruption",
                "What happens to the image. Saturation needs colours.",
                Kind::Choice { options },
                "gaussian_noise",
            ),
            Field::new(
                "steps",
                "Severities",
                "Up to which severity; each is a point of the path, and 5 is the last that CIFAR-10-C has.",
                Kind::Integer { min: 1, max: 5 },
                5,
            ),
        ],
    )
    .random()
    .path()
}
