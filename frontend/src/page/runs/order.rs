//! How the list is sorted and put together, kept in the address.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use valleyscope_shared::listing::{RunGroup, RunSort};

/// What is chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chosen {
    pub by: RunSort,
    pub descending: bool,
    pub group: Option<RunGroup>,
}

impl Default for Chosen {
    /// Newest first.
    fn default() -> Self {
        Self {
            by: RunSort::Created,
            descending: true,
            group: None,
        }
    }
}

impl Chosen {
    /// Reads an address; what it says of other things, or in vain, is left aside.
    fn read(search: &str) -> Self {
        let mut chosen = Self::default();
        let search = search.strip_prefix('?').unwrap_or(search);
        for (key, value) in search.split('&').filter_map(|part| part.split_once('=')) {
            let (descending, name) = match value.strip_prefix('-') {
                Some(name) => (true, name),
                None => (false, value),
            };
            match (key, RunSort::from_id(name)) {
                ("sort", Some(by)) => (chosen.by, chosen.descending) = (by, descending),
                ("group", _) => chosen.group = RunGroup::from_id(value),
                _ => {}
            }
        }
        chosen
    }

    /// The address's part after the path; nothing for the newest first.
    fn written(self) -> String {
        let usual = Self::default();
        let mut parts = Vec::new();
        if (self.by, self.descending) != (usual.by, usual.descending) {
            parts.push(format!("sort={}", self.sort()));
        }
        if let Some(group) = self.group {
            parts.push(format!("group={}", group.id()));
        }
        match parts.is_empty() {
            true => String::new(),
            false => format!("?{}", parts.join("&")),
        }
    }

    /// The order's name: `robust`, or `-robust` with the largest first.
    pub fn sort(self) -> String {
        let sign = if self.descending { "-" } else { "" };
        format!("{sign}{}", self.by.id())
    }

    /// After a choice of this column: words from A on and numbers from the largest on; the other way round on the second choice.
    pub fn turned(self, by: RunSort) -> Self {
        let first = !(by.is_text() || by == RunSort::Phase);
        let descending = if self.by == by {
            !self.descending
        } else {
            first
        };
        Self {
            by,
            descending,
            ..self
        }
    }
}

/// The choice and its address.
#[derive(Clone, Copy)]
pub struct Order {
    pub chosen: Memo<Chosen>,
    go: Callback<Chosen>,
}

impl Order {
    /// Reads the address, and reads it again whenever it changes.
    pub fn open() -> Self {
        let location = use_location();
        let (pathname, search) = (location.pathname, location.search);
        let here = pathname.get_untracked();
        let path = here.clone();
        let navigate = use_navigate();
        Self {
            // Another page's address says nothing about this one.
            chosen: Memo::new(move |before: Option<&Chosen>| match before {
                Some(before) if pathname.get() != here => *before,
                _ => Chosen::read(&search.get()),
            }),
            go: Callback::new(move |chosen: Chosen| {
                let options = NavigateOptions {
                    scroll: false,
                    ..NavigateOptions::default()
                };
                navigate(&format!("{path}{}", chosen.written()), options);
            }),
        }
    }

    /// Changes the choice, which Back undoes.
    pub fn choose(self, change: impl FnOnce(Chosen) -> Chosen) {
        self.go.run(change(self.chosen.get_untracked()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_back_to_its_choice() {
        for by in RunSort::ALL {
            for descending in [false, true] {
                for group in [None, Some(RunGroup::Batch)] {
                    let chosen = Chosen {
                        by,
                        descending,
                        group,
                    };
                    assert_eq!(Chosen::read(&chosen.written()), chosen);
                }
            }
        }
        assert_eq!(Chosen::default().written(), "");
        assert_eq!(Chosen::read("?sort=colour&group=1"), Chosen::default());
    }
}
