//! The figures: what each shows, and how any of them is drawn on any backend of plotters.
//!
//! ```text
//! RunState, ViewState --build--> Figure --draw--> a canvas (and a Layout, for the cursor over it)
//!                                  |----export::svg, png, pdf, pgf--> a file
//!                                  `----table--> <table>, CSV
//! ```
//!
//! A [`Figure`] is a plain description, the same in the browser and on the server: its marks, its title, a sentence that sums it up,
//! remarks on what could not be drawn, and, from the very marks, its table.
//!
//! - [`build`]`(id, &[Source], &ViewState) -> Option<Figure>`: makes a figure; [`all`] lists them.
//! - [`Figure::draw`]`(&mut backend, &Options) -> Result<Layout, _>`: draws it. In the browser: size the canvas to CSS size times
//!   device pixel ratio, clear it, and draw with `Options { width, height, scale: ratio, theme, .. }`.
//!   The [`Layout`] says where things are in CSS pixels: [`PanelLayout::nearest`], [`PanelLayout::y_of`]; values for a tooltip come from [`Figure::readings`].
//! - [`Figure::table`]: exactly what is drawn, for `<table>`; [`Table::csv`] for a file.
//! - `export::{svg, png, pdf, pgf}(&Figure, &Sheet) -> Result<_, _>` with the feature `export`, on the server; an `export::Paper` says what sheet is wanted.
//!
//! Nothing here asks a browser how wide a text is: plotters would do that with inline styles, which our content security policy forbids.
//! So axes, legends and labels are laid out here, from a table of widths.

mod accuracy;
mod aligned;
mod band;
mod banded;
mod bar;
mod brush;
mod by_step;
mod cell;
mod confusion;
mod contour;
pub mod curvature;
mod curve;
mod decades;
mod draw;
mod edge;
mod example;
#[cfg(feature = "export")]
pub mod export;
mod facet;
mod factors;
mod figure;
mod first_flip;
mod heat;
mod histogram;
pub mod landscape;
mod layout;
mod legend;
mod mark;
mod measure;
mod needs;
mod note;
mod options;
mod passes;
mod peak_minus_flip;
mod reading;
mod robust;
mod shares;
mod sharpness;
mod single;
mod smooth;
mod stops;
mod table;
mod text;
pub mod theory;
mod tick;
mod words;
mod xmap;

#[cfg(all(test, feature = "export"))]
mod gallery;
#[cfg(test)]
pub(crate) mod made_up;
#[cfg(test)]
mod tests;

pub use contour::contour;
pub use decades::Decades;
pub use figure::{Bars, Cells, Content, Figure, Panel, Unit, YAxis};
pub use heat::{Contour, Heat};
pub use layout::{Layout, PanelLayout, PartLayout, Stop};
pub use mark::{Guide, Mark, Rule, Shade};
pub use needs::{aligned_needed, bands_needed, computed};
pub use note::Note;
pub use options::{BadOption, Legend, Options};
pub use reading::Reading;
pub use stops::{Piece, Stops, XAxis};
pub use table::{Cell, Table};

use crate::api::{BandCurve, ExampleDetail};
use crate::route::ViewState;
use crate::run::RunState;
use crate::valley::Aligned;

/// One run as a figure sees it.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// What the run is called, at the end of its curves and in tables.
    pub name: &'a str,
    /// The slot that gives its colour; the same in every figure, whatever else is shown.
    pub slot: usize,
    /// The one pass that is meant, where passes are told apart.
    pub pass: Option<usize>,
    /// The passes of one epsilon, one per seed, in figures that average over them; that is all passes where there are none.
    pub seeds: &'a [usize],
    /// What is known of the run.
    pub state: &'a RunState,
    /// The names of the classes, as far as they are known.
    pub classes: &'a [String],
    /// Distributions beyond the run's own state: over all examples, fetched where they are shown.
    pub curves: &'a [BandCurve],
    /// Flip-aligned distributions, fetched where they are shown.
    pub aligned: &'a [Aligned],
    /// Single examples: drawn as thin lines, and the first one as the subject of the figure `example`.
    pub examples: &'a [ExampleDetail],
}

impl<'a> Source<'a> {
    /// A run of which nothing more than its state is known.
    pub fn new(name: &'a str, slot: usize, state: &'a RunState) -> Self {
        Self {
            name,
            slot,
            pass: None,
            seeds: &[],
            state,
            classes: &[],
            curves: &[],
            aligned: &[],
            examples: &[],
        }
    }

    /// The same run without its single examples.
    fn without_examples(source: &Self) -> Self {
        Self {
            examples: &[],
            ..*source
        }
    }
}

/// A kind of figure.
pub trait Chart: Sync {
    /// The name in addresses and files: `sharpness`.
    fn id(&self) -> &'static str;

    /// The name in words.
    fn title(&self) -> &'static str;

    /// Whether it is about a run's epsilons itself.
    fn by_epsilon(&self) -> bool {
        false
    }

    /// Whether it shows the mean over the seeds of an epsilon; others show the first seed, and say so.
    fn averages_seeds(&self) -> bool {
        false
    }

    /// Whether it shows what only a trace has; without one it says so.
    fn needs_trace(&self) -> bool {
        true
    }

    /// The figure of these runs, the first of which is the page's own. Without data it is an empty figure that says so.
    fn figure(&self, sources: &[Source<'_>], view: &ViewState) -> Figure;
}

/// Every figure, in the order of the run page.
pub fn all() -> &'static [&'static dyn Chart] {
    &[
        &sharpness::Sharpness,
        &measure::LOSS,
        &accuracy::Accuracy,
        &measure::CONFIDENCE,
        &factors::Factors,
        &aligned::FlipAligned,
        &peak_minus_flip::PeakMinusFlip,
        &first_flip::FirstFlip,
        &measure::ANY,
        &example::OneExample,
        &confusion::Confusion,
        &robust::BY_EPSILON,
        &robust::BY_PASSES,
    ]
}

/// The kind of figure with this id.
pub fn find(id: &str) -> Option<&'static dyn Chart> {
    all().iter().copied().find(|chart| chart.id() == id)
}

/// The figure with this id of these runs.
pub fn build(id: &str, sources: &[Source<'_>], view: &ViewState) -> Option<Figure> {
    find(id).map(|chart| figure(chart, sources, view))
}

/// A figure of these runs, with whose settings they have; a run with several epsilons becomes a curve for each
/// (among other runs it is shown at its largest), unless one pass is chosen or the figure itself is by epsilon.
pub fn figure(chart: &dyn Chart, sources: &[Source<'_>], view: &ViewState) -> Figure {
    if chart.needs_trace() && without_trace(sources) {
        return Figure {
            title: chart.title().to_owned(),
            empty: words::NO_TRACE,
            ..Figure::blank(chart.id())
        };
    }
    let mut figure = expanded(chart, sources, view);
    smooth::apply(&mut figure, view.smooth);
    let settings = words::settings(sources);
    if !settings.is_empty() {
        figure.subtitle = match figure.subtitle.as_str() {
            "" => words::capitalised(&settings),
            subtitle => format!("{subtitle}; {settings}"),
        };
    }
    figure
}

/// Whether all of these runs that have begun are without a trace.
fn without_trace(sources: &[Source<'_>]) -> bool {
    let mut begun = sources
        .iter()
        .filter_map(|source| source.state.started.as_ref())
        .peekable();
    begun.peek().is_some() && begun.all(|started| started.axis.ends_only)
}

fn expanded(chart: &dyn Chart, sources: &[Source<'_>], view: &ViewState) -> Figure {
    let several = |source: &Source<'_>| {
        let started = source.state.started.as_ref();
        started.is_some_and(crate::event::Started::several_epsilons)
    };
    if view.pass.is_some() || chart.by_epsilon() || !sources.iter().any(several) {
        return facet::split(chart.figure(sources, view), sources, view);
    }
    let alone = sources.len() == 1;
    let mut parts: Vec<(String, Vec<usize>, &Source<'_>)> = Vec::new();
    for source in sources {
        match source.state.started.as_ref().filter(|_| several(source)) {
            Some(started) => {
                let passes = started.epsilons.iter().enumerate();
                let first = |(pass, epsilon): &(usize, &crate::amount::Amount)| {
                    started.epsilons.iter().position(|other| other == *epsilon) == Some(*pass)
                };
                let largest = (started.epsilons.iter())
                    .map(crate::amount::Amount::value)
                    .fold(0.0, f64::max);
                let shown = passes.filter(|(_, epsilon)| alone || epsilon.value() == largest);
                parts.extend(shown.filter(first).map(|(_, epsilon)| {
                    let mut name = match alone {
                        true => format!("ε {epsilon}"),
                        false => format!("{}, ε {epsilon}", source.name),
                    };
                    let same = started.epsilons.iter().enumerate();
                    let same = same.filter(|(_, other)| *other == epsilon);
                    let seeds: Vec<usize> = same.map(|(pass, _)| pass).collect();
                    if let ([first, _, ..], false) = (seeds.as_slice(), chart.averages_seeds())
                        && let Some(seed) = started.seeds.get(*first)
                    {
                        name = format!("{name}, seed {seed}");
                    }
                    (name, seeds, source)
                }));
            }
            None => parts.push((source.name.to_owned(), Vec::from_iter(source.pass), source)),
        }
    }
    let expanded: Vec<Source<'_>> = parts
        .iter()
        .enumerate()
        .map(|(slot, (name, seeds, source))| Source {
            name,
            // Of one run each curve has a colour of its own; of several each run keeps its own.
            slot: if alone { slot } else { source.slot },
            pass: seeds.first().copied(),
            seeds: match chart.averages_seeds() {
                true => seeds,
                false => &[],
            },
            ..**source
        })
        .collect();
    facet::split(chart.figure(&expanded, view), &expanded, view)
}
