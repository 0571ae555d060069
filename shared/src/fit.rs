//! How a data set goes with a model, for whoever chooses one.

use crate::catalog::{Catalog, DataInfo, ModelInfo};
use crate::spec::classes::difference;

/// How a data set goes with a model, the best first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// The model's record names it.
    Own,
    /// Shape and classes are the model's.
    Fits,
    /// The images can be fed to the model, but their classes are not its own: how they differ.
    OtherClasses(String),
    /// The images cannot be fed to it, or cannot be used at all: why.
    Never(String),
}

impl Fit {
    /// How these two go together.
    pub fn of(model: &ModelInfo, set: &DataInfo) -> Self {
        if let Some(problem) = &set.problem {
            return Self::Never(problem.clone());
        }
        if model.input_shape != set.shape {
            return Self::Never(format!(
                "its images are {}, the model takes {}",
                sizes(&set.shape),
                sizes(&model.input_shape)
            ));
        }
        match difference(&model.classes, &set.classes) {
            Some(difference) => Self::OtherClasses(difference),
            None if model.data.as_ref() == Some(&set.id) => Self::Own,
            None => Self::Fits,
        }
    }
}

impl Catalog {
    /// The data sets in the order in which they suit a model, each with how; those of one kind as the catalogue lists them.
    pub fn data_for(&self, model: &ModelInfo) -> Vec<(&DataInfo, Fit)> {
        let mut sets: Vec<_> = self
            .data_sets
            .iter()
            .map(|set| (set, Fit::of(model, set)))
            .collect();
        sets.sort_by_key(|(_, fit)| match fit {
            Fit::Own => 0,
            Fit::Fits => 1,
            Fit::OtherClasses(_) => 2,
            Fit::Never(_) => 3,
        });
        sets
    }

    /// The data set that a run of this model begins with: its own, or the first that fits.
    pub fn data_of(&self, model: &ModelInfo) -> Option<&DataInfo> {
        let first = self.data_for(model).into_iter().next();
        let good = |(_, fit): &(&DataInfo, Fit)| matches!(fit, Fit::Own | Fit::Fits);
        first.filter(good).map(|(set, _)| set)
    }
}

fn sizes(shape: &[usize]) -> String {
    let parts: Vec<String> = shape.iter().map(usize::to_string).collect();
    parts.join(" × ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(id: &str, shape: [usize; 3], classes: &str) -> DataInfo {
        DataInfo {
            id: id.to_owned(),
            shape: shape.to_vec(),
            classes: classes.split(',').map(str::to_owned).collect(),
            ..DataInfo::default()
        }
    }

    /// Failed before: a network of other classes kept the drawn shapes as its data.
    #[test]
    fn what_fits_comes_first_and_what_does_not_says_why() {
        let model = ModelInfo {
            input_shape: vec![3, 32, 32],
            classes: vec!["cat".into(), "dog".into()],
            data: Some("mine".into()),
            ..ModelInfo::default()
        };
        let sets = vec![
            set("shapes", [3, 32, 32], "disc,ring"),
            set("digits", [1, 28, 28], "0,1"),
            set("also", [3, 32, 32], "cat,dog"),
            set("mine", [3, 32, 32], "cat,dog"),
        ];
        let catalog = Catalog::new("1", vec![model.clone()], sets, &[]);
        let found = catalog.data_for(&model);
        let ids: Vec<&str> = found.iter().map(|(set, _)| set.id.as_str()).collect();
        assert_eq!(ids, ["mine", "also", "shapes", "digits"]);
        assert!(matches!(&found[2].1, Fit::OtherClasses(why) if why.contains("disc")));
        assert!(matches!(&found[3].1, Fit::Never(why) if why.contains("1 × 28 × 28")));
        assert_eq!(
            catalog.data_of(&model).map(|set| set.id.as_str()),
            Some("mine")
        );
        let strange = ModelInfo {
            classes: vec!["a".into(), "b".into(), "c".into()],
            ..model
        };
        assert_eq!(catalog.data_of(&strange), None);
    }
}
