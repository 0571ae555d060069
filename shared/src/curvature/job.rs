//! A job of measures on demand, as a run's log and its fold have it.

use crate::event::Point;
use crate::run::Phase;
use serde::{Deserialize, Serialize};

/// What is known of a job: in the log what an entry changes, in the fold everything so far.
///
/// The browser reads it with every run, so it is made of what a run is made of; what was asked for and the values are fetched apart.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CurvatureJob {
    /// Which job of the run, from 1.
    pub job: u32,
    /// Where it is.
    pub phase: Phase,
    /// How many places are computed: one for each example at each point, and one for each density.
    pub done: u64,
    /// How many there are; 0 before it has started.
    pub total: u64,
    /// Why it failed or was interrupted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The distributions over the examples so far, of the points that have become known or changed: a band for each column of the job.
    /// `point` is the place among the job's stops.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<Point>,
    /// What was asked for, in the entry that asks; its layers are named one by one.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    #[cfg_attr(target_family = "wasm", serde(skip_deserializing))]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<super::CurvatureSpec>))]
    pub spec: serde_json::Value,
}

impl CurvatureJob {
    /// A job that waits.
    pub fn new(job: u32) -> Self {
        Self {
            job,
            ..Self::default()
        }
    }

    /// Brings the jobs of a run up to this entry.
    pub fn fold_into(&self, jobs: &mut Vec<Self>) {
        let place = jobs.iter().position(|known| known.job == self.job);
        let place = place.unwrap_or_else(|| {
            jobs.push(Self::new(self.job));
            jobs.len() - 1
        });
        let Some(known) = jobs.get_mut(place) else {
            return;
        };
        known.phase = self.phase;
        known.done = self.done;
        known.total = self.total;
        known.reason.clone_from(&self.reason);
        for point in &self.points {
            let same = |other: &&mut Point| other.point == point.point;
            match known.points.iter_mut().find(same) {
                Some(slot) => slot.clone_from(point),
                None => known.points.push(point.clone()),
            }
        }
    }
}
