//! A loaded program as a model: logits from its forward pass, features from the gradient of its last layer.

use super::alone;
use super::last::Last;
use super::{TorchScriptOptions, content};
use crate::error::{Error, Result};
use crate::graph::op::Normalise;
use crate::model::{Form, Forward, Head, Model, Normalisation};
use std::path::Path;
use tch::{CModule, Device, Kind, TchError, Tensor};

/// A program in evaluation mode, of whose parameters only the matrix of the last layer wants a gradient.
pub(super) struct Module {
    program: CModule,
    /// Its parameters by name, in the program's order.
    pub parameters: Vec<(String, Tensor)>,
    input: [i64; 3],
    /// Mean and standard deviation, `[1, C, 1, 1]`, where pixels are scaled.
    scaling: Option<Vec<Tensor>>,
    last: Option<Last>,
    device: Device,
    kind: Kind,
}

impl Module {
    /// Reads a program and makes it ready to be computed.
    ///
    /// # Errors
    /// [`Error::Apart`] in a process that does other things too, [`Error::Script`] where LibTorch cannot load it or it has no parameters.
    pub fn load(path: &Path, digest: &str, device: Device, kind: Kind) -> Result<Self> {
        alone::check()?;
        let bytes = content(path, digest)?;
        // Operators are computed one by one, as they are written: what LibTorch makes of them after a few passes rounds otherwise.
        tch::jit::f_set_graph_executor_optimize(false)?;
        let mut program =
            CModule::load_data_on_device(&mut bytes.as_slice(), device).map_err(stopped)?;
        program.f_set_eval().map_err(stopped)?;
        let parameters = program.named_parameters().map_err(stopped)?;
        if parameters.is_empty() {
            return Err(Error::Script {
                reason: "has no parameters, as torch.jit.freeze makes it, so its last layer cannot be found; save it without freezing, \
                         or as .pt2 with docs/export_model.py"
                    .to_owned(),
            });
        }
        if parameters.iter().any(|(_, one)| one.kind() != kind) {
            program.to(device, kind, false);
        }
        for (_, one) in &parameters {
            let _ = one.f_set_requires_grad(false)?;
        }
        Ok(Self {
            program,
            parameters,
            input: [0; 3],
            scaling: None,
            last: None,
            device,
            kind,
        })
    }

    /// The same for images of this shape, whose pixels are scaled first.
    pub fn scaled(mut self, input: [i64; 3], by: &Normalisation) -> Result<Self> {
        let Normalisation { mean, std } = by.clone();
        self.scaling = None;
        if !mean.is_empty() {
            let constants = Normalise { mean, std }.constants()?.into_iter();
            let placed = constants.map(|one| one.f_to_kind(self.kind)?.f_to_device(self.device));
            self.scaling = Some(placed.collect::<std::result::Result<_, _>>()?);
        }
        self.input = input;
        Ok(self)
    }

    /// The same with the last layer that is known.
    ///
    /// # Errors
    /// [`Error::Script`] where it has no such parameter.
    pub fn with_last(mut self, options: &TorchScriptOptions) -> Result<Self> {
        let last = Last::named(&self.parameters, &options.weight, options.bias.as_deref())?;
        self.take(last)?;
        Ok(self)
    }

    /// Takes another layer for the last.
    pub fn take(&mut self, last: Last) -> Result<()> {
        if let Some(before) = &self.last {
            let _ = before.weight.f_set_requires_grad(false)?;
        }
        let _ = last.weight.f_set_requires_grad(true)?;
        self.last = Some(last);
        Ok(())
    }

    /// What the program gives for images, scaled.
    pub fn logits(&self, x: &Tensor) -> Result<Tensor> {
        let size = x.size();
        if size.len() != 4 || size[1..] != self.input {
            let [channels, height, width] = self.input;
            return Err(Error::Shape {
                what: "the input",
                got: size,
                expected: format!("[N, {channels}, {height}, {width}]"),
            });
        }
        let pixels = match self.scaling.as_deref() {
            Some([mean, std]) => x.f_sub(mean)?.f_div(std)?,
            // A program may write into what it is given.
            _ => x.f_mul_scalar(1.0)?,
        };
        let logits = self.program.forward_ts(&[pixels]).map_err(stopped)?;
        alone::passed();
        let wrong = match logits.size().as_slice() {
            [images, classes] if *images == size[0] && *classes >= 2 => None,
            other => Some(format!(
                "gives {other:?} for {} images; one row of logits for each is right",
                size[0]
            )),
        };
        let wrong = wrong.or_else(|| {
            let kind = logits.kind();
            (kind != self.kind).then(|| {
                format!(
                    "gives {kind:?} where its parameters are {:?}, so its numbers are fixed in its code; take the precision that it was saved in",
                    self.kind
                )
            })
        });
        match wrong {
            Some(reason) => Err(Error::Script { reason }),
            None => Ok(logits),
        }
    }

    /// Whether its output depends on the image as far as differentiation can see, on a grey one.
    ///
    /// # Errors
    /// [`Error::Detached`] where it does not.
    pub fn check_gradient(&self) -> Result<()> {
        let [channels, height, width] = self.input;
        let shape = [1, channels, height, width];
        let x = Tensor::f_full(shape, 0.5, (self.kind, self.device))?.f_set_requires_grad(true)?;
        let loss = tch::with_grad(|| self.logits(&x))?.f_sum(self.kind)?;
        crate::loss::gradient(&loss, &x).map(drop)
    }

    /// Features of logits that were just computed.
    ///
    /// Of z = W φ + b the slope of z_k in row k of W is φ. With another class for each image the rows of one gradient of W are the
    /// features of as many images as there are classes, and differentiation goes through the last layer alone.
    fn features(&self, logits: &Tensor) -> Result<Tensor> {
        let last = self.last.as_ref().ok_or(Error::Detached)?;
        if !logits.requires_grad() {
            return Err(unlike(&last.name));
        }
        let (images, classes) = logits.size2()?;
        let mut features = Vec::new();
        for first in (0..images).step_by(classes as usize) {
            let count = classes.min(images - first);
            let sum = logits
                .f_narrow(0, first, count)?
                .f_diagonal(0, 0, 1)?
                .f_sum(self.kind)?;
            let rows = Tensor::f_run_backward(&[&sum], &[&last.weight], true, false)?
                .pop()
                .filter(Tensor::defined)
                .ok_or_else(|| unlike(&last.name))?;
            features.push(rows.f_reshape([classes, -1])?.f_narrow(0, 0, count)?);
        }
        Ok(Tensor::f_cat(&features, 0)?)
    }

    /// Features of each image from a pass of its own: in one gradient of several images what is not finite of one is in the rows of all.
    fn features_alone(&self, x: &Tensor) -> Result<Tensor> {
        let rows = (0..x.size()[0]).map(|row| {
            let logits = self.logits(&x.f_narrow(0, row, 1)?.f_detach()?)?;
            self.features(&logits)
        });
        Ok(Tensor::f_cat(&rows.collect::<Result<Vec<_>>>()?, 0)?)
    }

    fn computed(&self, x: &Tensor) -> Result<Forward> {
        let logits = self.logits(x)?;
        let mut features = self.features(&logits)?;
        let finite = features.f_isfinite()?.f_all()?.f_int64_value(&[])? == 1;
        if !finite && x.size()[0] > 1 {
            features = self.features_alone(x)?;
        }
        let logits = match x.requires_grad() {
            true => logits,
            // The matrix wants a gradient, but nobody asked for one of the image.
            false => logits.f_detach()?,
        };
        Ok(Forward { logits, features })
    }
}

impl Model for Module {
    /// The logits are connected to `x`; the features, which are a gradient, to nothing.
    fn forward(&self, x: &Tensor) -> Result<Forward> {
        tch::with_grad(|| self.computed(x))
    }

    fn head(&self) -> Head<'_> {
        // Nobody gets a module without a last layer.
        let (weight, bias) = match &self.last {
            Some(last) => (&last.matrix, &last.bias),
            None => (&self.parameters[0].1, &self.parameters[0].1),
        };
        Head {
            weight,
            bias,
            form: Form::Linear,
        }
    }

    fn kind(&self) -> Kind {
        self.kind
    }

    fn device(&self) -> Device {
        self.device
    }
}

fn unlike(name: &str) -> Error {
    Error::Script {
        reason: format!(
            "does not compute its output from its parameter {name} in a way that can be differentiated"
        ),
    }
}

/// What made a program stop: the last line that names an error, the others are a trace of its code.
fn stopped(error: TchError) -> Error {
    let text = error.to_string();
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut named = lines().filter(|line| {
        let name = line.split_once(": ").map_or(*line, |(name, _)| name);
        name.ends_with("Error") || name.ends_with("Exception")
    });
    let words = named
        .next_back()
        .or_else(|| lines().next())
        .unwrap_or_default();
    Error::Script {
        reason: format!("stopped: {}", words.chars().take(300).collect::<String>()),
    }
}
