//! Jobs at a server.

use super::Place;
use crate::cli::client::{Client, Refused};
use crate::cli::runs::source::plain;
use anyhow::{Result, anyhow};
use valleyscope_shared::curvature::{CurvatureSpec, CurvatureView};
use valleyscope_shared::route;

/// The jobs of a run at a server.
pub struct There<'a> {
    client: &'a Client,
    id: String,
}

impl<'a> There<'a> {
    /// Of the run with this id.
    ///
    /// # Errors
    /// It is no id.
    pub fn new(client: &'a Client, id: &str) -> Result<Self> {
        let id = plain(id)?;
        Ok(Self { client, id })
    }

    fn path(&self, job: u32) -> String {
        route::curvature_job(&self.id, &job.to_string())
    }

    fn explain(&self, refused: Refused) -> anyhow::Error {
        anyhow!("{}: {refused}", self.client.server())
    }
}

impl Place for There<'_> {
    fn ask(&self, wanted: &CurvatureSpec) -> Result<CurvatureView> {
        let text = serde_json::to_string(wanted)?;
        self.client
            .send(&route::curvature(&self.id), &text)
            .map_err(|refused| self.explain(refused))
    }

    fn estimate(&self, wanted: &CurvatureSpec) -> Result<serde_json::Value> {
        let text = serde_json::to_string(wanted)?;
        self.client
            .send(&route::curvature_estimate(&self.id), &text)
            .map_err(|refused| self.explain(refused))
    }

    fn go_on(&self, job: u32) -> Result<CurvatureView> {
        let path = self.path(job) + "/resume";
        self.client
            .act(&path)
            .map_err(|refused| self.explain(refused))
    }

    fn look(&self, job: u32) -> Result<Option<CurvatureView>> {
        match self.client.get(&self.path(job)) {
            Ok(view) => Ok(Some(view)),
            Err(refused) if refused.may_pass() => Ok(None),
            Err(refused) => Err(self.explain(refused)),
        }
    }

    fn cancel(&self, job: u32) -> Result<()> {
        let path = self.path(job) + "/cancel";
        let cancelled: Result<CurvatureView, Refused> = self.client.act(&path);
        cancelled.map(drop).map_err(|refused| self.explain(refused))
    }
}
