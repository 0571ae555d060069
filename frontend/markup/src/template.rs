//! The text of a template, and what is filled into it, in the order of the document.

use proc_macro2::TokenStream;

/// Marks the place of a child.
const CHILD: &str = "<!---->";

#[derive(Default)]
pub struct Template {
    pub text: String,
    pub slots: Vec<TokenStream>,
}

impl Template {
    /// A child that is not fixed.
    pub fn child(&mut self, slot: TokenStream) {
        self.text.push_str(CHILD);
        self.slots.push(slot);
    }

    /// Text as it is.
    pub fn words(&mut self, words: &str) {
        self.text.push_str(&escaped(words));
    }

    /// An attribute with a fixed value.
    pub fn attribute(&mut self, name: &str, value: &str) {
        self.text
            .push_str(&format!(" {name}=\"{}\"", escaped(value)));
    }
}

/// As HTML writes it, in a text and in an attribute.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
