//! Small networks with fixed weights, in any precision.

use tch::{Device, Kind, Tensor};
use valleyscope_engine::error::Result;
use valleyscope_engine::model::{Form, Forward, Head, Model};
use valleyscope_engine::noise::{Noise, Purpose};

/// relu(U x), then W φ + b; or W x + b where `hidden` is none. Inputs of any shape `[N, ...]`.
pub struct Network {
    pub hidden: Option<Tensor>,
    pub weight: Tensor,
    pub bias: Tensor,
    pub detach: bool,
}

impl Network {
    /// `inputs` values in, `hidden` features, `classes` out; weights of size one from a fixed stream.
    pub fn relu(inputs: i64, hidden: i64, classes: i64, kind: Kind) -> Self {
        let mut stream = Noise::new(42).stream(0, Purpose::Start);
        let mut draw = |rows: i64, columns: i64| {
            let values: Vec<f64> = (0..rows * columns)
                .map(|_| stream.normal() / (columns as f64).sqrt() * 3.0)
                .collect();
            Tensor::from_slice(&values)
                .view([rows, columns])
                .to_kind(kind)
        };
        let (hidden_weight, weight, bias) = (
            draw(hidden, inputs),
            draw(classes, hidden),
            draw(1, classes).view([-1]),
        );
        Self {
            hidden: Some(hidden_weight),
            weight,
            bias,
            detach: false,
        }
    }

    /// Logits W x + b of a linear classifier.
    pub fn linear(weight: &[f64], classes: i64) -> Self {
        let weight = Tensor::from_slice(weight).view([classes, -1]);
        Self {
            hidden: None,
            weight,
            bias: Tensor::zeros([classes], (Kind::Double, Device::Cpu)),
            detach: false,
        }
    }
}

impl Model for Network {
    fn forward(&self, x: &Tensor) -> Result<Forward> {
        let x = if self.detach {
            x.f_detach()?
        } else {
            x.shallow_clone()
        };
        let flat = x.f_flatten(1, -1)?;
        let features = match &self.hidden {
            Some(hidden) => flat.f_linear(hidden, None::<Tensor>)?.f_relu()?,
            None => flat,
        };
        Ok(Forward {
            logits: features.f_linear(&self.weight, Some(&self.bias))?,
            features,
        })
    }

    fn head(&self) -> Head<'_> {
        Head {
            weight: &self.weight,
            bias: &self.bias,
            form: Form::Linear,
        }
    }

    fn kind(&self) -> Kind {
        self.weight.kind()
    }

    fn device(&self) -> Device {
        Device::Cpu
    }
}

/// A network whose logits overflow at bright images: one more feature, relu(mean(x) − threshold) · 1e160, with weights of ±1e160.
pub struct Overflowing {
    network: Network,
    threshold: f64,
    weight: Tensor,
}

/// Above it the square of it is infinite.
const HUGE: f64 = 1e160;

impl Overflowing {
    pub fn above(threshold: f64, network: Network) -> Self {
        let signs: Vec<f64> = (0..network.bias.size()[0])
            .map(|class| if class % 2 == 0 { HUGE } else { -HUGE })
            .collect();
        let column = Tensor::from_slice(&signs).view([-1, 1]);
        Self {
            weight: Tensor::cat(&[&network.weight, &column], 1),
            network,
            threshold,
        }
    }
}

impl Model for Overflowing {
    fn forward(&self, x: &Tensor) -> Result<Forward> {
        let features = self.network.forward(x)?.features;
        let bright = x
            .f_flatten(1, -1)?
            .f_mean_dim([1].as_slice(), true, None::<Kind>)?;
        let bright = bright.f_sub_scalar(self.threshold)?.f_relu()?;
        let features = Tensor::f_cat(&[features, bright.f_mul_scalar(HUGE)?], 1)?;
        Ok(Forward {
            logits: features.f_linear(&self.weight, Some(&self.network.bias))?,
            features,
        })
    }

    fn head(&self) -> Head<'_> {
        Head {
            weight: &self.weight,
            bias: &self.network.bias,
            form: Form::Linear,
        }
    }

    fn kind(&self) -> Kind {
        self.weight.kind()
    }

    fn device(&self) -> Device {
        Device::Cpu
    }
}
