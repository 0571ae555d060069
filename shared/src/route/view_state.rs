//! What a run page shows, and the query string that says so.

use super::choice::{Cursor, ExampleSort, Facets, PointName, Smoothing, Sort, Statistic, YScale};
use super::plane::PlaneView;
use crate::measure::Measure;
use crate::subset::Subset;
use crate::valley::Population;

mod read;
mod write;

pub use read::whole;

/// The longest query string that is read, and more than is ever written.
pub const MOST_QUERY: usize = 2048;
/// How many runs can be laid over the first.
pub const MOST_COMPARED: usize = 7;
/// How many single examples can be drawn into a figure.
pub const MOST_CURVES: usize = 12;

/// What a run page, a comparison or an exported figure shows. The theme is not part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ViewState {
    /// `measure`: the sharpness, or any other measure, that the main figure shows.
    pub measure: Measure,
    /// `stat`: what the curves show.
    pub statistic: Statistic,
    /// `y`: the scale of the value axis.
    pub y: YScale,
    /// `floor`: on a log axis, the least value drawn, as a part of the largest.
    pub floor: f64,
    /// `smooth`: what is drawn strong over the values of curves by step.
    pub smooth: Smoothing,
    /// `facets`: whether several runs or epsilons have a panel each.
    pub facets: Facets,
    /// `who`: whom the curves are about.
    pub population: Population,
    /// `pass`: one pass of several seeds, from 0; all of them when absent.
    pub pass: Option<usize>,
    /// `chart`: the figure that is enlarged.
    pub chart: Option<String>,
    /// `step`: the point that is looked at.
    pub step: Option<PointName>,
    /// `example`: the row of the example that is looked at.
    pub example: Option<usize>,
    /// `curves`: the rows of single examples drawn into the figures.
    pub curves: Vec<usize>,
    /// `with`: the runs that are laid over.
    pub compare: Vec<String>,
    /// `range`: the steps shown, first and last.
    pub range: Option<(u32, u32)>,
    /// `only`: the examples that everything on the page is about.
    pub only: Subset,
    /// `common`: whether compared runs are shown over the images that all of them have.
    pub common: bool,
    /// `plane`: which plane of the weights a landscape shows.
    pub plane: PlaneView,
    /// `sort`: the order of the table of examples.
    pub sort: Sort,
    /// `cursor`: what the shared cursor shows.
    pub cursor: Cursor,
}

/// The floor of a log axis unless another is asked for, as a part of the largest value: so low that median and quartiles
/// decide where the axis ends. On a trained network sharpness falls through ten decades, and a higher floor would hide just that.
pub const DEFAULT_FLOOR: f64 = 1e-15;

impl Default for ViewState {
    fn default() -> Self {
        Self {
            measure: Measure::KappaTr,
            statistic: Statistic::Median,
            y: YScale::Auto,
            floor: DEFAULT_FLOOR,
            smooth: Smoothing::Off,
            facets: Facets::Off,
            population: Population::Right,
            pass: None,
            chart: None,
            step: None,
            example: None,
            curves: Vec::new(),
            compare: Vec::new(),
            range: None,
            only: Subset::default(),
            common: false,
            plane: PlaneView::default(),
            sort: Sort {
                by: ExampleSort::Row,
                descending: false,
            },
            cursor: Cursor::Line,
        }
    }
}

#[cfg(test)]
mod tests;
