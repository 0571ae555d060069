//! Networks with drawn weights, the same for us and for PyTorch.

use crate::Result;
use safetensors::tensor::{Dtype, TensorView, serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use tch::{Device, Kind, Tensor};
use valleyscope_engine::data;
use valleyscope_engine::model::{
    self, Architecture, LoadedModel, Normalisation, ResNetOptions, Shortcut,
};
use valleyscope_engine::noise::{Noise, Purpose, Stream};

/// A member of the family and how many images it is timed on.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub title: &'static str,
    pub depth: i64,
    pub width: i64,
    pub images: usize,
}

/// ResNet-20, and the same with four times the channels: 0.65 G multiply-accumulates an image, where ResNet-18 has 0.56 G.
pub const SIZES: [Size; 2] = [
    Size {
        title: "ResNet-20",
        depth: 20,
        width: 16,
        images: 64,
    },
    Size {
        title: "ResNet-18-sized (depth 20, width 64)",
        depth: 20,
        width: 64,
        images: 16,
    },
];

pub struct Network {
    pub size: Size,
    pub loaded: LoadedModel,
    pub x: Tensor,
    pub labels: Vec<usize>,
    /// Where the weights and images lie for the other program.
    pub folder: tempfile::TempDir,
}

impl Network {
    pub fn new(size: Size) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let weights = drawn_weights(size)?;
        std::fs::write(folder.path().join("model.safetensors"), &weights)?;
        let options = ResNetOptions {
            depth: size.depth,
            shortcut: Shortcut::After,
            width: size.width,
        };
        let card = model::library::cifar10_card(
            "bench",
            Architecture::ResNet(options),
            Normalisation::default(),
        );
        let loaded = model::load_bytes(&card.to_json()?, &weights, Device::Cpu, Kind::Float)?;
        let set = data::open(&PathBuf::from("none"), "shapes-test")?;
        let indices: Vec<usize> = (0..size.images).collect();
        let (x, _) = data::batch(set.as_ref(), &indices, Device::Cpu, Kind::Float)?;
        // The network's own predictions as labels: the attack then has somewhere to climb from.
        let labels: Vec<i64> =
            Vec::try_from(&loaded.model.forward(&x)?.logits.f_argmax(1, false)?)?;
        let pixels: Vec<f32> = Vec::try_from(&x.f_contiguous()?.f_view([-1])?)?;
        std::fs::write(
            folder.path().join("images.f32"),
            pixels
                .iter()
                .flat_map(|p| p.to_le_bytes())
                .collect::<Vec<u8>>(),
        )?;
        std::fs::write(
            folder.path().join("labels.i64"),
            labels
                .iter()
                .flat_map(|l| l.to_le_bytes())
                .collect::<Vec<u8>>(),
        )?;
        Ok(Self {
            size,
            loaded,
            x,
            labels: labels.into_iter().map(|l| l as usize).collect(),
            folder,
        })
    }

    pub fn parameters(&self) -> usize {
        self.loaded.parameters
    }
}

/// Weights as He et al. draw them, batch norms with some spread; in the naming of akamaster's files.
fn drawn_weights(size: Size) -> Result<Vec<u8>> {
    let mut stream = Noise::new(20).stream(0, Purpose::Start);
    let mut tensors: BTreeMap<String, (Vec<usize>, Vec<u8>)> = BTreeMap::new();
    let mut put = |name: String, shape: Vec<usize>, values: Vec<f32>| {
        tensors.insert(
            name,
            (
                shape,
                values
                    .iter()
                    .flat_map(|value| value.to_le_bytes())
                    .collect(),
            ),
        );
    };
    let normal = |count: usize, scale: f64, stream: &mut Stream| -> Vec<f32> {
        (0..count)
            .map(|_| (scale * stream.normal()) as f32)
            .collect()
    };
    let mut convolution =
        |name: &str, norm: &str, out: usize, inner: usize, stream: &mut Stream| {
            put(
                format!("{name}.weight"),
                vec![out, inner, 3, 3],
                normal(out * inner * 9, (2.0 / (9 * inner) as f64).sqrt(), stream),
            );
            for (key, centre, spread) in [
                ("weight", 1.0, 0.1),
                ("bias", 0.0, 0.1),
                ("running_mean", 0.0, 0.1),
                ("running_var", 1.0, 0.1),
            ] {
                let values = normal(out, spread, stream)
                    .into_iter()
                    .map(|value| (centre + value).max(0.2 * centre))
                    .collect();
                put(format!("{norm}.{key}"), vec![out], values);
            }
        };
    let width = size.width as usize;
    convolution("conv1", "bn1", width, 3, &mut stream);
    let mut channels = width;
    for stage in 0..3 {
        let out = width << stage;
        for block in 0..(size.depth - 2) / 6 {
            let prefix = format!("layer{}.{block}", stage + 1);
            convolution(
                &format!("{prefix}.conv1"),
                &format!("{prefix}.bn1"),
                out,
                channels,
                &mut stream,
            );
            convolution(
                &format!("{prefix}.conv2"),
                &format!("{prefix}.bn2"),
                out,
                out,
                &mut stream,
            );
            channels = out;
        }
    }
    let head = |count: usize, stream: &mut Stream| -> Vec<f32> {
        (0..count).map(|_| (0.3 * stream.normal()) as f32).collect()
    };
    let (weight, bias) = (head(10 * channels, &mut stream), head(10, &mut stream));
    let bytes = |values: Vec<f32>| {
        values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect::<Vec<u8>>()
    };
    tensors.insert("linear.weight".into(), (vec![10, channels], bytes(weight)));
    tensors.insert("linear.bias".into(), (vec![10], bytes(bias)));
    let views: std::result::Result<BTreeMap<_, _>, _> = tensors
        .iter()
        .map(|(name, (shape, bytes))| {
            TensorView::new(Dtype::F32, shape.clone(), bytes).map(|view| (name.clone(), view))
        })
        .collect();
    Ok(serialize(views?, None)?)
}
