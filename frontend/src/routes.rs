//! The pages as routes, each fetched when it is first opened: `xtask/web` cuts the module where these say so.

use crate::page::{Attacks, Batch, Compare, Definition, Definitions, Models, New, Run, Runs};
use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

/// The list of runs.
pub struct RunsRoute;

#[lazy_route]
impl LazyRoute for RunsRoute {
    fn data() -> Self {
        Self
    }

    fn view(_route: Self) -> AnyView {
        view! { <Runs /> }.into_any()
    }
}

/// One run.
pub struct RunRoute;

#[lazy_route]
impl LazyRoute for RunRoute {
    fn data() -> Self {
        Self
    }

    fn view(_route: Self) -> AnyView {
        view! { <Run /> }.into_any()
    }
}

/// Runs over each other.
pub struct CompareRoute;

#[lazy_route]
impl LazyRoute for CompareRoute {
    fn data() -> Self {
        Self
    }

    fn view(_route: Self) -> AnyView {
        view! { <Compare /> }.into_any()
    }
}

/// Many attacks at once.
pub struct AttacksRoute;

#[lazy_route]
impl LazyRoute for AttacksRoute {
    fn data() -> Self {
        Self
    }

    fn view(_route: Self) -> AnyView {
        view! { <Attacks /> }.into_any()
    }
}

/// The verdicts of many runs.
pub struct BatchRoute;

#[lazy_route]
impl LazyRoute for BatchRoute {
    fn data() -> Self {
        Self
    }

    fn view(_route: Self) -> AnyView {
        view! { <Batch /> }.into_any()
    }
}

/// A new run.
pub struct NewRoute;

#[lazy_route]
impl LazyRoute for NewRoute {
    fn data() -> Self {
        Self
    }

    fn view(_route: Self) -> AnyView {
        view! { <New /> }.into_any()
    }
}

/// Models and data.
pub struct ModelsRoute;

#[lazy_route]
impl LazyRoute for ModelsRoute {
    fn data() -> Self {
        Self
    }

    fn view(_route: Self) -> AnyView {
        view! { <Models /> }.into_any()
    }
}

/// What the words mean.
pub struct DefinitionsRoute;

#[lazy_route]
impl LazyRoute for DefinitionsRoute {
    fn data() -> Self {
        Self
    }

    fn view(_route: Self) -> AnyView {
        view! { <Definitions /> }.into_any()
    }
}

/// One page about what the words mean.
pub struct DefinitionRoute;

#[lazy_route]
impl LazyRoute for DefinitionRoute {
    fn data() -> Self {
        Self
    }

    fn view(_route: Self) -> AnyView {
        view! { <Definition /> }.into_any()
    }
}
