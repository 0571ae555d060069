//! What is filled into an element: attributes, classes, styles, properties, listeners.

use super::Place;
use super::child::Child;
use super::live;
use super::value::{IntoValue, Value};
use js_sys::Reflect;
use leptos::prelude::Set;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlElement, Node};

/// One entry of a template.
pub enum Slot {
    Attribute(&'static str, Value),
    Class(&'static str, Value),
    Style(&'static str, Value),
    Property(&'static str, Value),
    Listener(&'static str, Box<dyn FnMut(Event)>),
    Element(Box<dyn FnOnce(&Element)>),
    Child(Child),
}

/// An attribute.
pub fn attribute(name: &'static str, value: impl IntoValue) -> Slot {
    Slot::Attribute(name, value.into_value())
}

/// A class that is there or not.
pub fn class(name: &'static str, value: impl IntoValue) -> Slot {
    Slot::Class(name, value.into_value())
}

/// A style; set as a property, which the content security policy allows.
pub fn style(name: &'static str, value: impl IntoValue) -> Slot {
    Slot::Style(name, value.into_value())
}

/// A property of the element, which what a visitor does may change too.
pub fn property(name: &'static str, value: impl IntoValue) -> Slot {
    Slot::Property(name, value.into_value())
}

/// A listener.
pub fn on<E: JsCast + 'static>(name: &'static str, mut work: Box<dyn FnMut(E)>) -> Slot {
    Slot::Listener(name, Box::new(move |event| work(event.unchecked_into())))
}

/// Tells where the element is.
pub fn refer<T: JsCast + 'static>(place: Place<T>) -> Slot {
    Slot::Element(Box::new(move |element| {
        place.set(Some(element.clone().unchecked_into()))
    }))
}

impl Slot {
    /// Fills the entry in at its node.
    pub fn fill(self, node: &Node) {
        let element = || node.clone().unchecked_into::<Element>();
        match self {
            Self::Child(child) => child.put(node),
            Self::Attribute(name, value) => keep(element(), name, value, set_attribute),
            Self::Class(name, value) => keep(element(), name, value, set_class),
            Self::Style(name, value) => keep(element(), name, value, set_style),
            Self::Property(name, value) => keep(element(), name, value, set_property),
            Self::Listener(name, work) => listen(node, name, work),
            Self::Element(tell) => tell(&element()),
        }
    }
}

type Put = fn(&Element, &str, Option<String>);

fn keep(element: Element, name: &'static str, value: Value, put: Put) {
    match value {
        Value::Fixed(text) => put(&element, name, text),
        Value::Live(value) => live(move || put(&element, name, value.read())),
    }
}

fn set_attribute(element: &Element, name: &str, text: Option<String>) {
    let _ = match text {
        Some(text) => element.set_attribute(name, &text),
        None => element.remove_attribute(name),
    };
}

fn set_class(element: &Element, name: &str, text: Option<String>) {
    let _ = element.class_list().toggle_with_force(name, text.is_some());
}

fn set_style(element: &Element, name: &str, text: Option<String>) {
    let style = element.unchecked_ref::<HtmlElement>().style();
    let _ = style.set_property(name, &text.unwrap_or_default());
}

fn set_property(element: &Element, name: &str, text: Option<String>) {
    let value = match name {
        "checked" | "selected" => JsValue::from(text.is_some()),
        _ => JsValue::from(text.unwrap_or_default()),
    };
    let _ = Reflect::set(element, &JsValue::from(name), &value);
}

/// The listener lives as long as its element: the browser collects both.
fn listen(node: &Node, name: &str, work: Box<dyn FnMut(Event)>) {
    let listener = Closure::wrap(work).into_js_value();
    let _ = node.add_event_listener_with_callback(name, listener.unchecked_ref());
}
