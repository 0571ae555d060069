//! The layout of the golden files: one list per image under each point under each measure.

use super::Record;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use std::io::{self, Write};
use valleyscope_shared::amount::Amount;
use valleyscope_shared::ending::Ending;
use valleyscope_shared::measure::{self, Measure};
use valleyscope_shared::num::Num;
use valleyscope_shared::readings::Readings;
use valleyscope_shared::valley::{PassSummary, Population, Timeline, timeline};

/// Writes the result as JSON.
///
/// `summary`, `timeline` and `trajectory` are those of the first seed; with several seeds `passes` has those of all.
/// Readings that were never computed are `null`. A `brief` one has no readings of single examples.
pub fn write_json(record: &Record, mut to: impl Write, brief: bool) -> io::Result<()> {
    serde_json::to_writer(&mut to, &Document(record, brief)).map_err(io::Error::from)?;
    to.write_all(b"\n")
}

struct Document<'a>(&'a Record, bool);

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let record = self.0;
        let first = Part::of(record, 0, self.1);
        let mut map = serializer.serialize_map(None)?;
        if let Some(header) = record.header().as_object() {
            for (key, value) in header {
                map.serialize_entry(key, value)?;
            }
        }
        map.serialize_entry("points", &record.points())?;
        if let Some(readings) = record.passes.first() {
            map.serialize_entry(
                "indices",
                &readings
                    .examples()
                    .iter()
                    .map(|example| example.index)
                    .collect::<Vec<_>>(),
            )?;
            map.serialize_entry(
                "labels",
                &readings
                    .examples()
                    .iter()
                    .map(|example| example.label)
                    .collect::<Vec<_>>(),
            )?;
        }
        if let Some(readings) = record.passes.first()
            && readings
                .examples()
                .iter()
                .any(|example| example.target.is_some())
        {
            let targets: Vec<_> = readings
                .examples()
                .iter()
                .map(|example| example.target)
                .collect();
            map.serialize_entry("targets", &targets)?;
        }
        if let Some(first) = first {
            map.serialize_entry("summary", &first.summary)?;
            map.serialize_entry("timeline", &first.timeline)?;
            if let (Some(endings), Some(trajectory)) = (&first.endings, &first.trajectory) {
                map.serialize_entry("endings", endings)?;
                map.serialize_entry("trajectory", trajectory)?;
            }
        }
        if record.passes.len() > 1 {
            map.serialize_entry("passes", &Parts(record, self.1))?;
        }
        if !record.curvature.is_empty() {
            let jobs = record.curvature.iter().map(|job| job.in_file(self.1));
            map.serialize_entry("curvature", &jobs.collect::<Vec<_>>())?;
        }
        map.end()
    }
}

struct Parts<'a>(&'a Record, bool);

impl Serialize for Parts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.passes.len()))?;
        for pass in 0..self.0.passes.len() {
            list.serialize_element(&Part::of(self.0, pass, self.1))?;
        }
        list.end()
    }
}

/// What a file says of one pass.
#[derive(Serialize)]
struct Part<'a> {
    seed: u64,
    epsilon: Option<&'a Amount>,
    summary: PassSummary,
    timeline: Timeline,
    #[serde(skip_serializing_if = "Option::is_none")]
    endings: Option<Vec<Option<&'a Ending>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trajectory: Option<Trajectory<'a>>,
}

impl<'a> Part<'a> {
    fn of(record: &'a Record, pass: usize, brief: bool) -> Option<Self> {
        let readings = record.passes.get(pass)?;
        let seed = record.started.seeds.get(pass).copied()?;
        let summary = PassSummary::of(readings, seed, Measure::KappaTr, Population::Right);
        Some(Self {
            seed,
            epsilon: record.started.epsilons.get(pass),
            summary,
            timeline: timeline(readings),
            endings: (!brief).then(|| {
                let rows = 0..readings.examples().len();
                rows.map(|row| readings.ending(row)).collect()
            }),
            trajectory: (!brief).then_some(Trajectory(readings)),
        })
    }
}

struct Trajectory<'a>(&'a Readings);

impl Serialize for Trajectory<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(Measure::COUNT))?;
        for measure in measure::ALL {
            map.serialize_entry(
                measure,
                &Table {
                    readings: self.0,
                    measure: *measure,
                },
            )?;
        }
        map.end()
    }
}

struct Table<'a> {
    readings: &'a Readings,
    measure: Measure,
}

impl Serialize for Table<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let points = self.readings.axis().points();
        let mut list = serializer.serialize_seq(Some(points))?;
        for point in 0..points {
            let column: Vec<Option<Num>> = (0..self.readings.examples().len())
                .map(|row| self.readings.get(self.measure, point, row).map(Num))
                .collect();
            list.serialize_element(&column)?;
        }
        list.end()
    }
}
