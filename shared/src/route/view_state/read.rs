//! Reading a view from a query string.

use super::{MOST_COMPARED, MOST_CURVES, MOST_QUERY, ViewState, write};
use crate::measure::Measure;
use crate::route::choice::{Cursor, Facets, PointName, Smoothing, Sort, Statistic, YScale};
use crate::route::plane::PlaneView;
use crate::route::query::pairs;
use crate::valley::Population;

/// The longest id of a run.
const MOST_ID: usize = 64;
/// No page lists more than this many remarks on its address.
const MOST_NOTICES: usize = 8;

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
            "smooth" => {
                let right = "off, or median or mean with 3, 5, 9 or 21 points, such as median-5";
                self.smooth = Smoothing::from_id(value).ok_or(right)?;
            }
            "facets" => self.facets = Facets::from_id(value).ok_or("off, shared or free")?,
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
            "only" => self.only = value.parse()?,
            "common" => {
                self.common = match value {
                    "yes" => true,
                    "no" => false,
                    _ => return Err("yes or no".to_owned()),
                };
            }
            "plane" => {
                let right = "a direction, a radius from 0.001 to 100 and a count from 3 to 101, such as eigenvector,1,51";
                self.plane = PlaneView::from_id(value).ok_or(right)?;
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
pub fn whole(value: &str) -> Option<u32> {
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
