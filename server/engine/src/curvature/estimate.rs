//! A number with its standard error.

/// What was found, and how far it may be off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The value: exact, or the mean over probes.
    pub value: f64,
    /// The standard error of the value; zero where it is exact.
    ///
    /// All examples of a batch see the same probes, so their errors are not independent: the standard error of the mean over
    /// examples is at most the mean of their standard errors, and in general no smaller by the root of their number.
    pub error: f64,
    /// How many probes were taken; zero where it is exact.
    pub probes: u32,
}

impl Estimate {
    /// What no random number had a part in.
    pub fn exact(value: f64) -> Self {
        Self {
            value,
            error: 0.0,
            probes: 0,
        }
    }

    /// This many times it.
    pub fn times(self, factor: f64) -> Self {
        Self {
            value: factor * self.value,
            error: factor.abs() * self.error,
            ..self
        }
    }

    /// Whether the standard error is at most this share of the value.
    pub fn meets(&self, relative: f64) -> bool {
        self.error <= relative * self.value.abs()
    }
}

/// The mean of independent samples beside an exact part; Welford 1962.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Running {
    /// What is known exactly.
    pub exact: f64,
    mean: f64,
    squares: f64,
    count: u32,
}

impl Running {
    /// Beside an exact part.
    pub fn beside(exact: f64) -> Self {
        Self {
            exact,
            ..Self::default()
        }
    }

    /// Takes one more sample.
    pub fn push(&mut self, sample: f64) {
        self.count += 1;
        let off = sample - self.mean;
        self.mean += off / f64::from(self.count);
        self.squares += off * (sample - self.mean);
    }

    /// The mean, and its standard error once there are two samples.
    pub fn estimate(&self) -> Estimate {
        let count = f64::from(self.count);
        Estimate {
            value: self.exact + self.mean,
            error: match self.count {
                0 => 0.0,
                1 => f64::INFINITY,
                _ => (self.squares / (count - 1.0) / count).sqrt(),
            },
            probes: self.count,
        }
    }
}
