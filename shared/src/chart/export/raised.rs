//! Raised and lowered figures, set as such: fonts of books have no letters for most of them.

/// A text of an SVG, escaped already, with runs of raised and lowered characters as smaller ones of the usual kind.
pub fn raised(text: &str) -> String {
    let mut done = String::new();
    let mut run: Option<Shift> = None;
    for c in text.chars() {
        let found = plain(c);
        let shift = found.map(|(shift, _)| shift);
        if shift != run {
            if run.is_some() {
                done.push_str("</tspan>");
            }
            if let Some(shift) = shift {
                let way = match shift {
                    Shift::Up => "super",
                    Shift::Down => "sub",
                };
                done.push_str(&format!(
                    "<tspan baseline-shift=\"{way}\" font-size=\"70%\">"
                ));
            }
            run = shift;
        }
        done.push(found.map_or(c, |(_, plain)| plain));
    }
    if run.is_some() {
        done.push_str("</tspan>");
    }
    done
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shift {
    Up,
    Down,
}

/// The usual character of a raised or lowered one.
fn plain(c: char) -> Option<(Shift, char)> {
    let digit = |base: u32| char::from_digit(c as u32 - base, 10);
    let (shift, plain) = match c {
        '¹' => (Shift::Up, '1'),
        '²' => (Shift::Up, '2'),
        '³' => (Shift::Up, '3'),
        '⁻' => (Shift::Up, '−'),
        '⁰'..='⁹' => (Shift::Up, digit('⁰' as u32)?),
        '₀'..='₉' => (Shift::Down, digit('₀' as u32)?),
        _ => return None,
    };
    Some((shift, plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_and_indices_become_smaller_characters() {
        assert_eq!(
            raised("2×10⁻¹² of ℓ₂ &lt; 3"),
            "2×10<tspan baseline-shift=\"super\" font-size=\"70%\">−12</tspan> of \
             ℓ<tspan baseline-shift=\"sub\" font-size=\"70%\">2</tspan> &lt; 3"
        );
        assert_eq!(raised("plain"), "plain");
    }
}
