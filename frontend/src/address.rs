//! What a page shows, kept in its address: a link is a view, and Back undoes a choice.

use crate::clock::sleep;
use crate::view::overlay::{Pointer, Zoom};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use valleyscope_shared::route::ViewState;

/// While something is dragged or played, the address follows after a pause of this length; browsers refuse faster changes.
const PAUSE_MS: u32 = 300;
/// The key of the runs that are compared; the page reads it itself.
pub const RUNS: &str = "runs=";

/// A page's view and its address.
#[derive(Clone, Copy)]
pub struct Address {
    /// What the page shows.
    pub view: RwSignal<ViewState>,
    /// What the address asked for in vain.
    pub notices: RwSignal<Vec<String>>,
    path: StoredValue<String>,
    /// Goes to an address; `true` leaves no step for Back.
    go: Callback<(String, bool)>,
    waiting: StoredValue<bool>,
}

impl Address {
    /// Reads the address, and reads it again whenever it changes.
    pub fn open() -> Self {
        let location = use_location();
        let (pathname, search) = (location.pathname, location.search);
        let (view, notices) = read(&search.get_untracked());
        let navigate = use_navigate();
        let address = Self {
            view: RwSignal::new(view),
            notices: RwSignal::new(notices),
            path: StoredValue::new(pathname.get_untracked()),
            go: Callback::new(move |(target, replace): (String, bool)| {
                let options = NavigateOptions {
                    replace,
                    scroll: false,
                    // The path is the browser's, which has the base already.
                    resolve: false,
                    ..NavigateOptions::default()
                };
                navigate(&target, options);
            }),
            waiting: StoredValue::new(false),
        };
        Effect::new(move |before: Option<()>| {
            let search = search.get();
            let here = address
                .path
                .with_value(|path| pathname.with_untracked(|now| now == path));
            if before.is_some() && here && !address.waiting.get_value() {
                address.take(&search);
            }
        });
        address
    }

    fn take(self, search: &str) {
        let (view, notices) = read(search);
        if self.view.with_untracked(|known| *known != view) {
            self.view.set(view);
        }
        self.notices.set(notices);
    }

    /// Changes the view by a choice, which Back undoes.
    pub fn push(self, change: impl FnOnce(&mut ViewState)) {
        self.view.update(change);
        self.write(false);
    }

    /// What the figures show: the view without what is only looked at, so that a chosen step draws none of them anew.
    pub fn drawn(self) -> Memo<ViewState> {
        Memo::new(move |_| {
            let usual = ViewState::default();
            ViewState {
                step: usual.step,
                example: usual.example,
                cursor: usual.cursor,
                sort: usual.sort,
                ..self.view.get()
            }
        })
    }

    /// The cursor that the figures of a page share.
    pub fn pointer(self) -> Pointer {
        Pointer {
            at: RwSignal::new(None),
            chosen: Signal::derive(move || self.view.with(|view| view.step)),
            mode: Signal::derive(move || self.view.with(|view| view.cursor)),
            choose: Callback::new(move |point| self.push(|view| view.step = Some(point))),
            zoom: Some(self.zoom()),
        }
    }

    /// The steps that the figures show.
    fn zoom(self) -> Zoom {
        Zoom {
            range: Signal::derive(move || self.view.with(|view| view.range)),
            show: Callback::new(move |range| self.push(|view| view.range = range)),
        }
    }

    /// Changes the view on the way to a choice: dragging, playing.
    pub fn replace(self, change: impl FnOnce(&mut ViewState)) {
        self.view.update(change);
        if self.waiting.get_value() {
            return;
        }
        self.waiting.set_value(true);
        spawn_local(async move {
            sleep(PAUSE_MS).await;
            if self.waiting.try_get_value() == Some(true) {
                self.write(true);
            }
        });
    }

    fn write(self, replace: bool) {
        self.waiting.set_value(false);
        let settings = self.view.with_untracked(ViewState::to_query);
        let search = window().location().search().unwrap_or_default();
        let query = joined(kept(&search), &settings);
        let target = self.path.with_value(|path| format!("{path}{query}"));
        self.go.run((target, replace));
    }
}

/// The part of an address that is not ours: which runs are compared.
fn kept(search: &str) -> Option<&str> {
    let parts = search.strip_prefix('?').unwrap_or(search).split('&');
    parts.into_iter().find(|part| part.starts_with(RUNS))
}

fn read(search: &str) -> (ViewState, Vec<String>) {
    let parts = search.strip_prefix('?').unwrap_or(search).split('&');
    let ours: Vec<_> = parts.filter(|part| !part.starts_with(RUNS)).collect();
    ViewState::from_query(&ours.join("&"))
}

fn joined(kept: Option<&str>, settings: &str) -> String {
    match (kept, settings) {
        (None, "") => String::new(),
        (Some(kept), "") => format!("?{kept}"),
        (None, settings) => format!("?{settings}"),
        (Some(kept), settings) => format!("?{kept}&{settings}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compared_runs_stay_while_the_view_changes() {
        let (view, notices) = read("?runs=a,b&measure=loss");
        assert_eq!(notices, Vec::<String>::new());
        let query = joined(kept("?runs=a,b&measure=loss"), &view.to_query());
        assert_eq!(query, "?runs=a,b&measure=loss");
    }

    #[test]
    fn bad_settings_fall_back_with_a_notice() {
        let (view, notices) = read("?measure=nonsense");
        assert_eq!(view, ViewState::default());
        assert_eq!(notices.len(), 1);
    }
}
