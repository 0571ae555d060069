//! Measures on demand in a run's files.

use crate::curvature::{values, view};
use crate::store::{Result, RunRow, Store};
use serde::Serialize;
use valleyscope_shared::curvature::{CurvatureRow, CurvatureValue, CurvatureValues, CurvatureView};

/// One job with everything that was computed.
pub struct JobRecord {
    /// What was asked for, and how far it came.
    pub view: CurvatureView,
    /// Every value.
    pub values: CurvatureValues,
}

/// What the JSON file says of it.
#[derive(Serialize)]
pub struct InFile<'a> {
    job: &'a CurvatureView,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<&'a [CurvatureRow]>,
}

impl JobRecord {
    /// Every job of a run.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn all(store: &Store, run: &RunRow) -> Result<Vec<Self>> {
        let record = |job: crate::store::JobRow| {
            let values = values(store, run, &job)?;
            let view = view(store, None, run, job, true)?;
            Ok(Self { view, values })
        };
        store.jobs(run.number)?.into_iter().map(record).collect()
    }

    /// As the JSON file has it; without values in a brief one.
    pub fn in_file(&self, brief: bool) -> InFile<'_> {
        InFile {
            job: &self.view,
            values: (!brief).then_some(self.values.rows.as_slice()),
        }
    }

    /// What the head of a file of arrays says: what was asked for, and what each column is.
    pub fn head(&self) -> serde_json::Value {
        serde_json::json!({
            "job": self.view.job,
            "phase": self.view.phase,
            "spec": self.view.spec,
            "columns": self.view.columns,
        })
    }

    /// Its arrays with their names, column by column, in each point by point; not a number where nothing was computed.
    pub fn arrays(&self, points: usize) -> [(String, Vec<f64>); 2] {
        let name = format!("curvature_{}", self.view.job);
        let of = |part: fn(&CurvatureValue) -> Option<f64>| {
            let (columns, examples) = (self.view.columns.len(), self.view.spec.examples as usize);
            let mut all = vec![f64::NAN; columns * points * examples];
            for row in &self.values.rows {
                for (column, value) in row.values.iter().enumerate() {
                    let place = (column * points + row.point) * examples + row.row;
                    if let (Some(slot), Some(value)) = (all.get_mut(place), part(value)) {
                        *slot = value;
                    }
                }
            }
            all
        };
        [
            (name.clone(), of(|value| Some(value.value.0))),
            (
                name + "_error",
                of(|value| value.error.map(|error| error.0)),
            ),
        ]
    }
}
