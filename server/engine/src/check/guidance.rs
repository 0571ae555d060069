//! What can go wrong with the gradients of an attack, and which of its own settings would mend it.

use crate::attack::{self, Differentiation, Kind};
use crate::error::Result;
use valleyscope_shared::field;
use valleyscope_shared::spec::{AttackInfo, AttackSpec, Gradient, Loss, Precision};

/// An attack as its warnings see it.
#[derive(Clone, Copy, Debug)]
pub struct Guidance {
    /// Whether gradients lead it: what is wrong with a gradient that nobody follows is no doubt of the result.
    follows: bool,
    /// Whether rounding can turn its gradients: autograd's, of the cross-entropy.
    rounded: bool,
    precision: Precision,
    /// Whether it offers the stable gradient, and has not taken it.
    stable: bool,
    /// Whether it offers the margin as its loss, and has not taken it.
    margin: bool,
}

impl Guidance {
    /// Of an attack in a precision.
    ///
    /// # Errors
    /// Of settings that the attack does not know.
    pub fn of(spec: &AttackSpec, precision: Precision) -> Result<Self> {
        let (traits, objective) = (attack::traits(spec)?, attack::objective(spec)?);
        let follows = match traits.kind {
            Kind::Path(_) => false,
            Kind::Ensemble => true,
            Kind::Ascent(_) | Kind::MinimumNorm { .. } => {
                traits.gradient() != Differentiation::None
            }
        };
        let info = attack_info(spec.id());
        let offers = |field: &str, value: &str| {
            let options = info
                .as_ref()
                .map_or(Vec::new(), |info| options(info, field));
            options.iter().any(|option| option == value)
        };
        let autograd = objective.gradient == Gradient::Autograd;
        Ok(Self {
            follows,
            rounded: follows && autograd && objective.loss == Loss::CrossEntropy,
            precision,
            stable: autograd && offers("gradient", "stable"),
            margin: objective.loss != Loss::Margin && offers("loss", "margin"),
        })
    }

    /// Whether a gradient of zero keeps the attack where it is.
    pub(super) fn follows(self) -> bool {
        self.follows
    }

    /// Below which 1 − p_y rounding distorts the gradient; nothing where it cannot.
    ///
    /// The entry −(1 − p_y) of the gradient is computed as p_y − 1, so its error is half a unit in the last place of 1:
    /// 2⁻²⁵ in f32 and 2⁻⁵⁴ in f64. An error of a tenth of the entry is called a distortion.
    pub(super) fn distorted_below(self) -> Option<f64> {
        let half_ulp = match self.precision {
            Precision::F32 | Precision::Tf32 => 2f64.powi(-25),
            Precision::F64 => 2f64.powi(-54),
        };
        self.rounded.then_some(10.0 * half_ulp)
    }

    /// What would move an attack on whose gradient is zero.
    pub(super) fn against_zero(self) -> &'static str {
        match (self.stable, self.margin) {
            (true, true) => "The stable gradient or the margin loss moves on.",
            (true, false) => "The stable gradient moves on.",
            (false, true) => "The margin loss moves on.",
            (false, false) => {
                "Square, which needs no gradient, or PGD with the stable one tells whether they are robust."
            }
        }
    }

    /// What would keep rounding from turning the gradient.
    pub(super) fn against_rounding(self) -> &'static str {
        match (self.stable, self.precision) {
            (true, _) => {
                "The stable gradient, which is computed in double precision, keeps its direction."
            }
            (false, Precision::F64) => "PGD with the stable gradient keeps its direction.",
            (false, _) => "The precision f64 keeps its direction here.",
        }
    }
}

fn attack_info(id: &str) -> Option<AttackInfo> {
    let attacks = valleyscope_shared::spec::attack::all();
    attacks.into_iter().find(|info| info.id == id)
}

/// The values of a field of choices.
fn options(info: &AttackInfo, field: &str) -> Vec<String> {
    let field = info.fields.iter().find(|known| known.id == field);
    match field.map(|field| &field.kind) {
        Some(field::Kind::Choice { options }) => {
            options.iter().map(|option| option.id.clone()).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(spec: &AttackSpec) -> Guidance {
        Guidance::of(spec, Precision::F32).unwrap()
    }

    /// Failed before: noise paths, corruptions and JPEG warned of autograd's gradient.
    #[test]
    fn who_follows_no_gradient_is_not_warned_of_it() {
        for id in ["noise_path", "corruption", "jpeg", "line", "square"] {
            let guidance = of(&AttackSpec::new(id, []));
            assert!(!guidance.follows(), "{id}");
            assert_eq!(guidance.distorted_below(), None, "{id}");
        }
        for id in ["pgd", "apgd", "fab", "autoattack", "cw"] {
            assert!(of(&AttackSpec::new(id, [])).follows(), "{id}");
        }
    }

    /// Failed before: APGD, Jitter and FAB were advised to take a gradient that they do not offer.
    #[test]
    fn only_what_an_attack_offers_is_advised() {
        for info in valleyscope_shared::spec::attack::all() {
            let guidance = of(&AttackSpec::new(&info.id, []));
            let words = format!(
                "{} {}",
                guidance.against_zero(),
                guidance.against_rounding()
            );
            let advised = words.contains("The stable gradient");
            let offered = options(&info, "gradient").contains(&"stable".to_owned());
            assert_eq!(advised, offered, "{}: {words}", info.id);
        }
        let taken = AttackSpec::new("pgd", [("gradient", "stable".into())]);
        assert!(!of(&taken).against_zero().contains("The stable gradient"));
    }
}
