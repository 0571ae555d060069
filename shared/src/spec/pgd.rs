//! Parameters of PGD (Madry et al., arXiv 1706.06083).

use super::attack::{AttackInfo, Gradient, Loss, epsilon_field, norm_field, shared_fields};
use crate::amount::Amount;
use crate::field::{Field, Kind, Norm};
use serde::{Deserialize, Serialize};

/// Steps along the steepest direction, each projected back into the ball and into [0, 1].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Pgd {
    /// The norm of the ball.
    pub norm: Norm,
    /// The radius, in pixel units.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::spec::AmountSchema))]
    pub epsilon: Amount,
    /// The length of one step, in pixel units.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::spec::AmountSchema))]
    pub step_size: Amount,
    /// The number of updates T.
    pub steps: u32,
    /// Whether to begin at a random point of the ball; adds the point `start`.
    pub random_start: bool,
    /// What is climbed.
    pub loss: Loss,
    /// The class to reach, or none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<u32>,
    /// How the gradient at the logits is made.
    pub gradient: Gradient,
}

impl Default for Pgd {
    fn default() -> Self {
        Self {
            norm: Norm::Linf,
            epsilon: super::fraction(8, 255),
            step_size: super::fraction(2, 255),
            steps: 10,
            random_start: false,
            loss: Loss::default(),
            target: None,
            gradient: Gradient::default(),
        }
    }
}

/// The largest number of steps of one run.
pub const MOST_STEPS: u64 = 100_000;

impl Pgd {
    /// The key in JSON.
    pub const ID: &'static str = "pgd";

    pub(super) fn info() -> AttackInfo {
        let mut fields = vec![
            norm_field(),
            epsilon_field("8/255"),
            Field::new(
                "step_size",
                "Step size",
                "The length of one step, in pixel units. Smaller steps resolve the peak better.",
                Kind::Length {
                    min: 0.0,
                    above: true,
                },
                "2/255",
            ),
            Field::new(
                "steps",
                "Steps",
                "How many updates the attack makes. It goes on past the first success, into the valley.",
                Kind::Integer {
                    min: 1,
                    max: MOST_STEPS,
                },
                10,
            ),
            Field::new(
                "random_start",
                "Random start",
                "Begin at a random point of the ball instead of at the clean image. The paper does not.",
                Kind::Flag,
                false,
            ),
        ];
        fields.extend(shared_fields());
        AttackInfo {
            id: Self::ID.to_owned(),
            title: "PGD".to_owned(),
            help: "Projected gradient ascent: many small steps, each projected back into the ball and the pixel range.".to_owned(),
            fields,
        }
    }

    pub(super) fn summary(&self) -> String {
        let start = if self.random_start {
            ", random start"
        } else {
            ""
        };
        format!(
            "PGD {} {}, {} steps of {}{start}",
            self.norm.id(),
            self.epsilon,
            self.steps,
            self.step_size
        )
    }
}
