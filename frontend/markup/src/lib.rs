//! `html!`: markup as in Leptos's `view!`, compiled to a template and a list of what changes in it.
//!
//! `view!` gives every element a type of its own, with its own code to build and rebuild it; for a page like ours that is more than half of its weight.
//! Here the markup becomes one text that the browser parses, and one entry per attribute, listener and child that is not fixed, for `crate::dom` to fill in.

mod element;
mod template;

use proc_macro::TokenStream;
use quote::quote;
use template::Template;

/// Markup to a `View`.
#[proc_macro]
pub fn html(tokens: TokenStream) -> TokenStream {
    let nodes = match rstml::parse2(tokens.into()) {
        Ok(nodes) => nodes,
        Err(error) => return error.to_compile_error().into(),
    };
    let mut template = Template::default();
    for node in &nodes {
        element::node(&mut template, node);
    }
    let Template { text, slots } = template;
    quote! { crate::dom::html(#text, ::std::vec![#(#slots),*]) }.into()
}
