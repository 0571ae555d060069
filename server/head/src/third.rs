//! The third derivative of the loss in the logits.

use crate::Softmax;

/// T_abc = E_p[(δ_a − p_a)(δ_b − p_b)(δ_c − p_c)], the third derivative of cross-entropy in three logits, whatever the label.
///
/// T_aaa = p_a (1 − p_a)(1 − 2 p_a), T_aac = −p_a p_c (1 − 2 p_a), T_abc = 2 p_a p_b p_c; in the weights of a linear last layer
/// T_abc φ_i φ_j φ_k. None is larger than 1/(6 √3), nor than 2/27 where all three differ.
pub fn third(softmax: &Softmax, [a, b, c]: [usize; 3]) -> f64 {
    let p = |k: usize| softmax.p[k];
    // 1 − 2 p = (1 − p) − p.
    let slope = |k: usize| softmax.complement(k) - p(k);
    let pair = |twice: usize, once: usize| -p(twice) * p(once) * slope(twice);
    match (a == b, b == c, a == c) {
        (true, true, _) => p(a) * softmax.complement(a) * slope(a),
        (true, ..) => pair(a, c),
        (_, true, _) => pair(b, a),
        (.., true) => pair(a, b),
        _ => 2.0 * p(a) * p(b) * p(c),
    }
}
