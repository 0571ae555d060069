//! What flatness guarantees beside what happened: the documents of the theory panel.
//!
//! The formulas are those of the crate `valleyscope-head`, and stand in `docs/definitions/bounds.md`.

use crate::num::Num;
use crate::valley::{BandPoint, Population};
use serde::{Deserialize, Serialize};

/// What a number says of the loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It happened.
    Measured,
    /// It follows exactly from what happened.
    Exact,
    /// It cannot be exceeded.
    Certified,
    /// It can be exceeded.
    Estimate,
    /// As the authors state it; not a certificate.
    AsStated,
}

macro_rules! lines {
    ($($variant:ident $id:literal $title:literal $standing:ident $help:literal;)*) => {
        /// A curve along the path.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum Line {
            $(#[doc = $help] $variant,)*
        }

        impl Line {
            /// Every curve, in the order of tables.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name in JSON and files.
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// The name in legends.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// What it says of the loss.
            pub fn standing(self) -> Standing {
                match self { $(Self::$variant => Standing::$standing,)* }
            }

            /// What it tells the reader.
            pub fn help(self) -> &'static str {
                match self { $(Self::$variant => $help,)* }
            }
        }
    };
}

lines! {
    Rise "rise" "rise of the loss" Measured "The loss at a step less the loss at the clean image.";
    Second "second" "slope and curvature" Exact "What slope and curvature at the clean image predict: (p − e_y)ᵀu + σ²/2.";
    Cubic "cubic" "B1 cubic" Certified "Bound B1 at the features' true displacement: slope, flatness, and the largest third derivative.";
    Flat "flat" "B5 flatness" Certified "Bound B5 at the features' true displacement: the best use of flatness.";
    Free "free" "B6 without curvature" Certified "Bound B6 at the features' true displacement: probabilities and distances of class weights alone.";
    Least "least" "least bound" Certified "The least of the six bounds at the features' true displacement.";
    Authors "authors" "as stated by the authors, not a certificate" AsStated "The bound of the follow-up paper at the features' true displacement.";
    Tightness "tightness" "rise / least bound" Measured "How much of what the least bound allows has happened.";
    GlobalCubic "global_cubic" "B1, certified L" Certified "Bound B1 at L times the length of the perturbation, with a constant L that holds for all images.";
    GlobalFlat "global_flat" "B5, certified L" Certified "Bound B5 at that length.";
    GlobalFree "global_free" "B6, certified L" Certified "Bound B6 at that length.";
    LocalCubic "local_cubic" "B1, secant L (estimate)" Estimate "Bound B1 at the largest ratio seen so far on the path, of the features' displacement to the perturbation, times its length.";
    LocalFlat "local_flat" "B5, secant L (estimate)" Estimate "Bound B5 at that length.";
    LocalFree "local_free" "B6, secant L (estimate)" Estimate "Bound B6 at that length.";
    Third "third" "third derivative, size" Exact "The size of D³l[Δφ, Δφ, Δφ] at the clean image.";
    ThirdBound "third_bound" "its tight bound" Certified "σ² √(R² − 4σ²), which it cannot exceed.";
    Remainder "remainder" "remainder R₃, size" Exact "The size of what slope and curvature do not explain of the rise.";
    RemainderBound "remainder_bound" "its cubic bound" Certified "R³/(36 √3), which it cannot exceed.";
}

/// A curve along the path: a distribution over the examples at every recorded point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Curve {
    /// Which.
    pub line: Line,
    /// The distribution at each recorded point.
    pub points: Vec<BandPoint>,
}

/// What is certified of an example, and what an attack did to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Radii {
    /// The example's row in the run.
    pub row: usize,
    /// Its index in the data set.
    pub index: u64,
    /// τ_m: how far the features can move without a change of the prediction.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::num::NumSchema))]
    pub margin: Num,
    /// τ_l: how far they can move while a bound keeps the loss below log 2.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::num::NumSchema))]
    pub loss: Num,
    /// The largest ratio of the features' displacement to the perturbation on the path; an estimate of a local constant, from below.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::num::NumSchema))]
    pub secant: Num,
    /// The ℓ2 length of the smallest perturbation on any path of the run that changes the prediction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::num::NumSchema>))]
    pub smallest: Option<Num>,
}

/// How far a layer takes two values apart at most.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LayerBound {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: String,
    /// Its own constant.
    pub factor: f64,
    /// The constant from the image up to its value; none where an operator before it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to: Option<f64>,
}

/// How sensitive a network can be: Lipschitz constants in ℓ2, upper bounds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sensitivity {
    /// From the image to the features; none where no bound holds.
    pub features: Option<f64>,
    /// From the image to the logits.
    pub logits: Option<f64>,
    /// The layers with weights, in the order in which they are computed.
    pub layers: Vec<LayerBound>,
    /// The first operator that has no constant, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unbounded: Option<String>,
}

/// The theory beside one pass of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Theory {
    /// Which pass.
    pub pass: usize,
    /// Over which examples.
    pub population: Population,
    /// How many these are.
    pub examples: usize,
    /// The one that it is about, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<usize>,
    /// How many classes the model tells apart.
    pub classes: usize,
    /// What is drawn along the path; what cannot be computed is left out.
    pub curves: Vec<Curve>,
    /// Of each example; of none where the bounds cannot be computed.
    pub radii: Vec<Radii>,
    /// Lipschitz constants of the network, once they are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitivity: Option<Sensitivity>,
    /// At how many example-points the loss has risen by more than the least bound: of none, or something is wrong.
    pub broken: usize,
    /// Why the bounds are not there, where they are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// Why the certified constant is not there, where it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_constant: Option<String>,
    /// How much of the constants is computed and how much there is, while they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub computing: Option<(usize, usize)>,
}

impl Theory {
    /// The points of a curve.
    pub fn curve(&self, line: Line) -> Option<&[BandPoint]> {
        let curve = self.curves.iter().find(|curve| curve.line == line)?;
        Some(&curve.points)
    }

    /// The certified constant of the features.
    pub fn constant(&self) -> Option<f64> {
        self.sensitivity.as_ref()?.features
    }

    /// The examples whose certified radius is above the smallest perturbation found: of none, or something is wrong.
    pub fn impossible(&self) -> Vec<usize> {
        let Some(constant) = self.constant() else {
            return Vec::new();
        };
        let is = |radii: &&Radii| {
            // Lengths are measured in single precision where the network is computed in it.
            let found = radii.smallest.map_or(f64::INFINITY, |found| found.0);
            radii.margin.0 / constant > found * (1.0 + 1e-5)
        };
        let those = self.radii.iter().filter(is);
        those.map(|radii| radii.row).collect()
    }
}
