//! Parts of the document, filled in from templates.
//!
//! The other half of `html!`: a template is parsed once by the browser and copied; its entries are filled in from boxed values,
//! so this code exists once, whatever it is given.

mod child;
mod slot;
mod value;

pub use child::{Child, IntoChild, child, listed};
pub use slot::{Slot, attribute, class, on, property, refer, style};

use leptos::prelude::*;
use std::cell::RefCell;
use std::collections::HashMap;
use wasm_bindgen::JsCast;
use web_sys::{DocumentFragment, Element, HtmlTemplateElement, Node};

/// A part of the document that is not in it yet.
#[derive(Clone, Debug)]
pub struct View(DocumentFragment);

/// An element of the document, once it is there.
pub type Place<T> = RwSignal<Option<T>, LocalStorage>;

/// A place that no element has taken.
pub fn place<T: 'static>() -> Place<T> {
    RwSignal::new_local(None)
}

/// How many entries belong to an element.
const COUNT: &str = "h";

thread_local! {
    /// The parsed templates, by the address of their text.
    static TEMPLATES: RefCell<HashMap<*const u8, HtmlTemplateElement>> = RefCell::default();
}

/// A copy of a template with its entries filled in, in the order of the document.
pub fn html(template: &'static str, slots: Vec<Slot>) -> View {
    let fragment = copied(template);
    let mut nodes = Vec::new();
    collect(&fragment, &mut nodes);
    let mut slots = slots.into_iter();
    for (node, count) in nodes {
        for slot in slots.by_ref().take(count) {
            slot.fill(&node);
        }
    }
    View(fragment)
}

impl View {
    /// Nothing.
    pub fn empty() -> Self {
        Self(document().create_document_fragment())
    }

    /// Puts it at the end of an element.
    pub fn append_to(&self, parent: &Node) {
        let _ = parent.append_child(&self.0);
    }

    fn push(&self, child: Child) {
        let marker = document().create_comment("");
        let _ = self.0.append_child(&marker);
        child.put(&marker);
    }
}

fn copied(template: &'static str) -> DocumentFragment {
    let parsed = TEMPLATES.with_borrow_mut(|known| {
        known
            .entry(template.as_ptr())
            .or_insert_with(|| parse(template))
            .content()
    });
    match document().import_node_with_deep(&parsed, true) {
        Ok(copy) => copy.unchecked_into(),
        Err(_) => document().create_document_fragment(),
    }
}

fn parse(template: &str) -> HtmlTemplateElement {
    let element = document()
        .create_element("template")
        .map(JsCast::unchecked_into::<HtmlTemplateElement>);
    let element = element.unwrap_or_else(|_| wasm_bindgen::JsValue::NULL.unchecked_into());
    element.set_inner_html(template);
    element
}

/// The nodes that have entries, before any of them changes the tree.
fn collect(parent: &Node, found: &mut Vec<(Node, usize)>) {
    let mut next = parent.first_child();
    while let Some(node) = next {
        if node.node_type() == Node::COMMENT_NODE {
            found.push((node.clone(), 1));
        } else if let Some(element) = node.dyn_ref::<Element>() {
            if let Some(count) = element.get_attribute(COUNT) {
                let _ = element.remove_attribute(COUNT);
                found.push((node.clone(), count.parse().unwrap_or(0)));
            }
            collect(&node, found);
        }
        next = node.next_sibling();
    }
}

/// Work that is done now, and again when what it reads changes, until the current owner is gone.
fn live(work: impl FnMut() + 'static) {
    boxed_live(Box::new(work));
}

#[inline(never)]
fn boxed_live(mut work: Box<dyn FnMut()>) {
    let effect = RenderEffect::new(move |_| work());
    // An effect lives as long as it is kept.
    StoredValue::new_local(effect);
}
