//! The pages as routes, fetched when one is first opened: `xtask/web` cuts the module where these say so.
//!
//! Pages that have much in common are one piece, [`reading`] and [`asking`], and those that look deeper into a run come with what opens
//! over its page ([`crate::aside`]): of what several pieces need the cut makes files of its own, many and small ones, which pack badly
//! and are asked for one by one.

use crate::aside::{Deeper, deeper};
use crate::page::{
    Addition, Attacks, Batch, Compare, CurvaturePage, Data, Definition, Definitions, Model, Models,
    New, Run, Runs,
};
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

/// What flatness guarantees of a run.
pub struct TheoryRoute;

impl LazyRoute for TheoryRoute {
    fn data() -> Self {
        Self
    }

    fn view(_route: Self) -> impl Future<Output = AnyView> {
        deeper(Deeper::Theory)
    }
}

/// The loss around the last layer's weights.
pub struct LandscapeRoute;

impl LazyRoute for LandscapeRoute {
    fn data() -> Self {
        Self
    }

    fn view(_route: Self) -> impl Future<Output = AnyView> {
        deeper(Deeper::Landscape)
    }
}

/// Measures on demand of a run.
pub struct CurvatureRoute;

impl LazyRoute for CurvatureRoute {
    fn data() -> Self {
        Self
    }

    fn view(_route: Self) -> impl Future<Output = AnyView> {
        asking(Asking::Curvature)
    }
}

/// One batch.
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

/// A page with a form that asks for something to be computed.
enum Asking {
    New,
    Attacks,
    Curvature,
}

#[lazy]
fn asking(page: Asking) -> AnyView {
    match page {
        Asking::New => view! { <New /> }.into_any(),
        Asking::Attacks => view! { <Attacks /> }.into_any(),
        Asking::Curvature => view! { <CurvaturePage /> }.into_any(),
    }
}

/// The form for a run.
pub struct NewRoute;

impl LazyRoute for NewRoute {
    fn data() -> Self {
        Self
    }

    fn view(_route: Self) -> impl Future<Output = AnyView> {
        asking(Asking::New)
    }
}

/// Many attacks on a model.
pub struct AttacksRoute;

impl LazyRoute for AttacksRoute {
    fn data() -> Self {
        Self
    }

    fn view(_route: Self) -> impl Future<Output = AnyView> {
        asking(Asking::Attacks)
    }
}

/// A page that is read.
enum Reading {
    Models,
    Model,
    Data,
    Addition,
    Definitions,
    Definition,
}

#[lazy]
fn reading(page: Reading) -> AnyView {
    match page {
        Reading::Models => view! { <Models /> }.into_any(),
        Reading::Model => view! { <Model /> }.into_any(),
        Reading::Data => view! { <Data /> }.into_any(),
        Reading::Addition => view! { <Addition /> }.into_any(),
        Reading::Definitions => view! { <Definitions /> }.into_any(),
        Reading::Definition => view! { <Definition /> }.into_any(),
    }
}

/// The models.
pub struct ModelsRoute;

impl LazyRoute for ModelsRoute {
    fn data() -> Self {
        Self
    }

    fn view(_route: Self) -> impl Future<Output = AnyView> {
        reading(Reading::Models)
    }
}

/// One model.
pub struct ModelRoute;

impl LazyRoute for ModelRoute {
    fn data() -> Self {
        Self
    }

    fn view(_route: Self) -> impl Future<Output = AnyView> {
        reading(Reading::Model)
    }
}

/// One data set.
pub struct DataRoute;

impl LazyRoute for DataRoute {
    fn data() -> Self {
        Self
    }

    fn view(_route: Self) -> impl Future<Output = AnyView> {
        reading(Reading::Data)
    }
}

/// A file that becomes a model.
pub struct AdditionRoute;

impl LazyRoute for AdditionRoute {
    fn data() -> Self {
        Self
    }

    fn view(_route: Self) -> impl Future<Output = AnyView> {
        reading(Reading::Addition)
    }
}

/// All definitions.
pub struct DefinitionsRoute;

impl LazyRoute for DefinitionsRoute {
    fn data() -> Self {
        Self
    }

    fn view(_route: Self) -> impl Future<Output = AnyView> {
        reading(Reading::Definitions)
    }
}

/// One definition.
pub struct DefinitionRoute;

impl LazyRoute for DefinitionRoute {
    fn data() -> Self {
        Self
    }

    fn view(_route: Self) -> impl Future<Output = AnyView> {
        reading(Reading::Definition)
    }
}
