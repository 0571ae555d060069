//! The choices that an address can name.

use super::view_state::whole;

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
    /// What is drawn strong over the values of curves by step: a running median or mean, centred, over so many recorded points.
    Smoothing {
        /// Nothing: the values themselves are.
        Off "off",
        /// The median of three.
        Median3 "median-3",
        /// The median of five.
        Median5 "median-5",
        /// The median of nine.
        Median9 "median-9",
        /// The median of 21.
        Median21 "median-21",
        /// The mean of three.
        Mean3 "mean-3",
        /// The mean of five.
        Mean5 "mean-5",
        /// The mean of nine.
        Mean9 "mean-9",
        /// The mean of 21.
        Mean21 "mean-21",
    }
}

impl Smoothing {
    /// The statistic and the number of points; nothing where it is off.
    pub fn window(self) -> Option<(Statistic, usize)> {
        let (statistic, points) = self.id().split_once('-')?;
        Some((Statistic::from_id(statistic)?, points.parse().ok()?))
    }

    /// In words: `median of 5`.
    pub fn words(self) -> String {
        self.id().replace('-', " of ")
    }
}

named! {
    /// Whether the curves of several runs or epsilons share a panel.
    Facets {
        /// All are in one.
        Off "off",
        /// One panel each, all with one vertical scale.
        Shared "shared",
        /// One panel each, with a vertical scale of its own.
        Free "free",
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
