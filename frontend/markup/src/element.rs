//! Elements, attributes and children.

use super::template::Template;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use rstml::node::{KeyedAttribute, Node, NodeAttribute, NodeBlock, NodeElement};

/// Elements without an end.
const VOID: [&str; 4] = ["img", "input", "br", "hr"];

/// A node and what is in it.
pub fn node(template: &mut Template, node: &Node) {
    match node {
        Node::Element(one) => element(template, one),
        Node::Text(text) => template.words(&text.value_string()),
        Node::Block(block) => {
            let value = value(block);
            template.child(quote! { crate::dom::child(#value) });
        }
        Node::Fragment(fragment) => {
            for child in &fragment.children {
                self::node(template, child);
            }
        }
        other => template.child(refusal(other, "this kind of markup is not known here")),
    }
}

/// What is between the braces; with them where there is more than one statement.
fn value(block: &NodeBlock) -> TokenStream {
    match block {
        NodeBlock::ValidBlock(block) if block.stmts.len() == 1 => {
            let only = &block.stmts[0];
            quote! { #only }
        }
        other => other.to_token_stream(),
    }
}

fn element(template: &mut Template, element: &NodeElement<rstml::Infallible>) {
    let tag = element.open_tag.name.to_string();
    let mut slots = Vec::new();
    template.text.push_str(&format!("<{tag}"));
    for attribute in &element.open_tag.attributes {
        match attribute {
            NodeAttribute::Attribute(keyed) => {
                if let Some(slot) = self::attribute(template, keyed) {
                    slots.push(slot);
                }
            }
            other => slots.push(refusal(other, "write name=value")),
        }
    }
    if !slots.is_empty() {
        // How many of the entries that follow are this element's.
        template.attribute("h", &slots.len().to_string());
        template.slots.append(&mut slots);
    }
    template.text.push('>');
    if VOID.contains(&tag.as_str()) {
        return;
    }
    for child in &element.children {
        node(template, child);
    }
    template.text.push_str(&format!("</{tag}>"));
}

/// Writes a fixed attribute into the template; gives the entry of any other.
fn attribute(template: &mut Template, keyed: &KeyedAttribute) -> Option<TokenStream> {
    let name = keyed.key.to_string();
    let Some(value) = keyed.value() else {
        template.attribute(&name, "");
        return None;
    };
    if let Some((kind, rest)) = name.split_once(':') {
        return Some(special(kind, rest, value));
    }
    if name == "node_ref" {
        return Some(quote! { crate::dom::refer(#value) });
    }
    match keyed.value_literal_string() {
        Some(text) => {
            template.attribute(&name, &text);
            None
        }
        None => Some(quote! { crate::dom::attribute(#name, #value) }),
    }
}

fn special(kind: &str, name: &str, value: &dyn ToTokens) -> TokenStream {
    match kind {
        "on" => {
            let event = event(name);
            quote! { crate::dom::on::<#event>(#name, #value) }
        }
        "class" => quote! { crate::dom::class(#name, #value) },
        "style" => quote! { crate::dom::style(#name, #value) },
        "prop" => quote! { crate::dom::property(#name, #value) },
        _ => refusal(value, "there are on:, class:, style: and prop:"),
    }
}

/// The type of an event.
fn event(name: &str) -> TokenStream {
    match name {
        "click" => quote! { web_sys::MouseEvent },
        "keydown" => quote! { web_sys::KeyboardEvent },
        "blur" | "focusout" => quote! { web_sys::FocusEvent },
        "pointermove" | "pointerleave" => quote! { web_sys::PointerEvent },
        _ => quote! { web_sys::Event },
    }
}

fn refusal(_at: &(impl ToTokens + ?Sized), words: &str) -> TokenStream {
    quote! { compile_error!(#words) }
}
