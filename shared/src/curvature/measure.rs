//! The measures that are computed on demand: one list for code, API, files and figures.

use crate::measure::measures;
use Subject::{Batch, Input, Layer};
use serde::{Deserialize, Serialize};

/// What a measure is read of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// The weights of a layer, for every example.
    Layer,
    /// The example itself, whatever the layer.
    Input,
    /// The weights of a layer, for all examples together.
    Batch,
}

measures! {
    /// A quantity that is computed when it is asked for.
    CurvatureMeasure,
    /// What it is read of.
    subject: Subject;
    Trace "trace" "Hessian trace" "" Layer r"\operatorname{tr} H_W" "tr H_W" "The sum of all curvatures of the loss over the weights of the layer, estimated with random probes; its standard error stands beside it.";
    KappaTr "kappa_tr" "Relative sharpness κ" "" Layer r"\sum_{i,j} \langle w_i, w_j \rangle \operatorname{tr} H_{ij}" "Σ_ij ⟨w_i, w_j⟩ tr H_ij" "Relative sharpness, neuron by neuron: curvature weighted with the size of the weights, so that rescaling a layer changes nothing.";
    KappaF2 "kappa_f2" "Relative sharpness, norm" "" Layer r"\lVert W \rVert_F^2 \operatorname{tr} H_W" "‖W‖_F² tr H_W" "The simpler form of relative sharpness: the trace times the squared norm of the layer's weights.";
    LambdaMax "lambda_max" "Largest eigenvalue λ" "" Layer r"\lambda_{\max}(H_W)" "λ_max(H_W)" "The curvature in the sharpest direction of the layer's weights, by Lanczos; its residual stands beside it.";
    Density "density" "Spectral density" "" Batch r"\frac{1}{n} \sum_i \delta(t - \lambda_i)" "1/n Σ_i δ(t − λ_i)" "How the eigenvalues of the Hessian are distributed, over all examples of the job together, by stochastic Lanczos quadrature.";
    Sam "sam" "SAM sharpness" "nats" Layer r"L\left(W + \rho \frac{\nabla_W L}{\lVert \nabla_W L \rVert_2}\right) - L(W)" "L(W + ρ ∇_W L / ‖∇_W L‖₂) − L(W)" "How much the loss rises after one step of length rho up its gradient; adaptive: the length counts relative to each weight (Foret et al. 2021).";
    StutzAverage "stutz_average" "Average-case flatness" "nats" Layer r"\mathbb{E}_{\nu} L(W + \nu) - L(W)" "E_ν L(W + ν) − L(W)" "How much the loss rises in the mean over random changes of the weights, as long as a share of the layer's norm (Stutz et al. 2021).";
    StutzWorst "stutz_worst" "Worst-case flatness" "nats" Layer r"\max_{\nu} L(W + \nu) - L(W)" "max_ν L(W + ν) − L(W)" "How much the loss rises at most over changes of the weights, as long as a share of the layer's norm, found by gradient ascent (Stutz et al. 2021).";
    FisherRao "fisher_rao" "Fisher-Rao norm" "" Layer r"\operatorname{Var}_{k \sim p} \langle W, \nabla_W z_k \rangle" "Var_{k∼p} ⟨W, ∇_W z_k⟩" "The squared length of the weights in the metric of the Fisher information of the example, with the model's own labels (Liang et al. 2019).";
    InputLambdaMax "input_lambda_max" "Input curvature λ" "" Input r"\lambda_{\max}(\nabla_x^2 L)" "λ_max(∇_x² L)" "The largest curvature of the loss over the pixels of the example.";
    InputCure "input_cure" "Input curvature, CURE" "" Input r"\frac{1}{h} \lVert \nabla_x L(x + hz) - \nabla_x L(x) \rVert_2" "‖∇_x L(x + hz) − ∇_x L(x)‖₂ / h" "How fast the input gradient turns along a step of 1.5 in the direction of its signs (Moosavi-Dezfooli et al. 2019).";
    GradNorm "grad_norm" "Gradient norm" "" Layer r"\lVert \nabla_W L \rVert_F" "‖∇_W L‖_F" "The length of the loss's gradient over the weights of the layer.";
}

impl CurvatureMeasure {
    /// Whether it is estimated with random probes, so that a standard error belongs to it.
    pub fn has_error(self) -> bool {
        matches!(
            self,
            Self::Trace | Self::KappaTr | Self::KappaF2 | Self::StutzAverage
        )
    }

    /// Whether it is an eigenvalue that is iterated for, so that a residual belongs to it.
    pub fn has_residual(self) -> bool {
        matches!(self, Self::LambdaMax | Self::InputLambdaMax)
    }

    /// Whether it needs derivatives of derivatives, which not every operator of a model has.
    pub fn is_second_order(self) -> bool {
        !matches!(
            self,
            Self::Sam | Self::StutzAverage | Self::StutzWorst | Self::InputCure | Self::GradNorm
        )
    }
}

/// What a catalogue says of one measure on demand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CurvatureMeasureInfo {
    /// The id.
    pub id: CurvatureMeasure,
    /// The name on axes.
    pub title: String,
    /// The unit, empty where there is none.
    pub unit: String,
    /// What it is read of.
    pub subject: Subject,
    /// The definition in plain text.
    pub formula: String,
    /// The definition as LaTeX.
    pub latex: String,
    /// What it tells the reader.
    pub help: String,
}

impl From<CurvatureMeasure> for CurvatureMeasureInfo {
    fn from(measure: CurvatureMeasure) -> Self {
        Self {
            id: measure,
            title: measure.title().to_owned(),
            unit: measure.unit().to_owned(),
            subject: measure.subject(),
            formula: measure.formula().to_owned(),
            latex: measure.latex().to_owned(),
            help: measure.help().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formula::{Display, mathml};

    #[test]
    fn ids_and_json_agree_and_every_formula_can_be_typeset() {
        for measure in ALL {
            assert_eq!(CurvatureMeasure::from_id(measure.id()), Some(*measure));
            assert_eq!(serde_json::to_value(measure).unwrap(), measure.id());
            mathml(measure.latex(), Display::Block).unwrap();
            assert!(measure.help().ends_with('.'));
        }
    }
}
