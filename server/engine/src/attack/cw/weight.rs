//! The search for the smallest c that succeeds, each example for itself.

use super::super::Batch;
use crate::error::Result;
use tch::{Kind, Tensor};

/// How much c grows while nothing succeeds.
const GROWTH: f64 = 10.0;

pub(super) struct Weight {
    /// `[N]`, in the images' precision.
    pub c: Tensor,
    /// `[N]`: the largest c that failed and the smallest that succeeded.
    failed: Tensor,
    succeeded: Tensor,
    /// `[N]`, whether the present c succeeded somewhere.
    found: Tensor,
}

impl Weight {
    /// The first c of all examples.
    pub fn new(c: f64, batch: &Batch) -> Result<Self> {
        let (count, options) = (batch.len() as i64, (batch.x.f_kind()?, batch.x.device()));
        let failed = Tensor::f_zeros([count], options)?;
        Ok(Self {
            c: failed.f_full_like(c)?,
            succeeded: failed.f_full_like(f64::INFINITY)?,
            found: failed.f_to_kind(Kind::Bool)?,
            failed,
        })
    }

    /// Notes which examples succeed at an iterate.
    pub fn note(&mut self, success: &Tensor) -> Result<()> {
        self.found = self.found.f_logical_or(success)?;
        Ok(())
    }

    /// Ten times as much where nothing has succeeded yet, the middle between failure and success elsewhere.
    pub fn next(&mut self) -> Result<()> {
        self.succeeded = self.c.f_where_self(&self.found, &self.succeeded)?;
        self.failed = self.failed.f_where_self(&self.found, &self.c)?;
        let middle = self.failed.f_add(&self.succeeded)?.f_div_scalar(2.0)?;
        let larger = self.c.f_mul_scalar(GROWTH)?;
        self.c = larger.f_where_self(&self.succeeded.f_isinf()?, &middle)?;
        self.found = self.found.f_zeros_like()?;
        Ok(())
    }

    /// Of these examples alone from now on.
    pub fn select(&mut self, places: &Tensor) -> Result<()> {
        for tensor in [
            &mut self.c,
            &mut self.failed,
            &mut self.succeeded,
            &mut self.found,
        ] {
            *tensor = tensor.f_index_select(0, places)?;
        }
        Ok(())
    }
}
