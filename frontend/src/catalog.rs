//! The catalogue as the server has it.
//!
//! Measures are the same code on both sides; everything else is read, so that the page carries no attack of its own.

mod attack;

use serde::Deserialize;
use serde_json::Value;
use valleyscope_shared::catalog::{Catalog, DataInfo, ModelInfo};
use valleyscope_shared::measure::{self, MeasureInfo};

/// The part of the document that is read.
#[derive(Deserialize)]
pub struct Offer {
    version: String,
    models: Vec<ModelInfo>,
    data_sets: Vec<DataInfo>,
    attacks: Vec<Value>,
    presets: Vec<Value>,
    devices: Vec<String>,
    auto_device: String,
}

impl From<Offer> for Catalog {
    fn from(offer: Offer) -> Self {
        Self {
            version: offer.version,
            models: offer.models,
            data_sets: offer.data_sets,
            attacks: offer.attacks.iter().map(attack::info).collect(),
            measures: measure::ALL
                .iter()
                .map(|it| MeasureInfo::from(*it))
                .collect(),
            presets: offer.presets.iter().filter_map(attack::preset).collect(),
            devices: offer.devices,
            auto_device: offer.auto_device,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_catalogue_comes_back_whole() {
        let devices = ["cpu".to_owned(), "cuda:0".to_owned()];
        let catalog = Catalog::new(
            "1",
            vec![ModelInfo::default()],
            vec![DataInfo::default()],
            &devices,
        );
        let document = serde_json::to_value(&catalog).unwrap();
        let offer: Offer = crate::json::read(document).unwrap();
        assert_eq!(Catalog::from(offer), catalog);
    }
}
