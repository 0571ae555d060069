//! Going through the examples of a run a page at a time, in the order of the table.

use super::Page;
use crate::api::Document;
use crate::words;
use leptos::prelude::*;
use valleyscope_shared::api::ExamplePage;
use valleyscope_shared::route::{self, Sort};

/// What is asked for: the order, of which pass, and of which images.
type Asked = (Sort, Option<usize>, String);

/// Where in the examples one is.
#[derive(Clone, Copy)]
pub struct Place {
    asked: Memo<Asked>,
    /// The cursors of the pages before this one, and of this one. They hold for what was asked for then only.
    trail: RwSignal<(Asked, Vec<String>)>,
    /// How many examples a page has.
    size: usize,
}

impl Place {
    /// The first page.
    pub fn open(page: Page, size: usize) -> Self {
        let view = page.address.view;
        let asked =
            Memo::new(move |_| view.with(|view| (view.sort, view.pass, view.only.to_string())));
        let trail = RwSignal::new((asked.get_untracked(), Vec::new()));
        Self { asked, trail, size }
    }

    /// The cursors that lead here.
    fn trail(self) -> Vec<String> {
        let asked = self.asked.get();
        let trail = self.trail.get();
        if trail.0 == asked {
            trail.1
        } else {
            Vec::new()
        }
    }

    /// Goes on or back.
    fn go(self, change: impl FnOnce(&mut Vec<String>)) {
        let mut trail = untrack(|| self.trail());
        change(&mut trail);
        self.trail.set((self.asked.get_untracked(), trail));
    }

    /// The question for the page.
    pub fn path(self, page: Page) -> String {
        let path = page.id.with_value(|id| route::examples(id));
        let (Sort { by, descending }, pass, only) = self.asked.get();
        let size = self.size;
        let mut path = format!("{path}?limit={size}&sort={}&desc={descending}", by.id());
        if let Some(pass) = pass {
            path.push_str(&format!("&pass={pass}"));
        }
        if !only.is_empty() {
            path.push_str(&format!("&only={only}"));
        }
        if let Some(cursor) = self.trail().last() {
            path.push_str(&format!("&cursor={cursor}"));
        }
        path
    }
}

/// Which examples these are, and the ways to those before and after them.
#[component]
pub fn Pager(found: Document<ExamplePage>, place: Place) -> impl IntoView {
    let next = move || found.ready(|page| page.next.clone()).flatten();
    let words = move || {
        let counts = found.ready(|page| (page.examples.len(), page.found));
        let (shown, all) = counts.unwrap_or_default();
        let from = place.trail().len() * place.size;
        match shown {
            0 => String::new(),
            shown => format!(
                "{} to {} of {}",
                from + 1,
                from + shown,
                words::count(all as u64)
            ),
        }
    };
    let back = move |_| place.go(|trail| drop(trail.pop()));
    let on = move |_| {
        if let Some(next) = untrack(next) {
            place.go(|trail| trail.push(next));
        }
    };
    view! {
        <div class="row">
            <button class="button" disabled=move || place.trail().is_empty() on:click=back>
                "Back"
            </button>
            <button class="button" disabled=move || next().is_none() on:click=on>
                "Next"
            </button>
            <span class="small quiet">{words}</span>
        </div>
    }
}
