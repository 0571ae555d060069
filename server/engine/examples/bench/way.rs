//! The ways to get a trajectory.

use crate::Result;
use crate::network::Network;
use valleyscope_engine::attack::{self, Batch};
use valleyscope_engine::measure::{self, Reader};
use valleyscope_engine::noise::Noise;
use valleyscope_shared::spec::{AttackSpec, Pgd};

#[derive(Clone, Copy, Debug)]
pub enum Way {
    /// The attack and nothing else.
    Bare { last_gradient: bool },
    /// The attack with every measure at every point.
    Trace,
    /// The attack, then every iterate of every image by itself through the network again.
    OneByOne,
}

impl Way {
    pub fn run(self, network: &Network) -> Result<()> {
        let model = network.loaded.model.as_ref();
        let labels: Vec<i64> = network.labels.iter().map(|label| *label as i64).collect();
        let last_gradient = !matches!(
            self,
            Self::Bare {
                last_gradient: false
            } | Self::OneByOne
        );
        let batch = Batch {
            x: network.x.shallow_clone(),
            labels: tch::Tensor::f_from_slice(&labels)?,
            indices: (0..labels.len() as u64).collect(),
            last_gradient,
        };
        let weights = measure::weights(&model.head())?;
        let mut reader =
            matches!(self, Self::Trace).then(|| Reader::new(&weights, network.labels.clone()));
        let mut steps = attack::start(
            &AttackSpec::Pgd(Pgd::default()),
            model,
            batch,
            Noise::new(1),
        )?;
        let mut iterates = Vec::new();
        while let Some(step) = steps.step()? {
            match &mut reader {
                Some(reader) => {
                    std::hint::black_box(reader.read(&step)?);
                }
                None if matches!(self, Self::OneByOne) => iterates.push(step.x),
                None => {}
            }
        }
        drop(steps);
        self.again(network, &weights, &iterates)
    }

    /// What the published code does after its attack: one image at a time, one iterate at a time, forward and measure.
    fn again(
        self,
        network: &Network,
        weights: &valleyscope_engine::head::Weights,
        iterates: &[tch::Tensor],
    ) -> Result<()> {
        let model = network.loaded.model.as_ref();
        let _guard = tch::no_grad_guard();
        for row in 0..network.labels.len() {
            for x in iterates {
                let forward = model.forward(&x.f_narrow(0, row as i64, 1)?)?;
                let logits = Vec::<f64>::try_from(
                    &forward.logits.f_to_kind(tch::Kind::Double)?.f_view([-1])?,
                )?;
                let softmax = valleyscope_engine::head::Softmax::new(&logits);
                let phi_sq = forward
                    .features
                    .f_to_kind(tch::Kind::Double)?
                    .f_square()?
                    .f_sum(None::<tch::Kind>)?;
                std::hint::black_box(
                    weights.fro_sq().sqrt() * softmax.gini() * phi_sq.f_double_value(&[])?,
                );
            }
        }
        Ok(())
    }
}
