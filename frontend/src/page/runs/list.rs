//! The runs that are known, in the order that is chosen, kept fresh by asking again.

use super::entries::history;
use super::order::Order;
use crate::api::{self, Answer, Failure};
use crate::clock::{sleep, ticks};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;
use valleyscope_shared::api::{RunPage, RunView};
use valleyscope_shared::listing::{GroupCount, RunGroup};
use valleyscope_shared::route;
use valleyscope_shared::run::Phase;

/// How many runs are asked for at a time.
const PAGE: usize = 60;
/// How often the first are asked for again.
const REFRESH: Duration = Duration::from_secs(2);
/// A pause in typing of this length asks for what matches.
const PAUSE_MS: u32 = 200;
/// How many others that have not ended are asked for again at the same time.
const MOST_OTHERS: usize = 6;

/// The list and its filter.
#[derive(Clone, Copy)]
pub struct List {
    pub rows: RwSignal<Vec<RunView>>,
    pub matching: RwSignal<u64>,
    /// How many runs each group has.
    pub groups: RwSignal<Vec<GroupCount>>,
    /// The runs under which those stand that they go on with.
    pub opened: RwSignal<Vec<String>>,
    /// The runs that others go on with, as far as they were asked for.
    pub earlier: RwSignal<Vec<RunView>>,
    /// Whether there was an answer yet.
    pub known: RwSignal<bool>,
    pub failure: RwSignal<Option<Failure>>,
    pub text: RwSignal<String>,
    pub phase: RwSignal<Option<Phase>>,
    pub order: Order,
    next: StoredValue<Option<String>>,
    busy: StoredValue<bool>,
    /// Answers to questions that were asked before the filter changed are void.
    round: StoredValue<u32>,
}

impl List {
    /// An empty list that fills itself and stays fresh until its owner is gone.
    pub fn open() -> Self {
        let list = Self {
            rows: RwSignal::new(Vec::new()),
            matching: RwSignal::new(0),
            groups: RwSignal::new(Vec::new()),
            opened: RwSignal::new(Vec::new()),
            earlier: RwSignal::new(Vec::new()),
            known: RwSignal::new(false),
            failure: RwSignal::new(None),
            text: RwSignal::new(String::new()),
            phase: RwSignal::new(None),
            order: Order::open(),
            next: StoredValue::new(None),
            busy: StoredValue::new(false),
            round: StoredValue::new(0),
        };
        Effect::new(move |before: Option<String>| {
            let text = list.text.get();
            list.phase.track();
            list.order.chosen.track();
            // Only typing has pauses.
            let typed = before.is_some_and(|before| before != text);
            list.restart_after(if typed { PAUSE_MS } else { 0 });
            text
        });
        let tick = ticks(REFRESH);
        Effect::new(move || {
            if tick.get() > 0 && !document().hidden() {
                list.refresh();
            }
        });
        list
    }

    /// Whether only a part of the runs is asked for.
    pub fn is_filtered(self) -> bool {
        !self.text.with(String::is_empty) || self.phase.get().is_some()
    }

    /// Asks for all of them.
    pub fn clear_filter(self) {
        self.text.set(String::new());
        self.phase.set(None);
    }

    /// Asks for the first page, as if for the first time.
    pub fn restart(self) {
        self.restart_after(0);
    }

    /// Waits for a pause in typing, then asks for the first page.
    fn restart_after(self, milliseconds: u32) {
        self.round.update_value(|round| *round += 1);
        let round = self.round.get_value();
        // A page goes on in the order that it was asked for in.
        self.next.set_value(None);
        spawn_local(async move {
            if milliseconds > 0 {
                sleep(milliseconds).await;
            }
            if self.is_now(round) {
                self.take(round, self.ask(None).await, Self::replace);
            }
        });
    }

    /// Shows a changed run at once; where it is pinned now, or not any more, it stands elsewhere.
    pub fn changed(self, fresh: RunView) {
        let pinned = self.find_untracked(&fresh.id).map(|run| run.pinned);
        let moved = pinned != Some(fresh.pinned);
        let put = |runs: &mut Vec<RunView>| {
            if let Some(run) = runs.iter_mut().find(|run| run.id == fresh.id) {
                *run = fresh.clone();
            }
        };
        self.rows.update(put);
        self.earlier.update(put);
        if moved {
            self.restart();
        }
    }

    /// Forgets runs that are deleted. Those that they went on with may stand for themselves again, which the next look tells.
    pub fn forget(self, ids: &[String]) {
        let mut gone = 0;
        let _ = self.rows.try_update(|rows| {
            let before = rows.len();
            rows.retain(|run| !ids.contains(&run.id));
            gone = before - rows.len();
        });
        let _ = (self.earlier).try_update(|runs| runs.retain(|run| !ids.contains(&run.id)));
        let _ = (self.matching).try_update(|count| *count = count.saturating_sub(gone as u64));
    }

    fn find_untracked(self, id: &str) -> Option<RunView> {
        untrack(|| self.find(id))
    }

    /// The run with this id, wherever it stands.
    pub fn find(self, id: &str) -> Option<RunView> {
        let found = |runs: &Vec<RunView>| runs.iter().find(|run| run.id == id).cloned();
        let listed = self.rows.with(found);
        listed.or_else(|| self.earlier.with(found))
    }

    /// Shows or hides the runs that this one goes on with.
    pub fn fold(self, run: &RunView) {
        let id = run.id.clone();
        if self.opened.with_untracked(|opened| opened.contains(&id)) {
            self.opened
                .update(|opened| opened.retain(|known| *known != id));
            return;
        }
        self.opened.update(|opened| opened.push(id));
        let run = run.clone();
        spawn_local(async move { self.ask_for_earlier(run).await });
    }

    /// Follows a run back to the first that it goes on with; one that is deleted ends it.
    async fn ask_for_earlier(self, run: RunView) {
        loop {
            let known = self.earlier.try_with_untracked(|earlier| {
                let chain = history(&run, earlier);
                let last = chain.last().copied().unwrap_or(&run);
                last.resumes.clone()
            });
            let Some(Some(id)) = known else { return };
            let Ok(found) = api::get::<RunView>(&route::run(&id)).await else {
                return;
            };
            if self
                .earlier
                .try_update(|earlier| earlier.push(found))
                .is_none()
            {
                return;
            }
        }
    }

    /// Asks for the next page, if there is one and it is not on its way.
    pub fn more(self) {
        let Some(next) = self.next.get_value() else {
            return;
        };
        if self.busy.get_value() {
            return;
        }
        self.busy.set_value(true);
        let round = self.round.get_value();
        spawn_local(async move {
            let answer = self.ask(Some(next)).await;
            self.busy.try_set_value(false);
            self.take(round, answer, Self::append);
        });
    }

    fn refresh(self) {
        if !self.known.get_untracked() && self.failure.with_untracked(Option::is_none) {
            return;
        }
        let round = self.round.get_value();
        spawn_local(async move {
            self.take(round, self.ask(None).await, Self::merge);
            self.refresh_others(round).await;
        });
    }

    /// Runs beyond the first page that have not ended are asked for one by one.
    async fn refresh_others(self, round: u32) {
        let others = self.rows.try_with_untracked(|rows| {
            let beyond = rows.iter().skip(PAGE);
            // The queue runs from its oldest on, which is the last in the list.
            let open = beyond.rev().filter(|run| !run.phase.ended());
            let ids = open.take(MOST_OTHERS).map(|run| run.id.clone());
            ids.collect::<Vec<_>>()
        });
        for id in others.unwrap_or_default() {
            let answer = api::get::<RunView>(&route::run(&id)).await;
            if let (Ok(fresh), true) = (answer, self.is_now(round)) {
                self.rows.try_update(|rows| {
                    if let Some(run) = rows.iter_mut().find(|run| run.id == fresh.id) {
                        *run = fresh;
                    }
                });
            }
        }
    }

    fn is_now(self, round: u32) -> bool {
        self.round.try_get_value() == Some(round)
    }

    async fn ask(self, cursor: Option<String>) -> Answer<RunPage> {
        let mut path = format!("{}?limit={PAGE}", route::runs());
        let text = self.text.try_get_untracked().unwrap_or_default();
        let phase = self.phase.try_get_untracked().flatten();
        let chosen = self.order.chosen.try_get_untracked().unwrap_or_default();
        let narrowed = !text.trim().is_empty() || phase.is_some();
        let parts = [
            ("text", Some(text.trim())),
            ("phase", phase.map(Phase::id)),
            ("sort", Some(chosen.by.id())),
            (
                "desc",
                Some(if chosen.descending { "true" } else { "false" }),
            ),
            ("group", chosen.group.map(RunGroup::id)),
            // Who looks for a run may look for one that another goes on with.
            ("folded", (!narrowed).then_some("true")),
            ("cursor", cursor.as_deref()),
        ];
        for (key, value) in parts {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                let value = js_sys::encode_uri_component(value);
                path.push_str(&format!("&{key}={value}"));
            }
        }
        api::get(&path).await
    }

    fn take(self, round: u32, answer: Answer<RunPage>, put: fn(Self, RunPage)) {
        if !self.is_now(round) {
            return;
        }
        match answer {
            Ok(page) => {
                self.matching.set(page.matching);
                if self.groups.with_untracked(|known| *known != page.groups) {
                    self.groups.set(page.groups.clone());
                }
                put(self, page);
                self.known.set(true);
                self.failure.set(None);
            }
            Err(failure) => self.failure.set(Some(failure)),
        }
    }

    fn replace(self, page: RunPage) {
        self.next.set_value(page.next);
        self.rows.set(page.runs);
    }

    fn append(self, page: RunPage) {
        self.next.set_value(page.next);
        self.rows.update(|rows| {
            let mut new = page.runs;
            new.retain(|run| rows.iter().all(|row| row.id != run.id));
            rows.extend(new);
        });
    }

    /// Puts the first page before what is known beyond it.
    fn merge(self, page: RunPage) {
        let rest = self.rows.with_untracked(|rows| {
            let last = page.runs.last()?;
            let place = rows.iter().position(|row| row.id == last.id)?;
            Some(rows.get(place + 1..)?.to_vec())
        });
        match rest {
            None => self.replace(page),
            Some(rest) => {
                let mut rows = page.runs;
                // What has moved up stands there only.
                let moved = |run: &RunView| rows.iter().any(|known| known.id == run.id);
                let rest: Vec<_> = rest.into_iter().filter(|run| !moved(run)).collect();
                rows.extend(rest);
                if self.rows.with_untracked(|known| *known != rows) {
                    self.rows.set(rows);
                }
            }
        }
    }
}
