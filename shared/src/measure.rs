//! The measures: one list for code, API, files and figures.

mod list;

pub(crate) use list::measures;
use serde::{Deserialize, Serialize};

measures! {
    /// A quantity read for every example at every recorded point.
    Measure,
    /// Whether its axis is logarithmic unless asked otherwise: positive and over many decades.
    log_by_default: bool;
    Loss "loss" "Loss" "nats" false r"-\log p_y" "−log p_y" "Cross-entropy with the true label. Above log K the prediction must be wrong; below log 2 it cannot have flipped.";
    Confidence "confidence" "Confidence" "" false r"\max_k p_k" "max_k p_k" "Probability of the predicted class.";
    Margin "margin" "Margin" "logits" false r"z_y - \max_{k \neq y} z_k" "z_y − max_{k≠y} z_k" "Positive while the prediction is right; zero at the flip.";
    Pred "pred" "Prediction" "class" false r"\operatorname{argmax}_k z_k" "argmax_k z_k" "Index of the predicted class.";
    Entropy "entropy" "Entropy" "nats" false r"-\sum_k p_k \log p_k" "−Σ_k p_k log p_k" "Uncertainty of the prediction.";
    Gini "gini" "Gini uncertainty" "" true r"\sum_k p_k (1 - p_k)" "Σ_k p_k (1 − p_k)" "The prediction's part of sharpness: largest where classes tie, and zero when the model is certain, rightly or wrongly.";
    PhiSq "phi_sq" "Feature energy ‖φ‖²" "" false r"\lVert \varphi \rVert^2" "‖φ‖²" "The features' part of sharpness: squared length of the last layer's input.";
    TraceH "trace_h" "Hessian trace" "" true r"\text{gini} \cdot \lVert \varphi \rVert^2" "gini · ‖φ‖²" "Trace of the loss Hessian in the last layer's weights.";
    KappaCode "kappa_code" "Sharpness, as in the authors' code" "" true r"\lVert W \rVert_F \cdot \text{gini} \cdot \lVert \varphi \rVert^2" "‖W‖_F · gini · ‖φ‖²" "What the published code computes. Not invariant to rescaling layers, so not for comparing models.";
    KappaF2 "kappa_f2" "Sharpness, paper text" "" true r"\lVert W \rVert_F^2 \cdot \text{gini} \cdot \lVert \varphi \rVert^2" "‖W‖_F² · gini · ‖φ‖²" "An upper bound of the neuron-wise value.";
    KappaF2c "kappa_f2c" "Sharpness, centred weights" "" true r"\lVert W - \mathbf{1} \cdot \text{mean row} \rVert_F^2 \cdot \text{gini} \cdot \lVert \varphi \rVert^2" "‖W − 1·mean row‖_F² · gini · ‖φ‖²" "As in the paper's text, but unchanged when the same vector is added to all class weights.";
    KappaTr "kappa_tr" "Sharpness κ" "" true r"\lVert \varphi \rVert^2 \sum_k p_k \lVert w_k - \bar w \rVert^2" "‖φ‖² Σ_k p_k ‖w_k − w̄‖²" "Relative sharpness, neuron-wise trace (Petzka et al. 2021): the loss surface's curvature in the last layer, invariant to rescaling. Small means flat.";
    KappaMax "kappa_max" "Sharpness, neuron-wise maximum" "" true r"\lVert \varphi \rVert^2 \sum_k p_k (1 - p_k) \lVert w_k \rVert^2" "‖φ‖² Σ_k p_k (1 − p_k) ‖w_k‖²" "Relative sharpness by the largest eigenvalue of each neuron's block.";
    LambdaMax "lambda_max" "Largest eigenvalue" "" true r"\lambda_{\max}(\operatorname{diag}(p) - p p^\top) \cdot \lVert \varphi \rVert^2" "λ_max(diag(p) − p pᵀ) · ‖φ‖²" "Largest eigenvalue of the loss Hessian in the last layer's weights.";
    GradW "grad_w" "Gradient in the weights" "" true r"\lVert p - e_y \rVert \cdot \lVert \varphi \rVert" "‖p − e_y‖ · ‖φ‖" "Length of the loss gradient in the last layer's weights.";
    GradPhi "grad_phi" "Gradient in the features" "" true r"\lVert \bar w - w_y \rVert" "‖w̄ − w_y‖" "Length of the loss gradient in the features.";
    GradXL1 "grad_x_l1" "Gradient in the input, ℓ1" "" true r"\lVert \nabla_x \text{loss} \rVert_1" "‖∇_x loss‖₁" "First-order increase of what the attack climbs (the loss, or its targeted or margin form) per unit of linf perturbation.";
    GradXL2 "grad_x_l2" "Gradient in the input, ℓ2" "" true r"\lVert \nabla_x \text{loss} \rVert_2" "‖∇_x loss‖₂" "First-order increase of what the attack climbs per unit of l2 perturbation.";
    ZeroGrad "zero_grad" "Zero gradient" "" false r"1 \text{ if } \nabla_x \text{loss} = 0 \text{, else } 0" "1 if ∇_x loss = 0, else 0" "A zero gradient stalls the attack without making the model robust.";
    Linf "linf" "Perturbation, ℓ∞" "pixel range" false r"\max_i \left\lvert x_i - x^0_i \right\rvert" "max_i |x_i − x_i⁰|" "Largest change of any one value so far.";
    L2 "l2" "Perturbation, ℓ2" "pixel range" false r"\lVert x - x^0 \rVert_2" "‖x − x⁰‖₂" "Euclidean length of the perturbation so far.";
    PhiShift "phi_shift" "Feature shift" "" false r"\lVert \varphi - \varphi^0 \rVert_2" "‖φ − φ⁰‖₂" "How far the features have moved from those of the clean image.";
    PhiCos "phi_cos" "Feature cosine" "" false r"\frac{\langle \varphi, \varphi^0 \rangle}{\lVert \varphi \rVert \lVert \varphi^0 \rVert}" "⟨φ, φ⁰⟩ / (‖φ‖ ‖φ⁰‖)" "Whether the features still point the way they did at the clean image.";
    L1 "l1" "Perturbation, ℓ1" "pixel range" false r"\sum_i \left\lvert x_i - x^0_i \right\rvert" "Σ_i |x_i − x_i⁰|" "Sum of all changes so far.";
    L0 "l0" "Perturbation, ℓ0" "values" false r"\text{number of } i \text{ with } \left\lvert x_i - x^0_i \right\rvert > 10^{-6}" "number of i with |x_i − x_i⁰| > 10⁻⁶" "How many values differ from the clean image by more than rounding.";
    Passes "passes" "Passes spent" "forward and backward" false r"\text{forward + backward passes so far}" "forward + backward passes so far" "What the attack has cost this example up to and with this point.";
    RiseFirst "rise_first" "Rise of the loss, first order" "nats" false r"(p^0 - e_y)^\top (z - z^0)" "(p⁰ − e_y)ᵀ (z − z⁰)" "What the loss's slope at the clean image predicts of its rise, for the way that the logits have moved.";
    Spread "spread" "Spread of the logits' change" "" true r"\sum_k p_k^0 (u_k - \bar u)^2" "Σ_k p_k⁰ (u_k − ū)²" "Twice what the curvature at the clean image adds to the loss. The formula has the change of the logits since the clean image, and its mean under the probabilities there.";
    Third "third" "Third derivative along the path" "" false r"\sum_k p_k^0 (u_k - \bar u)^3" "Σ_k p_k⁰ (u_k − ū)³" "The loss's third derivative at the clean image along the way that the features have gone: how fast the curvature changes there.";
    Remainder "remainder" "Remainder R₃" "nats" false r"\log \sum_k p_k^0 \exp(u_k - \bar u) - \frac{1}{2} \sum_k p_k^0 (u_k - \bar u)^2" "log Σ_k p_k⁰ exp(u_k − ū) − 1/2 Σ_k p_k⁰ (u_k − ū)²" "The part of the loss's rise that slope and curvature at the clean image do not explain.";
    Range "range" "Range of the logits' change" "logits" false r"\max_k u_k - \min_k u_k" "max_k u_k − min_k u_k" "Between the logit that rose most and the one that fell most; bounds the third derivative and the remainder.";
}

impl Measure {
    /// How many measures there are.
    pub const COUNT: usize = ALL.len();

    /// The place in [`ALL`].
    pub fn place(self) -> usize {
        self as usize
    }

    /// Whether its values are names of classes: they can be counted, but have no mean, no median and no order.
    pub fn is_category(self) -> bool {
        self == Self::Pred
    }

    /// Whether it is one of the sharpness measures, among which a figure's main curve is chosen.
    pub fn is_sharpness(self) -> bool {
        matches!(
            self,
            Self::KappaTr
                | Self::KappaF2
                | Self::KappaF2c
                | Self::KappaCode
                | Self::KappaMax
                | Self::TraceH
                | Self::LambdaMax
        )
    }
}

/// What a catalogue says of one measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MeasureInfo {
    /// The id.
    pub id: Measure,
    /// The name on axes.
    pub title: String,
    /// The unit, empty where there is none.
    pub unit: String,
    /// The definition in plain text.
    pub formula: String,
    /// The definition as LaTeX.
    pub latex: String,
    /// What it tells the reader.
    pub help: String,
    /// Whether it is a sharpness.
    pub sharpness: bool,
}

impl From<Measure> for MeasureInfo {
    fn from(measure: Measure) -> Self {
        Self {
            id: measure,
            title: measure.title().to_owned(),
            unit: measure.unit().to_owned(),
            formula: measure.formula().to_owned(),
            latex: measure.latex().to_owned(),
            help: measure.help().to_owned(),
            sharpness: measure.is_sharpness(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formula::Display;

    #[test]
    fn ids_places_and_json_agree() {
        for (place, measure) in ALL.iter().enumerate() {
            assert_eq!(measure.place(), place);
            assert_eq!(Measure::from_id(measure.id()), Some(*measure));
            assert_eq!(serde_json::to_value(measure).unwrap(), measure.id());
        }
    }

    /// The signs of a formula in reading order, without those that only place or group them.
    fn signs(text: &str) -> String {
        const RAISED: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹";
        let sign = |letter: char| match letter {
            'Σ' => "∑".to_owned(),
            '₁' => "1".to_owned(),
            '₂' => "2".to_owned(),
            '⁻' => "−".to_owned(),
            'ᵀ' => "⊤".to_owned(),
            '\u{304}' | '‾' => "¯".to_owned(),
            '𝟏' => "1".to_owned(),
            letter if letter.is_whitespace() || "_{}()/·⋅\u{2061}".contains(letter) => {
                String::new()
            }
            letter => match RAISED.chars().position(|raised| raised == letter) {
                Some(digit) => digit.to_string(),
                None => letter.to_string(),
            },
        };
        text.chars().map(sign).collect()
    }

    /// What a formula shows once it is typeset.
    fn typeset(latex: &str) -> String {
        let mathml = crate::formula::mathml(latex, Display::Block)
            .unwrap()
            .replace("&nbsp;", " ");
        let document = roxmltree::Document::parse(&mathml).unwrap();
        document
            .descendants()
            .filter_map(|node| node.is_text().then(|| node.text()).flatten())
            .collect()
    }

    #[test]
    fn the_plain_formula_says_what_the_typeset_one_says() {
        for measure in ALL {
            let [plain, typeset] = [measure.formula().to_owned(), typeset(measure.latex())];
            assert_eq!(signs(&plain), signs(&typeset), "{}", measure.id());
        }
        let wrong = typeset(&Measure::KappaF2.latex().replace("_F^2", "_F"));
        assert_ne!(signs(Measure::KappaF2.formula()), signs(&wrong));
    }
}
