//! Who need not be attacked again, where nobody looks at the path.

use super::Apgd;
use crate::error::Result;
use crate::prediction;
use tch::Tensor;

impl Apgd<'_> {
    /// Notes who succeeds here.
    pub(super) fn note(&mut self, logits: &Tensor) -> Result<()> {
        let labels = &self.batch.labels;
        let succeeds = match self.parameters.objective.targeted && !self.parameters.ranked {
            true => prediction::is(logits, labels)?,
            false => prediction::is_not(logits, labels)?,
        };
        let succeeds = prediction::flags(&succeeds)?;
        for (settled, succeeds) in self.settled.iter_mut().zip(succeeds) {
            *settled |= succeeds;
        }
        Ok(())
    }

    /// Goes on without those who succeeded, between one run and another.
    pub(super) fn leave(&mut self) -> Result<()> {
        let stays: Vec<usize> = (0..self.rows.len())
            .filter(|place| !self.settled[*place])
            .collect();
        self.keep(&stays)
    }

    /// Goes on with those at these places alone.
    pub(super) fn keep(&mut self, stays: &[usize]) -> Result<()> {
        if stays.len() == self.rows.len() {
            return Ok(());
        }
        self.batch = self.batch.select(stays)?;
        self.rows = stays.iter().map(|place| self.rows[*place]).collect();
        self.streams = (stays.iter())
            .map(|place| self.streams[*place].clone())
            .collect();
        self.settled = stays.iter().map(|place| self.settled[*place]).collect();
        let places: Vec<i64> = stays.iter().map(|place| *place as i64).collect();
        let places = Tensor::f_from_slice(&places)?.f_to_device(self.batch.x.device())?;
        if let Some(ranking) = &self.ranking {
            self.ranking = Some(ranking.f_index_select(0, &places)?);
        }
        if let Some(climb) = &mut self.climb {
            climb.select(&places)?;
        }
        self.next = match self.next.take() {
            Some(_) if stays.is_empty() => None,
            Some((place, x)) => Some((place, x.f_index_select(0, &places)?)),
            None => None,
        };
        Ok(())
    }
}
