//! Writing a view as a query string.

use super::ViewState;
use crate::valley::Population;

/// Every setting, in the order in which they are written.
pub const KEYS: &[&str] = &[
    "measure", "stat", "y", "floor", "smooth", "facets", "who", "pass", "chart", "step", "example",
    "curves", "with", "range", "only", "common", "plane", "sort", "cursor",
];

impl ViewState {
    /// The query string without `?`; what is as by default is left out.
    /// Every value is made of letters, digits, `_`, `-`, `.` and commas, so nothing needs a code.
    pub fn to_query(&self) -> String {
        let usual = Self::default();
        KEYS.iter()
            .filter_map(|key| {
                let value = self.value(key)?;
                (usual.value(key).as_ref() != Some(&value)).then(|| format!("{key}={value}"))
            })
            .collect::<Vec<_>>()
            .join("&")
    }

    /// One setting as text, nothing where it is absent.
    fn value(&self, key: &str) -> Option<String> {
        let number = |place: usize| place.to_string();
        let joined = |parts: Vec<String>| (!parts.is_empty()).then(|| parts.join(","));
        match key {
            "measure" => Some(self.measure.id().to_owned()),
            "stat" => Some(self.statistic.id().to_owned()),
            "y" => Some(self.y.id().to_owned()),
            // The shortest writing that reads back as the same number.
            "floor" => Some(format!("{:e}", self.floor)),
            "smooth" => Some(self.smooth.id().to_owned()),
            "facets" => Some(self.facets.id().to_owned()),
            "who" => Some(
                match self.population {
                    Population::Right => "right",
                    Population::All => "all",
                }
                .to_owned(),
            ),
            "pass" => self.pass.map(number),
            "chart" => self.chart.clone(),
            "step" => self.step.map(|point| point.id()),
            "example" => self.example.map(number),
            "curves" => joined(self.curves.iter().copied().map(number).collect()),
            "with" => joined(self.compare.clone()),
            "range" => self.range.map(|(from, to)| format!("{from}-{to}")),
            "only" => (!self.only.is_all()).then(|| self.only.to_string()),
            "common" => self.common.then(|| "yes".to_owned()),
            "plane" => Some(self.plane.id()),
            "sort" => Some(self.sort.id()),
            "cursor" => Some(self.cursor.id().to_owned()),
            _ => None,
        }
    }
}
