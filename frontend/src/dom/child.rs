//! What stands between the tags: texts, views, lists of them, and what is made anew when something changes.

use super::slot::Slot;
use super::{View, live};
use crate::signal::Signal;
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Node, Text};

/// A child that is not fixed.
pub enum Child {
    Nothing,
    Text(String),
    View(View),
    Many(Vec<Child>),
    Live(Box<dyn Make>),
}

/// Makes a child. Unlike a boxed closure it has one entry in its table, not three.
pub trait Make {
    fn make(&self) -> Child;
}

impl<F, T> Make for F
where
    F: Fn() -> T,
    T: IntoChild,
{
    fn make(&self) -> Child {
        self().into_child()
    }
}

/// What can be a child.
pub trait IntoChild: Sized {
    fn into_child(self) -> Child;

    /// The child as a view of its own.
    fn view(self) -> View {
        let view = View::empty();
        view.push(self.into_child());
        view
    }
}

/// The entry of a child.
pub fn child(value: impl IntoChild) -> Slot {
    Slot::Child(value.into_child())
}

impl IntoChild for () {
    fn into_child(self) -> Child {
        Child::Nothing
    }
}

impl IntoChild for &str {
    fn into_child(self) -> Child {
        Child::Text(self.to_owned())
    }
}

impl IntoChild for String {
    fn into_child(self) -> Child {
        Child::Text(self)
    }
}

impl IntoChild for usize {
    fn into_child(self) -> Child {
        Child::Text(self.to_string())
    }
}

impl IntoChild for View {
    fn into_child(self) -> Child {
        Child::View(self)
    }

    fn view(self) -> View {
        self
    }
}

impl<T: IntoChild> IntoChild for Option<T> {
    fn into_child(self) -> Child {
        self.map_or(Child::Nothing, T::into_child)
    }
}

impl<T: IntoChild> IntoChild for Vec<T> {
    fn into_child(self) -> Child {
        Child::Many(self.into_iter().map(T::into_child).collect())
    }
}

impl<T: IntoChild, const N: usize> IntoChild for [T; N] {
    fn into_child(self) -> Child {
        Vec::from(self).into_child()
    }
}

impl IntoChild for Signal<String> {
    fn into_child(self) -> Child {
        Child::Live(Box::new(move || self.get()))
    }
}

impl<F, T> IntoChild for F
where
    F: Fn() -> T + 'static,
    T: IntoChild,
{
    fn into_child(self) -> Child {
        Child::Live(Box::new(self))
    }
}

impl Child {
    /// Puts the child before its marker.
    pub fn put(self, marker: &Node) {
        match self {
            Self::Nothing => {}
            Self::Text(text) => insert(&document().create_text_node(&text), marker),
            Self::View(view) => insert(&view.0, marker),
            Self::Many(children) => children.into_iter().for_each(|child| child.put(marker)),
            Self::Live(maker) => keep(maker, marker),
        }
    }
}

fn insert(node: &Node, marker: &Node) {
    if let Some(parent) = marker.parent_node() {
        let _ = parent.insert_before(node, Some(marker));
    }
}

/// Makes the child anew whenever what it reads changes; a text only changes its letters.
fn keep(maker: Box<dyn Make>, marker: &Node) {
    let start: Node = document().create_comment("").unchecked_into();
    let end: Node = document().create_comment("").unchecked_into();
    insert(&start, marker);
    insert(&end, marker);
    let mut shown: Option<Text> = None;
    live(move || match (maker.make(), &shown) {
        (Child::Text(text), Some(node)) => node.set_data(&text),
        (child, _) => {
            clear(&start, &end);
            shown = None;
            if let Child::Text(text) = &child {
                let node = document().create_text_node(text);
                insert(&node, &end);
                shown = Some(node);
            } else {
                child.put(&end);
            }
        }
    });
}

fn clear(start: &Node, end: &Node) {
    while let Some(node) = start.next_sibling().filter(|node| node != end) {
        match node.parent_node() {
            Some(parent) => drop(parent.remove_child(&node)),
            None => return,
        }
    }
}

/// One element per entry of a list; an element stays while its entry does.
pub fn listed(
    each: impl Fn() -> Vec<(usize, String)> + 'static,
    make: impl Fn(usize, String) -> View + 'static,
) -> View {
    let view = View::empty();
    let end: Node = document().create_comment("").unchecked_into();
    let _ = view.0.append_child(&end);
    let known: Rc<RefCell<Vec<Entry>>> = Rc::default();
    let owner = Owner::current().unwrap_or_default();
    live(move || {
        let mut before = known.take();
        let entries = each().into_iter().map(|key| {
            let there = before.iter().position(|entry| entry.key == key);
            match there {
                Some(place) => before.swap_remove(place),
                None => Entry::new(&owner, key, &make),
            }
        });
        let entries: Vec<Entry> = entries.collect();
        before.iter().for_each(Entry::remove);
        arrange(&entries, &end);
        known.replace(entries);
    });
    view
}

/// An element of a list, with what keeps it up to date.
struct Entry {
    key: (usize, String),
    node: Option<Node>,
    owner: Owner,
}

impl Entry {
    fn new(parent: &Owner, key: (usize, String), make: &impl Fn(usize, String) -> View) -> Self {
        let owner = parent.child();
        let (place, id) = key.clone();
        let view = owner.with(|| untrack(|| make(place, id)));
        let node = view.0.first_element_child().map(JsCast::unchecked_into);
        Self { key, node, owner }
    }

    fn remove(&self) {
        if let Some(node) = &self.node
            && let Some(parent) = node.parent_node()
        {
            let _ = parent.remove_child(node);
        }
        self.owner.cleanup();
    }
}

/// Puts the elements in order, from the last on, and leaves those alone that stand right: a moved element loses the focus.
fn arrange(entries: &[Entry], end: &Node) {
    let mut next = end.clone();
    for node in entries.iter().rev().filter_map(|entry| entry.node.as_ref()) {
        if node.next_sibling().as_ref() != Some(&next) {
            insert(node, &next);
        }
        next = node.clone();
    }
}
