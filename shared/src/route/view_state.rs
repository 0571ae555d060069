//! What a run page shows, and the query string that says so.

use super::query::pairs;
use crate::measure::Measure;
use crate::valley::Population;

mod write;

/// The longest query string that is read, and more than is ever written.
pub const MOST_QUERY: usize = 2048;
/// How many runs can be laid over the first.
pub const MOST_COMPARED: usize = 7;
/// How many single examples can be drawn into a figure.
pub const MOST_CURVES: usize = 12;
/// The longest id of a run.
const MOST_ID: usize = 64;
/// No page lists more than this many remarks on its address.
const MOST_NOTICES: usize = 8;

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident $id:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// Every choice, in the order in which a page offers them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in an address.
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// The choice with this name.
            pub fn from_id(id: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|choice| choice.id() == id)
            }
        }
    };
}

named! {
    /// What a curve shows of a distribution.
    Statistic {
        /// Median, with the quartiles as its band.
        Median "median",
        /// Mean, with its 95 % interval as its band.
        Mean "mean",
    }
}

named! {
    /// The scale of a value axis.
    YScale {
        /// What suits the measure and the statistic.
        Auto "auto",
        /// Logarithmic.
        Log "log",
        /// Linear.
        Linear "linear",
    }
}

named! {
    /// What the shared cursor shows.
    Cursor {
        /// A line in every figure, values where the pointer is.
        Line "line",
        /// Values in every figure.
        All "all",
        /// Nothing.
        Off "off",
    }
}

named! {
    /// A column by which the table of examples can be sorted.
    ExampleSort {
        /// The order of the run.
        Row "row",
        /// The true class.
        Label "label",
        /// The first flip.
        FirstFlip "first_flip",
        /// The step of the peak.
        PeakStep "peak_step",
        /// Peak minus flip.
        PeakMinusFlip "peak_minus_flip",
        /// Peak over clean sharpness.
        PeakOverClean "peak_over_clean",
        /// End over peak sharpness.
        EndOverPeak "end_over_peak",
    }
}

/// How the table of examples is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// By which column.
    pub by: ExampleSort,
    /// Whether the largest comes first.
    pub descending: bool,
}

impl Sort {
    /// The name in an address: `first_flip`, or `-first_flip` with the largest first.
    pub fn id(self) -> String {
        let sign = if self.descending { "-" } else { "" };
        format!("{sign}{}", self.by.id())
    }

    /// The order with this name.
    pub fn from_id(id: &str) -> Option<Self> {
        let (descending, by) = match id.strip_prefix('-') {
            Some(by) => (true, by),
            None => (false, id),
        };
        ExampleSort::from_id(by).map(|by| Self { by, descending })
    }
}

/// A recorded point, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PointName {
    /// The random start.
    Start,
    /// The point after this many updates; 0 is the clean image.
    Step(u32),
}

impl PointName {
    /// The name in an address: `start`, or the step's number.
    pub fn id(self) -> String {
        match self {
            Self::Start => "start".to_owned(),
            Self::Step(step) => step.to_string(),
        }
    }

    /// The point with this name; `clean` is step 0.
    pub fn from_id(id: &str) -> Option<Self> {
        match id {
            "start" => Some(Self::Start),
            "clean" => Some(Self::Step(0)),
            _ => whole(id).map(Self::Step),
        }
    }
}

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
    /// `sort`: the order of the table of examples.
    pub sort: Sort,
    /// `cursor`: what the shared cursor shows.
    pub cursor: Cursor,
}

/// The floor of a log axis unless another is asked for, as a part of the largest value.
pub const DEFAULT_FLOOR: f64 = 1e-6;

impl Default for ViewState {
    fn default() -> Self {
        Self {
            measure: Measure::KappaTr,
            statistic: Statistic::Median,
            y: YScale::Auto,
            floor: DEFAULT_FLOOR,
            population: Population::Right,
            pass: None,
            chart: None,
            step: None,
            example: None,
            curves: Vec::new(),
            compare: Vec::new(),
            range: None,
            sort: Sort {
                by: ExampleSort::Row,
                descending: false,
            },
            cursor: Cursor::Line,
        }
    }
}

impl ViewState {
    /// Reads a query string. What it does not say, or says wrongly, is as by default; the second part lists what was wrong.
    pub fn from_query(query: &str) -> (Self, Vec<String>) {
        let mut view = Self::default();
        let mut notices = Vec::new();
        if query.len() > MOST_QUERY {
            notices.push(format!(
                "The address has {} characters of settings; at most {MOST_QUERY} are read.",
                query.len()
            ));
            return (view, notices);
        }
        let mut seen: Vec<String> = Vec::new();
        for (key, value) in pairs(query) {
            let wrong = if seen.contains(&key) {
                Some("is given twice; the first one counts".to_owned())
            } else {
                view.read(&key, &value)
                    .err()
                    .map(|right| format!("cannot be \"{}\"; give {right}", shown(&value)))
            };
            if let Some(wrong) = wrong
                && notices.len() < MOST_NOTICES
            {
                notices.push(format!("The setting \"{}\" {wrong}.", shown(&key)));
            }
            seen.push(key);
        }
        (view, notices)
    }

    /// Reads one setting; the error says what would be right.
    fn read(&mut self, key: &str, value: &str) -> Result<(), String> {
        match key {
            "measure" => self.measure = Measure::from_id(value).ok_or("the id of a measure")?,
            "stat" => self.statistic = Statistic::from_id(value).ok_or("median or mean")?,
            "y" => self.y = YScale::from_id(value).ok_or("auto, log or linear")?,
            "floor" => {
                self.floor = value
                    .parse()
                    .ok()
                    .filter(|floor| (1e-300..=0.5).contains(floor))
                    .ok_or("a number from 1e-300 to 0.5")?;
            }
            "who" => self.population = population(value).ok_or("right or all")?,
            "pass" => self.pass = Some(place(value).ok_or("a whole number from 0")?),
            "chart" => {
                let known = crate::chart::find(value).ok_or("the id of a figure")?;
                self.chart = Some(known.id().to_owned());
            }
            "step" => {
                let point = PointName::from_id(value).ok_or("start or the number of a step")?;
                self.step = Some(point);
            }
            "example" => self.example = Some(place(value).ok_or("a row from 0")?),
            "curves" => {
                self.curves = list(value, MOST_CURVES, place)
                    .ok_or_else(|| format!("up to {MOST_CURVES} different rows, with commas"))?;
            }
            "with" => {
                self.compare = list(value, MOST_COMPARED, id).ok_or_else(|| {
                    format!("up to {MOST_COMPARED} different ids of runs, with commas")
                })?;
            }
            "range" => {
                self.range = Some(range(value).ok_or("first and last step, such as 0-20")?);
            }
            "sort" => self.sort = Sort::from_id(value).ok_or("a column, - first for descending")?,
            "cursor" => self.cursor = Cursor::from_id(value).ok_or("line, all or off")?,
            _ => return Err(format!("one of {}", write::KEYS.join(", "))),
        }
        Ok(())
    }
}

fn population(value: &str) -> Option<Population> {
    match value {
        "right" => Some(Population::Right),
        "all" => Some(Population::All),
        _ => None,
    }
}

/// A whole number written with digits only.
fn whole(value: &str) -> Option<u32> {
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| value.parse().ok()).flatten()
}

fn place(value: &str) -> Option<usize> {
    whole(value).and_then(|number| usize::try_from(number).ok())
}

fn range(value: &str) -> Option<(u32, u32)> {
    let (from, to) = value.split_once('-')?;
    let (from, to) = (whole(from)?, whole(to)?);
    (from < to).then_some((from, to))
}

/// An id as the server makes them: letters, digits, `-` and `_`.
fn id(value: &str) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    ((1..=MOST_ID).contains(&value.len()) && value.bytes().all(plain)).then(|| value.to_owned())
}

/// Different entries with commas between them, from one to `most`.
fn list<T: PartialEq>(value: &str, most: usize, read: fn(&str) -> Option<T>) -> Option<Vec<T>> {
    let mut entries = Vec::new();
    for part in value.split(',') {
        let entry = read(part)?;
        if entries.len() == most || entries.contains(&entry) {
            return None;
        }
        entries.push(entry);
    }
    Some(entries)
}

/// A part of an address, short enough for a remark.
fn shown(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
