//! Text for LaTeX.

use crate::script::{Script, plain};

/// Text that LaTeX sets as it is written; what its fonts lack is written as a command.
pub fn escaped(text: &str) -> String {
    let mut out = String::new();
    let mut small: Option<(Script, String)> = None;
    for c in text.chars() {
        let found = plain(c);
        let script = found.map(|(script, _)| script);
        if small.as_ref().map(|(script, _)| *script) != script {
            out.extend(small.take().map(closed));
            small = script.map(|script| (script, String::new()));
        }
        if let (Some((_, run)), Some((_, plain))) = (&mut small, found) {
            run.push(if plain == '−' { '-' } else { plain });
            continue;
        }
        match c {
            c if c.is_control() => out.push(' '),
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => {
                out.push('\\');
                out.push(c);
            }
            // After the end of a row it would begin an option, and in one a bracket would end it.
            '[' => out.push_str("{[}"),
            ']' => out.push_str("{]}"),
            '\\' => out.push_str("\\textbackslash{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '<' => out.push_str("\\textless{}"),
            '>' => out.push_str("\\textgreater{}"),
            '–' => out.push_str("--"),
            '\u{202f}' => out.push_str("\\,"),
            other => match command(other) {
                Some(command) => out.push_str(&format!("${command}$")),
                None => out.push(other),
            },
        }
    }
    out.extend(small.map(closed));
    out
}

/// A run of small characters as a formula.
fn closed((script, run): (Script, String)) -> String {
    match script {
        Script::Super => format!("$^{{{run}}}$"),
        Script::Sub => format!("$_{{{run}}}$"),
    }
}

/// What LaTeX calls a character in formulas.
fn command(c: char) -> Option<&'static str> {
    Some(match c {
        'α' => "\\alpha",
        'β' => "\\beta",
        'γ' => "\\gamma",
        'δ' => "\\delta",
        'ε' => "\\varepsilon",
        'η' => "\\eta",
        'θ' => "\\theta",
        'κ' => "\\kappa",
        'λ' => "\\lambda",
        'μ' => "\\mu",
        'ρ' => "\\rho",
        'σ' => "\\sigma",
        'τ' => "\\tau",
        'φ' => "\\varphi",
        'Δ' => "\\Delta",
        'Σ' => "\\Sigma",
        'ℓ' => "\\ell",
        '∂' => "\\partial",
        '∞' => "\\infty",
        '∇' => "\\nabla",
        '‖' => "\\Vert",
        '−' => "-",
        '×' => "\\times",
        '·' => "\\cdot",
        '±' => "\\pm",
        '≤' => "\\le",
        '≥' => "\\ge",
        '≈' => "\\approx",
        // Not \to: TikZ takes it for a word of its own.
        '→' => "\\rightarrow",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_latex_and_of_mathematics_are_commands() {
        assert_eq!(
            escaped("κ_tr at 50 % & 2×10⁻¹²"),
            "$\\kappa$\\_tr at 50 \\% \\& 2$\\times$10$^{-12}$"
        );
        assert_eq!(escaped("[ℓ₂]"), "{[}$\\ell$$_{2}${]}");
        // Failed before in a pgfplots axis, where TikZ took \to for itself.
        assert_eq!(escaped("disc → square"), "disc $\\rightarrow$ square");
        assert_eq!(
            escaped("a\\b^c~d<e>"),
            "a\\textbackslash{}b\\textasciicircum{}c\\textasciitilde{}d\\textless{}e\\textgreater{}"
        );
    }
}
