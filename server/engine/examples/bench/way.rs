//! The ways to get a trajectory.

use crate::Result;
use crate::network::Network;
use crate::python::Python;
use std::time::Instant;
use valleyscope_engine::attack::{self, Batch};
use valleyscope_engine::measure::{LastLayer, Reader};
use valleyscope_engine::noise::Noise;
use valleyscope_shared::spec::AttackSpec;

#[derive(Clone, Copy, Debug)]
pub enum Way {
    /// The attack and nothing else.
    Bare { last_gradient: bool },
    /// The attack with every measure at every point.
    Trace,
    /// The attack with every measure at every point but the gradient of the last, which no step needs.
    ShortTrace,
    /// Something that PyTorch does.
    Python(&'static str),
}

impl Way {
    /// Seconds that it took; nothing where it needs a Python that is not there.
    pub fn seconds(self, network: &Network, python: Option<&mut Python>) -> Result<Option<f64>> {
        if let Self::Python(what) = self {
            return python.map(|python| python.run(what)).transpose();
        }
        let start = Instant::now();
        self.run(network)?;
        Ok(Some(start.elapsed().as_secs_f64()))
    }

    fn run(self, network: &Network) -> Result<()> {
        let model = network.loaded.model.as_ref();
        let labels: Vec<i64> = network.labels.iter().map(|label| *label as i64).collect();
        let batch = Batch {
            x: network.x.shallow_clone(),
            labels: tch::Tensor::f_from_slice(&labels)?,
            truth: tch::Tensor::f_from_slice(&labels)?,
            indices: (0..labels.len() as u64).collect(),
            towards: None,
            last_gradient: matches!(
                self,
                Self::Trace
                    | Self::Bare {
                        last_gradient: true
                    }
            ),
        };
        let last = LastLayer::of(&model.head())?;
        let mut reader = matches!(self, Self::Trace | Self::ShortTrace)
            .then(|| Reader::new(&last, network.labels.clone()));
        let mut steps = attack::start(&AttackSpec::new("pgd", []), model, batch, Noise::new(1))?;
        while let Some(step) = steps.step()? {
            if let Some(reader) = &mut reader {
                std::hint::black_box(reader.read(&step)?);
            }
        }
        Ok(())
    }
}
