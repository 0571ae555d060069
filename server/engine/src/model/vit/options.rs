//! Which member of the family.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// The sizes of its layers; those of VNN-COMP's `pgd_2_3_16` unless given.
///
/// The number of heads leaves no trace in a weights file, so the wrong one loads without an error and
/// ruins the accuracy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VitOptions {
    /// Side of a patch, in pixels.
    pub patch: i64,
    /// Numbers per token: the features.
    pub width: i64,
    /// Layers of attention.
    pub depth: i64,
    /// Heads of each layer, which share out the width.
    pub heads: i64,
    /// Units between the two linear layers that follow each attention.
    pub hidden: i64,
}

/// More layers than a small transformer has.
pub(super) const MOST: i64 = 64;

impl Default for VitOptions {
    fn default() -> Self {
        Self {
            patch: 16,
            width: 48,
            depth: 2,
            heads: 3,
            hidden: 96,
        }
    }
}

impl VitOptions {
    /// Patches of a picture and the class token.
    pub(crate) fn tokens(&self, [_, height, width]: [i64; 3]) -> i64 {
        (height / self.patch) * (width / self.patch) + 1
    }

    /// # Errors
    /// Names the option outside its limits, or that does not divide what it has to divide.
    pub(super) fn within_limits(&self, input_shape: [i64; 3]) -> Result<()> {
        let refuse = |field, value: i64, expected: String| {
            Err(Error::Card {
                field,
                value: value.to_string(),
                expected,
            })
        };
        let [_, height, width] = input_shape;
        if self.patch < 1 || height % self.patch != 0 || width % self.patch != 0 {
            let expected =
                format!("a divisor of the picture's sides {height} and {width} is right");
            return refuse("architecture.vit.patch", self.patch, expected);
        }
        if self.tokens(input_shape) > 4097 {
            let expected = format!("at most 4096 patches in {height}x{width} pixels are right");
            return refuse("architecture.vit.patch", self.patch, expected);
        }
        for (field, value, most) in [
            ("architecture.vit.width", self.width, 4096),
            ("architecture.vit.hidden", self.hidden, 16384),
            ("architecture.vit.depth", self.depth, MOST),
        ] {
            if !(1..=most).contains(&value) {
                return refuse(field, value, format!("1 to {most} is right"));
            }
        }
        if self.heads < 1 || self.width % self.heads != 0 {
            let expected = format!("a divisor of the width {} is right", self.width);
            return refuse("architecture.vit.heads", self.heads, expected);
        }
        Ok(())
    }
}
