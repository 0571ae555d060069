//! Text for LaTeX.

/// Text that LaTeX sets as it is written; what its fonts lack is written as a command.
pub fn escaped(text: &str) -> String {
    let mut out = String::new();
    let mut raised = String::new();
    for c in text.chars() {
        if let Some(plain) = of_power(c) {
            raised.push(plain);
            continue;
        }
        raise(&mut out, &mut raised);
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
            '₀'..='₉' => {
                let digit = c as u32 - '₀' as u32;
                out.push_str(&format!("$_{digit}$"));
            }
            other => match command(other) {
                Some(command) => out.push_str(&format!("${command}$")),
                None => out.push(other),
            },
        }
    }
    raise(&mut out, &mut raised);
    out
}

/// What LaTeX calls a character in formulas.
fn command(c: char) -> Option<&'static str> {
    Some(match c {
        'α' => "\\alpha",
        'δ' => "\\delta",
        'ε' => "\\varepsilon",
        'κ' => "\\kappa",
        'λ' => "\\lambda",
        'σ' => "\\sigma",
        'φ' => "\\varphi",
        'ℓ' => "\\ell",
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
        '→' => "\\to",
        _ => return None,
    })
}

/// The usual character of a raised one.
fn of_power(c: char) -> Option<char> {
    match c {
        '⁻' => Some('-'),
        '¹' => Some('1'),
        '²' => Some('2'),
        '³' => Some('3'),
        '⁰'..='⁹' => char::from_digit(c as u32 - '⁰' as u32, 10),
        _ => None,
    }
}

fn raise(out: &mut String, raised: &mut String) {
    if !raised.is_empty() {
        out.push_str(&format!("$^{{{}}}$", std::mem::take(raised)));
    }
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
        assert_eq!(escaped("[ℓ₂]"), "{[}$\\ell$$_2${]}");
        assert_eq!(
            escaped("a\\b^c~d<e>"),
            "a\\textbackslash{}b\\textasciicircum{}c\\textasciitilde{}d\\textless{}e\\textgreater{}"
        );
    }
}
