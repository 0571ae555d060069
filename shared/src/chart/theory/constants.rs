//! The Lipschitz constant, layer by layer.

use super::{Subject, TheoryChart};
use crate::amount::significant;
use crate::chart::figure::{Bars, Content, Figure, Panel, Unit, YAxis};
use crate::chart::stops::XAxis;
use crate::route::ViewState;
use crate::series::{Datum, Range, Role, Series};
use crate::theory::LayerBound;

/// Where the product bound comes from.
pub const CONSTANTS: TheoryChart = TheoryChart {
    id: "theory-constants",
    title: "Lipschitz constant by layer",
    help: "How far each layer takes two values apart at most, and what all layers up to it do together: the product bound, which holds for all images \
           and is mostly far above what any image shows.",
    figure: constants,
};

fn constants(chart: &TheoryChart, subject: &Subject<'_>, _view: &ViewState) -> Figure {
    let known = subject.theory.sensitivity.as_ref();
    let layers: &[LayerBound] = known.map_or(&[], |known| &known.layers);
    let place = |place: usize| place as f64 + 1.0;
    let bar = |(at, layer): (usize, &LayerBound)| (place(at), layer.factor, 1);
    let product = |(at, layer): (usize, &LayerBound)| Datum::single(place(at), layer.up_to);
    let curve = Series {
        name: "up to the layer".to_owned(),
        slot: 0,
        role: Role::Dash(0),
        points: layers.iter().enumerate().map(product).collect(),
        band: None,
        breaks: Vec::new(),
        measured: false,
    };
    let x = XAxis::Whole {
        label: "layer, in the order of computing".to_owned(),
        from: 1,
        to: layers.len().max(1) as i64,
        bars: true,
    };
    let largest = layers.iter().map(|layer| layer.factor).fold(0.0, f64::max);
    let products = layers.iter().filter_map(|layer| layer.up_to);
    let panels = vec![
        Panel {
            x: x.clone(),
            y: YAxis {
                label: "constant of the layer".to_owned(),
                range: Range {
                    log: false,
                    low: 0.0,
                    high: if largest > 0.0 { 1.15 * largest } else { 1.0 },
                },
                unit: Unit::Plain,
            },
            ..Panel::of(Content::Bars(vec![Bars {
                name: "constant of the layer".to_owned(),
                slot: 0,
                bars: layers.iter().enumerate().map(bar).collect(),
            }]))
        },
        Panel {
            x,
            y: YAxis {
                label: "constant from the image on, log axis".to_owned(),
                range: Range::log_of(products.collect::<Vec<_>>(), 1e-12),
                unit: Unit::Plain,
            },
            ..Panel::of(Content::Curves(vec![curve]))
        },
    ];
    let features = known.and_then(|known| known.features);
    let subtitle = match features {
        Some(features) => format!(
            "ℓ2; from the image to the features {}",
            significant(features, 4)
        ),
        None => "ℓ2; no bound holds from the image to the features".to_owned(),
    };
    let mut figure = Figure {
        title: chart.title.to_owned(),
        subtitle,
        panels,
        empty: "Not computed",
        ..Figure::blank(chart.id)
    };
    let largest = layers.iter().max_by(|a, b| a.factor.total_cmp(&b.factor));
    let sentence = largest.map(|layer| {
        format!(
            "The largest constant is {} at {}.",
            significant(layer.factor, 3),
            layer.name
        )
    });
    figure.say(&Vec::from_iter(sentence));
    figure
}
