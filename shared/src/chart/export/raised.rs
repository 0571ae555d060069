//! Raised and lowered figures, set as such: fonts of books have no letters for most of them.

use crate::script::{Script, plain};

/// A text of an SVG, escaped already, with runs of raised and lowered characters as smaller ones of the usual kind.
pub fn raised(text: &str) -> String {
    let mut done = String::new();
    let mut run: Option<Script> = None;
    for c in text.chars() {
        let found = plain(c);
        let script = found.map(|(script, _)| script);
        if script != run {
            if run.is_some() {
                done.push_str("</tspan>");
            }
            if let Some(script) = script {
                let way = match script {
                    Script::Super => "super",
                    Script::Sub => "sub",
                };
                done.push_str(&format!(
                    "<tspan baseline-shift=\"{way}\" font-size=\"70%\">"
                ));
            }
            run = script;
        }
        done.push(found.map_or(c, |(_, plain)| plain));
    }
    if run.is_some() {
        done.push_str("</tspan>");
    }
    done
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
