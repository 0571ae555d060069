//! The catalogue as the server has it.
//!
//! Attacks, measures and presets are the same code on both sides, so only what differs from machine to machine is read.

use serde::Deserialize;
use valleyscope_shared::catalog::{Catalog, DataInfo, ModelInfo};

/// The part of the document that is read.
#[derive(Deserialize)]
pub struct Offer {
    version: String,
    models: Vec<ModelInfo>,
    data_sets: Vec<DataInfo>,
    devices: Vec<String>,
    auto_device: String,
}

impl From<Offer> for Catalog {
    fn from(offer: Offer) -> Self {
        // `auto` is the first device of every catalogue.
        let devices = offer.devices.get(1..).unwrap_or_default();
        Self {
            auto_device: offer.auto_device,
            ..Self::new(&offer.version, offer.models, offer.data_sets, devices)
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
