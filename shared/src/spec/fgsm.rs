//! Parameters of FGSM (Goodfellow, Shlens and Szegedy, arXiv 1412.6572).

use super::attack::{AttackInfo, Gradient, Loss, epsilon_field, norm_field, shared_fields};
use crate::amount::Amount;
use crate::field::Norm;
use serde::{Deserialize, Serialize};

/// One step of length epsilon along the steepest direction of the norm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Fgsm {
    /// The norm of the ball.
    pub norm: Norm,
    /// The radius, in pixel units.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::spec::AmountSchema))]
    pub epsilon: Amount,
    /// What is climbed.
    pub loss: Loss,
    /// The class to reach, or none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<u32>,
    /// How the gradient at the logits is made.
    pub gradient: Gradient,
}

impl Default for Fgsm {
    fn default() -> Self {
        Self {
            norm: Norm::Linf,
            epsilon: super::fraction(8, 255),
            loss: Loss::default(),
            target: None,
            gradient: Gradient::default(),
        }
    }
}

impl Fgsm {
    /// The key in JSON.
    pub const ID: &'static str = "fgsm";

    pub(super) fn info() -> AttackInfo {
        let mut fields = vec![norm_field(), epsilon_field("8/255")];
        fields.extend(shared_fields());
        AttackInfo {
            id: Self::ID.to_owned(),
            title: "FGSM".to_owned(),
            help: "One step of length ε along the steepest direction of the loss.".to_owned(),
            fields,
        }
    }

    pub(super) fn summary(&self) -> String {
        format!("FGSM {} {}", self.norm.id(), self.epsilon)
    }
}
